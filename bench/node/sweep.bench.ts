// The runs of a sweep on all cores against the same runs one after the other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationManager } from '#dist/config/configuration-manager.js';
import { runSweep } from '#dist/engine/sweep/run-sweep.js';
import type { SweepResult } from '#dist/engine/sweep/sweep-result.js';
import { generatedMarket, takeFrames } from '../frames.js';
import { median, Report } from '../report.js';

const FRAMES = 300_000;
const ROUNDS = 2;
const CORES = availableParallelism();
/** As many for each core: what is left over at the end is then no matter of luck. */
const RUNS = 16 * CORES;

const folder = mkdtempSync(join(tmpdir(), 'hft-sweep-bench-'));
const capture = join(folder, 'market.txt');

function writeCapture(): void {
  const market = generatedMarket('binance-spot', 1);
  const snapshot = market.snapshot(0, 5000) ?? Buffer.alloc(0);
  const lines = [snapshot, ...takeFrames(market, FRAMES)].map((frame, index) =>
    Buffer.concat([
      // 5,000 frames a second.
      Buffer.from(`${1_700_000_000_000_000_000n + BigInt(index) * 200_000n} `),
      frame,
      Buffer.from('\n'),
    ]),
  );
  writeFileSync(capture, Buffer.concat(lines));
}

async function sweep(workers: number): Promise<{ seconds: number; result: SweepResult }> {
  const values = Array.from({ length: RUNS }, (_, index) => 1 + index / 4);
  const text = `
trading: { capital: 100000, currency: USDT, max_orders_per_second: 10000 }
strategies: { simple: { class: SimpleMarketMaker, parameters: { halfSpreadTicks: 1 } } }
simulation: { latency: { order: 2ms, response: 2ms } }
backtest: { data: [${capture}], sample_interval: 100ms }
sweep:
  strategy: simple
  workers: ${workers}
  parameters: { halfSpreadTicks: [${values.join(', ')}] }
  output: ${join(folder, 'out')}
`;
  const parsed = ConfigurationManager.parse(text, join(folder, 'sweep.yaml'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { manager } = parsed;
  rmSync(join(folder, 'out'), { recursive: true, force: true });
  const start = performance.now();
  const result = await runSweep({
    config: manager.config,
    source: manager.source,
    resolvePath: (path) => manager.resolvePath(path),
    sourceOf: (key) => manager.sourceOf(key),
    version: 'bench',
    signal: new AbortController().signal,
  });
  const seconds = (performance.now() - start) / 1000;
  if (result.counts.done !== RUNS) throw new Error(`${result.counts.done} runs of ${RUNS}`);
  return { seconds, result };
}

const hashes = ({ rows }: SweepResult) => rows.map(({ stateHash }) => stateHash).join();

writeCapture();
const report = new Report();
const ratios: number[] = [];
const rates: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const alone = await sweep(1);
  const together = await sweep(CORES);
  if (hashes(alone.result) !== hashes(together.result)) throw new Error('results differ');
  ratios.push((100 * alone.seconds) / (together.seconds * CORES));
  rates.push((RUNS * FRAMES) / together.seconds);
}
rmSync(folder, { recursive: true });
const input = `${CORES} cores, ${RUNS} runs over ${FRAMES} generated Binance spot frames, seed 1, whole sweeps`;
report.add({
  name: 'sweep/efficiency, all cores against one',
  unit: '%',
  value: median(ratios),
  max: Math.max(...ratios),
  runs: ROUNDS,
  input,
});
report.add({
  name: 'sweep/runs on all cores',
  unit: 'frames/s',
  value: median(rates),
  runs: ROUNDS,
  input,
});
report.write();

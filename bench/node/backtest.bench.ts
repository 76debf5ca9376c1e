// A backtest of recorded L2 data with a TypeScript strategy, queue and latency models on: market
// events a second on one core, from the file to the result, and the garbage collections of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { ConfigurationManager, runConfiguredBacktest } from 'hft-trading-system';
import { openByteSink } from '#dist/data/byte-sink.js';
import { generateCapture } from '#dist/data/generate-capture.js';
import { median, Report } from '../report.js';

const MESSAGES = 2_000_000;
const RUNS = 3;
const CONFIG = `
trading: {currency: USDT, max_orders_per_second: 1000}
strategies:
  maker:
    class: SimpleMarketMaker
    parameters: {halfSpreadTicks: 4, orderLots: 1000, inventoryLotsMax: 10000, moveTicksMin: 4}
simulation:
  latency: {order: 5ms, response: 5ms}
  queue: {model: power}
  fees: {maker: 1bps, taker: 4bps}
backtest: {data: [market.hftrec]}
`;

const folder = mkdtempSync(join(tmpdir(), 'hft-bench-'));
const report = new Report();
let collections = 0;
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { kind } = (entry as unknown as { readonly detail: { readonly kind: number } }).detail;
    if (kind !== constants.NODE_PERFORMANCE_GC_WEAKCB) collections += 1;
  }
});
try {
  const sink = await openByteSink(join(folder, 'market.hftrec'));
  await generateCapture(sink, {
    wireFormat: 'binance-futures',
    container: 'recording',
    seed: 1,
    messages: MESSAGES,
    symbolCount: 2,
  });
  await sink.close();
  const path = join(folder, 'config.yaml');
  writeFileSync(path, CONFIG);
  const manager = await ConfigurationManager.load(path);
  const rates: number[] = [];
  const collected: number[] = [];
  const hashes = new Set<string>();
  observer.observe({ entryTypes: ['gc'] });
  // The first run is the compiler's.
  for (let run = 0; run <= RUNS; run += 1) {
    collections = 0;
    const result = await runConfiguredBacktest(manager);
    await new Promise(setImmediate);
    hashes.add(result.run.stateHash);
    if (result.fillsTotal === 0) throw new Error('the strategy did not trade');
    if (run === 0) continue;
    rates.push(result.run.marketEvents / result.run.wallSeconds);
    collected.push(collections);
  }
  if (hashes.size !== 1) throw new Error(`runs differ: ${[...hashes].join(', ')}`);
  const input =
    `${MESSAGES} messages of a generated binance-futures market, SimpleMarketMaker, constant ` +
    'latency, power queue, fees; file to result';
  report.add({
    name: 'backtest/recorded L2, one core',
    unit: 'events/s',
    value: median(rates),
    max: Math.max(...rates),
    runs: RUNS,
    input,
  });
  report.add({
    name: 'backtest/garbage collections',
    unit: 'count',
    value: median(collected),
    max: Math.max(...collected),
    runs: RUNS,
    input,
  });
} finally {
  observer.disconnect();
  rmSync(folder, { recursive: true });
}
report.write();

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SweepResult } from '../../../src/engine/sweep/sweep-result.js';
import { hasAddon } from './addon-present.js';
import type { CliResult } from './cli-harness.js';

const CLI = join(import.meta.dirname, '../../../dist/cli/main.js');
// Workers run what is built.
const isBuilt = hasAddon && existsSync(join(CLI, '../../engine/sweep/running/sweep-worker.js'));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-sweep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GRID = '{ halfSpreadTicks: [1, 2, 3], skewTicks: [0, 2, 4] }';

/** Writes a configuration; answers its path. */
function configure(change: { frames?: number; strategy?: string; sweep?: string } = {}): string {
  const path = join(folder, 'sweep.yaml');
  writeFileSync(
    path,
    `
trading: { capital: 100000, currency: USDT }
strategies:
  simple: ${change.strategy ?? '{ class: SimpleMarketMaker, parameters: { orderLots: 500 } }'}
simulation: { latency: { order: 2ms, response: 2ms } }
backtest:
  data: [{ generate: { symbols: 1, frames: ${change.frames ?? 10_000}, frames_per_second: 500 } }]
  sample_interval: 200ms
sweep:
  strategy: simple
  workers: 2
  output: out
  ${change.sweep ?? `parameters: ${GRID}`}
`,
  );
  return path;
}

function hft(args: readonly string[]): Promise<CliResult> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

async function sweepJson(config: string): Promise<{ code: number; result: SweepResult }> {
  const { code, stdout } = await hft(['sweep', config, '--json']);
  return { code, result: JSON.parse(stdout) as SweepResult };
}

/** Results without what differs from machine to machine. */
function decided({ rows, selection, walkForward, curves }: SweepResult) {
  return { rows: rows.map((row) => ({ ...row, seconds: 0 })), selection, walkForward, curves };
}

const store = () => join(folder, 'out', 'results.ndjson');

function lineCount(): number {
  return existsSync(store()) ? readFileSync(store(), 'utf8').split('\n').length - 1 : 0;
}

/** Starts a sweep and waits until `lines` of its runs are in the store. */
async function startUntil(config: string, lines: number): Promise<ChildProcess> {
  mkdirSync(join(folder, 'out'), { recursive: true });
  const watcher = watch(join(folder, 'out'));
  const child = spawn(process.execPath, [CLI, 'sweep', config], { stdio: 'ignore' });
  while (lineCount() < lines) await once(watcher, 'change');
  watcher.close();
  return child;
}

describe.skipIf(!isBuilt)('hft sweep', () => {
  it('with --json prints one object and nothing else, and writes its reports', async () => {
    const { code, stdout, stderr } = await hft(['sweep', configure(), '--json']);
    const result = JSON.parse(stdout) as SweepResult & { reports: Record<string, string> };

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(result).toMatchObject({
      schema: 'hft.sweep/1',
      strategy: 'simple',
      counts: { combinations: 9, runs: 9, done: 9, failed: 0, open: 0, reused: 0 },
    });
    expect(result.rows).toHaveLength(9);
    expect(result.rows[0]?.fills).toBeGreaterThan(0);
    for (const path of Object.values(result.reports)) expect(existsSync(path)).toBe(true);
  });

  it('finds what hft backtest does with the same parameters', async () => {
    const parameters = 'parameters: { orderLots: 500, halfSpreadTicks: 1, skewTicks: 4 }';
    const config = configure({ strategy: `{ class: SimpleMarketMaker, ${parameters} }` });
    const { result } = await sweepJson(config);
    const { stdout } = await hft(['backtest', config, '--json']);
    const row = result.rows.find(({ parameters: given }) => {
      return given['halfSpreadTicks'] === 1 && given['skewTicks'] === 4;
    });

    expect(row?.fills).toBeGreaterThan(0);
    expect(JSON.parse(stdout)).toMatchObject({
      run: { stateHash: row?.stateHash },
      total: { attribution: { total: row?.pnl }, orders: { fills: row?.fills } },
      // Too short a span for a ratio that people read; to rank by, it is what there is.
      figures: { sharpe: null },
    });
    expect(row?.sharpe).toBeTypeOf('number');
  });

  it('for people prints table, verdict and the place of the report', async () => {
    const { code, stdout } = await hft(['sweep', configure()]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^ ?#\s+halfSpreadTicks\s+skewTicks/m);
    expect(stdout).toMatch(/^report: .*report\.html$/m);
  });

  it('goes on after kill -9, and comes to what an unbroken sweep does', async () => {
    const config = configure({ frames: 30_000 });
    const child = await startUntil(config, 3);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const kept = lineCount();
    // The lock of the dead is there, and in no one's way.
    expect(existsSync(join(folder, 'out', 'sweep.lock'))).toBe(true);
    const resumed = await sweepJson(config);
    rmSync(join(folder, 'out'), { recursive: true });
    const unbroken = await sweepJson(config);

    expect(kept).toBeGreaterThanOrEqual(3);
    expect(resumed.result.counts).toMatchObject({ done: 9, reused: kept });
    expect(decided(resumed.result)).toEqual(decided(unbroken.result));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends in order on %s, with what is done kept', async (signal, expected) => {
    const config = configure({ frames: 200_000 });
    const child = await startUntil(config, 1);
    child.kill(signal);
    const [code] = await once(child, 'exit');

    expect(code).toBe(expected);
    expect(existsSync(join(folder, 'out', 'sweep.lock'))).toBe(false);
    expect(lineCount()).toBeGreaterThanOrEqual(1);
    expect(lineCount()).toBeLessThan(9);
  });

  it('refuses a second sweep in the same folder while one runs', async () => {
    const config = configure({ frames: 200_000 });
    const child = await startUntil(config, 1);

    const { code, stderr } = await hft(['sweep', config]);

    expect(code).toBe(2);
    expect(stderr).toContain(`a sweep already works in ${join(folder, 'out')}: process`);
    child.kill('SIGINT');
    await once(child, 'exit');
  });

  it('names what is wrong with its parameters, and runs nothing', async () => {
    const sweep = 'parameters: { halfSpreadTicks: { from: 1, to: 2, step: 0.3 } }';
    const { code, stderr } = await hft(['sweep', configure({ sweep })]);

    expect(code).toBe(3);
    expect(stderr).toContain('sweep.yaml:13:34 sweep.parameters.halfSpreadTicks: expected a step');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('walks forward', async () => {
    const sweep = `walk_forward: { train: 10s, test: 5s }\n  parameters: ${GRID}`;
    const { code, result } = await sweepJson(configure({ sweep }));

    expect(code).toBe(0);
    expect(result.counts).toMatchObject({ runs: 1 + 2 * 9 + 2, failed: 0 });
    expect(result.walkForward?.windows).toHaveLength(2);
    expect(result.walkForward?.outOfSample?.samples).toBeGreaterThan(30);
  });

  it("keeps a user's strategy that fails apart, and does the rest", async () => {
    const strategy = '{ module: ./fickle.ts }';
    writeFileSync(
      join(folder, 'fickle.ts'),
      `import { parameter, Strategy } from '${new URL('../../../dist/index.js', import.meta.url)}';
export class Fickle extends Strategy {
  static override readonly parameters = {
    mood: parameter.integer({ default: 0, min: 0, max: 9, description: 'Which fault.' }),
  };
  override onStart(): void {
    const { mood } = this.context.parameters(Fickle.parameters) as { mood: number };
    console.log('a word that has no place among results');
    if (mood === 1) throw new Error('in a bad mood');
    if (mood === 2) process.exit(4);
  }
}
`,
    );
    const sweep = 'parameters: { mood: [0, 1, 2, 3] }';
    const { code, result } = await sweepJson(configure({ strategy, sweep }));

    expect(code).toBe(1);
    expect(result.counts).toMatchObject({ done: 2, failed: 2 });
    expect(result.failures.map(({ parameters }) => parameters['mood'])).toEqual([1, 2]);
    expect(result.failures[0]?.error).toContain('in a bad mood');
    expect(result.failures[1]?.error).toBe('the worker ended with code 4');
    expect(result.selection?.verdict).toBe('nothing');
  });
});

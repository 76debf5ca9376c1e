import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationManager } from '../../../../src/config/configuration-manager.js';
import { sweepCsv } from '../../../../src/engine/sweep/report/sweep-csv.js';
import { renderSweepReport } from '../../../../src/engine/sweep/report/sweep-html.js';
import { sweepText } from '../../../../src/engine/sweep/report/sweep-text.js';
import { runSweep, type SweepProgress } from '../../../../src/engine/sweep/run-sweep.js';
import { lockFolder } from '../../../../src/engine/sweep/store/folder-lock.js';
import type { SweepResult } from '../../../../src/engine/sweep/sweep-result.js';
import { SHIPPED_PARAMETERS } from '../../../../src/strategies/catalog.js';

const WORKER = new URL('./fake-worker.mjs', import.meta.url);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-sweep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GRID = `parameters:
    halfSpreadTicks: [1, 2, 3, 4]
    skewTicks: [0, 1, 2]`;

interface Change {
  readonly id?: string;
  readonly sweep?: string;
  readonly strategy?: string;
  readonly data?: string;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SweepProgress) => void;
}

async function sweepOf(change: Change = {}): Promise<SweepResult> {
  const text = `
system_id: ${change.id ?? 'sweep-test'}
trading: { capital: 100000, currency: USDT }
strategies:
  simple:
    class: SimpleMarketMaker
    parameters: { halfSpreadTicks: 7, ${change.strategy ?? 'orderLots: 20'} }
backtest:
  data: [${change.data ?? '{ generate: { frames: 1000 } }'}]
sweep:
  strategy: simple
  ${change.sweep ?? GRID}
  workers: ${change.workers ?? 2}
  output: ${join(folder, 'out')}
`;
  const source = join(folder, 'sweep.yaml');
  const options = { catalog: SHIPPED_PARAMETERS };
  const result = ConfigurationManager.parse(text, source, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { manager } = result;
  return runSweep({
    config: manager.config,
    source,
    resolvePath: (path) => resolve(folder, path),
    sourceOf: (key) => manager.sourceOf(key),
    version: '1.2.3',
    signal: change.signal ?? new AbortController().signal,
    ...(change.onProgress === undefined ? {} : { onProgress: change.onProgress }),
    worker: { module: WORKER, payload: { config: manager.config } },
  });
}

const results = () => join(folder, 'out', 'results.ndjson');
const lines = () => readFileSync(results(), 'utf8').split('\n').slice(0, -1);

// The workers run what is built.
const isBuilt = existsSync(join(import.meta.dirname, '../../../../dist/engine/sweep'));

describe.skipIf(!isBuilt)('a sweep', () => {
  it('runs every combination and the configuration as it stands, and ranks them', async () => {
    const result = await sweepOf();

    expect(result.counts).toMatchObject({ combinations: 12, runs: 13, done: 13, failed: 0 });
    expect(result.rows.map(({ rank }) => rank)).toEqual(result.rows.map((_, index) => index + 1));
    expect(result.rows[0]?.parameters['halfSpreadTicks']).toBe(3);
    const objectives = result.rows.map(({ objective }) => objective ?? Number.NaN);
    expect(objectives).toEqual([...objectives].sort((a, b) => b - a));
    expect(result.parameters.map(({ importance }) => (importance ?? 0) > 0.9)).toEqual([
      true,
      false,
    ]);
    expect(result.selection).toMatchObject({ trials: 12, bestSharpe: objectives[0] });
  });

  it('comes to the same on one thread as on two', async () => {
    const strip = ({ rows }: SweepResult) => rows.map((row) => ({ ...row, seconds: 0 }));
    const two = await sweepOf();
    rmSync(join(folder, 'out'), { recursive: true });
    const one = await sweepOf({ workers: 1 });

    expect(strip(one)).toEqual(strip(two));
  });

  it('goes on from what is there', async () => {
    await sweepOf({ sweep: GRID.replace('3, 4', '3') });
    const progress: SweepProgress[] = [];
    const result = await sweepOf({ onProgress: (one) => progress.push(one) });

    expect(result.counts).toMatchObject({ runs: 13, done: 13, reused: 10 });
    expect(progress.at(-1)).toEqual({ done: 3, total: 3, reused: 10 });
    expect(lines()).toHaveLength(13);
  });

  it('does a torn and a damaged line again, and the rest not', async () => {
    const first = await sweepOf();
    const [one = '', two = '', ...rest] = lines();
    writeFileSync(results(), `${one}\n${two.replace('"fills":5', '"fills":6')}\n`);
    for (const line of rest.slice(1)) appendFileSync(results(), `${line}\n`);
    appendFileSync(results(), (rest[0] ?? '').slice(0, 200));

    const again = await sweepOf();

    expect(again.counts).toMatchObject({ done: 13, reused: 11 });
    expect(again.rows.map(({ stateHash }) => stateHash)).toEqual(
      first.rows.map(({ stateHash }) => stateHash),
    );
    expect((await sweepOf()).counts.reused).toBe(13);
  });

  it.each([
    ['another parameter of the strategy', { strategy: 'orderLots: 21' }],
    ['other data', { data: '{ generate: { frames: 1001 } }' }],
  ])('reuses nothing after %s', async (_name, change) => {
    await sweepOf();

    expect((await sweepOf(change)).counts).toMatchObject({ done: 13, reused: 0 });
  });

  it('reuses nothing after a data file has other bytes, though its name and size are equal', async () => {
    const file = join(folder, 'market.txt');
    writeFileSync(file, 'one');
    await sweepOf({ data: file });
    expect((await sweepOf({ data: file })).counts.reused).toBe(13);
    writeFileSync(file, 'two');

    expect((await sweepOf({ data: file })).counts.reused).toBe(0);
  });

  it('reuses everything after a change that no run depends on', async () => {
    await sweepOf();

    expect((await sweepOf({ sweep: `objective: pnl\n  ${GRID}` })).counts.reused).toBe(13);
  });

  it('keeps failed runs apart with their reason, does the rest, and tries them again', async () => {
    const sweep = 'parameters: { inventoryLotsMax: [12, 13, 14, 15, 17, 18] }';
    const result = await sweepOf({ sweep });

    expect(result.counts).toMatchObject({ runs: 7, done: 4, failed: 3 });
    expect(result.failures.map(({ parameters, error }) => [parameters, error])).toEqual([
      [{ inventoryLotsMax: 13 }, 'unlucky'],
      [{ inventoryLotsMax: 14 }, 'the worker ended with code 3'],
      [{ inventoryLotsMax: 15 }, 'thrown from a timer'],
    ]);
    expect(sweepText(result)).toContain('FAILED inventoryLotsMax=13: unlucky');
    expect((await sweepOf({ sweep })).counts).toMatchObject({ done: 4, failed: 3, reused: 4 });
  });

  it('ends in order when it is told to, with what is done kept', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const running = sweepOf({
      id: 'sluggish',
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done > 0) stop.abort(reason);
      },
    });

    await expect(running).rejects.toBe(reason);
    expect(lines()).toEqual([]);
    // The lock is free again.
    lockFolder(join(folder, 'out')).release();
  });

  it('tells everything that is wrong with its parameters, with the place, before it runs', async () => {
    const sweep =
      'parameters: { halfSpreadTicks: { from: 1, to: 2, step: 0.3 }, skewTicks: [0, 1] }';
    const strategy = 'orderLots: 20';

    await expect(sweepOf({ sweep, strategy })).rejects.toMatchObject({
      code: 'HFT_CONFIG',
      message:
        `${join(folder, 'sweep.yaml')}:12:34 sweep.parameters.halfSpreadTicks: expected a step ` +
        'that reaches 2 from 1, found 0.3, which passes it after 1.9',
    });
  });

  it('refuses a folder in which another works', async () => {
    await sweepOf();
    const lock = lockFolder(join(folder, 'out'));

    await expect(sweepOf()).rejects.toMatchObject({
      code: 'HFT_ARGUMENT',
      message: `a sweep already works in ${join(folder, 'out')}: process ${process.pid}`,
    });
    lock.release();
    expect((await sweepOf()).counts.reused).toBe(13);
  });

  it('takes over the lock of a process that is dead', async () => {
    await sweepOf();
    const lock = join(folder, 'out', 'sweep.lock');
    // The number lives, but was another process then.
    const dead = { pid: process.pid, startTicks: '1', token: 'old' };
    const { hostname } = await import('node:os');
    writeFileSync(lock, JSON.stringify({ ...dead, host: hostname() }));
    expect((await sweepOf()).counts.reused).toBe(13);
    writeFileSync(lock, JSON.stringify({ ...dead, host: 'another-machine' }));

    await expect(sweepOf()).rejects.toThrow('on another-machine');
  });
});

describe.skipIf(!isBuilt)('a walk forward', () => {
  const sweep = `walk_forward: { train: 30s, test: 15s }\n  ${GRID}`;

  it('chooses on the past and is judged by what came after', async () => {
    const result = await sweepOf({ sweep });
    const windows = result.walkForward?.windows ?? [];

    expect(result.counts).toMatchObject({ runs: 1 + 2 * 12 + 2, failed: 0, open: 0 });
    expect(windows.map(({ trainStart, testStart, testEnd }) => [trainStart, testStart, testEnd]))
      // One minute from 22:13:20 on.
      .toEqual([
        ['2023-11-14T22:13:20Z', '2023-11-14T22:13:50Z', '2023-11-14T22:14:05Z'],
        ['2023-11-14T22:13:35Z', '2023-11-14T22:14:05Z', '2023-11-14T22:14:20Z'],
      ]);
    for (const { trainSharpe, parameters } of windows) {
      expect(parameters).not.toBeNull();
      expect(trainSharpe).not.toBeNull();
    }
    const found = result.walkForward?.outOfSample;
    const sum = windows.reduce((total, { testPnl }) => total + Number(testPnl), 0);
    expect(Number(found?.pnl)).toBeCloseTo(sum, 8);
    expect(found?.samples).toBe(30);
    const curve = result.curves.outOfSample?.equity ?? [];
    expect((curve.at(-1) ?? 0) - (curve[0] ?? 0)).toBeCloseTo(sum, 1);
    expect(result.selection).toBeNull();
  });

  it('goes on from what is there, its choices included', async () => {
    const first = await sweepOf({ sweep });
    const again = await sweepOf({ sweep });

    expect(again.counts).toMatchObject({ done: 27, reused: 27 });
    expect(again.walkForward).toEqual(first.walkForward);
  });

  it('is refused where a training span has too few returns for a ratio', async () => {
    const short = sweep.replace('30s', '29s');

    await expect(sweepOf({ sweep: short })).rejects.toThrow(
      'sweep.walk_forward.train: expected at least 30 times backtest.sample_interval for sharpe, ' +
        'found 29 times',
    );
    expect((await sweepOf({ sweep: `objective: pnl\n  ${short}` })).counts.failed).toBe(0);
  });

  it('is refused where the data is shorter than a step', async () => {
    const long = sweep.replace('30s', '2h');

    await expect(sweepOf({ sweep: long })).rejects.toThrow(
      'sweep.walk_forward: expected train and half of test within the data, found data from ' +
        '2023-11-14T22:13:20Z to 2023-11-14T22:14:20Z',
    );
  });
});

describe.skipIf(!isBuilt)('the JSON of a sweep', () => {
  /** Every key but those of maps by parameter. */
  function keysOf(value: unknown, into = new Set<string>()): Set<string> {
    if (Array.isArray(value)) for (const item of value) keysOf(item, into);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        into.add(key);
        // Lists of parameters are described; maps have the names of the strategy.
        if (key !== 'parameters' || Array.isArray(item)) keysOf(item, into);
      }
    }
    return into;
  }

  it.each([
    ['a grid', GRID],
    ['a walk forward', `walk_forward: { train: 30s, test: 15s }\n  ${GRID}`],
    ['failed runs', 'parameters: { inventoryLotsMax: [12, 13] }'],
  ])('has no key of %s that the documentation lacks', async (_name, sweep) => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/sweep.md'), 'utf8');
    const words = new Set(page.slice(page.indexOf('## JSON')).match(/\w+/g));
    const keys = keysOf(JSON.parse(JSON.stringify(await sweepOf({ sweep }))));

    expect([...keys].filter((key) => !words.has(key))).toEqual([]);
    expect(keys.size).toBeGreaterThan(50);
  });
});

describe.skipIf(!isBuilt)('the reports of a sweep', () => {
  it('show table, verdict and every run', async () => {
    const result = await sweepOf();
    const text = sweepText(result);
    const csv = sweepCsv(result).trimEnd().split('\n');

    expect(text).toMatch(/#\s+halfSpreadTicks\s+skewTicks\s+Sharpe/);
    expect(text).toContain('without any skill would be expected to reach');
    expect(csv).toHaveLength(13);
    expect(csv[0]).toMatch(/^rank,id,halfSpreadTicks,skewTicks,objective,/);
    expect(csv[1]).toMatch(/^1,[0-9a-f]{32},3,/);
  });

  it('as HTML load nothing, and name what was swept without letting it be markup', async () => {
    const result = await sweepOf();
    const html = renderSweepReport({ ...result, title: '<script>alert(1)</script>' });

    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('table class="heat"');
    expect(html.match(/<td[^>]*title="1 run"/g)).toHaveLength(12);
  });

  it.each([
    ['a finding', { verdict: 'finding' }, 'The best run is better than luck explains'],
    ['luck', { verdict: 'luck', bestSharpe: 1 }, 'The best run may be luck'],
    ['a loss', { verdict: 'luck', bestSharpe: -1 }, 'No run was profitable'],
    ['nothing', { verdict: 'nothing' }, 'There is nothing to judge'],
  ] as const)('as HTML name %s in their heading', async (_name, change, heading) => {
    const result = await sweepOf({ sweep: 'parameters: { halfSpreadTicks: [1, 2] }' });
    const { selection } = result;
    if (selection === null) throw new Error('a grid has a selection');

    const html = renderSweepReport({ ...result, selection: { ...selection, ...change } });

    expect(/<h2>(.*?)<\/h2>/.exec(html)?.[1]).toBe(heading);
  });

  it('as HTML draw a line for one parameter, and a map for each value of a third', async () => {
    const one = await sweepOf({ sweep: 'parameters: { halfSpreadTicks: [1, 2, 3, 4] }' });
    const three = await sweepOf({ sweep: `${GRID}\n    moveTicksMin: [1, 2]` });

    expect(renderSweepReport(one).match(/class="dot/g)).toHaveLength(4);
    expect(renderSweepReport(three).match(/<table class="heat">/g)?.length).toBeGreaterThan(1);
  });

  it('as HTML show a walk forward with its spans', async () => {
    const result = await sweepOf({ sweep: `walk_forward: { train: 30s, test: 15s }\n  ${GRID}` });

    expect(renderSweepReport(result)).toContain('2023-11-14 22:13:50 to 22:14:05');
    expect(sweepText(result)).toContain('2023-11-14T22:13:50  2023-11-14T22:14:05');
  });
});

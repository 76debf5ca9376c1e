import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliOptions, hft } from './cli-harness.js';

const MAKER = `
  maker:
    class: SimpleMarketMaker
    parameters: { halfSpreadTicks: 0.5, orderLots: 1000, inventoryLotsMax: 10000 }`;
const WATCHER = '\n  watcher: { class: OrderFlowImbalance }';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a configuration on a small loopback market. */
function configure(strategies = MAKER, more = ''): string {
  const path = join(folder, 'run.yaml');
  const text = `
trading: { capital: 1000000, currency: USDT, max_orders_per_second: 100000${more} }
strategies: ${strategies}
simulation: { latency: { order: 100us, response: 100us } }
paper:
  generate: { format: binance-spot, seed: 1, symbols: 2, frames_per_second: 10000 }
  output: out
logging: { level: silent }
journal: { segment_size: 4MiB }
performance: { orders_max: 16384 }
`;
  writeFileSync(path, text);
  return path;
}

const state = (): string => join(folder, 'state');

function run(args: readonly string[], options: CliOptions = {}) {
  return hft(['run', join(folder, 'run.yaml'), '--state-dir', state(), ...args], options);
}

async function runJson(...args: string[]) {
  const { code, stdout, stderr } = await run(['--json', ...args]);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return { code, stderr, summary: JSON.parse(stdout) };
}

describe('hft run', () => {
  it('trades, and prints one object with everything that is documented', async () => {
    configure();

    const { code, stderr, summary } = await runJson('--duration', '3');

    expect([code, stderr]).toEqual([0, '']);
    expect(Object.keys(summary)).toEqual([
      ...['schema', 'ok', 'problems', 'mode', 'config', 'source', 'seconds', 'marketEvents'],
      ...['eventsPerSecond', 'feeds', 'brokers', 'health', 'trading', 'journal', 'stateHash'],
      'errors',
      'files',
    ]);
    expect(summary).toMatchObject({ schema: 'hft.run/1', ok: true, problems: [], mode: 'paper' });
    expect(summary.trading.orders.fills).toBeGreaterThan(0);
    expect(summary.trading.workingOrders).toBe(0);
    expect(summary.journal.recovered).toEqual({ records: 0, orders: 0, fills: 0, unknown: 0 });
  });

  it('writes a report and a result that agree with it', async () => {
    configure();

    const { summary } = await runJson('--duration', '3');

    const result = JSON.parse(readFileSync(summary.files.result, 'utf8'));
    expect(result).toMatchObject({ schema: 'hft.backtest/1', mode: 'paper', currency: 'USDT' });
    expect(result.total.orders.fills).toBe(summary.trading.orders.fills);
    expect(Number(result.total.realised)).toBeCloseTo(Number(summary.trading.realised), 6);
    const html = readFileSync(summary.files.report, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
  });

  it('fails and says why when a strategy was stopped', async () => {
    const module = join(folder, 'thrower.mjs');
    const dist = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
    writeFileSync(
      module,
      `import { Strategy } from '${dist}';
       export class Thrower extends Strategy {
         onBook() { throw new Error('not today'); }
       }`,
    );
    configure(`${MAKER}\n  thrower: { module: thrower.mjs }`);

    const { code, summary } = await runJson('--duration', '1');

    expect(code).toBe(1);
    expect(summary).toMatchObject({ ok: false, problems: ['strategy thrower: not today'] });
    expect(summary.trading.orders.submitted).toBeGreaterThan(0);
  });

  it('fails while the kill switch is thrown, and sends nothing', async () => {
    configure();
    expect((await hft(['kill', '--state-dir', state()])).code).toBe(0);

    const { code, summary } = await runJson('--duration', '1');

    expect([code, summary.problems]).toEqual([1, ['kill-switch: thrown']]);
    expect(summary.trading.orders.submitted).toBe(0);
    expect(summary.trading.isKilled).toBe(true);
  });

  it('refuses live trading, for want of a connector', async () => {
    configure(MAKER, ', enable_live_trading: true, paper_trading_mode: false');
    const path = join(folder, 'run.yaml');
    const broker =
      'brokers: { b: { broker_type: binance, api_key: a, secret_key: b } }\n' +
      'risk_limits: { max_order_value: 1%, max_position_value: 2%, daily_loss_limit: 1% }\n';
    writeFileSync(path, readFileSync(path, 'utf8') + broker);

    const { code, stderr } = await run(['--duration', '1']);

    expect(code).toBe(3);
    expect(stderr).toContain('expected fix for live trading, found binance');
  });

  it('begins anew with --fresh and keeps the old journal', async () => {
    configure();
    await runJson('--duration', '1');

    const { summary } = await runJson('--duration', '1', '--fresh');

    expect(summary.journal.recovered.records).toBe(0);
    expect(summary.journal.run).toBe(1);
  });
});

describe('a process of hft run', () => {
  const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

  /** Runs `hft run` as a process, kills it when it has filled, and returns its signal. */
  async function runAndKill(): Promise<string | null> {
    const args = [main, 'run', join(folder, 'run.yaml'), '--headless', '--state-dir', state()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (text: Buffer) => {
      if (/fills [1-9]/.test(text.toString())) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'exit');
    return signal as string | null;
  }

  /** Net lots by symbol of every fill in the journal. */
  async function filledLots(): Promise<Record<string, number>> {
    const { stdout } = await hft(['audit', 'dump', join(folder, 'out', 'journal'), '--json']);
    const net: Record<string, number> = {};
    for (const line of stdout.trimEnd().split('\n')) {
      const { kind, fields } = JSON.parse(line);
      if (kind !== 'executionReport' || fields.lastQty === '0') continue;
      const symbol = ['BTCUSDT', 'ETHUSDT'][fields.instrument] ?? '';
      net[symbol] = (net[symbol] ?? 0) + (fields.side === 1 ? 1 : -1) * Number(fields.lastQty);
    }
    return net;
  }

  it('recovers positions and ends orders without a certain outcome, again and again', async () => {
    configure();
    for (let life = 0; life < 2; life += 1) expect(await runAndKill()).toBe('SIGKILL');
    expect(existsSync(join(folder, 'out', 'result.json'))).toBe(false);
    const net = await filledLots();
    configure(WATCHER);

    const { code, summary } = await runJson('--duration', '3');

    expect([code, summary.problems]).toEqual([0, []]);
    expect(summary.journal.run).toBe(3);
    expect(summary.journal.recovered.fills).toBeGreaterThan(0);
    expect(summary.trading.workingOrders).toBe(0);
    const scales: Record<string, number> = { BTCUSDT: 1e5, ETHUSDT: 1e4 };
    const positions = Object.fromEntries(
      summary.trading.positions.map(
        ({ symbol, strategyId, quantity }: Record<string, string & number>) => {
          expect(strategyId).toBe('maker');
          return [symbol, Math.round(Number(quantity) * (scales[String(symbol)] ?? 1))];
        },
      ),
    );
    const open = Object.fromEntries(Object.entries(net).filter(([, lots]) => lots !== 0));
    expect(positions).toEqual(open);
    expect((await hft(['audit', 'verify', join(folder, 'out', 'journal')])).code).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with its summary and 0', async (signal) => {
    configure();
    const args = [main, 'run', join(folder, 'run.yaml'), '--headless', '--state-dir', state()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (text: Buffer) => {
      if (!/fills [1-9]/.test(out) && /fills [1-9]/.test(text.toString())) child.kill(signal);
      out += text.toString();
    });

    const [code] = await once(child, 'exit');

    expect(code).toBe(0);
    expect(out).toMatch(/still working 0$/m);
    expect(out).toMatch(/^report .*report\.html$/m);
  });

  it('ends at once when it is told twice, whatever still rests, and recovers', async () => {
    const module = join(folder, 'rester.mjs');
    const dist = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
    writeFileSync(
      module,
      `import { Side, Strategy } from '${dist}';
       export class Rester extends Strategy {
         onBook(book) {
           if (this.context.orders.workingCount > 0 || !book.isTrusted) return;
           this.context.orders.postOnly(book.instrument.id, Side.Buy, 1000, 1);
         }
       }`,
    );
    configure('\n  rester: { module: rester.mjs }', ', on_shutdown: drain, shutdown_timeout: 1h');
    const args = [main, 'run', join(folder, 'run.yaml'), '--headless', '--state-dir', state()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (text: Buffer) => {
      // One that isn't heard yet takes the next one in: again, until it has ended.
      if (/ 1 working/.test(text.toString())) {
        timer ??= setInterval(() => child.kill('SIGINT'), 100);
      }
    });
    const [code] = await once(child, 'exit');
    clearInterval(timer);
    expect([code, existsSync(join(folder, 'out', 'result.json'))]).toEqual([130, false]);
    configure(WATCHER);

    const { summary } = await runJson('--duration', '3');

    expect(summary).toMatchObject({ ok: true, trading: { workingOrders: 0 } });
    expect(summary.journal.recovered).toMatchObject({ orders: 1, fills: 0 });
  });

  it('hears hft kill while it runs, cancels, and fails at its end', async () => {
    configure();
    const args = [main, 'run', join(folder, 'run.yaml'), '--headless', '--state-dir', state()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (text: Buffer) => {
      out += text.toString();
    });
    await expect.poll(() => out, { timeout: 20_000 }).toMatch(/orders .* fills/);

    const killed = await hft(['kill', '--state-dir', state(), '--json', '--timeout', '20']);

    expect(JSON.parse(killed.stdout)).toMatchObject({ ok: true, isAcknowledged: true });
    await expect.poll(() => out, { timeout: 20_000 }).toMatch(/ 0 working .* KILLED/);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(1);
  });

  it('refuses a second process on the same state directory', async () => {
    configure();
    const args = [main, 'run', join(folder, 'run.yaml'), '--headless', '--state-dir', state()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');

    const { code, stderr } = await run(['--duration', '1', '--output', join(folder, 'other')]);

    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: process \d+ runs on the state directory .*: one at a time/);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEMO_FORMATS } from '../../../src/cli/commands/demo.js';
import { StopSignal } from '../../../src/cli/exit-code.js';
import { hasAddon } from './addon-present.js';
import { hft } from './cli-harness.js';

async function demo(...args: string[]) {
  const { code, stdout, stderr } = await hft(['demo', '--json', ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe.skipIf(!hasAddon)('hft demo (needs the native addon)', () => {
  it.each(DEMO_FORMATS)('brings a generated %s market to the strategy', async (format) => {
    const summary = await demo('--duration', '1', '--format', format);

    expect(summary.frames).toBeGreaterThan(100);
    expect(summary.trades).toBeGreaterThan(10);
    expect(Object.values(summary.decodeErrors).every((count) => count === 0)).toBe(true);
    expect(Object.keys(summary.symbols).length).toBe(3);
    expect(summary.latency.handle.count).toBeGreaterThan(100);
  });

  it.each([
    ['native', 0],
    ['native', 1],
    ['ws', 0],
    ['ws', 1],
  ])('ends with trusted books over %s with %i workers', async (transport, workers) => {
    const args = ['--duration', '1.5', '--transport', transport, '--workers', String(workers)];

    const summary = await demo(...args);

    const states = Object.values(summary.symbols as Record<string, { state: string }>);
    expect(states.map((book) => book.state)).toEqual(['trusted', 'trusted', 'trusted']);
    expect(summary).toMatchObject({ gaps: 0, reconnects: 0, errors: [] });
    expect(Object.values(summary.signals).some((value) => value !== 0)).toBe(true);
  });

  it('trades on paper, and cancels what works at the end', async () => {
    const { strategy, trading } = await demo('--duration', '1.5');

    expect(strategy).toBe('SimpleMarketMaker');
    expect(trading.orders.submitted).toBeGreaterThan(0);
    expect(trading.orders.fills).toBeGreaterThan(0);
    expect(trading.workingOrders).toBe(0);
    expect(trading.readToOrder.count).toBeGreaterThan(trading.orders.submitted - 1);
    expect(trading.riskUse.map(({ name }: { name: string }) => name)).toContain('POSITION_LIMIT');
    expect(Number(trading.fees)).toBeLessThan(0);
  });

  it('only watches with several workers, which have no one order of events', async () => {
    const summary = await demo('--duration', '1', '--workers', '2');

    expect(summary.strategy).toBe('OrderFlowImbalance');
    expect(summary.trading).toBeUndefined();
  });

  it('ends with a summary and 0 when it is interrupted', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new StopSignal('SIGINT')), 700);

    const { code, stdout } = await hft(['demo', '--headless'], { signal: stop.signal });

    expect(code).toBe(0);
    expect(stdout).toMatch(/^generator binance-spot, seed 1, native, inline, 00:00:0/m);
    expect(stdout).toMatch(/^P&L -?[\d,.]+ USD \(open -?[\d,.]+, fees -?[\d,.]+\)$/m);
    expect(stdout).toMatch(/^orders \d+, replaces [\d,]+, fills \d+ .* still working 0$/m);
  });

  it('plays a capture to its end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hft-demo-'));
    const path = join(folder, 'capture.gz');
    const size = ['--messages', '20000', '--out', path];
    await hft(['data', 'generate', '--format', 'binance-spot', ...size]);

    const summary = await demo('--data', path, '--rate', 'max');
    await rm(folder, { recursive: true });

    expect(summary.source).toBe(path);
    expect(summary.frames).toBe(20_000 + 3);
    expect(summary.symbols).toMatchObject({ BTCUSDT: { state: 'trusted' } });
  });

  it('says why a capture cannot be played', async () => {
    const { code, stderr } = await hft(['demo', '--data', '/nowhere/x']);

    expect(code).toBe(1);
    expect(stderr).toBe('error: cannot read /nowhere/x: no such file (HFT_DATA_FILE)\n');
  });
});

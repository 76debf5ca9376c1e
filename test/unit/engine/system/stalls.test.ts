import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StrategyFailure } from '../../../../src/engine/system/system-events.js';
import { SystemLab, until } from './systems.js';

const MODULE = fileURLToPath(new URL('./blocking-strategy.mjs', import.meta.url));

let lab: SystemLab;
beforeEach(() => {
  lab = new SystemLab();
});
afterEach(() => lab.close());

function strategies(blockMs: number, more = ''): string {
  return `
  blocker:
    module: ${MODULE}
    stall_after: 100ms
    parameters: { blockMs: ${blockMs} }
    ${more}
  maker:
    class: SimpleMarketMaker
    parameters: { halfSpreadTicks: 0.5, orderLots: 1000, inventoryLotsMax: 10000 }`;
}

it('stops a strategy that blocks for five seconds, cancels its orders, and goes on', async () => {
  const system = lab.system({ strategies: strategies(5000) }, { stateDirectory: lab.folder });
  const canceled: string[] = [];
  system.on('orderUpdated', ({ strategyId, ordStatus }) => {
    if (ordStatus === 'Canceled') canceled.push(strategyId);
  });
  await system.initialise();
  const failed = new Promise<StrategyFailure>((resolve) => system.once('strategyFailed', resolve));
  system.start();
  expect(await failed).toEqual({
    strategyId: 'blocker',
    kind: 'stall',
    message: 'blocker was stopped: a handler took longer than 100 ms',
  });
  const { orders, marketEvents } = system.statistics();
  const after = await until(
    system,
    (now) => now.orders.fills > orders.fills && now.marketEvents > marketEvents + 500,
  );
  const [blocker, maker] = after.strategies;
  expect([blocker?.isRunning, maker?.isRunning]).toEqual([false, true]);
  expect(blocker?.workingOrders).toBe(0);
  expect(canceled).toContain('blocker');
  expect(system.health().components).toContainEqual({
    kind: 'strategy',
    name: 'blocker',
    level: 'failed',
    detail: 'blocker was stopped: a handler took longer than 100 ms',
  });
  const log = readFileSync(join(lab.folder, 'STALL.log'), 'utf8');
  expect(log).toMatch(/^\d{13} strategy blocker has not returned for 100 ms\n$/);
});

it('lets one go on that takes less than its limit', async () => {
  const system = await lab.running({ strategies: strategies(5) });
  const { strategies: all } = await until(system, ({ marketEvents }) => marketEvents > 2000);
  expect(all.map(({ isRunning }) => isRunning)).toEqual([true, true]);
});

it('stops all with one that says stop_all', async () => {
  const system = await lab.running({ strategies: strategies(400, 'on_error: stop_all') });
  const { strategies: all } = await until(system, (now) => !now.strategies[0]?.isRunning);
  expect(all.map(({ isRunning }) => isRunning)).toEqual([false, false]);
});

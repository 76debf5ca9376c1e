import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemLab, until } from './systems.js';

const MODULE = fileURLToPath(new URL('./metronome.mjs', import.meta.url));

let lab: SystemLab;
beforeEach(() => {
  lab = new SystemLab();
});
afterEach(() => lab.close());

it('carries a thousand orders, one a millisecond, to their end without a miss', async () => {
  const system = await lab.running({
    strategies: `\n  beat: { module: ${MODULE} }`,
    rest: 'risk_limits: { max_position_value: 50%, max_order_value: 10%, daily_loss_limit: 10% }',
    hasJournal: true,
  });
  const { orders, strategies, trading } = await until(
    system,
    ({ orders: all, workingOrders }) => all.submitted >= 1000 && workingOrders === 0,
  );
  expect(strategies[0]).toMatchObject({ isRunning: true, workingOrders: 0 });
  expect(orders).toMatchObject({ submitted: 1000, refused: 0, rejected: 0 });
  expect(orders.filled + orders.canceled + orders.expired).toBe(1000);
  expect(trading).toMatchObject({ unbookedFills: 0, badReports: 0, unjournaled: 0 });
  // Each order and its answers are in the journal before they take effect.
  expect(trading.journalSequence).toBeGreaterThan(2000);
});

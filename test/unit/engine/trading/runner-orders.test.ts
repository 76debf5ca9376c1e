import { afterEach, describe, expect, it } from 'vitest';
import { TimeInForce } from '../../../../src/domain/orders.js';
import { Side } from '../../../../src/domain/vocabulary.js';
import { RunnerOrders } from '../../../../src/engine/trading/runner-orders.js';
import { RealTimeOrderManager } from '../../../../src/orders/real-time-order-manager.js';

const opened: RealTimeOrderManager[] = [];
afterEach(() => {
  for (const manager of opened.splice(0)) manager.close();
});

describe('RunnerOrders', () => {
  it('follows an order that is moved all day', () => {
    const manager = new RealTimeOrderManager({
      instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3, currency: 'USDT' }],
      simulated: 'synthetic',
      // Fewer requests than moves: what is old is let go.
      native: { needsTrust: false, requestsMax: 1024 },
    });
    opened.push(manager);
    const orders = new RunnerOrders(manager, 'mover', 'default');
    manager.subscribe({ onOrder: (view) => orders.onOrder(view) });
    manager.start();
    const first = orders.limit(0, Side.Buy, 10, 9_000, TimeInForce.GTC);
    const ids = [first];
    for (let i = 1; i <= 5_000; i += 1) {
      const id = orders.move(ids.at(-1) ?? 0, 10 + (i % 3), 9_000 + (i % 100));
      expect(id, orders.lastVerdict).not.toBe(0);
      ids.push(id);
      manager.pump();
    }

    expect(orders.workingCount).toBe(1);
    expect(orders.orderLots(ids.at(-1) ?? 0)).toBe(10 + (5_000 % 3));
    expect(orders.orderLots(ids.at(-10) ?? 0)).toBe(10 + (5_000 % 3));
    expect(orders.orderLots(first)).toBe(10 + (5_000 % 3));
    expect(orders.orderLots(ids[100] ?? 0)).toBe(0);
    expect(orders.cancelAll()).toBe(1);
    manager.pump();
    expect(orders.workingCount).toBe(0);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OrderType } from '../../../src/domain/orders.js';
import { ViolationType } from '../../../src/domain/risk.js';
import { RealTimeOrderManager } from '../../../src/orders/real-time-order-manager.js';

const opened: RealTimeOrderManager[] = [];
afterEach(() => {
  for (const manager of opened.splice(0)) manager.close();
});

/** A manager whose only venue has no stop orders. */
function desk(): RealTimeOrderManager {
  const manager = new RealTimeOrderManager({
    instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3, currency: 'USDT' }],
    simulated: 'synthetic',
    native: { needsTrust: false, emulatingVenues: 1 },
  });
  opened.push(manager);
  manager.start();
  return manager;
}

const STOP_LIMIT = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  quantity: '0.010',
  orderType: OrderType.STOP_LIMIT,
  price: '99.00',
  stopPrice: '99.50',
} as const;

describe('snapshots', () => {
  it('are what a start begins with', () => {
    const journalPath = mkdtempSync(join(tmpdir(), 'hft-snapshot-'));
    const begin = (): RealTimeOrderManager =>
      new RealTimeOrderManager({
        instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3, currency: 'USDT' }],
        journalPath,
        simulated: 'synthetic',
        native: { needsTrust: false, emulatingVenues: 1, flushesToDisk: false },
      });
    try {
      const first = begin();
      first.start();
      for (let i = 0; i < 20; i += 1) first.cancel(first.submit(STOP_LIMIT).clOrdID);
      const held = first.submit(STOP_LIMIT);
      first.snapshot();
      first.close();
      const second = begin();
      opened.push(second);
      expect(second.start().records).toBeLessThan(10);
      expect(second.order(held.clOrdID)).toMatchObject({ stopPx: '99.5', ordStatus: 'New' });
    } finally {
      rmSync(journalPath, { recursive: true, force: true });
    }
  });

  it('need a journal', () => {
    expect(() => desk().snapshot()).toThrowError(/journal/);
  });
});

describe('orders that are held for their trigger', () => {
  it('are told like any other working order', () => {
    const manager = desk();
    const held = manager.submit(STOP_LIMIT);
    expect(held.ok).toBe(true);
    expect(manager.order(held.clOrdID)).toMatchObject({
      ordStatus: 'New',
      orderQty: '0.01',
      leavesQty: '0.01',
      stopPx: '99.5',
      isWorking: true,
    });
    expect(manager.workingOrders().map((order) => order.clOrdID)).toEqual([held.clOrdID]);
  });

  it('are replaced where they are, under the id that they have', () => {
    const manager = desk();
    const held = manager.submit(STOP_LIMIT);
    const replaced = manager.replace(held.clOrdID, { quantity: '0.004', stopPrice: '99.25' });
    expect(replaced).toMatchObject({ ok: true, clOrdID: held.clOrdID });
    expect(manager.order(held.clOrdID)).toMatchObject({ orderQty: '0.004', stopPx: '99.25' });
  });

  it('pass risk when they are replaced', () => {
    const manager = desk();
    manager.risk.addSymbolLimit('BTCUSDT', ViolationType.POSITION_QTY_LIMIT, { limitValue: 0.02 });
    const held = manager.submit(STOP_LIMIT);
    const replaced = manager.replace(held.clOrdID, { quantity: '0.021' });
    expect(replaced).toMatchObject({ ok: false, verdict: 'risk-refused' });
    expect(manager.order(held.clOrdID)).toMatchObject({ orderQty: '0.01' });
  });

  it('are canceled without a word to the venue', () => {
    const manager = desk();
    const held = manager.submit(STOP_LIMIT);
    expect(manager.cancel(held.clOrdID).ok).toBe(true);
    expect(manager.workingOrders()).toEqual([]);
    expect(manager.cancel(held.clOrdID).verdict).toBe('unknown-order');
  });
});

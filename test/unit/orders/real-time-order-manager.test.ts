import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type FillEventView,
  OrderSide,
  OrderType,
  TimeInForce,
} from '../../../src/domain/orders.js';
import { RiskScope, ViolationType } from '../../../src/domain/risk.js';
import { EventRing } from '../../../src/engine/event-ring.js';
import { RealTimeOrderManager } from '../../../src/orders/real-time-order-manager.js';

const BTC = { symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3, currency: 'USDT' };

const opened: RealTimeOrderManager[] = [];
afterEach(() => {
  for (const manager of opened.splice(0)) manager.close();
});

/** A manager on a synthetic exchange, with a trusted book of 99.90 to 100.10. */
function desk(options: { journalPath?: string } = {}): RealTimeOrderManager {
  const manager = new RealTimeOrderManager({
    instruments: [BTC],
    simulated: 'synthetic',
    native: { needsTrust: false, flushesToDisk: false, segmentBytes: 4 << 20 },
    ...options,
  });
  opened.push(manager);
  return manager;
}

function limit(side: OrderSide, quantity: string, price: string) {
  return { symbol: 'BTCUSDT', side, quantity, price, orderType: OrderType.LIMIT };
}

describe('RealTimeOrderManager', () => {
  it('trades two orders of its own against each other', () => {
    const manager = desk();
    manager.start();
    const fills: { lots: number; price: number; isMaker: boolean }[] = [];
    manager.subscribe({
      onFill: (fill: FillEventView) =>
        fills.push({ lots: fill.lastLots, price: fill.lastPx, isMaker: fill.isMaker }),
    });
    const bid = manager.submit({ ...limit('BUY', '0.010', '100.00'), clientOrderId: 'bid-1' });
    expect(bid).toMatchObject({ ok: true, verdict: 'accepted', clientOrderId: 'bid-1' });
    const ask = manager.submit(limit('SELL', '0.004', '100.00'));
    manager.pump();
    expect(fills).toEqual([
      { lots: 4, price: 100, isMaker: false },
      { lots: 4, price: 100, isMaker: true },
    ]);
    expect(manager.order('bid-1')).toMatchObject({
      ordStatus: 'PartiallyFilled',
      cumQty: '0.004',
      leavesQty: '0.006',
      price: '100',
      isWorking: true,
    });
    expect(manager.order(ask.clOrdID)?.ordStatus).toBe('Filled');
    expect(manager.workingOrders()).toHaveLength(1);
    expect(manager.history().map((order) => order.clOrdID)).toEqual([bid.clOrdID, ask.clOrdID]);
  });

  it('refuses by a limit, with its figures, and sends nothing', () => {
    const manager = desk();
    manager.risk.addGlobalLimit(ViolationType.ORDER_VALUE_LIMIT, { limitValue: 1_000 });
    manager.risk.addSymbolLimit('BTCUSDT', ViolationType.ORDER_SIZE_LIMIT, { limitValue: 2 });
    manager.start();
    const refused: string[] = [];
    manager.subscribe({ onRefused: (_, violation) => refused.push(violation?.name ?? '') });
    expect(manager.submit(limit('BUY', '2', '100')).ok).toBe(true);
    const size = manager.submit(limit('BUY', '2.001', '100'));
    expect(size).toMatchObject({ ok: false, verdict: 'risk-refused' });
    expect(size.violation).toMatchObject({
      name: 'ORDER_SIZE_LIMIT',
      scope: RiskScope.Symbol,
      limit: 2,
      observed: 2.001,
      level: 'breach',
    });
    expect(manager.submit(limit('BUY', '2', '500.01')).violation?.name).toBe('ORDER_VALUE_LIMIT');
    expect(refused).toEqual(['ORDER_SIZE_LIMIT', 'ORDER_VALUE_LIMIT']);
    expect(manager.workingOrders()).toHaveLength(1);
  });

  it('cancels and replaces, and cancels everything of a scope', () => {
    const manager = desk();
    manager.start();
    const first = manager.submit({ ...limit('BUY', '1', '90'), strategyId: 'maker' });
    const second = manager.submit({ ...limit('BUY', '1', '91'), strategyId: 'taker' });
    manager.pump();
    expect(manager.replace(first.clOrdID, { price: '89.5' }).ok).toBe(true);
    manager.pump();
    expect(manager.order(first.clOrdID)).toMatchObject({ price: '89.5', ordStatus: 'New' });
    expect(manager.cancelAll(RiskScope.Strategy, 'taker')).toBe(1);
    manager.pump();
    expect(manager.order(second.clOrdID)?.ordStatus).toBe('Canceled');
    expect(manager.cancel(first.clOrdID).ok).toBe(true);
    expect(manager.cancel(first.clOrdID).verdict).not.toBe('accepted');
    expect(manager.cancel(999).verdict).toBe('unknown-order');
    expect(manager.replace(999, { price: 1 }).verdict).toBe('unknown-order');
  });

  it('names what makes no sense in a request', () => {
    const manager = desk();
    manager.start();
    const submit = (change: object) => () =>
      manager.submit({ ...limit('BUY', '1', '100'), ...change });
    expect(submit({ symbol: 'ETHUSDT' })).toThrow(/no instrument called ETHUSDT/);
    expect(submit({ quantity: '0.0001' })).toThrow(/quantity must have at most 3 decimals/);
    expect(submit({ price: '1e-3' })).toThrow(/price must be a decimal number/);
    expect(submit({ price: Number.NaN })).toThrow(/price must be a decimal number/);
    expect(submit({ side: 'HOLD' })).toThrow(/side must be BUY or SELL/);
    expect(submit({ orderType: 77 })).toThrow(/orderType 77/);
    expect(submit({ timeInForce: 5 })).toThrow(/timeInForce 5/);
    expect(submit({ executionAlgorithm: 'TWAP' })).toThrow(/TWAP is not available/);
    expect(submit({ quantity: '99999999999999999' })).toThrow(/too large/);
    expect(submit({ symbol: Symbol('BTCUSDT') })).toThrow(/no instrument called Symbol/);
    for (const request of [undefined, null, 7, 'BTCUSDT']) {
      expect(() => manager.submit(request as never)).toThrow(/must be an object, found/);
    }
    const mine = manager.submit({ ...limit('BUY', '1', '100'), clientOrderId: 'mine' });
    expect(() => manager.replace(mine.clOrdID, null as never)).toThrow(/must be an object/);
    expect(submit({ clientOrderId: 'mine' })).toThrow(/was used before/);
    expect(manager.submit(limit('BUY', '0', '100')).violation?.name).toBe('BAD_ORDER');
    expect(manager.submit(limit('BUY', '-1', '100')).violation?.name).toBe('BAD_ORDER');
  });

  it('refuses options that are none, by name', () => {
    const open = (options: unknown) => () => new RealTimeOrderManager(options as never);
    const refusal = (message: string) => expect.objectContaining({ code: 'HFT_ARGUMENT', message });
    expect(open(null)).toThrow(refusal('options must be an object, found null'));
    expect(open({ instruments: 7 })).toThrow(refusal('instruments must be a list, found 7'));
    expect(open({ instruments: [BTC, 'ETHUSDT'] })).toThrow(
      refusal('instruments[1] must be an object, found ETHUSDT'),
    );
  });

  it('takes the smallest segments of a journal, and names a size that is none', () => {
    const journalPath = mkdtempSync(join(tmpdir(), 'hft-orders-'));
    const open = (segmentBytes: number): RealTimeOrderManager =>
      new RealTimeOrderManager({ instruments: [BTC], journalPath, native: { segmentBytes } });
    try {
      expect(() => open((1 << 20) + 1)).toThrow(/segmentBytes must be a multiple of 4096/);
      expect(() => open(1 << 19)).toThrow(/segmentBytes/);
      const manager = open(1 << 20);
      opened.push(manager);
      manager.start();
    } finally {
      rmSync(journalPath, { recursive: true });
    }
  });

  it('keeps orders, positions and limits over a restart, and gives no ClOrdID twice', () => {
    const path = mkdtempSync(join(tmpdir(), 'hft-orders-'));
    try {
      const before = desk({ journalPath: path });
      before.risk.addGlobalLimit(ViolationType.POSITION_QTY_LIMIT, { limitValue: 5 });
      before.start();
      before.risk.addStrategyLimit('default', ViolationType.ORDER_SIZE_LIMIT, { limitValue: 3 });
      const bid = before.submit(limit('BUY', '2', '100'));
      before.submit(limit('SELL', '0.5', '100'));
      before.pump();
      const lots = before.positions().map((position) => position.lots);
      before.close();
      const after = desk({ journalPath: path });
      after.risk.addGlobalLimit(ViolationType.POSITION_QTY_LIMIT, { limitValue: 5 });
      const report = after.start();
      expect(report).toMatchObject({ orders: 2, run: 2 });
      expect(after.positions().map((position) => position.lots)).toEqual(lots);
      // The simulated exchange died with its process: what it had is provably gone.
      after.pump();
      expect(after.order(bid.clOrdID)?.cumQty).toBe('0.5');
      expect(after.submit(limit('BUY', '3.001', '100')).violation?.name).toBe('ORDER_SIZE_LIMIT');
      const next = after.submit(limit('BUY', '1', '100'));
      expect(next.clOrdID).toBeGreaterThan(bid.clOrdID);
    } finally {
      rmSync(path, { recursive: true });
    }
  });

  it('runs a bracket: the exits follow the entry, and one cancels the other', () => {
    const manager = desk();
    manager.start();
    const answer = manager.lists.bracket(limit('BUY', '2', '100'), limit('SELL', '2', '101'), {
      ...limit('SELL', '2', '99'),
      orderType: OrderType.STOP_LIMIT,
      stopPrice: '99.5',
    });
    if (!answer.ok) throw new Error(answer.verdict);
    const [entry = 0, profit = 0, loss = 0] = answer.clOrdIDs;
    manager.pump();
    expect(manager.order(profit)).toBeUndefined();
    manager.submit(limit('SELL', '2', '100'));
    manager.pump();
    expect(manager.order(entry)?.ordStatus).toBe('Filled');
    expect(manager.order(profit)?.isWorking).toBe(true);
    expect(manager.order(loss)?.isWorking).toBe(true);
    manager.submit(limit('BUY', '2', '101'));
    manager.pump();
    manager.pump();
    expect(manager.order(profit)?.ordStatus).toBe('Filled');
    expect(manager.order(loss)?.ordStatus).toBe('Canceled');
    expect(() => manager.lists.oco(limit('BUY', '1', '100'))).toThrow(/2 to 4 orders/);
  });

  it('keeps halts and modes over a restart', () => {
    const path = mkdtempSync(join(tmpdir(), 'hft-orders-'));
    try {
      const before = desk({ journalPath: path });
      before.start();
      before.risk.halt(RiskScope.Strategy, 'default');
      before.risk.beginSession();
      before.close();
      const after = desk({ journalPath: path });
      after.start();
      expect(after.submit(limit('BUY', '1', '100')).violation?.name).toBe('HALTED');
      after.risk.resume(RiskScope.Strategy, 'default');
      expect(after.submit(limit('BUY', '1', '100')).ok).toBe(true);
    } finally {
      rmSync(path, { recursive: true });
    }
  });

  it('refuses a journal that was altered, with its place', () => {
    const manager = desk({ journalPath: '/proc/no-such-place' });
    expect(() => manager.start()).toThrow(/journal/);
  });

  it('throws after close, whatever is called', () => {
    const manager = desk();
    manager.start();
    manager.close();
    manager.close();
    expect(() => manager.submit(limit('BUY', '1', '100'))).toThrow(/closed/);
    expect(() => manager.workingOrders()).toThrow(/closed/);
    expect(() => manager.pump()).toThrow(/closed/);
  });

  it('takes the events of a stream into risk: no order on a book that is not trusted', () => {
    const manager = new RealTimeOrderManager({ instruments: [BTC], simulated: 'market' });
    opened.push(manager);
    manager.start();
    const order = { ...limit('BUY', '1', '100'), timeInForce: TimeInForce.IOC };
    expect(manager.submit(order).violation?.name).toBe('TRUST');
    const ring = new EventRing({
      slots: 64,
      depth: 2,
      instruments: [],
      onInstrument: () => {},
      onBatch: () => {},
    });
    const step = manager.stepper(ring.memory, 64, 2);
    writeBook(ring, 0, { bid: 9990, bidLots: 500, ask: 10010, askLots: 700 });
    step();
    const bought = manager.submit({ ...order, price: '100.10' });
    expect(bought.ok).toBe(true);
    manager.pump();
    expect(manager.order(bought.clOrdID)).toMatchObject({ ordStatus: 'Canceled', cumQty: '0.7' });
    expect(manager.positions()[0]).toMatchObject({ lots: 700, averagePrice: 100.1 });
  });
});

/** Writes a Book event into slot `slot` of a ring, as the native producer does. */
function writeBook(
  ring: EventRing,
  slot: number,
  top: { bid: number; bidLots: number; ask: number; askLots: number },
): void {
  const at = 256 + slot * 128;
  const view = new DataView(ring.memory.buffer, at, 128);
  view.setUint32(0, 0, true);
  view.setUint8(4, 1);
  view.setBigInt64(16, BigInt(Date.now()) * 1_000_000n, true);
  view.setFloat64(24, 1, true);
  [top.bid, top.bidLots, top.ask, top.askLots].forEach((value, index) => {
    view.setFloat64(32 + index * 8, value, true);
    view.setFloat64(64 + ([0, 8, 32, 40][index] ?? 0), value, true);
  });
  for (const offset of [80, 112]) view.setFloat64(offset, Number.NaN, true);
}

it('OrderSide has the words of the contract', () => {
  expect(OrderSide).toEqual({ BUY: 'BUY', SELL: 'SELL' });
});

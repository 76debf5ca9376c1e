import { expect, it } from 'vitest';
import { OrderType, TimeInForce } from '../../../src/domain/orders.js';
import {
  MatchingEngine,
  SelfTradePrevention,
  TradingPhase,
} from '../../../src/engine/matching-engine.js';

const BUY = 1;
const SELL = 2;

it('trades at the resting price, in time order, and says what is left', () => {
  const engine = new MatchingEngine();
  engine.submit({ id: 1, side: SELL, qty: 5, price: 100 });
  engine.submit({ id: 2, side: SELL, qty: 5, price: 100 });
  const events = engine.submit({ id: 3, side: BUY, qty: 7, price: 101 });
  expect(events.map((event) => [event.kind, event.other, event.qty, event.price])).toEqual([
    ['accepted', 0, 7, 101],
    ['trade', 1, 5, 100],
    ['trade', 2, 2, 100],
  ]);
  expect(engine.depth(SELL, 10)).toEqual([[100, 3]]);
  expect(engine.orderCount()).toBe(1);
});

it('refuses an id that lives, takes it again once it is gone', () => {
  const engine = new MatchingEngine();
  engine.submit({ id: 1, side: SELL, qty: 5, price: 100 });
  expect(() => engine.submit({ id: 1, side: BUY, qty: 5, price: 90 })).toThrow(
    expect.objectContaining({ code: 'HFT_ARGUMENT' }),
  );
  expect(engine.cancel(1)[0]?.kind).toBe('canceled');
  expect(engine.cancel(1)[0]).toMatchObject({ kind: 'cancelRejected', reason: 'unknownOrder' });
  expect(engine.submit({ id: 1, side: BUY, qty: 5, price: 90 })[0]?.kind).toBe('accepted');
});

it('triggers a stop by the trade that reaches it', () => {
  const engine = new MatchingEngine();
  engine.submit({ id: 1, side: BUY, qty: 5, price: 95 });
  engine.submit({ id: 2, side: BUY, qty: 1, price: 98 });
  engine.submit({ id: 3, side: SELL, qty: 4, ordType: OrderType.STOP, stopPx: 98 });
  const events = engine.submit({ id: 4, side: SELL, qty: 1, price: 98 });
  expect(events.map((event) => [event.kind, event.order, event.qty, event.price])).toEqual([
    ['accepted', 4, 1, 98],
    ['trade', 4, 1, 98],
    ['triggered', 3, 4, 98],
    ['trade', 3, 4, 95],
  ]);
});

it('keeps priority when only the quantity falls, and loses it when it grows', () => {
  const engine = new MatchingEngine();
  for (const id of [1, 2]) engine.submit({ id, side: SELL, qty: 5, price: 100 });
  expect(engine.replace(1, { qty: 4, price: 100, newId: 11 })[0]).toMatchObject({
    kind: 'replaced',
    order: 11,
    other: 1,
  });
  engine.replace(11, { qty: 6, price: 100 });
  const [, first] = engine.submit({ id: 3, side: BUY, qty: 1, price: 100 });
  expect(first?.other).toBe(2);
});

it('prevents self-trades as the taker asks', () => {
  const engine = new MatchingEngine();
  engine.submit({ id: 1, side: SELL, qty: 5, price: 100, owner: 9 });
  const selfTrade = SelfTradePrevention.CancelOldest;
  const events = engine.submit({ id: 2, side: BUY, qty: 5, price: 100, owner: 9, selfTrade });
  expect(events[1]).toMatchObject({ kind: 'canceled', order: 1, reason: 'selfTrade' });
  expect(engine.depth(BUY, 1)).toEqual([[100, 5]]);
});

it('trades an auction at the price of largest volume', () => {
  const engine = new MatchingEngine();
  engine.setPhase(TradingPhase.OpeningAuction);
  engine.submit({ id: 1, side: BUY, qty: 10, price: 102 });
  engine.submit({ id: 2, side: SELL, qty: 6, price: 99 });
  engine.submit({ id: 3, side: SELL, qty: 4, price: 101 });
  const events = engine.setPhase(TradingPhase.Continuous);
  expect(events.map((event) => [event.kind, event.qty, event.price])).toEqual([
    ['trade', 6, 101],
    ['trade', 4, 101],
    ['uncrossed', 10, 101],
    ['phaseChanged', TradingPhase.Continuous, 0],
  ]);
});

it('answers arguments that are none with typed errors, and stays as it was', () => {
  const engine = new MatchingEngine();
  const typed = expect.objectContaining({ code: 'HFT_ARGUMENT' });
  expect(() => engine.submit({ id: 1.5, side: BUY, qty: 1, price: 1 })).toThrow(typed);
  expect(() => engine.submit({ id: 1, side: BUY, qty: Number.NaN, price: 1 })).toThrow(typed);
  expect(() => engine.submit({ id: 1, side: BUY, qty: 1, price: 1, owner: -1 })).toThrow(typed);
  expect(() => engine.cancel(Number.POSITIVE_INFINITY)).toThrow(typed);
  expect(() => new MatchingEngine({ ordersMax: 0 })).toThrow(typed);
  expect(() => engine.setPosition(5000, 1)).toThrow(typed);
  expect(engine.orderCount()).toBe(0);
});

it('refuses orders beyond its capacity, and hands over more events than one drain holds', () => {
  const engine = new MatchingEngine({ ordersMax: 200 });
  for (let id = 1; id <= 200; id += 1) engine.submit({ id, side: SELL, qty: 1, price: 100 });
  expect(engine.submit({ id: 201, side: SELL, qty: 1, price: 100 })[0]?.reason).toBe('capacity');
  engine.cancel(200);
  const timeInForce = TimeInForce.IOC;
  const events = engine.submit({ id: 202, side: BUY, qty: 199, price: 100, timeInForce });
  expect(events).toHaveLength(200);
  expect(engine.orderCount()).toBe(0);
});

it('compares times to the nanosecond beyond 2^53', () => {
  const engine = new MatchingEngine();
  const expireTime = 1_723_161_256_299_000_001n;
  const timeInForce = TimeInForce.GTD;
  engine.advance(expireTime - 2n);
  engine.submit({ id: 1, side: BUY, qty: 1, price: 100, timeInForce, expireTime });
  expect(engine.advance(expireTime - 1n)).toEqual([]);
  expect(engine.advance(expireTime).map((event) => event.kind)).toEqual(['expired']);
});

it('takes times as numbers, and refuses what is no time', () => {
  const engine = new MatchingEngine();
  const typed = expect.objectContaining({ code: 'HFT_ARGUMENT' });
  const timeInForce = TimeInForce.GTD;
  engine.submit({ id: 1, side: BUY, qty: 1, price: 100, timeInForce, expireTime: 50 });
  expect(engine.advance(50)[0]?.kind).toBe('expired');
  for (const time of [-1, 1.5, Number.NaN, 2 ** 60, -1n, 2n ** 63n]) {
    expect(() => engine.advance(time)).toThrow(typed);
  }
});

import { describe, expect, it } from 'vitest';
import { Side } from '../../../../src/domain/vocabulary.js';
import { AvellanedaStoikov } from '../../../../src/strategies/avellaneda-stoikov.js';
import { SimpleMarketMaker } from '../../../../src/strategies/simple-market-maker.js';
import { FakeMarket, instrument } from '../fake-context.js';

const one = [instrument(0, 'AAA')];

function simple(parameters: Record<string, unknown> = {}): FakeMarket {
  return new FakeMarket(new SimpleMarketMaker(), {
    instruments: one,
    parameters: {
      halfSpreadTicks: 5,
      orderLots: 10,
      inventoryLotsMax: 20,
      skewTicks: 4,
      ...parameters,
    },
  });
}

describe('SimpleMarketMaker', () => {
  it('quotes both sides around the microprice', () => {
    const market = simple().book({ bid: 100, ask: 102 });

    expect(market.orders.calls).toEqual(['postOnly BUY 10 @ 96 #0', 'postOnly SELL 10 @ 106 #0']);
  });

  it('follows the market by moving, not by canceling', () => {
    const market = simple().book({ bid: 100, ask: 102 }).book({ bid: 110, ask: 112 });

    expect(market.orders.calls.slice(2)).toEqual(['move 1 to 10 @ 106', 'move 2 to 10 @ 116']);
    expect(market.orders.workingCount).toBe(2);
  });

  it('keeps its place in the queue where quotes would not change', () => {
    const market = simple().book({ bid: 100, ask: 102 });
    market.book({ bid: 100, ask: 102 }).book({ bid: 100, ask: 102 });

    expect(market.orders.calls).toHaveLength(2);
  });

  it('ignores a change smaller than moveTicksMin', () => {
    const market = simple({ moveTicksMin: 3 }).book({ bid: 100, ask: 102 });
    market.book({ bid: 102, ask: 104 });
    expect(market.orders.calls).toHaveLength(2);

    market.book({ bid: 103, ask: 105 });
    expect(market.orders.calls).toHaveLength(4);
  });

  it('leans against its inventory', () => {
    const market = simple().book({ bid: 100, ask: 102 });
    market.fill(market.orders.open(Side.Buy)[0], 10).book({ bid: 100, ask: 102 });

    // Half of the maximum: both quotes shift down by half of 4 ticks.
    expect(market.orders.open(Side.Buy)[0]).toMatchObject({ ticks: 94, lots: 10 });
    expect(market.orders.open(Side.Sell)[0]).toMatchObject({ ticks: 104, lots: 10 });
  });

  it('never quotes beyond its inventory limit', () => {
    const market = simple().book({ bid: 100, ask: 102 });
    market.positions.set(0, 15);
    market.book({ bid: 100, ask: 102 });
    expect(market.orders.leavesLots(market.orders.open(Side.Buy)[0]?.clOrdID ?? 0)).toBe(5);

    market.positions.set(0, 20);
    market.book({ bid: 100, ask: 102 });
    expect(market.orders.open(Side.Buy)).toEqual([]);
    expect(market.orders.open(Side.Sell)).toHaveLength(1);
  });

  it('counts what has filled of a moved order once', () => {
    const market = simple().book({ bid: 100, ask: 102 });
    market.fill(market.orders.open(Side.Buy)[0], 4).book({ bid: 90, ask: 92 });

    const [bid] = market.orders.open(Side.Buy);
    // 4 are filled and 10 may follow: together the order is of 14.
    expect(bid).toMatchObject({ lots: 14, cumLots: 4 });
  });

  it('never quotes through the touch', () => {
    const market = simple({ halfSpreadTicks: 0.5, skewTicks: 100 });
    market.positions.set(0, -19);
    market.book({ bid: 100, ask: 102 });

    expect(market.orders.open(Side.Buy)[0]?.ticks).toBe(101);
    market.positions.set(0, 19);
    market.book({ bid: 100, ask: 102 });
    expect(market.orders.open(Side.Sell)[0]?.ticks).toBe(101);
  });

  it.each([
    ['is not trusted', { bid: 100, ask: 102, isTrusted: false }],
    ['has no bid', { bid: Number.NaN, ask: 102 }],
    ['has no ask', { bid: 100, ask: Number.NaN }],
  ])('withdraws where the book %s', (_name, touch) => {
    const market = simple().book({ bid: 100, ask: 102 }).book(touch);

    expect(market.orders.workingCount).toBe(0);
    market.book(touch);
    expect(market.orders.calls).toHaveLength(4);
  });

  it('leaves an order alone while its change waits for an answer', () => {
    const market = simple().book({ bid: 100, ask: 102 });
    market.orders.pending.add(1).add(2);
    market.book({ bid: 110, ask: 112 });

    expect(market.orders.calls).toHaveLength(2);
  });

  it('asks again after a refusal, but not for every book', () => {
    const market = simple();
    market.orders.isRefusing = true;
    const asked = (seconds: number) => {
      const before = market.orders.calls.length;
      for (let i = 0; i < 100 * seconds; i += 1) market.wait(0.01).book({ bid: 100, ask: 102 });
      return market.orders.calls.length - before;
    };
    // Each side at once, and 0.1, 0.3, 0.7, 1.5, 3.1, 6.3 s later; then every five seconds.
    expect(asked(10)).toBe(2 * 7);
    expect(asked(50)).toBe(2 * 10);

    market.orders.isRefusing = false;
    expect(asked(5)).toBe(2);
    expect(market.orders.workingCount).toBe(2);
  });

  it('takes a quote out that it may not move', () => {
    const market = simple().book({ bid: 100, ask: 102 });
    market.orders.isRefusing = true;
    market.book({ bid: 110, ask: 112 }).book({ bid: 120, ask: 122 });

    expect(market.orders.calls.slice(2)).toEqual([
      'move 1 to 10 @ 106',
      'cancel 1',
      'move 2 to 10 @ 116',
      'cancel 2',
    ]);
    expect(market.orders.workingCount).toBe(0);
  });

  it('notes what it decides on', () => {
    const market = simple().book({ bid: 100, ask: 102, bidLots: 30, askLots: 10 });

    expect(market.notes.get('fair')).toBe(101.5);
    expect(market.notes.get('position')).toBe(0);
  });
});

describe('AvellanedaStoikov', () => {
  const parameters = {
    riskAversion: 0.1,
    fillDecay: 0.5,
    horizonSeconds: 2,
    volatilityHalfLifeSeconds: 10,
    orderLots: 10,
    inventoryLotsMax: 50,
  };
  /** A market that jumps by `size` ticks each second, up and down. */
  function warm(size: number, seconds = 200): FakeMarket {
    const market = new FakeMarket(new AvellanedaStoikov(), { instruments: one, parameters });
    for (let i = 0; i < seconds; i += 1) {
      const shift = i % 2 === 0 ? 0 : size;
      market.wait(1).book({ bid: 1000 + shift, ask: 1002 + shift });
    }
    return market;
  }

  it('waits until it knows the variance', () => {
    const market = new FakeMarket(new AvellanedaStoikov(), { instruments: one, parameters });
    for (let i = 0; i < 5; i += 1) market.wait(1).book({ bid: 1000 + i, ask: 1002 + i });
    expect(market.orders.calls).toEqual([]);

    for (let i = 0; i < 5; i += 1) market.wait(1).book({ bid: 1000 + i, ask: 1002 + i });
    expect(market.orders.workingCount).toBe(2);
  });

  it('estimates the variance a second', () => {
    expect(warm(3).notes.get('variance')).toBeCloseTo(9, 2);
  });

  it('quotes at the distance of the paper', () => {
    // gamma sigma^2 tau / 2 = 0.1 * 9 * 2 / 2 = 0.9; ln(1 + 0.1 / 0.5) / 0.1 = 1.823.
    expect(warm(3).notes.get('halfSpread')).toBeCloseTo(0.9 + Math.log(1.2) / 0.1, 2);
  });

  it('moves its reservation price away from its inventory, more so in a wild market', () => {
    const shiftOf = (size: number) => {
      const market = warm(size);
      market.positions.set(0, 20);
      market.book({ bid: 1000 + size, ask: 1002 + size });
      return (market.notes.get('reservation') ?? 0) - (1001 + size);
    };

    // q = 2: shift = 2 * 0.1 * sigma^2 * 2.
    expect(shiftOf(3)).toBeCloseTo(-3.6, 2);
    expect(shiftOf(6)).toBeCloseTo(-14.4, 1);
  });

  it('never quotes beyond its inventory limit', () => {
    const market = warm(3);
    market.positions.set(0, 50);
    market.book({ bid: 1000, ask: 1002 });

    expect(market.orders.open(Side.Buy)).toEqual([]);
    expect(market.orders.open(Side.Sell)).toHaveLength(1);
  });

  it('withdraws where the book is not trusted, and takes no return from the gap', () => {
    const market = warm(3);
    const variance = market.notes.get('variance') ?? 0;
    market.book({ bid: 1, ask: 2, isTrusted: false });
    expect(market.orders.workingCount).toBe(0);

    market.wait(60).book({ bid: 5000, ask: 5002 });
    expect(market.orders.workingCount).toBe(2);
    expect(market.notes.get('variance')).toBeCloseTo(variance, 9);
  });

  it('limits its spread in a wild market', () => {
    const market = warm(500);

    expect(market.notes.get('halfSpread')).toBe(100);
  });
});

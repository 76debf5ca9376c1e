import { describe, expect, it } from 'vitest';
import { Side } from '../../../../src/domain/vocabulary.js';
import { CrossVenueArbitrage } from '../../../../src/strategies/cross-venue-arbitrage.js';
import { Momentum } from '../../../../src/strategies/momentum.js';
import { PairsMeanReversion } from '../../../../src/strategies/pairs-mean-reversion.js';
import { FakeMarket, instrument, type Touch } from '../fake-context.js';

describe('Momentum', () => {
  const parameters = {
    fastSamples: 3,
    slowSamples: 10,
    entry: 2,
    exit: 0.5,
    positionLots: 5,
    stopTicks: 40,
  };
  const at = (mid: number): Touch => ({ bid: mid - 1, ask: mid + 1 });
  /** A quiet market that has seen enough. */
  function quiet(): FakeMarket {
    const market = new FakeMarket(new Momentum(), {
      instruments: [instrument(0, 'AAA')],
      parameters,
    });
    for (let i = 0; i < 30; i += 1) market.wait(1).book(at(10_000 + (i % 2 === 0 ? 1 : -1)));
    return market;
  }
  const rise = (market: FakeMarket, from: number, step: number, count: number) => {
    for (let i = 1; i <= count; i += 1)
      market
        .wait(1)
        .book(at(from + i * step))
        .settle();
  };

  it('stays out of a quiet market', () => {
    expect(quiet().orders.calls).toEqual([]);
  });

  it('goes long in a rise, at the ask and not beyond its slippage', () => {
    const market = quiet();
    rise(market, 10_000, 10, 6);

    expect(market.lots(0)).toBe(5);
    expect(market.orders.all).toHaveLength(1);
    const [order] = market.orders.all;
    expect(order).toMatchObject({ kind: 'limit', side: Side.Buy, lots: 5 });
  });

  it('goes short in a fall', () => {
    const market = quiet();
    rise(market, 10_000, -10, 6);

    expect(market.lots(0)).toBe(-5);
  });

  it('goes out when the trend fades', () => {
    const market = quiet();
    rise(market, 10_000, 10, 6);
    rise(market, 10_060, 0, 30);

    expect(market.lots(0)).toBe(0);
  });

  it('goes out at once when the stop is reached, and not back in at once', () => {
    const market = quiet();
    rise(market, 10_000, 10, 6);
    market.book(at(10_020)).settle();
    expect(market.lots(0)).toBe(0);

    market.wait(1).book(at(10_080)).settle();
    expect(market.lots(0)).toBe(0);
  });

  it('sends no second order while one is in flight', () => {
    const market = quiet();
    for (let i = 1; i <= 10; i += 1) market.wait(1).book(at(10_000 + i * 10));

    expect(market.orders.all).toHaveLength(1);
  });

  it('completes a position that was filled in part', () => {
    const market = quiet();
    for (let i = 1; i <= 10; i += 1)
      market
        .wait(1)
        .book(at(10_000 + i * 10))
        .settle(2);

    expect(market.lots(0)).toBe(5);
    expect(market.orders.all.map(({ lots }) => lots)).toEqual([5, 3, 1]);
  });

  it('does nothing on a book that is not trusted', () => {
    const market = quiet();
    for (let i = 1; i <= 10; i += 1) {
      market.wait(1).book({ ...at(10_000 + i * 10), isTrusted: false });
    }

    expect(market.orders.calls).toEqual([]);
  });

  it('refuses an exit that is not below the entry', () => {
    const options = { instruments: [instrument(0, 'AAA')], parameters: { entry: 1, exit: 1 } };

    expect(() => new FakeMarket(new Momentum(), options)).toThrow(/exit: expected less than entry/);
  });
});

describe('PairsMeanReversion', () => {
  const legs = [instrument(0, 'AAA'), instrument(1, 'BBB')];
  const parameters = {
    windowSamples: 20,
    entry: 2,
    exit: 0.5,
    stop: 4,
    firstLots: 10,
    hedgeRatio: 1,
  };
  const at = (mid: number): Touch => ({ bid: mid - 1, ask: mid + 1 });
  function quiet(): FakeMarket {
    const market = new FakeMarket(new PairsMeanReversion(), { instruments: legs, parameters });
    for (let i = 0; i < 25; i += 1) step(market, 10_000 + (i % 2 === 0 ? 5 : -5));
    return market;
  }
  /** A second in which the first leg stands at `first` and the second at 5,000. */
  function step(market: FakeMarket, first: number, lotsMax?: number): void {
    market.wait(1).book(at(first), 0).settle(lotsMax).book(at(5000), 1).settle(lotsMax);
  }

  it('stays out near the mean', () => {
    expect(quiet().orders.calls).toEqual([]);
  });

  it('sells the rich leg and buys the other by value', () => {
    const market = quiet();
    step(market, 10_013);

    expect([market.lots(0), market.lots(1)]).toEqual([-10, 20]);
  });

  it('buys the cheap leg and sells the other', () => {
    const market = quiet();
    step(market, 9_987);

    expect([market.lots(0), market.lots(1)]).toEqual([10, -20]);
  });

  it('closes both legs when the spread is back', () => {
    const market = quiet();
    step(market, 10_013);
    step(market, 10_000);

    expect([market.lots(0), market.lots(1)]).toEqual([0, 0]);
  });

  it('gives up a spread that runs away, and stays out until it is back', () => {
    const market = quiet();
    step(market, 10_013);
    step(market, 10_200);
    expect([market.lots(0), market.lots(1)]).toEqual([0, 0]);

    step(market, 10_200);
    expect(market.lots(0)).toBe(0);
  });

  it('asks for a refused leg again after a pause', () => {
    const market = quiet();
    market.orders.isRefusing = true;
    market.wait(1).book(at(10_013), 0);
    for (let i = 0; i < 90; i += 1) market.wait(0.01).book(at(10_013), 0).book(at(5000), 1);

    // 0.1, 0.3 and 0.7 seconds after the first one.
    expect(market.orders.calls).toHaveLength(4);
  });

  it('hedges what the first leg really filled', () => {
    const market = quiet();
    market.wait(1).book(at(10_013), 0).settle(3).book(at(5000), 1);
    const hedge = market.orders.open().find(({ instrumentId }) => instrumentId === 1);
    expect(hedge).toMatchObject({ side: Side.Buy, lots: 6 });

    market.settle().book(at(5000), 1).settle();
    expect([market.lots(0), market.lots(1)]).toEqual([-10, 20]);
  });

  it('does nothing while one of the books is not trusted', () => {
    const market = quiet();
    market
      .wait(1)
      .book({ ...at(5000), isTrusted: false }, 1)
      .book(at(10_013), 0);

    expect(market.orders.calls).toEqual([]);
  });

  it('finds its legs by name', () => {
    const market = new FakeMarket(new PairsMeanReversion(), {
      instruments: [...legs, instrument(2, 'CCC')],
      parameters: { ...parameters, first: 'CCC', second: 'venue1:BBB' },
    });
    for (let i = 0; i < 25; i += 1) {
      market
        .wait(1)
        .book(at(10_000 + (i % 2 === 0 ? 5 : -5)), 2)
        .book(at(5000), 1);
    }
    market.wait(1).book(at(10_013), 2);

    expect(market.orders.open()[0]).toMatchObject({ instrumentId: 2, side: Side.Sell });
  });

  it('refuses one instrument for both legs, and thresholds out of order', () => {
    const make = (more: object) =>
      new FakeMarket(new PairsMeanReversion(), {
        instruments: legs,
        parameters: { ...parameters, ...more },
      });

    expect(() => make({ first: 'BBB' })).toThrow(/two instruments/);
    expect(() => make({ stop: 1 })).toThrow(/exit < entry < stop/);
  });
});

describe('CrossVenueArbitrage', () => {
  // The second venue counts in tenths of a unit.
  const venues = [instrument(0, 'AAA'), instrument(1, 'AAA', 1)];
  const parameters = {
    first: 'venue0:AAA',
    second: 'venue1:AAA',
    edgeBps: 5,
    feesBps: 10,
    quantityMax: 8,
    positionMax: 20,
  };
  function market(more: object = {}): FakeMarket {
    return new FakeMarket(new CrossVenueArbitrage(), {
      instruments: venues,
      parameters: { ...parameters, ...more },
    });
  }
  const cheap: Touch = { bid: 9990, ask: 10_000, bidLots: 50, askLots: 50 };
  const dear: Touch = { bid: 10_020, ask: 10_030, bidLots: 500, askLots: 500 };

  it('buys where it is cheap and sells where it is dear, in the lots of each venue', () => {
    const subject = market().book(cheap, 0).book(dear, 1);

    expect(subject.orders.calls).toEqual(['limit BUY 8 @ 10000 #0', 'limit SELL 80 @ 10020 #1']);
    expect(subject.notes.get('edgeBps')).toBeCloseTo(10, 9);
  });

  it('does so the other way round', () => {
    const subject = market().book(dear, 0).book(cheap, 1);

    expect(subject.orders.calls).toEqual(['limit BUY 50 @ 10000 #1', 'limit SELL 5 @ 10020 #0']);
  });

  it('leaves a difference alone that does not pay for fees and edge', () => {
    const subject = market()
      .book(cheap, 0)
      .book({ ...dear, bid: 10_014 }, 1);

    expect(subject.orders.calls).toEqual([]);
  });

  it('trades no more than both touches show', () => {
    const subject = market()
      .book({ ...cheap, askLots: 3 }, 0)
      .book(dear, 1);

    expect(subject.orders.all.map(({ lots }) => lots)).toEqual([3, 30]);
  });

  it('trades whole units of the coarser venue only', () => {
    const subject = market()
      .book(cheap, 0)
      .book({ ...dear, bidLots: 27 }, 1);

    expect(subject.orders.all.map(({ lots }) => lots)).toEqual([2, 20]);
  });

  it('stops at the position limit of either venue', () => {
    const subject = market();
    subject.positions.set(0, 15).set(1, -150);
    subject.book(cheap, 0).book(dear, 1);
    expect(subject.orders.all.map(({ lots }) => lots)).toEqual([5, 50]);

    subject.settle().book(dear, 1);
    expect(subject.orders.all).toHaveLength(2);
  });

  it('begins nothing while an order is in flight', () => {
    const subject = market().book(cheap, 0).book(dear, 1).book(dear, 1).book(cheap, 0);

    expect(subject.orders.all).toHaveLength(2);
  });

  it('hedges a leg that stayed alone, where the price is better', () => {
    const subject = market().book(cheap, 0).book(dear, 1);
    const [bought, sold] = subject.orders.all;
    subject.fill(bought, 8);
    if (sold !== undefined) sold.isWorking = false;
    subject.book({ ...dear, bid: 9_995, ask: 10_005 }, 1);

    // 5 bps beyond a bid of 9,995, at the venue that pays it.
    expect(subject.orders.calls.at(-1)).toBe('limit SELL 80 @ 9991 #1');
    subject.settle();
    expect(subject.lots(0) * 10 + subject.lots(1)).toBe(0);
  });

  it('sends no second leg where the first was refused', () => {
    const subject = market();
    subject.orders.isRefusing = true;
    subject.book(cheap, 0).book(dear, 1);

    expect(subject.orders.calls).toEqual(['limit BUY 8 @ 10000 #0']);
    subject.wait(0.05).book(cheap, 0).book(dear, 1);
    expect(subject.orders.calls).toHaveLength(1);
    subject.wait(0.05).book(dear, 1);
    expect(subject.orders.calls).toHaveLength(2);
  });

  it('trades on no book that is old or not trusted', () => {
    const old = market().book(cheap, 0).wait(2).book(dear, 1);
    const broken = market()
      .book({ ...cheap, isTrusted: false }, 0)
      .book(dear, 1);

    expect(old.orders.calls).toEqual([]);
    expect(broken.orders.calls).toEqual([]);
  });
});

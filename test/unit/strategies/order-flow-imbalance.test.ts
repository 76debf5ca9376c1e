import { describe, expect, it } from 'vitest';
import type { BookView } from '../../../src/domain/views.js';
import { OrderFlowImbalance } from '../../../src/strategies/order-flow-imbalance.js';

const instrument = { id: 0, symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 };

/** A book of one level a side; only what the strategy reads. */
function book(top: {
  bid: [number, number];
  ask: [number, number];
  isTrusted?: boolean;
}): BookView {
  const [bidTicks, bidLots] = top.bid;
  const [askTicks, askLots] = top.ask;
  const isTrusted = top.isTrusted ?? true;
  return { instrument, bidTicks, bidLots, askTicks, askLots, isTrusted } as BookView;
}

function strategy(): OrderFlowImbalance {
  const made = new OrderFlowImbalance({ halfLifeUpdates: 10 });
  made.onInstrument(instrument);
  return made;
}

describe('OrderFlowImbalance', () => {
  it('has no opinion after the first book', () => {
    const subject = strategy();

    subject.onBook(book({ bid: [100, 5], ask: [101, 5] }));

    expect(subject.signal(0)).toBe(0);
  });

  it('rises when the bid gets larger, by the size that joined', () => {
    const subject = strategy();
    subject.onBook(book({ bid: [100, 5], ask: [101, 5] }));

    subject.onBook(book({ bid: [100, 8], ask: [101, 5] }));

    // Flow 3 over |3| plus the touch, which moved from 5 towards 6.5 by its weight.
    const depth = 5 * 0.5 ** 0.1 + 6.5 * (1 - 0.5 ** 0.1);
    expect(subject.signal(0)).toBeCloseTo(3 / (3 + depth), 12);
  });

  it('rises when the ask is taken out and falls when the bid is', () => {
    const up = strategy();
    up.onBook(book({ bid: [100, 5], ask: [101, 5] }));
    up.onBook(book({ bid: [100, 5], ask: [102, 5] }));
    const down = strategy();
    down.onBook(book({ bid: [100, 5], ask: [101, 5] }));
    down.onBook(book({ bid: [99, 5], ask: [101, 5] }));

    expect(up.signal(0)).toBeGreaterThan(0);
    expect(down.signal(0)).toBe(-up.signal(0));
  });

  it('stays within -1 and 1', () => {
    const subject = strategy();
    for (let bid = 1; bid < 1000; bid += 1) {
      subject.onBook(book({ bid: [bid, 1e9], ask: [bid + 1, 1] }));
    }

    expect(subject.signal(0)).toBeLessThan(1);
    expect(subject.signal(0)).toBeGreaterThan(0.9);
  });

  it('forgets when the book is not trusted', () => {
    const subject = strategy();
    subject.onBook(book({ bid: [100, 5], ask: [101, 5] }));
    subject.onBook(book({ bid: [100, 9], ask: [101, 5] }));

    subject.onBook(book({ bid: [100, 9], ask: [101, 5], isTrusted: false }));

    expect(subject.signals()).toEqual([{ symbol: 'BTCUSDT', value: 0, updates: 0 }]);
  });

  it('forgets when the ticks of the instrument change', () => {
    const subject = strategy();
    subject.onBook(book({ bid: [100, 5], ask: [101, 5] }));
    subject.onBook(book({ bid: [100, 9], ask: [101, 5] }));

    subject.onInstrument({ ...instrument, priceDecimals: 3 });

    expect(subject.signal(0)).toBe(0);
  });

  it('keeps instruments apart, however many', () => {
    const subject = strategy();
    subject.onInstrument({ ...instrument, id: 500, symbol: 'ETHUSDT' });
    subject.onBook(book({ bid: [100, 5], ask: [101, 5] }));
    subject.onBook(book({ bid: [100, 9], ask: [101, 5] }));

    expect(subject.signal(500)).toBe(0);
    expect(subject.signal(0)).toBeGreaterThan(0);
  });
});

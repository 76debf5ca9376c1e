import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Side } from '../../../src/domain/vocabulary.js';
import { OrderBook } from '../../../src/engine/order-book.js';

/** The obvious book: two maps, sorted when asked. */
class ReferenceBook {
  readonly #sides = {
    [Side.Buy]: new Map<number, number>(),
    [Side.Sell]: new Map<number, number>(),
  };

  setLevel(side: 1 | 2, price: number, qty: number): void {
    if (qty === 0) this.#sides[side].delete(price);
    else this.#sides[side].set(price, qty);
  }
  depth(side: 1 | 2, levels: number): [number, number][] {
    const sign = side === Side.Buy ? -1 : 1;
    return [...this.#sides[side]].sort((a, b) => sign * (a[0] - b[0])).slice(0, levels);
  }
}

const operation = fc.record({
  side: fc.constantFrom<1 | 2>(Side.Buy, Side.Sell),
  price: fc.oneof(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: -1e12, max: 1e12 }),
    fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, -1),
  ),
  qty: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
});

describe('OrderBook', () => {
  it('equals a plain reference model after every operation', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const book = new OrderBook({ priceDecimals: 0, qtyDecimals: 0 });
        const reference = new ReferenceBook();
        for (const { side, price, qty } of operations) {
          book.setLevel(side, price, qty);
          reference.setLevel(side, price, qty);
          expect(book.depthTicks(Side.Buy, 5)).toEqual(reference.depth(Side.Buy, 5));
          expect(book.depthTicks(Side.Sell, 5)).toEqual(reference.depth(Side.Sell, 5));
          expect(book.bestBidTicks()).toEqual(reference.depth(Side.Buy, 1)[0]);
          expect(book.bestAskTicks()).toEqual(reference.depth(Side.Sell, 1)[0]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has equal state hashes for equal levels, whatever their order', () => {
    const one = new OrderBook({ priceDecimals: 2, qtyDecimals: 3 });
    const two = new OrderBook({ priceDecimals: 2, qtyDecimals: 3 });
    for (let i = 0; i < 50; i += 1) one.setLevel(Side.Buy, 1000 - i, i + 1);
    for (let i = 49; i >= 0; i -= 1) two.setLevel(Side.Buy, 1000 - i, i + 1);
    expect(one.stateHash()).toBe(two.stateHash());
    two.setLevel(Side.Buy, 990, 999);
    expect(one.stateHash()).not.toBe(two.stateHash());
  });

  it('gives prices and statistics for people', () => {
    const book = new OrderBook({ priceDecimals: 2, qtyDecimals: 1 });
    book.setLevel(Side.Buy, 10000, 30);
    book.setLevel(Side.Sell, 10010, 10);
    book.setLevel(Side.Sell, 10020, 10);
    expect(book.bestBid()).toEqual([100, 3]);
    expect(book.mid()).toBeCloseTo(100.05, 10);
    expect(book.microprice()).toBeCloseTo((100 * 1 + 100.1 * 3) / 4, 10);
    expect(book.imbalance(1)).toBeCloseTo(0.5, 10);
    expect(book.vwapToSize(Side.Buy, 20)).toBeCloseTo(100.15, 10);
    expect(book.vwapToSize(Side.Buy, 21)).toBeNaN();
    expect(book.isCrossed()).toBe(false);
    book.setLevel(Side.Sell, 9990, 1);
    expect(book.isCrossed()).toBe(true);
  });

  it('refuses a level beyond its capacity and stays as it was', () => {
    const book = new OrderBook({ priceDecimals: 0, qtyDecimals: 0, levelsMax: 2 });
    book.setLevel(Side.Buy, 1, 1);
    book.setLevel(Side.Buy, 2, 1);
    expect(() => book.setLevel(Side.Buy, 3, 1)).toThrow(
      expect.objectContaining({ code: 'HFT_CAPACITY' }),
    );
    expect(book.depthTicks(Side.Buy, 9)).toEqual([
      [2, 1],
      [1, 1],
    ]);
  });
});

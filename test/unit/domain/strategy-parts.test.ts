import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarBuilder } from '../../../src/domain/bars.js';
import { SeededRandom } from '../../../src/domain/seeded-random.js';
import { SignalBoard } from '../../../src/domain/signals.js';
import { Strategy } from '../../../src/domain/strategy.js';
import type { JsonValue, StrategyContext } from '../../../src/domain/strategy-context.js';
import { KeyedState } from '../../../src/domain/strategy-state.js';

interface Bar {
  start: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
}

function builder(kind: 'time' | 'trades' | 'volume', size: number) {
  const bars: Bar[] = [];
  const made = new BarBuilder({ instrumentId: 0, kind, size }, (bar) => {
    bars.push({
      start: bar.startNs,
      open: bar.openTicks,
      high: bar.highTicks,
      low: bar.lowTicks,
      close: bar.closeTicks,
      volume: bar.volumeLots,
      trades: bar.trades,
    });
  });
  return { made, bars };
}

describe('bars', () => {
  it('of time begin at whole multiples and end with the first event after', () => {
    const { made, bars } = builder('time', 1);
    made.onTrade(1_500_000, 10, 1);
    made.onTrade(1_900_000, 12, 2);
    made.onTrade(1_999_999, 9, 3);
    made.onTrade(2_000_000, 11, 4);
    expect(bars).toEqual([
      { start: 1_000_000, open: 10, high: 12, low: 9, close: 9, volume: 6, trades: 3 },
    ]);

    made.onTime(2_999_999);
    expect(bars).toHaveLength(1);
    made.onTime(9_000_000);
    expect(bars[1]).toEqual({
      start: 2_000_000,
      open: 11,
      high: 11,
      low: 11,
      close: 11,
      volume: 4,
      trades: 1,
    });
    made.onTime(20_000_000);
    expect(bars).toHaveLength(2);
  });

  it('of trades and of volume end when they are full', () => {
    const trades = builder('trades', 2);
    const volume = builder('volume', 10);
    for (let i = 0; i < 5; i += 1) {
      trades.made.onTrade(i, 100 + i, 4);
      volume.made.onTrade(i, 100 + i, 4);
    }

    expect(trades.bars.map(({ open, close }) => [open, close])).toEqual([
      [100, 101],
      [102, 103],
    ]);
    expect(volume.bars.map((bar) => bar.volume)).toEqual([12]);
  });

  it('lose no trade and no lot, whatever the trades', () => {
    const trade = fc.record({
      wait: fc.nat(5_000_000),
      ticks: fc.integer({ min: 1, max: 1000 }),
      lots: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(
        fc.array(trade, { maxLength: 60 }),
        fc.constantFrom('time' as const, 'trades' as const, 'volume' as const),
        fc.integer({ min: 1, max: 20 }),
        (trades, kind, size) => {
          const { made, bars } = builder(kind, size);
          let now = 0;
          for (const { wait, ticks, lots } of trades) {
            now += wait;
            made.onTrade(now, ticks, lots);
          }
          made.flush();
          const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

          expect(sum(bars.map((bar) => bar.trades))).toBe(trades.length);
          expect(sum(bars.map((bar) => bar.volume))).toBe(sum(trades.map(({ lots }) => lots)));
          for (const bar of bars) {
            expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
            expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
          }
        },
      ),
    );
  });

  it('of no size are refused', () => {
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(() => builder('time', size)).toThrow(/whole number above zero/);
    }
  });
});

describe('seeded random numbers', () => {
  it('are equal for equal seeds and differ for others', () => {
    const draw = (seed: number) => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };

    expect(draw(7)).toEqual(draw(7));
    expect(new Set([draw(7)[0], draw(8)[0], draw(7 + 2 ** 32)[0], draw(-7)[0]]).size).toBe(4);
  });

  it('never change: recorded runs rest on them', () => {
    const random = new SeededRandom(1);

    expect(Array.from({ length: 3 }, () => random.integer(0, 999_999))).toMatchInlineSnapshot(`
      [
        6048,
        924707,
        757730,
      ]
    `);
  });

  it('are spread evenly', () => {
    const random = new SeededRandom(5);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      const index = random.integer(0, 9);
      counts[index] = (counts[index] ?? 0) + 1;
    }

    // Chi-squared with 9 degrees of freedom is above 33.7 once in 10,000 seeds.
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(33.7);
  });

  it('that are normal have mean 0, deviation 1 and the right tails', () => {
    const random = new SeededRandom(9);
    const values = Array.from({ length: 100_000 }, () => random.normal());
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const beyond = values.filter((value) => Math.abs(value) > 1.96).length / values.length;

    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(beyond).toBeCloseTo(0.05, 2);
  });

  it('stay in their range', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: -1000, max: 1000 }),
        fc.nat(1000),
        (seed, min, span) => {
          const value = new SeededRandom(seed).integer(min, min + span);
          expect(value >= min && value <= min + span && Number.isInteger(value)).toBe(true);
        },
      ),
    );
    expect(() => new SeededRandom(1.5)).toThrow(/a seed is a whole number/);
    expect(() => new SeededRandom(1).integer(2, 1)).toThrow(/no whole number lies/);
  });
});

describe('kept state', () => {
  it('gives back copies of what it was given', () => {
    const state = new KeyedState();
    const value = { list: [1, 2] };
    state.set('a', value);
    value.list.push(3);

    expect(state.get('a')).toEqual({ list: [1, 2] });
    expect(state.get('b')).toBeUndefined();
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', [Number.POSITIVE_INFINITY]],
    ['undefined', { a: undefined }],
    ['a bigint', 5n],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a date', new Date(0)],
    ['a map', new Map()],
  ])('refuses %s', (_name, value) => {
    expect(() => new KeyedState().set('a', value as unknown as JsonValue)).toThrow(/state\.a/);
  });

  it('refuses cycles', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;

    expect(() => new KeyedState().set('a', cycle as JsonValue)).toThrow(/in a cycle/);
  });

  it('stays as it was where a value is too large, alone or with the rest', () => {
    const state = new KeyedState({ valueBytesMax: 20, totalBytesMax: 30 });
    state.set('a', 'x'.repeat(15));

    expect(() => state.set('b', 'x'.repeat(30))).toThrow(/limit 20/);
    expect(() => state.set('b', 'x'.repeat(15))).toThrow(/limit 30/);
    expect(() => state.set('', 1)).toThrow(/1 to 256 characters/);
    expect(state.keys()).toEqual(['a']);
    state.set('a', 1);
    state.set('b', 'x'.repeat(15));
    expect(state.keys()).toEqual(['a', 'b']);
  });

  it('is restored from its text, and equal state has equal text', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }), fc.jsonValue()),
        (given) => {
          const state = new KeyedState();
          for (const [key, value] of Object.entries(given)) state.set(key, value as JsonValue);
          const again = KeyedState.restore(state.serialise());

          expect(again.serialise()).toBe(state.serialise());
          expect(again.keys()).toEqual(state.keys());
        },
      ),
    );
    for (const text of ['', '[]', 'null', '{']) {
      expect(() => KeyedState.restore(text)).toThrow(/kept state/);
    }
  });

  it('counts changes, and deletes once', () => {
    const state = new KeyedState();
    state.set('a', 1);
    expect([state.delete('a'), state.delete('a'), state.revision]).toEqual([true, false, 2]);
  });
});

describe('signals', () => {
  it('are one a name, in the order in which they were named, NaN until set', () => {
    const board = new SignalBoard();
    const fair = board.signal('fair');
    board.signal('edge').value = 2;
    expect(fair.value).toBeNaN();
    board.signal('fair').value = 1;

    expect(fair.value).toBe(1);
    expect(board.all.map(({ name, value }) => [name, value])).toEqual([
      ['fair', 1],
      ['edge', 2],
    ]);
  });

  it('are at most 64, with names', () => {
    const board = new SignalBoard();
    for (let i = 0; i < 64; i += 1) board.signal(`s${i}`);

    expect(() => board.signal('more')).toThrow(/at most 64 signals/);
    expect(() => board.signal('')).toThrow(/1 to 64 characters/);
    expect(board.signal('s3')).toBe(board.all[3]);
  });
});

describe('Strategy', () => {
  it('has no context before an engine gives it one, and then only one', () => {
    const strategy = new Strategy();
    expect(() => strategy.context).toThrow(/no context before onStart/);

    strategy.attach({ strategyId: 'one' } as StrategyContext);
    expect(strategy.context.strategyId).toBe('one');
    expect(() => strategy.attach({ strategyId: 'two' } as StrategyContext)).toThrow(/already runs/);
  });
});

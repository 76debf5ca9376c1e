import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/domain/seeded-random.js';
import { indicatorFactory as make } from '../../../../src/strategies/indicators/factory.js';
import { top, walk } from './series.js';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const squares = (values: readonly number[]) => {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
};
const last = (values: readonly number[], end: number, count: number) =>
  values.slice(end - count + 1, end + 1);

describe('indicators against plain recomputation', () => {
  it.each([11, 12, 13])('z-score is that of its window, seed %i', (seed) => {
    const values = walk(seed, 2000);
    const subject = make.zScore(20);
    values.forEach((value, i) => {
      const found = subject.update(value);
      if (i < 19) {
        expect(found).toBeNaN();
        return;
      }
      const window = last(values, i, 20);
      const deviation = Math.sqrt(squares(window) / 20);
      expect(found).toBeCloseTo(deviation === 0 ? 0 : (value - mean(window)) / deviation, 7);
    });
  });

  it.each([21, 22])('realised volatility is that of the log returns, seed %i', (seed) => {
    const values = walk(seed, 2000);
    const returns = values.slice(1).map((value, i) => Math.log(value / (values[i] ?? 1)));
    const subject = make.realisedVolatility({ period: 30, periodsPerYear: 252 });
    values.forEach((value, i) => {
      const found = subject.update(value);
      expect(subject.isReady).toBe(i >= 30);
      if (i < 30) return;
      const window = last(returns, i - 1, 30);
      expect(found).toBeCloseTo(Math.sqrt((squares(window) / 29) * 252), 9);
    });
  });

  it.each([31, 32, 33])('order-flow imbalance is the sum over its window, seed %i', (seed) => {
    const random = new SeededRandom(seed);
    const tops = Array.from({ length: 1000 }, () => {
      const bid = random.integer(95, 100);
      return top(bid, random.integer(1, 50), bid + random.integer(1, 3), random.integer(1, 50));
    });
    const flows = tops.slice(1).map((now, i) => {
      const before = tops[i] ?? now;
      return (
        (now.bidTicks >= before.bidTicks ? now.bidLots : 0) -
        (now.bidTicks <= before.bidTicks ? before.bidLots : 0) -
        (now.askTicks <= before.askTicks ? now.askLots : 0) +
        (now.askTicks >= before.askTicks ? before.askLots : 0)
      );
    });
    const subject = make.orderFlowImbalance(25);
    tops.forEach((now, i) => {
      const found = subject.update(now);
      if (i < 25) expect(found).toBeNaN();
      else expect(found).toBe(last(flows, i - 1, 25).reduce((a, b) => a + b, 0));
    });
  });

  it('simple and weighted averages do not drift in a million updates far from zero', () => {
    const values = walk(41, 1_000_000, 1e9);
    const simple = make.sma(100);
    const weighted = make.wma(100);
    for (const value of values) {
      simple.update(value);
      weighted.update(value);
    }
    const window = values.slice(-100);
    const weights = window.reduce((sum, value, i) => sum + (value - 1e9) * (i + 1), 0) / 5050;
    expect(Math.abs(simple.value - mean(window))).toBeLessThan(1e-6);
    expect(Math.abs(weighted.value - 1e9 - weights)).toBeLessThan(1e-6);
  });

  it('a window that stands still after a jump has no deviation', () => {
    const bands = make.bollinger({ period: 5, deviations: 1 });
    const score = make.zScore(5);
    for (const value of [0.1, 1e6, 0.3, 0.3, 0.3, 0.3, 0.3]) {
      bands.update(value);
      score.update(value);
    }

    expect(bands.upper - bands.lower).toBeLessThan(1e-9);
    expect(score.value).toBe(0);
  });

  it('deviations survive prices far above them', () => {
    const subject = make.bollinger({ period: 4, deviations: 1 });
    for (const value of [1e9, 1e9 + 1, 1e9, 1e9 + 1, 1e9, 1e9 + 1]) subject.update(value);

    expect(subject.upper - subject.value).toBeCloseTo(0.5, 6);
    expect(subject.bandwidth).toBeCloseTo(1e-9, 15);
  });
});

describe('warm-up', () => {
  const series = [
    { name: 'sma', made: make.sma(3), ready: 3 },
    { name: 'ema', made: make.ema(3), ready: 3 },
    { name: 'wma', made: make.wma(3), ready: 3 },
    { name: 'rsi', made: make.rsi(3), ready: 4 },
    { name: 'macd', made: make.macd({ fast: 2, slow: 3, signal: 2 }), ready: 4 },
    { name: 'bollinger', made: make.bollinger({ period: 3, deviations: 2 }), ready: 3 },
    { name: 'volatility', made: make.realisedVolatility({ period: 3 }), ready: 4 },
    { name: 'z-score', made: make.zScore(3), ready: 3 },
  ];

  it.each(series)(
    '$name is ready with update $ready, not before, and anew after a reset',
    (entry) => {
      const { made, ready } = entry;
      for (const round of ['first', 'after a reset']) {
        for (let i = 1; i <= ready; i += 1) {
          expect(made.isReady, `${round}, before update ${i}`).toBe(false);
          made.update(100 + i * i);
        }
        expect(made.isReady, round).toBe(true);
        expect(made.value).not.toBeNaN();
        made.reset();
      }
    },
  );

  it.each(series)('$name ignores NaN and infinities', ({ made }) => {
    made.reset();
    for (const value of [100, 101, 99, 104, 103]) made.update(value);
    const before = made.value;

    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(made.update(value)).toBe(before);
    }
  });

  it('refuses periods that are no whole numbers above zero', () => {
    for (const period of [0, -1, 1.5, Number.NaN, 1e9]) {
      expect(() => make.sma(period)).toThrow(/period must be a whole number/);
    }
  });
});

describe('special values', () => {
  it('RSI is 100 without losses, 0 without gains, 50 without movement', () => {
    const of = (values: readonly number[]) => {
      const subject = make.rsi(3);
      for (const value of values) subject.update(value);
      return subject.value;
    };

    expect(of([1, 2, 3, 4])).toBe(100);
    expect(of([4, 3, 2, 1])).toBe(0);
    expect(of([5, 5, 5, 5])).toBe(50);
  });

  it('z-score of a flat window is 0', () => {
    const subject = make.zScore(5);
    for (let i = 0; i < 100; i += 1) subject.update(0.1);

    expect(subject.value).toBe(0);
  });

  it('VWAP weighs prices by quantity and ignores quantities that are none', () => {
    const subject = make.vwap();
    subject.update(100, 1);
    subject.update(110, 3);
    subject.update(500, 0);
    subject.update(500, -1);

    expect(subject.value).toBe(107.5);
  });

  it('order flow does not compare across an empty side', () => {
    const subject = make.orderFlowImbalance(1);
    subject.update(top(100, 5, 101, 5));
    subject.update(top(Number.NaN, Number.NaN, 101, 5));
    subject.update(top(90, 7, 101, 5));
    expect(subject.isReady).toBe(false);

    subject.update(top(90, 9, 101, 5));
    expect(subject.value).toBe(2);
  });

  it('microprice leans to the side with less', () => {
    const subject = make.microprice();

    expect(subject.update(top(100, 9, 101, 1))).toBeCloseTo(100.9, 12);
  });
});

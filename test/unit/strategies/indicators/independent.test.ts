import {
  ATR,
  EMA,
  BollingerBands as LibraryBands,
  MACD,
  RSI,
  SMA,
  VWAP,
  WMA,
} from 'technicalindicators';
import { describe, expect, it } from 'vitest';
import { indicatorFactory as make } from '../../../../src/strategies/indicators/factory.js';
import { recordedTrades } from './recorded.js';
import { bars, walk } from './series.js';

/** An indicator's values from its first ready one on. */
function valuesOf(update: (index: number) => number, length: number): number[] {
  const values: number[] = [];
  for (let i = 0; i < length; i += 1) values.push(update(i));
  return values.filter((value) => !Number.isNaN(value));
}

/** Equal in number, and each within `tolerance` of the size of the numbers involved. */
function expectSame(
  ours: readonly number[],
  theirs: readonly number[],
  tolerance = 1e-9,
  label = '',
): void {
  expect(ours.length, label).toBe(theirs.length);
  ours.forEach((value, i) => {
    const other = theirs[i] ?? Number.NaN;
    const scale = Math.max(1, Math.abs(other));
    expect(
      Math.abs(value - other) / scale,
      `${label} index ${i}: ${value} and ${other}`,
    ).toBeLessThan(tolerance);
  });
}

const SERIES = [
  ...[1, 2, 3].map((seed) => ({
    name: `the random walk of seed ${seed}`,
    values: walk(seed, 3000),
  })),
  { name: 'recorded trades', values: recordedTrades() },
].filter(({ values }) => values.length > 0);

describe.each(SERIES)('indicators and the library technicalindicators, on $name', ({ values }) => {
  for (const period of [2, 5, 14, 50]) {
    it(`agree on SMA(${period})`, () => {
      const ours = make.sma(period);
      expectSame(
        valuesOf((i) => ours.update(values[i] ?? 0), values.length),
        SMA.calculate({ period, values }),
      );
    });

    it(`agree on EMA(${period})`, () => {
      const ours = make.ema(period);
      expectSame(
        valuesOf((i) => ours.update(values[i] ?? 0), values.length),
        EMA.calculate({ period, values }),
      );
    });

    it(`agree on WMA(${period})`, () => {
      const ours = make.wma(period);
      expectSame(
        valuesOf((i) => ours.update(values[i] ?? 0), values.length),
        WMA.calculate({ period, values }),
      );
    });

    it(`agree on RSI(${period}), which the library rounds to two decimals`, () => {
      const ours = make.rsi(period);
      const mine = valuesOf((i) => ours.update(values[i] ?? 0), values.length);
      const theirs = RSI.calculate({ period, values });
      expect(mine.length).toBe(theirs.length);
      const moved = values.findIndex((value) => value !== values[0]);
      mine.forEach((value, i) => {
        // Before anything has moved the library says 100; 50 is the answer that leans nowhere.
        const other = i + period < moved ? 50 : (theirs[i] ?? Number.NaN);
        expect(Math.abs(value - other), `index ${i}`).toBeLessThan(0.0051);
      });
    });

    it(`agree on Bollinger bands(${period})`, () => {
      const ours = make.bollinger({ period, deviations: 2 });
      const upper: number[] = [];
      const lower: number[] = [];
      for (const value of values) {
        ours.update(value);
        if (!ours.isReady) continue;
        upper.push(ours.upper);
        lower.push(ours.lower);
      }
      const theirs = LibraryBands.calculate({ period, stdDev: 2, values });
      expectSame(
        upper,
        theirs.map((band) => band.upper),
      );
      expectSame(
        lower,
        theirs.map((band) => band.lower),
      );
    });
  }

  it('agree on MACD(12, 26, 9) and its signal', () => {
    const ours = make.macd({ fast: 12, slow: 26, signal: 9 });
    const lines: number[] = [];
    const signals: number[] = [];
    for (const value of values) {
      ours.update(value);
      if (!Number.isNaN(ours.value)) lines.push(ours.value);
      if (ours.isReady) signals.push(ours.signal);
    }
    const theirs = MACD.calculate({
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
      values,
    });
    expectSame(
      lines,
      theirs.map(({ MACD: line }) => line ?? Number.NaN),
    );
    expectSame(
      signals,
      theirs.flatMap(({ signal }) => (signal === undefined ? [] : [signal])),
    );
  });
});

describe.each([4, 5, 6])('indicators of bars and the library, seed %i', (seed) => {
  const { high, low, close } = bars(seed, 2000);

  it.each([2, 14, 30])('agree on ATR(%i)', (period) => {
    const ours = make.atr(period);
    expectSame(
      valuesOf((i) => ours.update(high[i] ?? 0, low[i] ?? 0, close[i] ?? 0), close.length),
      ATR.calculate({ period, high, low, close }),
    );
  });

  it('agree on VWAP', () => {
    const volume = close.map((_, i) => 1 + ((i * 7919) % 97));
    const ours = make.vwap();
    const theirs = VWAP.calculate({ high: close, low: close, close, volume });
    expectSame(
      valuesOf((i) => ours.update(close[i] ?? 0, volume[i] ?? 0), close.length),
      theirs,
    );
  });
});

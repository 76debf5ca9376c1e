import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../../src/engine/report/normal.js';
import {
  deflatedSharpe,
  expectedMaxSharpe,
  maxDrawdown,
  momentsOf,
  returnsOf,
  samplesPerYear,
  sharpeRatio,
  sortinoRatio,
} from '../../../../src/engine/report/statistics.js';

describe('the normal distribution', () => {
  // Source: tables of Abramowitz and Stegun, 26.1 and 26.2.
  it.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [-1, 0.158655253931457],
    [1.96, 0.97500210485178],
    [3, 0.99865010196837],
    [-6.5, 4.016000583859e-11],
    [-10, 7.61985302416053e-24],
  ])('has the tabled probability at %f', (x, p) => {
    expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-11);
  });

  it('has quantiles that undo it', () => {
    for (const p of [1e-9, 0.001, 0.025, 0.3, 0.5, 0.9, 0.99, 0.999999]) {
      expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
    }
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(1.1)).toBeNaN();
  });
});

describe('returns', () => {
  const equity = [100, 110, 99, 99, 104];

  it('are changes as shares of the capital', () => {
    expect(returnsOf(equity, 100)).toEqual([0.1, -0.11, 0, 0.05]);
  });

  it('have moments as computed by hand', () => {
    const moments = momentsOf([0.1, -0.11, 0, 0.05]);

    expect(moments.mean).toBeCloseTo(0.01, 12);
    // Squares about the mean: 0.0081 + 0.0144 + 0.0001 + 0.0016 = 0.0242.
    expect(moments.deviation).toBeCloseTo(Math.sqrt(0.0242 / 3), 12);
    expect(moments.downside).toBeCloseTo(Math.sqrt(0.0121 / 4), 12);
    // Cubes: 0.000729 - 0.001728 - 0.000001 + 0.000064 = -0.000936.
    expect(moments.skewness).toBeCloseTo(-0.000936 / 4 / (0.0242 / 4) ** 1.5, 12);
    // Fourth powers: 0.00006561 + 0.00020736 + 0.00000001 + 0.00000256 = 0.00027554.
    expect(moments.kurtosis).toBeCloseTo(0.00027554 / 4 / (0.0242 / 4) ** 2, 12);
  });

  it('give Sharpe and Sortino ratios, annualised by the root of time', () => {
    const moments = momentsOf([0.1, -0.11, 0, 0.05]);

    expect(sharpeRatio(moments, 252)).toBeCloseTo(
      (0.01 / Math.sqrt(0.0242 / 3)) * Math.sqrt(252),
      12,
    );
    expect(sortinoRatio(moments, 252)).toBeCloseTo((0.01 / 0.055) * Math.sqrt(252), 12);
  });

  it('without variation have no ratio', () => {
    expect(sharpeRatio(momentsOf([0, 0, 0]), 252)).toBeNaN();
    expect(sortinoRatio(momentsOf([0.1, 0.2]), 252)).toBeNaN();
    expect(sharpeRatio(momentsOf([]), 252)).toBeNaN();
  });

  it('know how many samples a year has', () => {
    expect(samplesPerYear([0, 1000, 2000])).toBeCloseTo(365.25 * 86_400, 6);
    expect(samplesPerYear([0])).toBeNaN();
  });
});

describe('drawdown', () => {
  it('is the deepest fall, with its times', () => {
    expect(maxDrawdown([1, 2, 3, 4, 5, 6], [100, 120, 90, 110, 125, 119])).toEqual({
      amount: 30,
      ratio: 0.25,
      peakMs: 2,
      troughMs: 3,
      recoveredMs: 5,
    });
  });

  it('that lasts to the end is not recovered from', () => {
    expect(maxDrawdown([1, 2, 3], [100, 80, 99]).recoveredMs).toBeUndefined();
  });

  it('of a rising equity is none', () => {
    expect(maxDrawdown([1, 2, 3], [1, 2, 3])).toMatchObject({ amount: 0, ratio: 0 });
  });
});

describe('the deflated Sharpe ratio', () => {
  // Source: Bailey and Lopez de Prado (2014), "A numerical example": 100 trials whose annual
  // Sharpe ratios have a variance of 1/2, five years of 250 days, an annual ratio of 2.5.
  const published = {
    sharpe: 2.5 / Math.sqrt(250),
    samples: 1250,
    skewness: -3,
    kurtosis: 10,
    trials: 100,
    trialsVariance: 0.5 / 250,
  };

  it('agrees with the published example', () => {
    expect(expectedMaxSharpe(100, 0.5 / 250)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(published)).toBeCloseTo(0.9004, 4);
  });

  it('agrees with the published example of 46 trials and with normal returns', () => {
    expect(deflatedSharpe({ ...published, trials: 46 })).toBeCloseTo(0.9505, 4);
    const normal = { ...published, trials: 88, skewness: 0, kurtosis: 3 };
    expect(deflatedSharpe(normal)).toBeCloseTo(0.9505, 3);
  });

  it('of one run alone is the probabilistic Sharpe ratio against zero', () => {
    const input = { ...published, trials: 1, skewness: 0, kurtosis: 3 };
    const spread = Math.sqrt(1 + input.sharpe ** 2 / 2);

    expect(expectedMaxSharpe(1, 1)).toBe(0);
    expect(deflatedSharpe(input)).toBeCloseTo(
      normalCdf((input.sharpe * Math.sqrt(1249)) / spread),
      12,
    );
  });

  it('falls as trials grow', () => {
    const found = [1, 10, 100, 1000].map((trials) => deflatedSharpe({ ...published, trials }));

    expect([...found].sort((a, b) => b - a)).toEqual(found);
  });
});

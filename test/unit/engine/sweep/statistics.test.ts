import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/domain/seeded-random.js';
import {
  expectedMaxSharpe,
  momentsOf,
  type ReturnMoments,
} from '../../../../src/engine/report/statistics.js';
import { importanceOf } from '../../../../src/engine/sweep/judge/importance.js';
import { overfittingOf } from '../../../../src/engine/sweep/judge/overfitting.js';
import {
  bucketsFromText,
  bucketsToText,
  foldReturns,
} from '../../../../src/engine/sweep/judge/return-buckets.js';
import { addPowers, momentsFromPowers } from '../../../../src/engine/sweep/judge/run-metrics.js';
import {
  effectiveTrials,
  minimumTrackRecord,
  probabilisticSharpe,
  sampleVariance,
} from '../../../../src/engine/sweep/judge/selection-statistics.js';

function noise(seed: number, count: number, mean = 0): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => mean + random.normal());
}

describe('the probabilistic Sharpe ratio', () => {
  // Source: Bailey and Lopez de Prado (2012), the hedge fund of section 5: 24 monthly returns with
  // mean 3.6 %, deviation 7.9 %, skewness -2.448, kurtosis 10.164.
  const published: ReturnMoments = {
    count: 24,
    mean: 0.458,
    deviation: 1,
    downside: 1,
    skewness: -2.448,
    kurtosis: 10.164,
  };

  it('agrees with the published example, with and without the shape of the returns', () => {
    expect(probabilisticSharpe(published, 0)).toBeCloseTo(0.913, 3);
    const normal = { ...published, skewness: 0, kurtosis: 3 };
    expect(probabilisticSharpe(normal, 0)).toBeCloseTo(0.982, 3);
  });

  it('reaches 95 % at the minimum track record', () => {
    const count = minimumTrackRecord(published);

    expect(count).toBeGreaterThan(24);
    expect(probabilisticSharpe({ ...published, count }, 0)).toBeCloseTo(0.95, 10);
    expect(minimumTrackRecord({ ...published, mean: -1 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the expected best of many without skill', () => {
  it('agrees with what is drawn', () => {
    const random = new SeededRandom(5);
    const [trials, rounds] = [20, 4000];
    let sum = 0;
    for (let round = 0; round < rounds; round += 1) {
      let best = Number.NEGATIVE_INFINITY;
      for (let trial = 0; trial < trials; trial += 1) best = Math.max(best, random.normal());
      sum += best;
    }

    // The formula is an approximation, from below 2 % on for twenty.
    expect(expectedMaxSharpe(trials, 1) / (sum / rounds)).toBeCloseTo(1, 1);
  });
});

describe('effective trials', () => {
  const series = (seed: number) => Float64Array.from(noise(seed, 500));

  it('are all of those that have nothing in common', () => {
    const found = effectiveTrials([1, 2, 3, 4, 5, 6, 7, 8].map(series));

    expect(found.trials).toBe(8);
    expect(found.effective).toBeGreaterThan(7.5);
  });

  it('of copies, whatever their scale, are one', () => {
    const scaled = [1, 2, 5].map((factor) => series(1).map((value) => value * factor + 3));

    expect(effectiveTrials(scaled).averageCorrelation).toBeCloseTo(1, 12);
    expect(effectiveTrials(scaled).effective).toBeCloseTo(1, 10);
  });

  it('go by the mean of all pairs', () => {
    const rows = [1, 2, 3, 4]
      .map(series)
      .map((row, index, all) =>
        row.map((value, at) => value + (index > 1 ? (all[0]?.[at] ?? 0) : 0)),
      );
    let sum = 0;
    for (const left of rows) for (const right of rows) sum += correlation(left, right);
    const average = (sum - 4) / 12;

    expect(effectiveTrials(rows).averageCorrelation).toBeCloseTo(average, 12);
    expect(effectiveTrials(rows).effective).toBeCloseTo(average + (1 - average) * 4, 10);
  });

  it('leave out runs that never changed', () => {
    expect(effectiveTrials([series(1), new Float64Array(500)])).toMatchObject({ trials: 1 });
  });
});

function correlation(left: Float64Array, right: Float64Array): number {
  const [a, b] = [left, right].map((row) => momentsOf([...row]));
  let sum = 0;
  left.forEach((value, i) => {
    sum += (value - (a?.mean ?? 0)) * ((right[i] ?? 0) - (b?.mean ?? 0));
  });
  return sum / (left.length - 1) / ((a?.deviation ?? 1) * (b?.deviation ?? 1));
}

describe('the probability of overfitting', () => {
  const runs = (count: number, means: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => foldReturns(noise(index + 1, 640, means(index))));

  it('of one run that is truly better is none', () => {
    const found = overfittingOf(runs(10, (index) => (index === 3 ? 0.5 : 0)));

    expect(found).toMatchObject({ probability: 0, probabilityOfLoss: 0, splits: 12_870 });
  });

  it('of runs that only differ by luck is even, from one sample of them to the next', () => {
    const found = Array.from({ length: 60 }, (_, sample) =>
      overfittingOf(
        Array.from({ length: 20 }, (_, run) => foldReturns(noise(1000 * sample + run, 100))),
      ),
    );
    const sum = found.reduce((total, one) => total + (one?.probability ?? 0), 0);

    expect(sum / found.length).toBeGreaterThan(0.4);
    expect(sum / found.length).toBeLessThan(0.6);
  });

  it('agrees with a plain computation over every split', () => {
    const returns = Array.from({ length: 5 }, (_, index) => noise(index + 50, 40, index * 0.1));
    const found = overfittingOf(returns.map(foldReturns));

    expect(found).toEqual({ ...plainOverfitting(returns, 4), blocks: 4, runs: 5 });
  });

  it('needs four blocks of ten returns, and two runs', () => {
    expect(overfittingOf([1, 2].map((seed) => foldReturns(noise(seed, 39))))).toBeUndefined();
    expect(overfittingOf([1, 2].map((seed) => foldReturns(noise(seed, 40))))).toBeDefined();
    expect(overfittingOf([foldReturns(noise(1, 640))])).toBeUndefined();
  });

  it('takes fewer blocks for many runs', () => {
    const many = Array.from({ length: 3000 }, (_, index) => foldReturns(noise(index, 160)));

    expect(overfittingOf(many)?.blocks).toBeLessThan(16);
  });
});

function plainOverfitting(returns: readonly number[][], blocks: number) {
  const length = (returns[0]?.length ?? 0) / blocks;
  const sharpeOver = (row: readonly number[], chosen: readonly number[]) => {
    const values = chosen.flatMap((block) => row.slice(block * length, (block + 1) * length));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return mean / Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  };
  let [splits, below, lost] = [0, 0, 0];
  for (let first = 0; first < blocks; first += 1) {
    for (let second = first + 1; second < blocks; second += 1) {
      const rest = [0, 1, 2, 3].filter((block) => block !== first && block !== second);
      const inside = returns.map((row) => sharpeOver(row, [first, second]));
      const outside = returns.map((row) => sharpeOver(row, rest));
      const best = inside.indexOf(Math.max(...inside));
      const rank = outside.filter((value) => value <= (outside[best] ?? 0)).length;
      splits += 1;
      if (rank / (returns.length + 1) <= 0.5) below += 1;
      if ((outside[best] ?? 0) < 0) lost += 1;
    }
  }
  return { probability: below / splits, probabilityOfLoss: lost / splits, splits };
}

describe('what is kept of returns', () => {
  it('gives back the sums of all, through text', () => {
    const returns = noise(3, 1000);
    const kept = bucketsFromText(bucketsToText(foldReturns(returns)));
    const total = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

    expect(kept.sums).toHaveLength(256);
    expect(total(kept.sums)).toBeCloseTo(total(returns), 9);
    expect(total(kept.squares)).toBeCloseTo(total(returns.map((value) => value ** 2)), 9);
    expect(foldReturns([1, 2, 3]).sums).toEqual(Float64Array.from([1, 2, 3]));
  });

  it('has the moments of all spans together, as if they had been one', () => {
    const [first, second] = [noise(8, 300, 0.2), noise(9, 200, -0.1)];
    const powers = [first, second].map((values) => {
      const power = (exponent: number) => values.reduce((sum, value) => sum + value ** exponent, 0);
      const losses = values.filter((value) => value < 0);
      return {
        count: values.length,
        sum: power(1),
        squares: power(2),
        cubes: power(3),
        fourths: power(4),
        lossSquares: losses.reduce((sum, value) => sum + value ** 2, 0),
      };
    });
    const found = momentsFromPowers(addPowers(powers));
    const expected = momentsOf([...first, ...second]);

    for (const key of ['count', 'mean', 'deviation', 'downside', 'skewness', 'kurtosis'] as const) {
      expect(found[key]).toBeCloseTo(expected[key], 10);
    }
  });

  it('of returns that are all alike has no deviation', () => {
    const powers = { count: 3, sum: 0.3, squares: 0.03, cubes: 0, fourths: 0, lossSquares: 0 };

    expect(momentsFromPowers(powers).deviation).toBe(0);
  });
});

describe('the importance of a parameter', () => {
  it('is the share of the variance that its values explain', () => {
    const objectives = [1, 1, 5, 5];

    expect(importanceOf([1, 1, 2, 2], objectives)).toBe(1);
    expect(importanceOf([1, 2, 1, 2], objectives)).toBe(0);
    expect(importanceOf(['a', 'b', 'c', 'd'], [2, 2, 2, 2])).toBeUndefined();
  });

  it('is found in drawn values too', () => {
    const random = new SeededRandom(2);
    const values = Array.from({ length: 400 }, () => random.next());
    const objectives = values.map((value) => value ** 2 + 0.01 * random.normal());
    const others = values.map(() => random.next());

    expect(importanceOf(values, objectives)).toBeGreaterThan(0.9);
    expect(importanceOf(others, objectives)).toBeLessThan(0.1);
  });
});

describe('the variance of a sample', () => {
  it('divides by one less', () => {
    expect(sampleVariance([1, 2, 3, 4])).toBeCloseTo(5 / 3, 12);
    expect(sampleVariance([7])).toBe(0);
  });
});

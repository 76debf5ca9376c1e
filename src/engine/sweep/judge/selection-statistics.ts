import { normalCdf } from '../../report/normal.js';
import type { ReturnMoments } from '../../report/statistics.js';

/**
 * The chance that the true Sharpe ratio (a return, not annualised) is above `benchmark`.
 *
 * Source: Bailey and Lopez de Prado, "The Sharpe Ratio Efficient Frontier", J. Risk 15(2), 2012,
 * equation 11. NaN without variation.
 */
export function probabilisticSharpe(moments: ReturnMoments, benchmark: number): number {
  const { mean, deviation, count, skewness, kurtosis } = moments;
  if (!(deviation > 0)) return Number.NaN;
  const sharpe = mean / deviation;
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return normalCdf(((sharpe - benchmark) * Math.sqrt(count - 1)) / Math.sqrt(spread));
}

/**
 * How many returns it takes until a Sharpe ratio like this one is above zero with 95 %.
 *
 * Source: as probabilisticSharpe, equation 13. Infinite where the ratio is not above zero.
 */
export function minimumTrackRecord(moments: ReturnMoments): number {
  const { mean, deviation, skewness, kurtosis } = moments;
  const sharpe = mean / deviation;
  if (!(sharpe > 0)) return Number.POSITIVE_INFINITY;
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return 1 + spread * (QUANTILE_95 / sharpe) ** 2;
}

/** The 95 % quantile of the normal distribution. */
const QUANTILE_95 = 1.644_853_626_951_472;

/** Trials that look alike count less. */
export interface TrialCount {
  /** Runs with variation in their returns. */
  readonly trials: number;
  /** The mean of the correlations of all pairs. */
  readonly averageCorrelation: number;
  /** Independent trials that they amount to. */
  readonly effective: number;
}

/**
 * The number of independent trials among correlated ones: `c + (1 - c) n` for a mean correlation
 * `c`, where a mean below zero counts as zero.
 *
 * Source: Bailey and Lopez de Prado, "The Deflated Sharpe Ratio", 2014, appendix A.3. All series
 * are equally long; those without variation are left out.
 */
export function effectiveTrials(series: readonly Float64Array[]): TrialCount {
  const length = series[0]?.length ?? 0;
  // The mean correlation needs no pairs: standardised series are added up, and squared once.
  const total = new Float64Array(length);
  let trials = 0;
  for (const values of series) {
    let mean = 0;
    for (const value of values) mean += value / length;
    let square = 0;
    for (const value of values) square += (value - mean) ** 2;
    if (!(square > 0)) continue;
    trials += 1;
    const scale = 1 / Math.sqrt(square);
    for (let i = 0; i < length; i += 1) {
      total[i] = (total[i] ?? 0) + ((values[i] ?? 0) - mean) * scale;
    }
  }
  if (trials < 2) return { trials, averageCorrelation: 0, effective: trials };
  let square = 0;
  for (const value of total) square += value * value;
  const averageCorrelation = (square - trials) / (trials * (trials - 1));
  const shared = Math.min(1, Math.max(0, averageCorrelation));
  return { trials, averageCorrelation, effective: shared + (1 - shared) * trials };
}

/** The variance of a sample (n - 1); 0 for fewer than two. */
export function sampleVariance(values: readonly number[]): number {
  const count = values.length;
  if (count < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
}

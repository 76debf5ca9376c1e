import { normalCdf, normalQuantile } from './normal.js';

const YEAR_MS = 365.25 * 86_400_000;
const EULER_MASCHERONI = 0.577_215_664_901_532_9;

/** Moments of the returns between samples. */
export interface ReturnMoments {
  readonly count: number;
  readonly mean: number;
  /** Of a sample (n - 1). */
  readonly deviation: number;
  /** Root of the mean square of the returns below zero, over all returns. */
  readonly downside: number;
  /** 0 for a normal distribution. */
  readonly skewness: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** Changes of equity as shares of `capital`: additive, and defined for any path. */
export function returnsOf(equity: readonly number[], capital: number): number[] {
  const returns: number[] = [];
  for (let i = 1; i < equity.length; i += 1) {
    returns.push(((equity[i] ?? 0) - (equity[i - 1] ?? 0)) / capital);
  }
  return returns;
}

/** The moments of a series of returns; NaN where there are too few. */
export function momentsOf(returns: readonly number[]): ReturnMoments {
  const count = returns.length;
  const mean = returns.reduce((sum, value) => sum + value, 0) / count;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let below = 0;
  for (const value of returns) {
    const distance = value - mean;
    second += distance ** 2;
    third += distance ** 3;
    fourth += distance ** 4;
    if (value < 0) below += value ** 2;
  }
  const variance = second / count;
  return {
    count,
    mean,
    deviation: count > 1 ? Math.sqrt(second / (count - 1)) : Number.NaN,
    downside: Math.sqrt(below / count),
    skewness: third / count / variance ** 1.5,
    kurtosis: fourth / count / variance ** 2,
  };
}

/** How many samples of this spacing a year of `YEAR_MS` has: markets that never close. */
export function samplesPerYear(timeMs: readonly number[]): number {
  const first = timeMs[0] ?? 0;
  const last = timeMs.at(-1) ?? 0;
  return last > first ? (YEAR_MS * (timeMs.length - 1)) / (last - first) : Number.NaN;
}

/**
 * Mean over deviation of the returns, annualised by the root of time, no riskless rate. That holds
 * for returns that are independent and alike; of one short run it is an extrapolation. NaN without
 * variation.
 */
export function sharpeRatio(moments: ReturnMoments, perYear: number): number {
  return moments.deviation > 0
    ? (moments.mean / moments.deviation) * Math.sqrt(perYear)
    : Number.NaN;
}

/** As the Sharpe ratio, over the deviation of losses alone; NaN without losses. */
export function sortinoRatio(moments: ReturnMoments, perYear: number): number {
  return moments.downside > 0 ? (moments.mean / moments.downside) * Math.sqrt(perYear) : Number.NaN;
}

/** The deepest fall of the equity from a peak. */
export interface Drawdown {
  /** Money; 0 where it never fell. */
  readonly amount: number;
  /** Of the peak. */
  readonly ratio: number;
  readonly peakMs: number;
  readonly troughMs: number;
  /** When the peak was reached again; undefined where it wasn't. */
  readonly recoveredMs: number | undefined;
}

/** The deepest fall of `equity` by amount. */
export function maxDrawdown(timeMs: readonly number[], equity: readonly number[]): Drawdown {
  let peak = Number.NEGATIVE_INFINITY;
  let peakAt = 0;
  const worst = { amount: 0, ratio: 0, peakAt: 0, troughAt: 0 };
  for (const [index, value] of equity.entries()) {
    if (value > peak) {
      peak = value;
      peakAt = index;
    }
    if (peak - value <= worst.amount) continue;
    worst.amount = peak - value;
    worst.ratio = (peak - value) / peak;
    worst.peakAt = peakAt;
    worst.troughAt = index;
  }
  const height = equity[worst.peakAt] ?? 0;
  const back = equity.findIndex((value, index) => index > worst.troughAt && value >= height);
  const timeAt = (index: number) => timeMs[index] ?? Number.NaN;
  return {
    amount: worst.amount,
    ratio: worst.ratio,
    peakMs: timeAt(worst.peakAt),
    troughMs: timeAt(worst.troughAt),
    recoveredMs: worst.amount > 0 && back >= 0 ? timeAt(back) : undefined,
  };
}

/** What a sweep knows of the best of its runs. Ratios are per sample, not annualised. */
export interface DeflationInput {
  readonly sharpe: number;
  readonly samples: number;
  readonly skewness: number;
  readonly kurtosis: number;
  /** Independent runs among which it is the best. */
  readonly trials: number;
  /** Variance of the Sharpe ratios of the runs. */
  readonly trialsVariance: number;
}

/** The Sharpe ratio that the best of `trials` runs without any skill is expected to show. */
export function expectedMaxSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const first = normalQuantile(1 - 1 / trials);
  const second = normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second);
}

/**
 * The chance that the true Sharpe ratio of the best run is above what luck among so many runs
 * explains: above 0.95 is a finding, below it is not.
 *
 * Source: Bailey and Lopez de Prado, "The Deflated Sharpe Ratio", J. Portfolio Management 40(5),
 * 2014, equations 1 and 2.
 */
export function deflatedSharpe(input: DeflationInput): number {
  const { sharpe, samples, skewness, kurtosis, trials, trialsVariance } = input;
  const threshold = expectedMaxSharpe(trials, trialsVariance);
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return normalCdf(((sharpe - threshold) * Math.sqrt(samples - 1)) / Math.sqrt(spread));
}

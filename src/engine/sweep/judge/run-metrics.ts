import type { BacktestResult, Money } from '../../report/backtest-result.js';
import { SAMPLES_MIN } from '../../report/figures.js';
import {
  maxDrawdown,
  momentsOf,
  type ReturnMoments,
  returnsOf,
  samplesPerYear,
  sharpeRatio,
  sortinoRatio,
} from '../../report/statistics.js';
import type { SweepConfig } from '../plan/parameter-axes.js';
import { type BucketText, bucketsToText, foldReturns } from './return-buckets.js';

/** Sums of the powers of returns: those of several spans add up. */
export interface PowerSums {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
  readonly cubes: number;
  readonly fourths: number;
  /** Of the returns below zero alone. */
  readonly lossSquares: number;
}

/** What a sweep keeps of one backtest. Plain JSON; ratios that mean nothing are null. */
export interface RunMetrics {
  readonly currency: string;
  readonly capital: Money;
  readonly pnl: Money;
  readonly fees: Money;
  readonly turnover: Money;
  readonly orders: number;
  readonly fills: number;
  readonly roundTrips: number;
  /** Annualised; null for fewer than 30 returns, and without variation. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
  /** Money. */
  readonly drawdown: number;
  /** Of the peak. */
  readonly drawdownRatio: number;
  /** Returns a year at this spacing; null where there are too few. */
  readonly samplesPerYear: number | null;
  readonly powers: PowerSums;
  readonly returns: BucketText;
  /** The market's time, ISO 8601. */
  readonly startTime: string;
  readonly endTime: string;
  readonly marketEvents: number;
  readonly stateHash: string;
  /** Kinds of the serious warnings. */
  readonly warnings: readonly string[];
}

/** Takes what a sweep needs from the result of a backtest. */
export function metricsOf(result: BacktestResult): RunMetrics {
  const { series, total, run } = result;
  const returns = returnsOf(series.equity, Number(result.capital));
  const moments = momentsOf(returns);
  const perYear = samplesPerYear(series.timeMs);
  const drawdown = maxDrawdown(series.timeMs, series.equity);
  const isEnough = moments.count >= SAMPLES_MIN;
  return {
    currency: result.currency,
    capital: result.capital,
    pnl: total.attribution.total,
    fees: total.attribution.fees,
    turnover: total.orders.turnover,
    orders: total.orders.submitted,
    fills: total.orders.fills,
    roundTrips: total.roundTrips,
    sharpe: isEnough ? finiteOrNull(sharpeRatio(moments, perYear)) : null,
    sortino: isEnough ? finiteOrNull(sortinoRatio(moments, perYear)) : null,
    drawdown: drawdown.amount,
    drawdownRatio: drawdown.ratio,
    samplesPerYear: finiteOrNull(perYear),
    powers: powerSums(returns),
    returns: bucketsToText(foldReturns(returns)),
    startTime: run.startTime,
    endTime: run.endTime,
    marketEvents: run.marketEvents,
    stateHash: run.stateHash,
    warnings: result.warnings
      .filter(({ severity }) => severity === 'serious')
      .map(({ kind }) => kind),
  };
}

/** The number that runs are ordered by; null where a run has none. */
export function objectiveOf(
  metrics: RunMetrics,
  objective: SweepConfig['objective'],
): number | null {
  switch (objective) {
    case 'sharpe':
      return metrics.sharpe;
    case 'sortino':
      return metrics.sortino;
    case 'pnl':
      return Number(metrics.pnl);
    case 'pnl_to_drawdown':
      return metrics.drawdown > 0 ? Number(metrics.pnl) / metrics.drawdown : null;
  }
}

/** A finite number, or null as JSON has it. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function powerSums(returns: readonly number[]): PowerSums {
  let [sum, squares, cubes, fourths, lossSquares] = [0, 0, 0, 0, 0];
  for (const value of returns) {
    const square = value * value;
    sum += value;
    squares += square;
    cubes += square * value;
    fourths += square * square;
    if (value < 0) lossSquares += square;
  }
  return { count: returns.length, sum, squares, cubes, fourths, lossSquares };
}

/** The power sums of spans that follow each other. */
export function addPowers(parts: readonly PowerSums[]): PowerSums {
  const add = (key: keyof PowerSums) => parts.reduce((total, part) => total + part[key], 0);
  return {
    count: add('count'),
    sum: add('sum'),
    squares: add('squares'),
    cubes: add('cubes'),
    fourths: add('fourths'),
    lossSquares: add('lossSquares'),
  };
}

/** The moments that power sums stand for. */
export function momentsFromPowers(powers: PowerSums): ReturnMoments {
  const { count, sum, squares, cubes, fourths, lossSquares } = powers;
  const mean = sum / count;
  const second = squares / count - mean ** 2;
  // Rounding alone is no variation: what is left of equal returns is below this.
  const variance = second > 1e-12 * (squares / count) ? second : 0;
  const third = cubes / count - (3 * mean * squares) / count + 2 * mean ** 3;
  const fourth =
    fourths / count -
    (4 * mean * cubes) / count +
    (6 * mean ** 2 * squares) / count -
    3 * mean ** 4;
  return {
    count,
    mean,
    deviation: count > 1 ? Math.sqrt((variance * count) / (count - 1)) : Number.NaN,
    downside: Math.sqrt(lossSquares / count),
    skewness: third / variance ** 1.5,
    kurtosis: fourth / variance ** 2,
  };
}

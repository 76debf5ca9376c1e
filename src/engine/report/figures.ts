import type { BacktestResult } from './backtest-result.js';
import {
  type Drawdown,
  maxDrawdown,
  momentsOf,
  type ReturnMoments,
  returnsOf,
  samplesPerYear,
  sharpeRatio,
  sortinoRatio,
} from './statistics.js';

/** The figures that all reports show, from one result. Those that mean nothing are undefined. */
export interface ReportFigures {
  readonly netProfit: string;
  /** Of the capital. */
  readonly returnRatio: number;
  readonly sharpe: number | undefined;
  readonly sortino: number | undefined;
  /** What Sharpe and Sortino rest on, in words. */
  readonly assumptions: string;
  readonly drawdown: Drawdown;
  readonly hitRate: number | undefined;
  /** Turnover over capital. */
  readonly turnoverRatio: number;
  readonly makerShare: number | undefined;
  /** Orders that were filled, fully or in part, of those that reached the venue. */
  readonly fillRatio: number | undefined;
  readonly moments: ReturnMoments;
}

/** Fewer returns than this say nothing about a ratio. */
export const SAMPLES_MIN = 30;
/** From a shorter span no year is extrapolated: the root of time makes thousands of nothing. */
export const SPAN_MS_MIN = 1_800_000;

/** Takes the figures of a result. */
export function figuresOf(result: BacktestResult): ReportFigures {
  const { series, total } = result;
  const capital = Number(result.capital);
  const moments = momentsOf(returnsOf(series.equity, capital));
  const perYear = samplesPerYear(series.timeMs);
  const isEnough = moments.count >= SAMPLES_MIN && spanOf(series.timeMs) >= SPAN_MS_MIN;
  const orUndefined = (value: number) => (Number.isFinite(value) ? value : undefined);
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);
  const { orders } = total;
  const sent = orders.submitted - orders.refusedByRisk - orders.rejectedByVenue;
  return {
    netProfit: total.attribution.total,
    returnRatio: Number(total.attribution.total) / capital,
    sharpe: isEnough ? orUndefined(sharpeRatio(moments, perYear)) : undefined,
    sortino: isEnough ? orUndefined(sortinoRatio(moments, perYear)) : undefined,
    assumptions: assumptionText(series.timeMs, moments.count),
    drawdown: maxDrawdown(series.timeMs, series.equity),
    hitRate: share(total.profitableRoundTrips, total.roundTrips),
    turnoverRatio: Number(orders.turnover) / capital,
    makerShare: share(orders.makerFills, orders.fills),
    fillRatio: share(orders.filled + orders.partiallyFilled, sent),
    moments,
  };
}

function assumptionText(timeMs: readonly number[], count: number): string {
  const spanMs = spanOf(timeMs);
  if (count < SAMPLES_MIN || spanMs < SPAN_MS_MIN) {
    return (
      `Sharpe and Sortino need ${SAMPLES_MIN} returns over ${durationWords(SPAN_MS_MIN)}; ` +
      `this run has ${count} over ${durationWords(spanMs)}.`
    );
  }
  const spacing = durationWords(spanMs / count);
  return (
    `${count} returns, one every ${spacing}, as shares of the capital; annualised by the root of ` +
    'time over 365.25 days, no riskless rate. They assume that returns are independent and ' +
    `alike: from a run of ${durationWords(spanMs)} they extrapolate, and are no forecast.`
  );
}

function spanOf(timeMs: readonly number[]): number {
  return (timeMs.at(-1) ?? 0) - (timeMs[0] ?? 0);
}

/** A span of time for people: `1.5 s`, `12 min`, `3.2 h`. */
export function durationWords(ms: number): string {
  const units = [
    [86_400_000, 'days'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
    [1, 'ms'],
  ] as const;
  for (const [size, unit] of units) {
    if (ms >= size) return `${Number((ms / size).toPrecision(3))} ${unit}`;
  }
  return `${Number(ms.toPrecision(2))} ms`;
}

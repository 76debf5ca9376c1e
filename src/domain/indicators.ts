import type { TopOfBook } from './views.js';

/** What every indicator has: incremental, allocation-free, NaN until it is ready. */
export interface Indicator {
  /** Whether enough has been seen for `value` to mean what its name says. */
  readonly isReady: boolean;
  /** The newest value; NaN before it is ready. */
  readonly value: number;
  /** Forgets everything. */
  reset(): void;
}

/** An indicator of one series. An update with NaN or an infinity is ignored. */
export interface SeriesIndicator extends Indicator {
  /** Takes the next value of the series and returns the indicator's. */
  update(value: number): number;
}

/** MACD: `value` is the difference of the averages. */
export interface MacdIndicator extends SeriesIndicator {
  readonly signal: number;
  /** Value minus signal. */
  readonly histogram: number;
}

/** Bollinger bands: `value` is the middle one. */
export interface BollingerIndicator extends SeriesIndicator {
  readonly upper: number;
  readonly lower: number;
  /** (upper - lower) / middle. */
  readonly bandwidth: number;
}

/** An indicator of bars. */
export interface BarIndicator extends Indicator {
  update(high: number, low: number, close: number): number;
}

/** An indicator of prices and the quantities at them. */
export interface VolumeIndicator extends Indicator {
  update(price: number, qty: number): number;
}

/** Options of realised volatility. */
export interface VolatilityOptions {
  /** Returns in the window. */
  readonly period: number;
  /** Returns a year, to annualise by; 1 (the default) leaves it per return. */
  readonly periodsPerYear?: number;
}

/** An indicator of the best bid and offer. */
export interface TouchIndicator extends Indicator {
  /** Takes an update of the touch; one with a missing side resets what it compares with. */
  update(top: TopOfBook): number;
}

/** Makes indicators; a strategy reaches it through its context. Periods are whole numbers >= 1. */
export interface IndicatorFactory {
  /** Simple moving average. */
  sma(period: number): SeriesIndicator;
  /** Exponential moving average with weight 2 / (period + 1), begun with the simple one. */
  ema(period: number): SeriesIndicator;
  /** Linearly weighted moving average. */
  wma(period: number): SeriesIndicator;
  /** Relative strength index with Wilder's smoothing. */
  rsi(period: number): SeriesIndicator;
  macd(options: {
    readonly fast: number;
    readonly slow: number;
    readonly signal: number;
  }): MacdIndicator;
  /** Middle = SMA, bands at `deviations` population standard deviations. */
  bollinger(options: { readonly period: number; readonly deviations: number }): BollingerIndicator;
  /** Average true range with Wilder's smoothing. */
  atr(period: number): BarIndicator;
  /** Volume-weighted average price since the last reset. */
  vwap(): VolumeIndicator;
  /** Standard deviation of log returns over a window. */
  realisedVolatility(options: VolatilityOptions): SeriesIndicator;
  /** Order-flow imbalance over a window of updates, in lots. */
  orderFlowImbalance(period: number): TouchIndicator;
  /** The microprice; ready with the first two-sided update. */
  microprice(): TouchIndicator;
  /** (value - mean) / standard deviation over a window. */
  zScore(period: number): SeriesIndicator;
}

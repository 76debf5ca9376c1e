import type { BarIndicator, MacdIndicator, SeriesIndicator } from '../../domain/indicators.js';
import { ExponentialMovingAverage } from './averages.js';

/**
 * Relative strength index with Wilder's smoothing, from 0 to 100; ready after `period` changes.
 *
 * Without losses it is 100; without any movement, 50. Source: Wilder, "New Concepts in Technical
 * Trading Systems" (1978).
 */
export class RelativeStrengthIndex implements SeriesIndicator {
  readonly #gains: ExponentialMovingAverage;
  readonly #losses: ExponentialMovingAverage;
  #last = Number.NaN;

  constructor(period: number) {
    this.#gains = ExponentialMovingAverage.wilder(period);
    this.#losses = ExponentialMovingAverage.wilder(period);
  }

  get isReady(): boolean {
    return this.#gains.isReady;
  }

  get value(): number {
    const gain = this.#gains.value;
    const loss = this.#losses.value;
    if (gain + loss === 0) return 50;
    return (100 * gain) / (gain + loss);
  }

  update(value: number): number {
    if (!Number.isFinite(value)) return this.value;
    const change = value - this.#last;
    this.#last = value;
    if (Number.isNaN(change)) return this.value;
    this.#gains.update(Math.max(change, 0));
    this.#losses.update(Math.max(-change, 0));
    return this.value;
  }

  reset(): void {
    this.#gains.reset();
    this.#losses.reset();
    this.#last = Number.NaN;
  }
}

/** Moving average convergence/divergence: fast EMA minus slow EMA, and the EMA of that. */
export class MovingAverageConvergence implements MacdIndicator {
  readonly #fast: ExponentialMovingAverage;
  readonly #slow: ExponentialMovingAverage;
  readonly #signal: ExponentialMovingAverage;

  constructor(options: { readonly fast: number; readonly slow: number; readonly signal: number }) {
    this.#fast = ExponentialMovingAverage.of(options.fast);
    this.#slow = ExponentialMovingAverage.of(options.slow);
    this.#signal = ExponentialMovingAverage.of(options.signal);
  }

  /** Whether value and signal are there; the value comes `signal - 1` updates earlier. */
  get isReady(): boolean {
    return this.#signal.isReady;
  }

  get value(): number {
    return this.#fast.value - this.#slow.value;
  }

  get signal(): number {
    return this.#signal.value;
  }

  get histogram(): number {
    return this.value - this.#signal.value;
  }

  update(value: number): number {
    if (!Number.isFinite(value)) return this.value;
    this.#fast.update(value);
    this.#slow.update(value);
    // NaN until both are ready, which the signal ignores.
    this.#signal.update(this.value);
    return this.value;
  }

  reset(): void {
    this.#fast.reset();
    this.#slow.reset();
    this.#signal.reset();
  }
}

/**
 * Average true range with Wilder's smoothing. The first bar has no close before it and only sets
 * one, so it is ready after `period + 1` bars.
 */
export class AverageTrueRange implements BarIndicator {
  readonly #average: ExponentialMovingAverage;
  #close = Number.NaN;

  constructor(period: number) {
    this.#average = ExponentialMovingAverage.wilder(period);
  }

  get isReady(): boolean {
    return this.#average.isReady;
  }

  get value(): number {
    return this.#average.value;
  }

  update(high: number, low: number, close: number): number {
    if (!Number.isFinite(high) || !Number.isFinite(low) || !Number.isFinite(close)) {
      return this.value;
    }
    const before = this.#close;
    this.#close = close;
    if (Number.isNaN(before)) return this.value;
    const range = Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    return this.#average.update(range);
  }

  reset(): void {
    this.#average.reset();
    this.#close = Number.NaN;
  }
}

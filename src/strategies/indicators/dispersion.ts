import type {
  BollingerIndicator,
  SeriesIndicator,
  VolatilityOptions,
} from '../../domain/indicators.js';
import { checkPeriod, MomentWindow } from './window.js';

/** Bollinger bands: the simple average, and `deviations` population deviations around it. */
export class BollingerBands implements BollingerIndicator {
  readonly #window: MomentWindow;
  readonly #deviations: number;

  constructor(options: { readonly period: number; readonly deviations: number }) {
    this.#window = new MomentWindow(checkPeriod(options.period, 'period', 1));
    this.#deviations = options.deviations;
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    return this.#window.isFull ? this.#window.mean : Number.NaN;
  }

  get upper(): number {
    return this.value + this.#deviations * Math.sqrt(this.#window.variance);
  }

  get lower(): number {
    return this.value - this.#deviations * Math.sqrt(this.#window.variance);
  }

  get bandwidth(): number {
    return (2 * this.#deviations * Math.sqrt(this.#window.variance)) / this.value;
  }

  update(value: number): number {
    if (Number.isFinite(value)) this.#window.push(value);
    return this.value;
  }

  reset(): void {
    this.#window.clear();
  }
}

/**
 * Sample standard deviation of the last `period` log returns, times sqrt(periodsPerYear).
 *
 * A value that isn't above zero has no logarithm; it is ignored.
 */
export class RealisedVolatility implements SeriesIndicator {
  readonly #window: MomentWindow;
  readonly #scale: number;
  #last = Number.NaN;

  constructor(options: VolatilityOptions) {
    this.#window = new MomentWindow(checkPeriod(options.period, 'period', 2));
    this.#scale = Math.sqrt(options.periodsPerYear ?? 1);
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    if (!this.#window.isFull) return Number.NaN;
    return Math.sqrt(this.#window.sampleVariance) * this.#scale;
  }

  update(value: number): number {
    if (!Number.isFinite(value) || value <= 0) return this.value;
    const logarithm = Math.log(value);
    if (!Number.isNaN(this.#last)) this.#window.push(logarithm - this.#last);
    this.#last = logarithm;
    return this.value;
  }

  reset(): void {
    this.#window.clear();
    this.#last = Number.NaN;
  }
}

/** How many population deviations the newest value lies from the mean of its window. */
export class ZScore implements SeriesIndicator {
  readonly #window: MomentWindow;
  #last = 0;

  constructor(period: number) {
    this.#window = new MomentWindow(checkPeriod(period, 'period', 2));
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  /** 0 where the window doesn't vary. */
  get value(): number {
    const window = this.#window;
    if (!window.isFull) return Number.NaN;
    const deviation = Math.sqrt(window.variance);
    // Below the rounding of the values themselves a deviation means nothing.
    if (deviation <= Math.abs(window.mean) * 1e-12) return 0;
    return (this.#last - window.mean) / deviation;
  }

  update(value: number): number {
    if (!Number.isFinite(value)) return this.value;
    this.#last = value;
    this.#window.push(value);
    return this.value;
  }

  reset(): void {
    this.#window.clear();
  }
}

import type { SeriesIndicator, VolumeIndicator } from '../../domain/indicators.js';
import { checkPeriod, MomentWindow, Window } from './window.js';

/** Simple moving average of the last `period` values. */
export class SimpleMovingAverage implements SeriesIndicator {
  readonly #window: MomentWindow;

  constructor(period: number) {
    this.#window = new MomentWindow(checkPeriod(period, 'period', 1));
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    return this.#window.isFull ? this.#window.mean : Number.NaN;
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
 * Exponential average with a given weight of the newest value, begun with the simple average of
 * the first `period` values. With weight 2 / (period + 1) it is the usual EMA, with 1 / period
 * Wilder's.
 */
export class ExponentialMovingAverage implements SeriesIndicator {
  readonly #period: number;
  readonly #weight: number;
  #seen = 0;
  #average = 0;

  private constructor(period: number, weight: number) {
    this.#period = checkPeriod(period, 'period', 1);
    this.#weight = weight;
  }

  static of(period: number): ExponentialMovingAverage {
    return new ExponentialMovingAverage(period, 2 / (period + 1));
  }

  static wilder(period: number): ExponentialMovingAverage {
    return new ExponentialMovingAverage(period, 1 / period);
  }

  get isReady(): boolean {
    return this.#seen >= this.#period;
  }

  get value(): number {
    return this.#seen >= this.#period ? this.#average : Number.NaN;
  }

  update(value: number): number {
    if (!Number.isFinite(value)) return this.value;
    if (this.#seen < this.#period) {
      this.#seen += 1;
      this.#average += (value - this.#average) / this.#seen;
    } else {
      this.#average += (value - this.#average) * this.#weight;
    }
    return this.value;
  }

  reset(): void {
    this.#seen = 0;
    this.#average = 0;
  }
}

/** Moving average that weighs the newest of `period` values `period` times, the oldest once. */
export class WeightedMovingAverage implements SeriesIndicator {
  readonly #window: Window;
  readonly #weights: number;
  #origin = 0;
  #sum = 0;
  #weighted = 0;
  #untilFresh: number;

  constructor(period: number) {
    this.#window = new Window(checkPeriod(period, 'period', 1));
    this.#weights = (period * (period + 1)) / 2;
    this.#untilFresh = period;
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    return this.#window.isFull ? this.#origin + this.#weighted / this.#weights : Number.NaN;
  }

  update(value: number): number {
    if (!Number.isFinite(value)) return this.value;
    const window = this.#window;
    const wasFull = window.isFull;
    if (window.count === 0) this.#origin = value;
    const old = window.push(value);
    this.#untilFresh -= 1;
    if (this.#untilFresh <= 0) {
      this.#refresh();
      return this.value;
    }
    const added = value - this.#origin;
    if (wasFull) {
      // Every kept value weighs one less; the oldest, which weighed one, is gone.
      this.#weighted += window.capacity * added - this.#sum;
      this.#sum += added - (old - this.#origin);
    } else {
      this.#weighted += window.count * added;
      this.#sum += added;
    }
    return this.value;
  }

  reset(): void {
    this.#window.clear();
    this.#sum = 0;
    this.#weighted = 0;
    this.#untilFresh = this.#window.capacity;
  }

  /** Takes the sums anew, once a turn of the window: rounding errors do not pile up. */
  #refresh(): void {
    const window = this.#window;
    this.#origin = window.at(0);
    this.#sum = 0;
    this.#weighted = 0;
    for (let age = 0; age < window.count; age += 1) {
      const value = window.at(age) - this.#origin;
      this.#sum += value;
      this.#weighted += (window.count - age) * value;
    }
    this.#untilFresh = window.capacity;
  }
}

/** Volume-weighted average price since construction or the last reset. */
export class VolumeWeightedPrice implements VolumeIndicator {
  #volume = 0;
  #origin = 0;
  #offset = 0;

  get isReady(): boolean {
    return this.#volume > 0;
  }

  get value(): number {
    return this.#volume > 0 ? this.#origin + this.#offset / this.#volume : Number.NaN;
  }

  /** A quantity that isn't above zero is ignored. */
  update(price: number, qty: number): number {
    if (!Number.isFinite(price) || !Number.isFinite(qty) || qty <= 0) return this.value;
    // Relative to the first price: the products keep their low digits over a long day.
    if (this.#volume === 0) this.#origin = price;
    this.#volume += qty;
    this.#offset += (price - this.#origin) * qty;
    return this.value;
  }

  reset(): void {
    this.#volume = 0;
    this.#offset = 0;
  }
}

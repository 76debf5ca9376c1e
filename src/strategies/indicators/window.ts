import { HftError } from '../../domain/errors.js';

/** A whole number >= `min`. Errors: HFT_ARGUMENT, naming the thing. */
export function checkPeriod(value: number, name: string, min: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > 10_000_000) {
    throw new HftError(
      'HFT_ARGUMENT',
      `${name} must be a whole number from ${min} to 10000000, found ${String(value)}`,
    );
  }
  return value;
}

/** The last `capacity` numbers of a series, in a ring: nothing is allocated per number. */
export class Window {
  readonly capacity: number;
  readonly #values: Float64Array;
  #count = 0;
  #next = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#values = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.capacity;
  }

  /** Adds a number; returns the one that fell out, or 0 while there is room. */
  push(value: number): number {
    const next = this.#next;
    const isFull = this.#count === this.capacity;
    const old = isFull ? (this.#values[next] ?? 0) : 0;
    this.#values[next] = value;
    this.#next = next + 1 === this.capacity ? 0 : next + 1;
    if (!isFull) this.#count += 1;
    return old;
  }

  /** The number that came `age` pushes before the newest (0 = newest); NaN beyond `count`. */
  at(age: number): number {
    if (age >= this.#count) return Number.NaN;
    const index = this.#next - 1 - age;
    return this.#values[index < 0 ? index + this.capacity : index] ?? Number.NaN;
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
  }
}

/**
 * Mean and variance of the last `capacity` numbers.
 *
 * A sum that only adds and subtracts keeps every rounding error for ever; so once a turn of the
 * window both sums are taken anew, about a point near the values. The cost stays constant on
 * average, and the error that of one window.
 */
export class MomentWindow {
  readonly #window: Window;
  #origin = 0;
  #sum = 0;
  #squares = 0;
  /** The largest square that went into the sums since they were taken anew. */
  #scale = 0;
  #untilFresh: number;

  constructor(capacity: number) {
    this.#window = new Window(capacity);
    this.#untilFresh = capacity;
  }

  get isFull(): boolean {
    return this.#window.isFull;
  }

  get count(): number {
    return this.#window.count;
  }

  push(value: number): void {
    const window = this.#window;
    if (window.count === 0) this.#origin = value;
    const wasFull = window.isFull;
    const old = window.push(value);
    this.#untilFresh -= 1;
    if (this.#untilFresh <= 0) {
      this.#refresh();
      return;
    }
    const added = value - this.#origin;
    const square = added * added;
    this.#sum += added;
    this.#squares += square;
    if (square > this.#scale) this.#scale = square;
    if (!wasFull) return;
    const removed = old - this.#origin;
    this.#sum -= removed;
    this.#squares -= removed * removed;
  }

  /** NaN when empty. */
  get mean(): number {
    return this.#origin + this.#sum / this.#window.count;
  }

  /** Of the population (divided by n); never below zero. */
  get variance(): number {
    const count = this.#window.count;
    const mean = this.#sum / count;
    const variance = this.#squares / count - mean * mean;
    // Where large numbers came and went, little is left of a small variance but their rounding.
    return variance < this.#scale * 1e-6 ? this.#exactVariance() : variance;
  }

  /** Of a sample (divided by n - 1). */
  get sampleVariance(): number {
    const count = this.#window.count;
    return (this.variance * count) / (count - 1);
  }

  clear(): void {
    this.#window.clear();
    this.#sum = 0;
    this.#squares = 0;
    this.#scale = 0;
    this.#untilFresh = this.#window.capacity;
  }

  #exactVariance(): number {
    const window = this.#window;
    const count = window.count;
    const mean = this.mean;
    let squares = 0;
    let rest = 0;
    for (let age = 0; age < count; age += 1) {
      const distance = window.at(age) - mean;
      squares += distance * distance;
      rest += distance;
    }
    // What the mean itself was off by.
    return Math.max(0, (squares - (rest * rest) / count) / count);
  }

  #refresh(): void {
    const window = this.#window;
    const count = window.count;
    let total = 0;
    for (let age = 0; age < count; age += 1) total += window.at(age) - this.#origin;
    this.#origin += total / count;
    this.#sum = 0;
    this.#squares = 0;
    this.#scale = 0;
    for (let age = 0; age < count; age += 1) {
      const value = window.at(age) - this.#origin;
      this.#sum += value;
      this.#squares += value * value;
      if (value * value > this.#scale) this.#scale = value * value;
    }
    this.#untilFresh = window.capacity;
  }
}

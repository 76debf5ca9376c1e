import { HftError } from './errors.js';

/** Bars that a strategy asks for. */
export interface BarRequest {
  readonly instrumentId: number;
  /** `time`: `size` milliseconds; `trades`: `size` trades; `volume`: `size` lots. */
  readonly kind: 'time' | 'trades' | 'volume';
  readonly size: number;
}

/** Told by a BarBuilder when a bar is complete; read the builder's fields during the call. */
export type BarListener = (bar: BarBuilder) => void;

/**
 * Builds bars from trades, incrementally and without allocating.
 *
 * Prices in ticks, quantities in lots, times in nanoseconds since the run began. A time bar covers
 * [start, start + size) with starts at whole multiples of its size; an interval without trades has
 * no bar. A trade larger than what a volume bar still takes is not split: it ends that bar. Not
 * thread-safe.
 */
export class BarBuilder {
  readonly request: BarRequest;
  /** The bar's first nanosecond (time bars: the interval's start). */
  startNs = 0;
  openTicks = Number.NaN;
  highTicks = Number.NaN;
  lowTicks = Number.NaN;
  closeTicks = Number.NaN;
  volumeLots = 0;
  /** Sum of ticks times lots, for the average price; rounded above 2^53. */
  turnover = 0;
  trades = 0;
  readonly #listener: BarListener;
  readonly #sizeNs: number;

  /** Errors: HFT_ARGUMENT for a size that isn't a whole number above zero. */
  constructor(request: BarRequest, listener: BarListener) {
    if (!Number.isSafeInteger(request.size) || request.size <= 0) {
      throw new HftError(
        'HFT_ARGUMENT',
        `the size of bars must be a whole number above zero, found ${String(request.size)}`,
      );
    }
    this.request = request;
    this.#listener = listener;
    this.#sizeNs = request.kind === 'time' ? request.size * 1e6 : Number.POSITIVE_INFINITY;
  }

  /** Takes a trade; tells the listener of a bar that it completes. Times must not go back. */
  onTrade(timeNs: number, ticks: number, lots: number): void {
    this.onTime(timeNs);
    if (this.trades === 0) this.#open(timeNs, ticks);
    if (ticks > this.highTicks) this.highTicks = ticks;
    if (ticks < this.lowTicks) this.lowTicks = ticks;
    this.closeTicks = ticks;
    this.volumeLots += lots;
    this.turnover += ticks * lots;
    this.trades += 1;
    const { kind, size } = this.request;
    const isFull =
      (kind === 'trades' && this.trades >= size) || (kind === 'volume' && this.volumeLots >= size);
    if (isFull) this.flush();
  }

  /** Completes a time bar whose interval is over by `timeNs`. */
  onTime(timeNs: number): void {
    if (this.trades > 0 && timeNs - this.startNs >= this.#sizeNs) this.flush();
  }

  /** Completes the bar at hand, if it has trades. */
  flush(): void {
    if (this.trades === 0) return;
    this.#listener(this);
    this.trades = 0;
  }

  #open(timeNs: number, ticks: number): void {
    const sizeNs = this.#sizeNs;
    this.startNs = sizeNs === Number.POSITIVE_INFINITY ? timeNs : timeNs - (timeNs % sizeNs);
    this.openTicks = ticks;
    this.highTicks = ticks;
    this.lowTicks = ticks;
    this.volumeLots = 0;
    this.turnover = 0;
  }
}

import type { TouchIndicator } from '../../domain/indicators.js';
import type { TopOfBook } from '../../domain/views.js';
import { checkPeriod, Window } from './window.js';

/**
 * Sum of the order-flow imbalance of the last `period` updates of the touch, in lots: what joined
 * the bid and left the ask, minus the opposite.
 *
 * Source: Cont, Kukanov, Stoikov, "The Price Impact of Order Book Events" (2014), equation 2.
 */
export class OrderFlowWindow implements TouchIndicator {
  readonly #window: Window;
  #sum = 0;
  #bid = Number.NaN;
  #bidLots = 0;
  #ask = Number.NaN;
  #askLots = 0;

  constructor(period: number) {
    this.#window = new Window(checkPeriod(period, 'period', 1));
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    return this.#window.isFull ? this.#sum : Number.NaN;
  }

  update(top: TopOfBook): number {
    const { bidTicks, bidLots, askTicks, askLots } = top;
    const hasBoth = !Number.isNaN(bidTicks) && !Number.isNaN(askTicks);
    if (hasBoth && !Number.isNaN(this.#bid)) {
      let flow = 0;
      if (bidTicks >= this.#bid) flow += bidLots;
      if (bidTicks <= this.#bid) flow -= this.#bidLots;
      if (askTicks <= this.#ask) flow -= askLots;
      if (askTicks >= this.#ask) flow += this.#askLots;
      // Lots are whole numbers: the sum is exact.
      this.#sum += flow - this.#window.push(flow);
    }
    this.#bid = hasBoth ? bidTicks : Number.NaN;
    this.#bidLots = bidLots;
    this.#ask = askTicks;
    this.#askLots = askLots;
    return this.value;
  }

  reset(): void {
    this.#window.clear();
    this.#sum = 0;
    this.#bid = Number.NaN;
  }
}

/** The middle of the touch, weighted by the opposite quantities, of the newest two-sided update. */
export class Microprice implements TouchIndicator {
  #value = Number.NaN;

  get isReady(): boolean {
    return !Number.isNaN(this.#value);
  }

  get value(): number {
    return this.#value;
  }

  update(top: TopOfBook): number {
    const { bid, bidQty, ask, askQty } = top;
    const value = (bid * askQty + ask * bidQty) / (bidQty + askQty);
    if (!Number.isNaN(value)) this.#value = value;
    return this.#value;
  }

  reset(): void {
    this.#value = Number.NaN;
  }
}

import type { BookState } from '../../domain/market-data.js';
import type { BookTop, StrategyClock } from '../../domain/strategy-context.js';
import type { BookView } from '../../domain/views.js';

/** The newest touch of one instrument; see BookTop. */
export class InstrumentTop implements BookTop {
  readonly #clock: StrategyClock;
  state: BookState = 'broken';
  sequence = 0;
  bidTicks = Number.NaN;
  bidLots = 0;
  askTicks = Number.NaN;
  askLots = 0;
  bid = Number.NaN;
  bidQty = 0;
  ask = Number.NaN;
  askQty = 0;
  #changedMs = 0;

  constructor(clock: StrategyClock) {
    this.#clock = clock;
  }

  update(book: BookView): void {
    this.state = book.state;
    this.sequence = book.sequence;
    this.bidTicks = book.bidTicks;
    this.bidLots = book.bidLots;
    this.askTicks = book.askTicks;
    this.askLots = book.askLots;
    this.bid = book.bid;
    this.bidQty = book.bidQty;
    this.ask = book.ask;
    this.askQty = book.askQty;
    this.#changedMs = this.#clock.nowMs;
  }

  get isTrusted(): boolean {
    return this.state === 'trusted';
  }
  get ageMs(): number {
    return this.#clock.nowMs - this.#changedMs;
  }
  get mid(): number {
    return (this.bid + this.ask) / 2;
  }
  get spread(): number {
    return this.ask - this.bid;
  }
  get microprice(): number {
    const { bid, bidQty, ask, askQty } = this;
    return (bid * askQty + ask * bidQty) / (bidQty + askQty);
  }
}

import type { BookState } from '../../domain/market-data.js';
import type { BookTop, StrategyClock } from '../../domain/strategy-context.js';
import type { BookView, InstrumentInfo } from '../../domain/views.js';

const BID_TICKS = 0;
const BID_LOTS = 1;
const ASK_TICKS = 2;
const ASK_LOTS = 3;
const SEQUENCE = 4;
const CHANGED_MS = 5;

/** The newest touch of one instrument; see BookTop. */
export class InstrumentTop implements BookTop {
  readonly #clock: StrategyClock;
  readonly #priceScale: number;
  readonly #qtyScale: number;
  /** Ticks and lots as they came: what people want is made of them when it is asked for. */
  readonly #values = new Float64Array([Number.NaN, 0, Number.NaN, 0, 0, 0]);
  #book: BookState = 'broken';

  constructor(clock: StrategyClock, instrument: InstrumentInfo) {
    this.#clock = clock;
    this.#priceScale = Number(`1e${instrument.priceDecimals}`);
    this.#qtyScale = Number(`1e${instrument.qtyDecimals}`);
  }

  update(book: BookView): void {
    const values = this.#values;
    values[BID_TICKS] = book.bidTicks;
    values[BID_LOTS] = book.bidLots;
    values[ASK_TICKS] = book.askTicks;
    values[ASK_LOTS] = book.askLots;
    values[SEQUENCE] = book.sequence;
    values[CHANGED_MS] = book.receiveTimeMs;
    this.#book = book.state;
  }

  get state(): BookState {
    return this.#book;
  }
  get sequence(): number {
    return this.#values[SEQUENCE] ?? 0;
  }
  get isTrusted(): boolean {
    return this.#book === 'trusted';
  }
  get ageMs(): number {
    return this.#clock.nowMs - (this.#values[CHANGED_MS] ?? 0);
  }
  get bidTicks(): number {
    return this.#values[BID_TICKS] ?? Number.NaN;
  }
  get bidLots(): number {
    return this.#values[BID_LOTS] ?? 0;
  }
  get askTicks(): number {
    return this.#values[ASK_TICKS] ?? Number.NaN;
  }
  get askLots(): number {
    return this.#values[ASK_LOTS] ?? 0;
  }
  get bid(): number {
    return this.bidTicks / this.#priceScale;
  }
  get bidQty(): number {
    return this.bidLots / this.#qtyScale;
  }
  get ask(): number {
    return this.askTicks / this.#priceScale;
  }
  get askQty(): number {
    return this.askLots / this.#qtyScale;
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

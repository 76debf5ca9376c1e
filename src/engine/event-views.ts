import {
  BOOK_REASONS,
  BOOK_STATES,
  type BookReason,
  type BookState,
  EventKind,
} from '../domain/market-data.js';
import type {
  BarView,
  BookView,
  InstrumentInfo,
  MarketDataMessage,
  PriceLevel,
  QuoteView,
  TradeView,
} from '../domain/views.js';
import type { Side } from '../domain/vocabulary.js';

const UNKNOWN_INSTRUMENT: InstrumentInfo = {
  id: -1,
  symbol: '',
  priceDecimals: 0,
  qtyDecimals: 0,
};

const TWO_32 = 4294967296;

/** 10^decimals; a price is divided by it, which rounds once, as decimal text would. */
const SCALES: readonly number[] = Array.from({ length: 19 }, (_, decimals) =>
  Number(`1e${decimals}`),
);

function scaleOf(decimals: number): number {
  return SCALES[decimals] ?? 1;
}

/** Where in the shared memory the current event lies; all views of a ring read through it. */
export class SlotCursor {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly longs: BigInt64Array;
  readonly depth: number;
  readonly instruments: InstrumentInfo[];
  /** Index of the slot in `doubles`. */
  at = 0;
  /** Times of the event, in fields: what a function returns may become an object. */
  exchangeTimeMs = Number.NaN;
  receiveTimeMs = Number.NaN;

  constructor(buffer: SharedArrayBuffer, depth: number, instruments: InstrumentInfo[]) {
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.longs = new BigInt64Array(buffer);
    this.depth = depth;
    this.instruments = instruments;
  }

  moveTo(byteOffset: number): void {
    this.at = byteOffset >>> 3;
    const words = this.words;
    const at = byteOffset >>> 2;
    this.exchangeTimeMs = ((words[at + 3] ?? 0) * TWO_32 + ((words[at + 2] ?? 0) >>> 0)) / 1e6;
    this.receiveTimeMs = ((words[at + 5] ?? 0) * TWO_32 + ((words[at + 4] ?? 0) >>> 0)) / 1e6;
  }

  get instrumentId(): number {
    return (this.words[this.at * 2] ?? 0) >>> 0;
  }

  get instrument(): InstrumentInfo {
    return this.instruments[this.instrumentId] ?? UNKNOWN_INSTRUMENT;
  }

  value(index: number): number {
    return this.doubles[this.at + 4 + index] ?? Number.NaN;
  }

  /** Price (ticks) of a level: bids from 0, asks from `depth`. */
  levelPrice(index: number): number {
    return this.doubles[this.at + 8 + 2 * index] ?? Number.NaN;
  }

  levelQty(index: number): number {
    return this.doubles[this.at + 9 + 2 * index] ?? Number.NaN;
  }

  byte(index: number): number {
    return this.bytes[this.at * 8 + index] ?? 0;
  }

  nanoseconds(slot: number): bigint {
    return this.longs[this.at + slot] ?? 0n;
  }

  get ageNs(): number {
    const words = this.words;
    const at = this.at * 2;
    const low = ((words[at + 4] ?? 0) >>> 0) - ((words[at + 2] ?? 0) >>> 0);
    return ((words[at + 5] ?? 0) - (words[at + 3] ?? 0)) * TWO_32 + low;
  }
}

/**
 * What is asked for at every event reads the slot itself: a call more may not be inlined, and then
 * makes an object of the number that it returns.
 */
abstract class SlotView {
  protected readonly cursor: SlotCursor;

  constructor(cursor: SlotCursor) {
    this.cursor = cursor;
  }

  get instrument(): InstrumentInfo {
    return this.cursor.instrument;
  }
  get symbol(): string {
    return this.cursor.instrument.symbol;
  }
  get sequence(): number {
    const { doubles, at } = this.cursor;
    return doubles[at + 3] ?? Number.NaN;
  }
  get exchangeTimeMs(): number {
    return this.cursor.exchangeTimeMs;
  }
  get receiveTimeMs(): number {
    return this.cursor.receiveTimeMs;
  }
  get exchangeTime(): bigint {
    return this.cursor.nanoseconds(1);
  }
  get receiveTime(): bigint {
    return this.cursor.nanoseconds(2);
  }
  get ageNs(): number {
    return this.cursor.ageNs;
  }

  protected toPrice(ticks: number): number {
    return ticks / scaleOf(this.cursor.instrument.priceDecimals);
  }
  protected toQty(lots: number): number {
    return lots / scaleOf(this.cursor.instrument.qtyDecimals);
  }
  protected base(kind: EventKind): MarketDataMessage {
    return {
      kind,
      symbol: this.symbol,
      sequence: this.sequence,
      exchangeTime: this.exchangeTime,
      receiveTime: this.receiveTime,
    };
  }
}

abstract class TopView extends SlotView {
  get bidTicks(): number {
    const { doubles, at } = this.cursor;
    return doubles[at + 4] ?? Number.NaN;
  }
  get bidLots(): number {
    const { doubles, at } = this.cursor;
    return doubles[at + 5] ?? Number.NaN;
  }
  get askTicks(): number {
    const { doubles, at } = this.cursor;
    return doubles[at + 6] ?? Number.NaN;
  }
  get askLots(): number {
    const { doubles, at } = this.cursor;
    return doubles[at + 7] ?? Number.NaN;
  }
  get bid(): number {
    return this.toPrice(this.cursor.value(0));
  }
  get bidQty(): number {
    return this.toQty(this.cursor.value(1));
  }
  get ask(): number {
    return this.toPrice(this.cursor.value(2));
  }
  get askQty(): number {
    return this.toQty(this.cursor.value(3));
  }
  get mid(): number {
    return this.toPrice((this.cursor.value(0) + this.cursor.value(2)) / 2);
  }
  get spread(): number {
    return this.toPrice(this.cursor.value(2) - this.cursor.value(0));
  }
  get microprice(): number {
    const bidLots = this.cursor.value(1);
    const askLots = this.cursor.value(3);
    return this.toPrice(
      (this.cursor.value(0) * askLots + this.cursor.value(2) * bidLots) / (bidLots + askLots),
    );
  }
}

/** The BookView of a ring. */
export class BookEventView extends TopView implements BookView {
  get state(): BookState {
    return BOOK_STATES[this.cursor.byte(6)] ?? 'broken';
  }
  get reason(): BookReason {
    return BOOK_REASONS[this.cursor.byte(7)] ?? 'none';
  }
  get isTrusted(): boolean {
    return this.cursor.byte(6) === 0;
  }
  get depth(): number {
    return this.cursor.depth;
  }
  get bidCount(): number {
    return this.#count(0);
  }
  get askCount(): number {
    return this.#count(this.cursor.depth);
  }
  bidTicksAt(index: number): number {
    return index < this.bidCount ? this.cursor.levelPrice(index) : Number.NaN;
  }
  bidLotsAt(index: number): number {
    return index < this.bidCount ? this.cursor.levelQty(index) : Number.NaN;
  }
  askTicksAt(index: number): number {
    return index < this.askCount ? this.cursor.levelPrice(this.cursor.depth + index) : Number.NaN;
  }
  askLotsAt(index: number): number {
    return index < this.askCount ? this.cursor.levelQty(this.cursor.depth + index) : Number.NaN;
  }
  imbalance(levels: number): number {
    const bids = this.#sum(0, levels);
    const asks = this.#sum(this.cursor.depth, levels);
    const total = bids + asks;
    return total > 0 ? (bids - asks) / total : 0;
  }
  copy(): MarketDataMessage {
    return {
      ...this.base(EventKind.Book),
      state: this.state,
      reason: this.reason,
      bids: this.#levels(0, this.bidCount),
      asks: this.#levels(this.cursor.depth, this.askCount),
    };
  }

  /** An absent level ends the side: its price is NaN and nothing after it means anything. */
  #count(first: number): number {
    const cursor = this.cursor;
    let count = 0;
    while (count < cursor.depth && !Number.isNaN(cursor.levelPrice(first + count))) count += 1;
    return count;
  }
  #sum(first: number, levels: number): number {
    const cursor = this.cursor;
    const most = Math.min(levels, cursor.depth);
    let sum = 0;
    for (let i = 0; i < most; i += 1) {
      if (Number.isNaN(cursor.levelPrice(first + i))) break;
      sum += cursor.levelQty(first + i);
    }
    return sum;
  }
  #levels(first: number, count: number): PriceLevel[] {
    const levels: PriceLevel[] = [];
    for (let i = first; i < first + count; i += 1) {
      levels.push([this.toPrice(this.cursor.levelPrice(i)), this.toQty(this.cursor.levelQty(i))]);
    }
    return levels;
  }
}

/** The QuoteView of a ring. */
export class QuoteEventView extends TopView implements QuoteView {
  copy(): MarketDataMessage {
    return {
      ...this.base(EventKind.Quote),
      bids: [[this.bid, this.bidQty]],
      asks: [[this.ask, this.askQty]],
    };
  }
}

/** The TradeView of a ring. */
export class TradeEventView extends SlotView implements TradeView {
  get side(): Side {
    return this.cursor.byte(5) as Side;
  }
  get priceTicks(): number {
    const { doubles, at } = this.cursor;
    return doubles[at + 4] ?? Number.NaN;
  }
  get qtyLots(): number {
    const { doubles, at } = this.cursor;
    return doubles[at + 5] ?? Number.NaN;
  }
  get price(): number {
    return this.toPrice(this.cursor.value(0));
  }
  get qty(): number {
    return this.toQty(this.cursor.value(1));
  }
  copy(): MarketDataMessage {
    const { side, price, qty } = this;
    return { ...this.base(EventKind.Trade), side, price, qty };
  }
}

/** The BarView of a ring. */
export class BarEventView extends SlotView implements BarView {
  get open(): number {
    return this.toPrice(this.cursor.value(0));
  }
  get high(): number {
    return this.toPrice(this.cursor.value(1));
  }
  get low(): number {
    return this.toPrice(this.cursor.value(2));
  }
  get close(): number {
    return this.toPrice(this.cursor.value(3));
  }
  get volume(): number {
    return this.toQty(this.sequence);
  }
  copy(): MarketDataMessage {
    const { open, high, low, close, volume } = this;
    return { ...this.base(EventKind.Bar), bar: { open, high, low, close, volume } };
  }
}

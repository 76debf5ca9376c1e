import type { BookSnapshot } from '../../addon/stream-engine.js';
import { MessageHandler } from '../../domain/message-handler.js';
import type { BookView, InstrumentInfo } from '../../domain/views.js';

type Level = [ticks: number, lots: number];

interface KeptBook {
  readonly instrument: InstrumentInfo;
  state: string;
  reason: string;
  sequence: number;
  readonly levels: Float64Array;
  bidCount: number;
  askCount: number;
}

/** Keeps the newest levels of every book from its events, in memory that is taken once a book. */
export class LiveBooks extends MessageHandler {
  readonly #depth: number;
  readonly #books: KeptBook[] = [];

  /** `depth`: levels a side to keep; the events must carry as many. */
  constructor(depth: number) {
    super();
    this.#depth = depth;
  }

  override onBook(book: BookView): void {
    const kept = this.#kept(book.instrument);
    const levels = kept.levels;
    kept.state = book.state;
    kept.reason = book.reason;
    kept.sequence = book.sequence;
    kept.bidCount = Math.min(book.bidCount, this.#depth);
    kept.askCount = Math.min(book.askCount, this.#depth);
    for (let i = 0; i < kept.bidCount; i += 1) {
      levels[2 * i] = book.bidTicksAt(i);
      levels[2 * i + 1] = book.bidLotsAt(i);
    }
    const asks = 2 * this.#depth;
    for (let i = 0; i < kept.askCount; i += 1) {
      levels[asks + 2 * i] = book.askTicksAt(i);
      levels[asks + 2 * i + 1] = book.askLotsAt(i);
    }
  }

  /** The books as they are. */
  books(): BookSnapshot[] {
    return this.#books.map((kept) => ({
      symbol: kept.instrument.symbol,
      priceDecimals: kept.instrument.priceDecimals,
      qtyDecimals: kept.instrument.qtyDecimals,
      state: kept.state,
      reason: kept.reason,
      sequence: kept.sequence,
      bids: this.#side(kept, 0, kept.bidCount),
      asks: this.#side(kept, 2 * this.#depth, kept.askCount),
    }));
  }

  #side(kept: KeptBook, start: number, count: number): Level[] {
    const levels: Level[] = [];
    for (let at = start; at < start + 2 * count; at += 2) {
      levels.push([kept.levels[at] ?? 0, kept.levels[at + 1] ?? 0]);
    }
    return levels;
  }

  /** Instruments of workers can share ids, so books are kept by the instrument itself. */
  #kept(instrument: InstrumentInfo): KeptBook {
    const known = this.#books.find((kept) => kept.instrument.symbol === instrument.symbol);
    if (known !== undefined && known.instrument === instrument) return known;
    // The instrument is new, or its ticks and lots have become finer.
    const fresh = {
      instrument,
      state: 'broken',
      reason: 'none',
      sequence: 0,
      levels: known?.levels ?? new Float64Array(4 * this.#depth),
      bidCount: 0,
      askCount: 0,
    };
    if (known === undefined) this.#books.push(fresh);
    else this.#books[this.#books.indexOf(known)] = fresh;
    return fresh;
  }
}

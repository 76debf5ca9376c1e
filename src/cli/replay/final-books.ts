import {
  BOOK_REASONS,
  BOOK_STATES,
  type BookReason,
  type BookState,
} from '../../domain/market-data.js';
import { MessageHandler } from '../../domain/message-handler.js';
import type { BookView, InstrumentInfo } from '../../domain/views.js';
import type { StreamProcessor } from '../../engine/stream-processor.js';
import { scaledText } from '../decimal-text.js';

/** A price level as decimal text. */
export type LevelText = readonly [price: string, qty: string];

/** How a book ended, as `hft data replay --json` prints it. */
export interface FinalBook {
  readonly bestBid: LevelText | null;
  readonly bestAsk: LevelText | null;
  readonly state: BookState;
  readonly reason: BookReason;
  readonly seq: number | null;
}

/** The newest figures of one book; the object is reused. */
interface Figures {
  bidTicks: number;
  bidLots: number;
  askTicks: number;
  askLots: number;
  state: BookState;
  reason: BookReason;
  sequence: number;
}

/** Remembers the newest state of every book, where books are read through their events only. */
export class FinalBooks extends MessageHandler {
  /** By the instrument's object: lanes number their instruments independently. */
  readonly #books = new Map<InstrumentInfo, Figures>();

  override onBook(book: BookView): void {
    const { instrument } = book;
    let kept = this.#books.get(instrument);
    if (kept === undefined) {
      kept = {
        bidTicks: 0,
        bidLots: 0,
        askTicks: 0,
        askLots: 0,
        state: 'broken',
        reason: 'none',
        sequence: 0,
      };
      this.#books.set(instrument, kept);
    }
    kept.bidTicks = book.bidTicks;
    kept.bidLots = book.bidLots;
    kept.askTicks = book.askTicks;
    kept.askLots = book.askLots;
    kept.state = book.state;
    kept.reason = book.reason;
    kept.sequence = book.sequence;
  }

  /** The books by symbol. */
  all(): Record<string, FinalBook> {
    const books = new Map<string, FinalBook>();
    // An instrument whose ticks became finer comes again, later in the map.
    for (const [instrument, kept] of this.#books) {
      const { priceDecimals, qtyDecimals } = instrument;
      const level = (ticks: number, lots: number): LevelText | null =>
        Number.isNaN(ticks)
          ? null
          : [scaledText(ticks, priceDecimals), scaledText(lots, qtyDecimals)];
      books.set(instrument.symbol, {
        bestBid: level(kept.bidTicks, kept.bidLots),
        bestAsk: level(kept.askTicks, kept.askLots),
        state: kept.state,
        reason: kept.reason,
        seq: kept.sequence === 0 ? null : kept.sequence,
      });
    }
    return Object.fromEntries([...books].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The books of an inline processor by symbol, as they are. */
export function booksOf(processor: StreamProcessor): Record<string, FinalBook> {
  const books: Record<string, FinalBook> = {};
  const symbols = processor.instruments.map((instrument) => instrument.symbol).sort();
  for (const symbol of symbols) {
    const book = processor.bookSnapshot(symbol, 1);
    if (book === undefined) continue;
    const level = (side: readonly (readonly [number, number])[]): LevelText | null => {
      const [best] = side;
      return best === undefined
        ? null
        : [scaledText(best[0], book.priceDecimals), scaledText(best[1], book.qtyDecimals)];
    };
    books[symbol] = {
      bestBid: level(book.bids),
      bestAsk: level(book.asks),
      state: BOOK_STATES.find((state) => state === book.state) ?? 'broken',
      reason: BOOK_REASONS.find((reason) => reason === book.reason) ?? 'none',
      seq: book.sequence === 0 ? null : book.sequence,
    };
  }
  return books;
}

import {
  BOOK_REASONS,
  BOOK_STATES,
  type BookReason,
  type BookState,
} from '../../domain/market-data.js';
import { MessageHandler } from '../../domain/message-handler.js';
import type { BookView } from '../../domain/views.js';
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

/** Remembers the newest state of every book, where books are read through their events only. */
export class FinalBooks extends MessageHandler {
  readonly #books = new Map<string, FinalBook>();

  override onBook(book: BookView): void {
    const { instrument, sequence } = book;
    const level = (ticks: number, lots: number): LevelText | null =>
      Number.isNaN(ticks)
        ? null
        : [scaledText(ticks, instrument.priceDecimals), scaledText(lots, instrument.qtyDecimals)];
    this.#books.set(instrument.symbol, {
      bestBid: level(book.bidTicks, book.bidLots),
      bestAsk: level(book.askTicks, book.askLots),
      state: book.state,
      reason: book.reason,
      seq: sequence === 0 ? null : sequence,
    });
  }

  /** The books by symbol. */
  all(): Record<string, FinalBook> {
    return Object.fromEntries([...this.#books].sort(([a], [b]) => (a < b ? -1 : 1)));
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

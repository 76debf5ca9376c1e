import { BOOK_REASONS, BOOK_STATES, type BookReason } from '../domain/market-data.js';
import { MessageHandler } from '../domain/message-handler.js';
import type { BookView } from '../domain/views.js';

/** Attempts of one book follow each other at doubling distances, up to so many intervals. */
const BACK_OFF_MAX = 32;

interface BookNeed {
  readonly instrument: number;
  readonly symbol: string;
  /** When it may be asked for, in milliseconds of performance.now(). */
  dueAt: number;
  /** Attempts since the book was last sound. */
  attempts: number;
  isAsking: boolean;
}

/**
 * Watches the books of a feed and asks for a snapshot of each that needs one, at most one at a time
 * a book, at growing distances: a venue that keeps failing is not stormed with requests.
 */
export class Resynchroniser extends MessageHandler {
  readonly #needs = new Map<string, BookNeed>();
  readonly #intervalMs: number;
  readonly #ask: (symbol: string, instrument: number) => Promise<void>;
  readonly #brokenSymbols = new Set<string>();

  /** `ask` fetches a snapshot and hands it to the stream; it never rejects. */
  constructor(options: {
    readonly intervalMs: number;
    readonly ask: (symbol: string, instrument: number) => Promise<void>;
  }) {
    super();
    this.#intervalMs = options.intervalMs;
    this.#ask = options.ask;
  }

  override onBook(book: BookView): void {
    if (book.isTrusted) {
      // The need stays, with its back-off: a book that breaks again at once must wait as long.
      if (this.#brokenSymbols.size > 0) this.#brokenSymbols.delete(book.symbol);
      return;
    }
    if (book.state === BOOK_STATES[2] && needsSnapshot(book.reason)) this.#note(book);
  }

  /** Forgets everything: the connection was lost, and its books begin anew. */
  reset(): void {
    this.#needs.clear();
    this.#brokenSymbols.clear();
  }

  /** Says that a book needs its first snapshot. */
  need(symbol: string, instrument: number): void {
    this.#brokenSymbols.add(symbol);
    if (this.#needs.has(symbol)) return;
    this.#needs.set(symbol, {
      instrument,
      symbol,
      dueAt: performance.now(),
      attempts: 0,
      isAsking: false,
    });
  }

  /** Asks for what is due; call it a few times a second. */
  tick(): void {
    const now = performance.now();
    for (const need of this.#needs.values()) {
      if (need.isAsking || now < need.dueAt) continue;
      if (!this.#brokenSymbols.has(need.symbol)) {
        // Sound for a whole interval since the last attempt: the next loss starts afresh.
        this.#needs.delete(need.symbol);
        continue;
      }
      need.isAsking = true;
      need.attempts += 1;
      need.dueAt = now + this.#intervalMs * Math.min(2 ** (need.attempts - 1), BACK_OFF_MAX);
      void this.#ask(need.symbol, need.instrument).finally(() => {
        need.isAsking = false;
      });
    }
  }

  #note(book: BookView): void {
    this.need(book.symbol, book.instrument.id);
  }
}

/** Whether a broken book waits for a snapshot that nobody sends unasked. */
function needsSnapshot(reason: BookReason): boolean {
  return reason !== BOOK_REASONS[0] && reason !== 'disconnected';
}

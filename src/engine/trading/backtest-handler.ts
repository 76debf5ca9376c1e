import { MessageHandler } from '../../domain/message-handler.js';
import type { BookView, QuoteView, TradeView } from '../../domain/views.js';
import type { ResultRecorder } from './result-recorder.js';
import type { TradingSession } from './trading-session.js';

/**
 * Hands each market event to the recorder and then, from the start of the run on, to the
 * strategies: what is before it only fills the books.
 */
export class BacktestHandler extends MessageHandler {
  readonly #session: TradingSession;
  readonly #recorder: ResultRecorder;
  readonly #startMs: number;
  #isStarted = false;

  constructor(options: {
    readonly session: TradingSession;
    readonly recorder: ResultRecorder;
    /** Milliseconds since the epoch; minus infinity: with the first event. */
    readonly startMs: number;
  }) {
    super();
    this.#session = options.session;
    this.#recorder = options.recorder;
    this.#startMs = options.startMs;
  }

  override onBook(book: BookView): void {
    if (!this.#isStarted && !this.#begin(book.receiveTimeMs)) return;
    this.#recorder.onBook(book);
    this.#session.onBook(book);
  }

  override onTrade(trade: TradeView): void {
    if (!this.#isStarted && !this.#begin(trade.receiveTimeMs)) return;
    this.#recorder.onTrade(trade);
    this.#session.onTrade(trade);
  }

  override onQuote(quote: QuoteView): void {
    if (!this.#isStarted && !this.#begin(quote.receiveTimeMs)) return;
    this.#recorder.onQuote(quote);
    this.#session.onQuote(quote);
  }

  /** The run begins at the first event that isn't before its start. */
  #begin(timeMs: number): boolean {
    if (timeMs < this.#startMs || timeMs <= 0) return false;
    this.#isStarted = true;
    this.#session.start(timeMs);
    return true;
  }
}

import type { BarView, BookView, InstrumentInfo, QuoteView, TradeView } from './views.js';

/**
 * Receives the events of a stream. Every method does nothing until it is overridden.
 *
 * Calls are synchronous, on the thread that drains the stream; a view is valid during its call
 * only. State that changes per event belongs in fields of the class or in a Float64Array: there
 * V8 keeps it without allocating (`docs/strategies.md`).
 */
export class MessageHandler {
  /** A book changed, or its state did. */
  onBook(_book: BookView): void {}
  /** A trade was executed at the venue. */
  onTrade(_trade: TradeView): void {}
  /** The venue told its best bid and offer. */
  onQuote(_quote: QuoteView): void {}
  /** The venue told a bar. */
  onBar(_bar: BarView): void {}
  /** An instrument became known, or a discovered one got finer ticks or lots. */
  onInstrument(_instrument: InstrumentInfo): void {}
}

// The strategy of the paper benchmark: an order that can't rest on every tenth event.
import { type BookView, Side, Strategy, TimeInForce, type TradeView } from 'hft-trading-system';

const EVERY = 10;

/** Sends an IOC order below the bid on every tenth event: accepted, and expired at the exchange. */
export class QuickTaker extends Strategy {
  #events = 0;
  #ticks = 0;

  override onBook(book: BookView): void {
    this.#ticks = book.bidTicks - 10;
    this.#react(book.instrument.id);
  }
  override onTrade(trade: TradeView): void {
    this.#react(trade.instrument.id);
  }

  #react(instrumentId: number): void {
    this.#events += 1;
    if (this.#events % EVERY !== 0 || !(this.#ticks > 0)) return;
    this.context.orders.limit(instrumentId, Side.Buy, 1, this.#ticks, TimeInForce.IOC);
  }
}

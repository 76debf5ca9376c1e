import { MessageHandler } from '../../domain/message-handler.js';
import type { FillEventView, OrderEventView, OrderListener } from '../../domain/orders.js';
import type { RiskViolation } from '../../domain/risk.js';
import type { BarView, BookView, QuoteView, TradeView } from '../../domain/views.js';
import type { ScopeNames } from '../../risk/scope-names.js';
import type { EventEmitter } from './event-emitter.js';
import type { OrderUpdate, SystemEvents } from './system-events.js';

const MONEY = 1e8;

/** Turns the events of an order manager into those of a system, where somebody listens. */
export class OrderBridge implements OrderListener {
  readonly #events: EventEmitter<SystemEvents>;
  readonly #names: ScopeNames;

  constructor(events: EventEmitter<SystemEvents>, names: ScopeNames) {
    this.#events = events;
    this.#names = names;
  }

  onOrder(order: OrderEventView): void {
    if (order.ordStatus === 'Rejected') this.#reject(order, 'venue', 'rejected by the venue');
    if (this.#events.has('orderUpdated')) this.#events.emit('orderUpdated', this.#update(order));
  }

  onFill(fill: FillEventView): void {
    if (!this.#events.has('orderFilled')) return;
    this.#events.emit('orderFilled', {
      clOrdID: fill.clOrdID,
      strategyId: this.#names.strategies.name(fill.strategy),
      symbol: fill.symbol,
      side: fill.side,
      quantity: fill.lastQty,
      price: fill.lastPx,
      isMaker: fill.isMaker,
      fee: fill.fee / MONEY,
      timeMs: fill.timeMs,
    });
  }

  onRefused(order: OrderEventView, violation: RiskViolation | undefined): void {
    this.#reject(order, 'risk', violation?.message ?? 'there was no room for it');
    if (violation !== undefined) this.#events.emit('riskViolation', violation);
  }

  onViolation(violation: RiskViolation): void {
    this.#events.emit('riskViolation', violation);
  }

  #reject(order: OrderEventView, by: 'risk' | 'venue', reason: string): void {
    if (!this.#events.has('orderRejected')) return;
    const { clOrdID, strategyId, symbol, side, timeMs } = this.#update(order);
    this.#events.emit('orderRejected', { clOrdID, strategyId, symbol, side, by, reason, timeMs });
  }

  #update(order: OrderEventView): OrderUpdate {
    const symbol = this.#names.symbolOf(order.instrumentId);
    const qtyScale = 10 ** (symbol?.qtyDecimals ?? 0);
    return {
      clOrdID: order.clOrdID,
      strategyId: this.#names.strategies.name(order.strategy),
      symbol: order.symbol,
      side: order.side,
      ordStatus: order.ordStatus,
      quantity: order.orderLots / qtyScale,
      cumQty: order.cumLots / qtyScale,
      price: order.priceTicks / 10 ** (symbol?.priceDecimals ?? 0),
      timeMs: order.timeMs,
    };
  }
}

/** Copies market events to those who listen for `marketData`. */
export class MarketBridge extends MessageHandler {
  readonly #events: EventEmitter<SystemEvents>;

  constructor(events: EventEmitter<SystemEvents>) {
    super();
    this.#events = events;
  }

  override onBook(book: BookView): void {
    this.#tell(book);
  }
  override onTrade(trade: TradeView): void {
    this.#tell(trade);
  }
  override onQuote(quote: QuoteView): void {
    this.#tell(quote);
  }
  override onBar(bar: BarView): void {
    this.#tell(bar);
  }

  #tell(view: BookView | TradeView | QuoteView | BarView): void {
    if (this.#events.has('marketData')) this.#events.emit('marketData', view.copy());
  }
}

/** Calls `act` after the handlers before it have had an event. */
export class AfterEach extends MessageHandler {
  readonly #act: () => void;

  constructor(act: () => void) {
    super();
    this.#act = act;
  }

  override onBook(): void {
    this.#act();
  }
  override onTrade(): void {
    this.#act();
  }
  override onQuote(): void {
    this.#act();
  }
}

import type { FillEventView, OrderEventView, OrderListener } from '../../domain/orders.js';

/** What became of the orders of a run. */
export interface OrderTotals {
  /** Orders that left, first versions only. */
  readonly submitted: number;
  /** Requests that risk, or want of room, refused. */
  readonly refused: number;
  readonly rejected: number;
  readonly replaced: number;
  readonly canceled: number;
  readonly expired: number;
  readonly filled: number;
  readonly fills: number;
  readonly makerFills: number;
}

/** Counts orders by what their events say. */
export class OrderCounts implements OrderListener {
  #submitted = 0;
  #refused = 0;
  #rejected = 0;
  #replaced = 0;
  #canceled = 0;
  #expired = 0;
  #filled = 0;
  #fills = 0;
  #makerFills = 0;

  onOrder(order: OrderEventView): void {
    switch (order.ordStatus) {
      case 'PendingNew':
        if (order.requestID === order.clOrdID) this.#submitted += 1;
        break;
      case 'PendingReplace':
        this.#replaced += 1;
        break;
      case 'Rejected':
        this.#rejected += 1;
        break;
      case 'Canceled':
        this.#canceled += 1;
        break;
      case 'Expired':
        this.#expired += 1;
        break;
      case 'Filled':
        this.#filled += 1;
        break;
      default:
    }
  }

  onFill(fill: FillEventView): void {
    this.#fills += 1;
    if (fill.isMaker) this.#makerFills += 1;
  }

  onRefused(): void {
    this.#refused += 1;
  }

  totals(): OrderTotals {
    return {
      submitted: this.#submitted,
      refused: this.#refused,
      rejected: this.#rejected,
      replaced: this.#replaced,
      canceled: this.#canceled,
      expired: this.#expired,
      filled: this.#filled,
      fills: this.#fills,
      makerFills: this.#makerFills,
    };
  }
}

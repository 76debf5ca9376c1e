import type { StrategyClock } from '../../domain/strategy-context.js';
import type { StrategyOrders } from '../../domain/strategy-orders.js';
import { Side } from '../../domain/vocabulary.js';
import { RefusalPause } from './refusal-pause.js';

/**
 * A bid and an ask of one instrument, kept where a strategy wants them: posted, moved or canceled
 * with as few messages as do. Allocates nothing after construction.
 *
 * An order whose cancel or replace waits for its answer is left alone until the answer is there. A
 * quote that was refused is asked for again after a pause; one that may not be moved is canceled.
 */
export class QuotePair {
  readonly #orders: StrategyOrders;
  readonly #instrumentId: number;
  readonly #moveTicksMin: number;
  readonly #bidPause: RefusalPause;
  readonly #askPause: RefusalPause;
  // Begun without a number: a field that never held anything else would keep a large ClOrdID
  // without its object, and make one anew each time that it is handed on.
  #bid: number | undefined;
  #ask: number | undefined;

  /** `moveTicksMin`: a smaller change of price isn't worth a message and a place in the queue. */
  constructor(
    { orders, clock }: { readonly orders: StrategyOrders; readonly clock: StrategyClock },
    instrumentId: number,
    moveTicksMin: number,
  ) {
    this.#orders = orders;
    this.#bidPause = new RefusalPause(clock);
    this.#askPause = new RefusalPause(clock);
    this.#instrumentId = instrumentId;
    this.#moveTicksMin = moveTicksMin;
  }

  /** Wants `lots` open on the bid at `ticks`; 0 lots: no bid. */
  bid(lots: number, ticks: number): void {
    this.#bid = this.#place(this.#bid, Side.Buy, lots, ticks);
  }

  /** Wants `lots` open on the ask at `ticks`; 0 lots: no ask. */
  ask(lots: number, ticks: number): void {
    this.#ask = this.#place(this.#ask, Side.Sell, lots, ticks);
  }

  /** Wants no quotes. */
  withdraw(): void {
    this.bid(0, 0);
    this.ask(0, 0);
  }

  /** Lots that the working bid may still buy. */
  get bidLots(): number {
    return this.#orders.leavesLots(this.#bid ?? 0);
  }

  get askLots(): number {
    return this.#orders.leavesLots(this.#ask ?? 0);
  }

  #place(clOrdID: number | undefined, side: Side, lots: number, ticks: number): number {
    const orders = this.#orders;
    const pause = side === Side.Buy ? this.#bidPause : this.#askPause;
    const leaves = clOrdID === undefined ? 0 : orders.leavesLots(clOrdID);
    if (clOrdID === undefined || leaves === 0) {
      if (lots <= 0 || pause.isOn) return 0;
      return pause.note(orders.postOnly(this.#instrumentId, side, lots, ticks));
    }
    if (orders.isPending(clOrdID)) return clOrdID;
    if (lots <= 0) {
      orders.cancel(clOrdID);
      return clOrdID;
    }
    const distance = Math.abs(orders.priceTicks(clOrdID) - ticks);
    // Less is open than wanted after a partial fill: that alone is no reason to lose the queue.
    if (distance < this.#moveTicksMin && leaves <= lots) return clOrdID;
    const moved = orders.move(clOrdID, orders.orderLots(clOrdID) - leaves + lots, ticks);
    if (pause.note(moved) !== 0) return moved;
    // It rests at a price that isn't wanted any more.
    orders.cancel(clOrdID);
    return clOrdID;
  }
}

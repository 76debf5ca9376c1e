import { TimeInForce } from '../../domain/orders.js';
import type { BookTop } from '../../domain/strategy-context.js';
import type { StrategyOrders } from '../../domain/strategy-orders.js';
import { Side } from '../../domain/vocabulary.js';

/**
 * Brings the position of one instrument to a target with immediate-or-cancel orders at the touch.
 *
 * One order at a time: what an order in flight will do is known before the next leaves. Allocates
 * nothing after construction.
 */
export class TargetPosition {
  readonly #orders: StrategyOrders;
  readonly #instrumentId: number;
  readonly #slippageTicks: number;
  #order = 0;

  /** `slippageTicks`: how far beyond the touch an order may reach. */
  constructor(orders: StrategyOrders, instrumentId: number, slippageTicks: number) {
    this.#orders = orders;
    this.#instrumentId = instrumentId;
    this.#slippageTicks = slippageTicks;
  }

  /** Whether an order is on its way. */
  get isBusy(): boolean {
    return this.#order !== 0 && this.#orders.leavesLots(this.#order) > 0;
  }

  /**
   * Sends an order for what is missing from `lots` to `target`, at most `lotsMax`. True where one
   * left; false where none is needed, one is in flight, the book isn't trusted, or it was refused.
   */
  approach(target: number, lots: number, lotsMax: number, top: BookTop): boolean {
    const missing = target - lots;
    if (missing === 0 || this.isBusy || !top.isTrusted) return false;
    const side = missing > 0 ? Side.Buy : Side.Sell;
    const touch = missing > 0 ? top.askTicks : top.bidTicks;
    if (Number.isNaN(touch)) return false;
    const reach = missing > 0 ? this.#slippageTicks : -this.#slippageTicks;
    this.#order = this.#orders.limit(
      this.#instrumentId,
      side,
      Math.min(Math.abs(missing), lotsMax),
      touch + reach,
      TimeInForce.IOC,
    );
    return this.#order !== 0;
  }
}

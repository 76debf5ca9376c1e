import { TimeInForce } from '../../domain/orders.js';
import type { BookTop, StrategyClock } from '../../domain/strategy-context.js';
import type { StrategyOrders } from '../../domain/strategy-orders.js';
import { Side } from '../../domain/vocabulary.js';
import { RefusalPause } from './refusal-pause.js';

/**
 * Brings the position of one instrument to a target with immediate-or-cancel orders at the touch.
 *
 * One order at a time: what an order in flight will do is known before the next leaves. After a
 * refusal it asks again after a pause. Allocates nothing after construction.
 */
export class TargetPosition {
  readonly #orders: StrategyOrders;
  readonly #instrumentId: number;
  readonly #slippageTicks: number;
  readonly #pause: RefusalPause;
  #order = 0;

  /** `slippageTicks`: how far beyond the touch an order may reach. */
  constructor(
    { orders, clock }: { readonly orders: StrategyOrders; readonly clock: StrategyClock },
    instrumentId: number,
    slippageTicks: number,
  ) {
    this.#orders = orders;
    this.#pause = new RefusalPause(clock);
    this.#instrumentId = instrumentId;
    this.#slippageTicks = slippageTicks;
  }

  /** Whether an order is on its way. */
  get isBusy(): boolean {
    return this.#order !== 0 && this.#orders.leavesLots(this.#order) > 0;
  }

  /**
   * Sends an order for what is missing from `lots` to `target`, at most `lotsMax`. True where one
   * left; false where none is needed, one is in flight, the book isn't trusted, or it or one just
   * before was refused.
   */
  approach(target: number, lots: number, lotsMax: number, top: BookTop): boolean {
    const missing = target - lots;
    if (missing === 0 || this.isBusy || this.#pause.isOn || !top.isTrusted) return false;
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
    return this.#pause.note(this.#order) !== 0;
  }
}

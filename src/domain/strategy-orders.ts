import type {
  OrderChange,
  OrderRequest,
  OrderResponse,
  SubmitVerdict,
  TimeInForce,
} from './orders.js';
import type { Side } from './vocabulary.js';

/**
 * The orders of one strategy. It sees and moves its own only.
 *
 * `submit` and `replace` take what people write, and allocate. The fast calls (`limit`, `postOnly`,
 * `market`, `move`, `cancel`) allocate nothing: prices in ticks, quantities in lots; one that was
 * refused returns 0 or false, and `lastVerdict` says why. An accepted request has left for the
 * venue; what becomes of it comes to `onOrder` and `onFill`, a refusal by risk to `onRisk`.
 */
export interface StrategyOrders {
  /** `strategyId` is the strategy's own, whatever the request says. Throws nothing. */
  submit(request: OrderRequest): OrderResponse;
  /** Changes price or quantity (of the whole order) of a working order. Throws nothing. */
  replace(clOrdID: number, change: OrderChange): OrderResponse;
  /** Asks for the cancel of a working order. */
  cancel(clOrdID: number): boolean;
  /** Cancels all working orders, or those of one instrument. Returns how many were asked for. */
  cancelAll(instrumentId?: number): number;

  /** A limit order; GTC is `TimeInForce.GTC`. Returns its ClOrdID, or 0. */
  limit(
    instrumentId: number,
    side: Side,
    lots: number,
    ticks: number,
    timeInForce: TimeInForce,
  ): number;
  /** A good-till-cancel limit order that must not take liquidity. Returns its ClOrdID, or 0. */
  postOnly(instrumentId: number, side: Side, lots: number, ticks: number): number;
  /** A market order, immediate or cancel, within the price collar. Returns its ClOrdID, or 0. */
  market(instrumentId: number, side: Side, lots: number): number;
  /**
   * Replaces quantity (of the whole order) and price of a working order. Returns the ClOrdID by
   * which it is known from here on, or 0 where it stands as it was.
   */
  move(clOrdID: number, lots: number, ticks: number): number;

  /** Why the last call was refused; `accepted` where it wasn't. */
  readonly lastVerdict: SubmitVerdict;
  /** Lots that may still fill; 0 where the order is done or not the strategy's. */
  leavesLots(clOrdID: number): number;
  /** The whole quantity of a working order, filled part included; 0 where there is none. */
  orderLots(clOrdID: number): number;
  /** The limit price of a working order in ticks; NaN where there is none. */
  priceTicks(clOrdID: number): number;
  /** Whether a cancel or replace of the order waits for its answer. */
  isPending(clOrdID: number): boolean;
  /** Working orders of this strategy, in all instruments. */
  readonly workingCount: number;
}

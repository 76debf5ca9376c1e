import type { InstrumentInfo } from './views.js';
import type { Side } from './vocabulary.js';

/** Kinds of orders in words, as an OrderRequest names them. */
export const STRATEGY_ORDER_TYPES = [
  'market',
  'limit',
  'stop',
  'stop_limit',
  'trailing_stop',
] as const;
export type StrategyOrderType = (typeof STRATEGY_ORDER_TYPES)[number];

/** How long an order of a strategy stands, in words. */
export const STRATEGY_TIMES_IN_FORCE = ['day', 'gtc', 'ioc', 'fok'] as const;
export type StrategyTimeInForce = (typeof STRATEGY_TIMES_IN_FORCE)[number];

/** States of an order, in the order of the native OrdStatus; `unknown` until a venue proves it. */
export const ORDER_STATES = [
  'none',
  'pending-new',
  'new',
  'partially-filled',
  'filled',
  'done-for-day',
  'pending-cancel',
  'pending-replace',
  'canceled',
  'replaced',
  'stopped',
  'suspended',
  'rejected',
  'expired',
  'unknown',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/**
 * An order as a strategy asks for it. Cold form, for clarity: an object with text in it.
 *
 * Prices and quantities are decimal text (`'64123.50'`), or numbers whose shortest decimal form is
 * meant; one that is no whole number of ticks or lots is refused. The fast form is in ticks and
 * lots: `StrategyOrders.limit`.
 */
export interface StrategyOrderRequest {
  /** As the context's instruments know it: `BTCUSDT`, or `feed:BTCUSDT` where several have it. */
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string | number;
  /** Default: `limit` with a price, `market` without. */
  readonly orderType?: StrategyOrderType;
  readonly price?: string | number;
  readonly stopPrice?: string | number;
  /** Default: `gtc`; `ioc` for market orders. */
  readonly timeInForce?: StrategyTimeInForce;
  /** Must not take liquidity. */
  readonly postOnly?: boolean;
  /** Must not grow the position. */
  readonly reduceOnly?: boolean;
  /** The strategy's own name of the order; comes back in OrderView.clientOrderId. */
  readonly clientOrderId?: string;
}

/** What a replace changes; what it leaves out stays. */
export interface OrderChange {
  readonly quantity?: string | number;
  readonly price?: string | number;
}

/** Why an order was not sent: the limit, in the units of its kind. */
export interface OrderRefusal {
  /** The ViolationType in words, such as `position-limit`; or `bad-order`, `unknown-order`. */
  readonly reason: string;
  readonly message: string;
  readonly limit: number;
  readonly observed: number;
  readonly headroom: number;
}

/** What came of a request: an accepted one has left for the venue; its fate comes to `onOrder`. */
export type OrderVerdict =
  | { readonly ok: true; readonly clOrdID: number }
  | { readonly ok: false; readonly refusal: OrderRefusal };

/** How a fast order behaves beside its price. */
export const OrderFlag = {
  None: 0,
  /** Must not take liquidity. */
  PostOnly: 1,
  /** Must not grow the position. */
  ReduceOnly: 2,
  /** Takes what it can at once; the rest is canceled. */
  ImmediateOrCancel: 4,
  /** All at once or nothing. */
  FillOrKill: 8,
} as const;

/**
 * The orders of one strategy. It sees and moves its own only.
 *
 * The fast calls (`limit`, `market`, `move`, `cancel`) allocate nothing; prices are in ticks,
 * quantities in lots, and a call that was refused returns 0 or false with the reason in
 * `lastRefusal`, which is one object that the next refusal overwrites.
 */
export interface StrategyOrders {
  /** Sends an order; allocates. Throws nothing: what is wrong with it is in the verdict. */
  submit(request: StrategyOrderRequest): OrderVerdict;
  /** Changes price or quantity (of the whole order) of a working order; allocates. */
  replace(clOrdID: number, change: OrderChange): OrderVerdict;
  /** Asks for the cancel of a working order. False: no such working order of this strategy. */
  cancel(clOrdID: number): boolean;
  /** Cancels all working orders, or those of one instrument. Returns how many were asked for. */
  cancelAll(instrumentId?: number): number;

  /** A limit order, good till canceled unless a flag says otherwise. Returns ClOrdID or 0. */
  limit(instrumentId: number, side: Side, lots: number, ticks: number, flags: number): number;
  /** A market order, immediate or cancel; within the collar of the risk limits. */
  market(instrumentId: number, side: Side, lots: number, flags: number): number;
  /** Replaces a working order's quantity and price. Returns the new ClOrdID, or 0. */
  move(clOrdID: number, lots: number, ticks: number): number;
  readonly lastRefusal: OrderRefusal;

  /** Lots that may still fill, or 0 where the order is done or unknown. */
  leavesLots(clOrdID: number): number;
  /** The limit price of a working order in ticks; NaN where there is none. */
  priceTicks(clOrdID: number): number;
  /** Working orders of this strategy, in all instruments. */
  readonly workingCount: number;
}

/** An order after a report. One object, reused: valid during the call that it is passed to. */
export interface OrderView {
  /** The number by which it is moved and canceled; a replaced order gets a new one. */
  readonly clOrdID: number;
  /** The number before a replace; 0 otherwise. */
  readonly origClOrdID: number;
  /** The name that the request gave; empty without. */
  readonly clientOrderId: string;
  readonly instrument: InstrumentInfo;
  readonly symbol: string;
  readonly side: Side;
  readonly state: OrderState;
  /** NaN for orders without a limit price. */
  readonly priceTicks: number;
  readonly orderLots: number;
  readonly cumLots: number;
  readonly leavesLots: number;
  /** Average price of its fills; NaN without fills. */
  readonly avgPrice: number;
  /** Whether it can still fill. */
  readonly isWorking: boolean;
  /** The venue's words about a reject or cancel; empty otherwise. */
  readonly text: string;
}

/** One execution of ours. One object, reused: valid during the call that it is passed to. */
export interface FillView {
  readonly clOrdID: number;
  readonly clientOrderId: string;
  readonly instrument: InstrumentInfo;
  readonly symbol: string;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  readonly price: number;
  readonly qty: number;
  /** Whether it rested (true) or took (false). */
  readonly isMaker: boolean;
  /** In the quote currency; negative is a rebate. */
  readonly fee: number;
  /** Lots of the order that may still fill. */
  readonly leavesLots: number;
  /** The strategy's position after it, in lots; negative is short. */
  readonly positionLots: number;
}

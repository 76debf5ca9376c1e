import type { RiskViolation } from './risk.js';

/** FIX Side(54) of a request. */
export const OrderSide = { BUY: 'BUY', SELL: 'SELL' } as const;
export type OrderSide = (typeof OrderSide)[keyof typeof OrderSide];

/** FIX OrdType(40), by the native numbers. */
export const OrderType = {
  MARKET: 1,
  LIMIT: 2,
  STOP: 3,
  STOP_LIMIT: 4,
  MARKET_TO_LIMIT: 5,
  MARKET_IF_TOUCHED: 6,
  LIMIT_IF_TOUCHED: 7,
  TRAILING_STOP: 8,
  TRAILING_STOP_LIMIT: 9,
} as const;
export type OrderType = (typeof OrderType)[keyof typeof OrderType];

/** FIX TimeInForce(59), by the native numbers. */
export const TimeInForce = {
  DAY: 0,
  GTC: 1,
  AT_THE_OPENING: 2,
  IOC: 3,
  FOK: 4,
  GTD: 6,
  AT_THE_CLOSE: 7,
} as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];

/** How a large order is worked. NONE sends it as it is. */
export const ExecutionAlgorithm = {
  NONE: 'NONE',
  TWAP: 'TWAP',
  VWAP: 'VWAP',
  POV: 'POV',
  ICEBERG: 'ICEBERG',
} as const;
export type ExecutionAlgorithm = (typeof ExecutionAlgorithm)[keyof typeof ExecutionAlgorithm];

/** Instructions of an order, by the native bits. */
export const OrderFlags = { PostOnly: 1, ReduceOnly: 2, Hidden: 4, AllOrNone: 8 } as const;

/** States of an order by the native numbers of FIX OrdStatus(39). */
export const ORD_STATUSES = [
  'None',
  'PendingNew',
  'New',
  'PartiallyFilled',
  'Filled',
  'DoneForDay',
  'PendingCancel',
  'PendingReplace',
  'Canceled',
  'Replaced',
  'Stopped',
  'Suspended',
  'Rejected',
  'Expired',
  'Unknown',
] as const;
export type OrdStatus = (typeof ORD_STATUSES)[number];

/** ExecType(150), by the native numbers: those of native/core/fix_words.hpp. */
export const ExecType = {
  None: 0,
  PendingNew: 1,
  New: 2,
  Trade: 3,
  TradeCorrect: 4,
  TradeCancel: 5,
  DoneForDay: 6,
  PendingCancel: 7,
  Canceled: 8,
  PendingReplace: 9,
  Replaced: 10,
  Rejected: 11,
  Expired: 12,
  Suspended: 13,
  Restated: 14,
  Triggered: 15,
  OrderStatus: 16,
} as const;
export type ExecType = (typeof ExecType)[keyof typeof ExecType];

/** What became of a request, in the order of the native SubmitVerdict. */
export const SUBMIT_VERDICTS = [
  'accepted',
  'risk-refused',
  'unknown-order',
  'order-closed',
  'already-pending',
  'bad-request',
  'capacity',
  'journal-full',
  'venue-busy',
  'not-ready',
] as const;
export type SubmitVerdict = (typeof SUBMIT_VERDICTS)[number];

/**
 * An order as a person asks for it. Prices and quantities are decimal text (`'64123.50'`), or
 * numbers whose shortest decimal form is meant; they must be whole ticks and lots.
 */
export interface OrderRequest {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: string | number;
  readonly orderType: OrderType;
  readonly price?: string | number;
  readonly stopPrice?: string | number;
  /** Trailing orders: the distance from the best price since. */
  readonly trailingOffset?: string | number;
  /** Default: GTC. */
  readonly timeInForce?: TimeInForce;
  /** GTD: milliseconds since the epoch. */
  readonly expireTimeMs?: number;
  /** Algorithms come with the execution room; anything but NONE is refused until then. */
  readonly executionAlgorithm?: ExecutionAlgorithm;
  readonly maxParticipationRate?: number;
  readonly priority?: number;
  readonly strategyId?: string;
  readonly accountId?: string;
  readonly venue?: string;
  /** The caller's own name of the order; unique among the orders of this process. */
  readonly clientOrderId?: string;
  /** OrderFlags. */
  readonly flags?: number;
  readonly displayQuantity?: string | number;
  readonly minQuantity?: string | number;
  /** The book state that it was decided on: the freshness gate. */
  readonly bookSequence?: number;
}

/** What a replace changes; what it leaves out stays. */
export interface OrderChange {
  readonly quantity?: string | number;
  readonly price?: string | number;
  readonly stopPrice?: string | number;
}

/** The answer to a request: accepted means that it has left, not that the venue has it. */
export interface OrderResponse {
  readonly ok: boolean;
  readonly verdict: SubmitVerdict;
  /** The order's number for ever; 0 where none was given. */
  readonly clOrdID: number;
  readonly clientOrderId?: string;
  readonly violation?: RiskViolation;
  readonly message: string;
}

/** An order for people: decimal text, exact. */
export interface OrderState {
  readonly clOrdID: number;
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly ordStatus: OrdStatus;
  readonly orderQty: string;
  readonly cumQty: string;
  readonly leavesQty: string;
  readonly price?: string;
  readonly stopPx?: string;
  /** For people: the exact average is the sum of its fills. */
  readonly avgPx?: number;
  readonly strategyId: string;
  readonly accountId: string;
  readonly isWorking: boolean;
  /** More was executed than ordered, a fill came after the end, and the like: OrderAnomalies. */
  readonly anomalies: number;
}

/** One execution of ours. One object, reused: valid during the call that it is passed to. */
export interface FillEventView {
  readonly clOrdID: number;
  readonly clientOrderId: string | undefined;
  readonly symbol: string;
  readonly instrumentId: number;
  readonly side: OrderSide;
  /** Negative: an execution is taken back. */
  readonly lastLots: number;
  readonly lastTicks: number;
  readonly lastQty: number;
  readonly lastPx: number;
  /** In 10^-8 of the fee's currency; negative is a rebate. */
  readonly fee: number;
  readonly isMaker: boolean;
  readonly cumLots: number;
  readonly leavesLots: number;
  readonly strategy: number;
  readonly timeMs: number;
  /** When it happened at the venue, by its clock; 0 where it doesn't say. */
  readonly transactTimeMs: number;
}

/** An order after a change. One object, reused: valid during the call that it is passed to. */
export interface OrderEventView {
  readonly clOrdID: number;
  /** The request that the change answers: the order's own, or a cancel or replace. */
  readonly requestID: number;
  readonly clientOrderId: string | undefined;
  readonly symbol: string;
  readonly instrumentId: number;
  readonly side: OrderSide;
  readonly ordStatus: OrdStatus;
  readonly orderLots: number;
  readonly cumLots: number;
  readonly leavesLots: number;
  readonly priceTicks: number;
  readonly isWorking: boolean;
  /** Whether the change is that the venue has carried out a replace. */
  readonly isReplaced: boolean;
  readonly strategy: number;
  readonly timeMs: number;
}

/** What listens to orders. Calls are synchronous, in the order in which things happened. */
export interface OrderListener {
  onOrder?(order: OrderEventView): void;
  onFill?(fill: FillEventView): void;
  /** A request was refused before it left: by risk, or for want of room. */
  onRefused?(order: OrderEventView, violation: RiskViolation | undefined): void;
  onViolation?(violation: RiskViolation): void;
}

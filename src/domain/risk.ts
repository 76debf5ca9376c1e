/** What a limit limits, by the native numbers. */
export const ViolationType = {
  POSITION_LIMIT: 1,
  LOSS_LIMIT: 2,
  CONCENTRATION_LIMIT: 3,
  VOLATILITY_LIMIT: 4,
  LIQUIDITY_LIMIT: 5,
  ORDER_SIZE_LIMIT: 6,
  EXPOSURE_LIMIT: 7,
  CORRELATION_LIMIT: 8,
  DRAWDOWN_LIMIT: 9,
  VELOCITY_LIMIT: 10,
  PRICE_COLLAR: 11,
  DUPLICATE_ORDER: 12,
  SELF_TRADE: 13,
  RESTRICTED: 14,
  SESSION_STATE: 15,
  FRESHNESS: 16,
  TRUST: 17,
  POSITION_QTY_LIMIT: 18,
  ORDER_VALUE_LIMIT: 19,
  NET_EXPOSURE_LIMIT: 20,
  MESSAGE_RATE_LIMIT: 21,
  BOOK_MOVED: 22,
  NO_PRICE: 23,
  HALTED: 24,
  KILLED: 25,
  REDUCE_ONLY: 26,
  BAD_ORDER: 27,
} as const;
export type ViolationType = (typeof ViolationType)[keyof typeof ViolationType];

/** The figure of a limit: what its number counts, and by how much it is finer inside. */
export type LimitUnit = 'money' | 'quantity' | 'ratio' | 'count' | 'milliseconds' | 'flag';

/** How each kind of limit reads its `limitValue`. */
export const LIMIT_UNITS: Readonly<Partial<Record<ViolationType, LimitUnit>>> = {
  [ViolationType.POSITION_LIMIT]: 'money',
  [ViolationType.LOSS_LIMIT]: 'money',
  [ViolationType.CONCENTRATION_LIMIT]: 'ratio',
  [ViolationType.VOLATILITY_LIMIT]: 'ratio',
  [ViolationType.LIQUIDITY_LIMIT]: 'ratio',
  [ViolationType.ORDER_SIZE_LIMIT]: 'quantity',
  [ViolationType.EXPOSURE_LIMIT]: 'money',
  [ViolationType.CORRELATION_LIMIT]: 'money',
  [ViolationType.DRAWDOWN_LIMIT]: 'money',
  [ViolationType.VELOCITY_LIMIT]: 'count',
  [ViolationType.PRICE_COLLAR]: 'ratio',
  [ViolationType.DUPLICATE_ORDER]: 'milliseconds',
  [ViolationType.SELF_TRADE]: 'flag',
  [ViolationType.FRESHNESS]: 'milliseconds',
  [ViolationType.POSITION_QTY_LIMIT]: 'quantity',
  [ViolationType.ORDER_VALUE_LIMIT]: 'money',
  [ViolationType.NET_EXPOSURE_LIMIT]: 'money',
  [ViolationType.MESSAGE_RATE_LIMIT]: 'count',
  [ViolationType.BOOK_MOVED]: 'count',
};

/** Scopes of limits, by the native numbers. */
export const RiskScope = { Global: 0, Account: 1, Strategy: 2, Symbol: 3, Venue: 4 } as const;
export type RiskScope = (typeof RiskScope)[keyof typeof RiskScope];

/** What a breach brings about beside the refusal, by the native numbers. */
export const LimitAction = { Reject: 0, Warn: 1, ReduceOnly: 2, Halt: 3, CancelAll: 4 } as const;
export type LimitAction = (typeof LimitAction)[keyof typeof LimitAction];

/** How near a figure is to its limit. */
export const RiskLevel = { Normal: 'normal', Warning: 'warning', Breach: 'breach' } as const;
export type RiskLevel = (typeof RiskLevel)[keyof typeof RiskLevel];

/**
 * A limit. `limitValue` is in the unit of its type (`LIMIT_UNITS`): units of the base currency,
 * units of the instrument's quantity, a ratio (0.05 is 5 %), a count, or milliseconds.
 */
export interface RiskLimit {
  readonly limitValue: number;
  /** The share of the limit at which it warns. Default: 0.8. */
  readonly warningThreshold?: number;
  /** Default: LimitAction.Reject. */
  readonly action?: LimitAction;
  /** Rates: the span that is counted. Default: 1,000. */
  readonly windowMs?: number;
}

/** A refusal or breach, with the figures of the limit in its own unit. */
export interface RiskViolation {
  readonly type: ViolationType;
  /** The name of the type, such as `POSITION_LIMIT`. */
  readonly name: string;
  readonly level: RiskLevel;
  readonly scope: RiskScope;
  readonly scopeId: number;
  readonly limit: number;
  readonly observed: number;
  /** What was left below the limit before the order; negative where it was passed already. */
  readonly headroom: number;
  /** A plain sentence. */
  readonly message: string;
  readonly clOrdID: number;
  readonly timeMs: number;
}

const NAMES = new Map<number, string>(
  Object.entries(ViolationType).map(([name, value]) => [value, name]),
);

/** The name of a violation type. */
export function violationName(type: number): string {
  return NAMES.get(type) ?? 'NONE';
}

/** Why orders are refused, and what the limit that does so is called. */
const WORDS: Readonly<Partial<Record<ViolationType, readonly [reason: string, title: string]>>> = {
  [ViolationType.POSITION_LIMIT]: ['the position could become too large', 'the position value'],
  [ViolationType.LOSS_LIMIT]: ['the loss limit is reached', "the session's loss"],
  [ViolationType.CONCENTRATION_LIMIT]: [
    'too much of the capital could lie in one instrument',
    'the share of the capital in one instrument',
  ],
  [ViolationType.VOLATILITY_LIMIT]: ['the market moves too fast', 'the volatility'],
  [ViolationType.LIQUIDITY_LIMIT]: [
    'the order is too large for what the book shows',
    'the share of what the book shows',
  ],
  [ViolationType.ORDER_SIZE_LIMIT]: ['the order is too large', "the order's quantity"],
  [ViolationType.EXPOSURE_LIMIT]: [
    'the gross exposure could become too large',
    'the gross exposure',
  ],
  [ViolationType.CORRELATION_LIMIT]: [
    'correlated positions could become too large',
    'the value of correlated positions',
  ],
  [ViolationType.DRAWDOWN_LIMIT]: [
    'the equity has fallen too far from its peak',
    "the equity's fall from its peak",
  ],
  [ViolationType.VELOCITY_LIMIT]: ['orders come too fast', 'the rate of orders'],
  [ViolationType.PRICE_COLLAR]: [
    'the price is too far through the market',
    'the distance through the market',
  ],
  [ViolationType.DUPLICATE_ORDER]: [
    'an equal order was sent a moment ago',
    'the time since an equal order',
  ],
  [ViolationType.SELF_TRADE]: [
    'the order would trade with a working order of the same account',
    'self-trade',
  ],
  [ViolationType.RESTRICTED]: ['the instrument may not be traded', 'restricted'],
  [ViolationType.SESSION_STATE]: ["the instrument's session is closed", 'the session'],
  [ViolationType.FRESHNESS]: ['the book is too old', "the book's age"],
  [ViolationType.TRUST]: ['the book is not trusted', 'trust'],
  [ViolationType.POSITION_QTY_LIMIT]: [
    'the position could become too large',
    "the position's quantity",
  ],
  [ViolationType.ORDER_VALUE_LIMIT]: ['the order is worth too much', "the order's value"],
  [ViolationType.NET_EXPOSURE_LIMIT]: [
    'the net exposure could become too large',
    'the net exposure',
  ],
  [ViolationType.MESSAGE_RATE_LIMIT]: ['messages go out too fast', 'the rate of messages'],
  [ViolationType.BOOK_MOVED]: [
    'the book has moved since the order was decided on',
    'the updates since the decision',
  ],
  [ViolationType.NO_PRICE]: ['there is no trusted price to value the order at', 'the price'],
  [ViolationType.HALTED]: ['trading is halted', 'the halt'],
  [ViolationType.KILLED]: ['the kill switch is thrown', 'the kill switch'],
  [ViolationType.REDUCE_ONLY]: ['only reductions are allowed', 'reduce-only'],
  [ViolationType.BAD_ORDER]: ['the order makes no sense', 'the order'],
};

/** Why a violation type refuses an order, as the beginning of a plain sentence. */
export function violationReason(type: ViolationType): string {
  return WORDS[type]?.[0] ?? 'it was refused';
}

/** What a limit limits, in words. */
export function limitTitle(type: ViolationType): string {
  return WORDS[type]?.[1] ?? 'a limit';
}

/** How many native units one unit of a limit's figure is. */
export function limitFactor(type: ViolationType): number {
  switch (LIMIT_UNITS[type]) {
    case 'money':
    case 'quantity':
      return 1e8;
    case 'ratio':
      return 1e4;
    case 'milliseconds':
      return 1e6;
    default:
      return 1;
  }
}

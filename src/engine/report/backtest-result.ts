import type { JsonValue } from '../../domain/strategy-context.js';

/** Names the shape below; it changes when a field changes its meaning. */
export const RESULT_SCHEMA = 'hft.backtest/1';

/**
 * An amount of money as exact decimal text with at most 8 decimals (`-12.5`), in the currency of
 * the result.
 */
export type Money = string;

/**
 * Where a profit comes from. `spread + slippage + inventory - fees = total`, exactly.
 *
 * Each fill is split at the middle of the book at its time: what resting orders gained against it
 * is `spread`, what taking orders lost against it `slippage`, and what positions gained or lost
 * from there on is `inventory`.
 */
export interface ResultAttribution {
  readonly spread: Money;
  /** Below zero for orders that took. */
  readonly slippage: Money;
  readonly inventory: Money;
  /** Paid; below zero where rebates exceed fees. */
  readonly fees: Money;
  readonly total: Money;
}

/** Orders and fills. */
export interface ResultOrders {
  readonly submitted: number;
  readonly refusedByRisk: number;
  readonly rejectedByVenue: number;
  readonly replaced: number;
  readonly canceled: number;
  readonly expired: number;
  readonly filled: number;
  readonly partiallyFilled: number;
  readonly fills: number;
  readonly makerFills: number;
  /** Value of all fills, both sides. */
  readonly turnover: Money;
}

/** One strategy in one symbol; the same shape, summed, for a strategy, a symbol and the whole. */
export interface ResultRow {
  /** Empty in rows that sum over strategies. */
  readonly strategyId: string;
  /** Empty in rows that sum over symbols. */
  readonly symbol: string;
  readonly attribution: ResultAttribution;
  readonly orders: ResultOrders;
  readonly realised: Money;
  readonly unrealised: Money;
  /** Round trips from flat to flat, or through it. */
  readonly roundTrips: number;
  readonly profitableRoundTrips: number;
}

/** Samples of the account, `backtest.sample_interval` apart. All arrays are equally long. */
export interface ResultSeries {
  /** Milliseconds since the epoch. */
  readonly timeMs: readonly number[];
  /** Capital + realised + unrealised - fees: for charts and statistics. */
  readonly equity: readonly number[];
}

/** Samples of one symbol. All arrays are equally long. */
export interface ResultSymbolSeries {
  readonly symbol: string;
  readonly timeMs: readonly number[];
  /** The middle of the book; null where it was not trusted or one-sided. */
  readonly mid: readonly (number | null)[];
  /** Net position of all strategies, in units. */
  readonly position: readonly number[];
}

/** One execution. */
export interface ResultFill {
  readonly timeMs: number;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: string;
  readonly quantity: string;
  readonly isMaker: boolean;
  readonly fee: Money;
  readonly clOrdID: number;
}

/** Something that limits did. */
export interface ResultRiskEvent {
  readonly timeMs: number;
  readonly kind: 'refused' | 'warning' | 'breach' | 'reduce-only' | 'halted' | 'resumed' | 'killed';
  /** The limit, such as `POSITION_LIMIT`. */
  readonly violation: string;
  readonly scope: string;
  /** A plain sentence. */
  readonly message: string;
  /** How often the same happened, each time within a second; the first time is `timeMs`. */
  readonly count: number;
}

/** Why a result can't be trusted as it stands. */
export const WARNING_KINDS = [
  'look-ahead',
  'data-gap',
  'beyond-displayed-volume',
  'crossed-book',
  'untrusted-book',
  'refused-orders',
  'few-trades',
  'short-period',
  'zero-latency',
  'zero-fees',
  'strategy-stopped',
  'generated-data',
  'open-position',
] as const;
export type WarningKind = (typeof WARNING_KINDS)[number];

/** A reason to doubt the result, with what it rests on. */
export interface ResultWarning {
  readonly kind: WarningKind;
  /** `serious`: the figures may be wrong; `note`: mind it when you read them. */
  readonly severity: 'serious' | 'note';
  /** What was found, with figures. */
  readonly message: string;
  readonly count: number;
}

/** Data that was played. */
export interface ResultData {
  readonly name: string;
  readonly feed: string;
  readonly format: string;
  readonly symbols: readonly string[];
  readonly frames: number;
  /** ISO 8601, UTC. */
  readonly firstTime: string;
  readonly lastTime: string;
  /** Frames that the recorder lost, jumps of sequences, damaged entries and frames. */
  readonly gaps: number;
  readonly isGenerated: boolean;
}

/** What the simulated exchange assumed, in words that need no code to understand. */
export interface ResultAssumptions {
  readonly latency: string;
  readonly queue: string;
  readonly fills: string;
  readonly fees: string;
}

/** How a strategy was set up. */
export interface ResultStrategy {
  readonly strategyId: string;
  readonly className: string;
  readonly symbols: readonly string[];
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** Why it was stopped before the end; absent where it wasn't. */
  readonly stopped?: string;
}

/** What a backtest (or a paper run) came to: the input of every report. Plain JSON. */
export interface BacktestResult {
  readonly schema: typeof RESULT_SCHEMA;
  readonly title: string;
  readonly mode: 'backtest' | 'paper' | 'live' | 'replay';
  readonly run: {
    /** Version of the package. */
    readonly version: string;
    readonly configFile: string;
    readonly seed: number;
    /** Rolling hash of all decisions: equal for equal input and seed. */
    readonly stateHash: string;
    /** The market's time, ISO 8601. */
    readonly startTime: string;
    readonly endTime: string;
    readonly marketEvents: number;
    readonly wallSeconds: number;
  };
  readonly currency: string;
  readonly capital: Money;
  readonly finalEquity: Money;
  readonly data: readonly ResultData[];
  readonly strategies: readonly ResultStrategy[];
  readonly assumptions: ResultAssumptions;
  readonly total: ResultRow;
  readonly byStrategy: readonly ResultRow[];
  readonly bySymbol: readonly ResultRow[];
  /** One a strategy and symbol. */
  readonly rows: readonly ResultRow[];
  readonly series: ResultSeries;
  readonly symbolSeries: readonly ResultSymbolSeries[];
  /** In order of time; at most what the engine keeps (`fillsTotal` says how many there were). */
  readonly fills: readonly ResultFill[];
  readonly fillsTotal: number;
  readonly riskEvents: readonly ResultRiskEvent[];
  readonly riskEventsTotal: number;
  readonly warnings: readonly ResultWarning[];
}

import type { BarRequest } from './bars.js';
import type { IndicatorFactory } from './indicators.js';
import type { BookState } from './market-data.js';
import type { ParameterDeclarations, ParameterValues } from './parameters.js';
import type { RiskViolation } from './risk.js';
import type { Signal } from './signals.js';
import type { StrategyOrders } from './strategy-orders.js';
import type { InstrumentInfo, TopOfBook } from './views.js';

/** Where a strategy runs. It sees no other difference. */
export const RUN_MODES = ['backtest', 'paper', 'live', 'replay'] as const;
export type RunMode = (typeof RUN_MODES)[number];

/** An instrument with what trading needs to know of it. */
export interface TradedInstrument extends InstrumentInfo {
  /** The name of the feed in the configuration. */
  readonly feed: string;
  /** Money that one unit of quantity moves when the price moves by one: 1 for spot. */
  readonly multiplier: number;
  /** The currency of prices and profits. */
  readonly currency: string;
}

/** The instruments of a strategy. */
export interface StrategyInstruments {
  readonly all: readonly TradedInstrument[];
  /**
   * By `SYMBOL`, or `feed:SYMBOL` where several feeds have it. Not for the hot path.
   * Errors: HFT_STRATEGY for an unknown or ambiguous name.
   */
  require(name: string): TradedInstrument;
  find(name: string): TradedInstrument | undefined;
}

/** The newest touch of an instrument. One object an instrument, always current. */
export interface BookTop extends TopOfBook {
  readonly state: BookState;
  readonly isTrusted: boolean;
  /** The book's update counter; passed with an order it is the freshness that risk checks. */
  readonly sequence: number;
  /** Age of the newest change, in milliseconds of the context's clock. */
  readonly ageMs: number;
}

/** Books of a strategy's instruments. */
export interface StrategyBooks {
  /** Errors: HFT_STRATEGY for an instrument that isn't the strategy's. */
  top(instrumentId: number): BookTop;
}

/** The strategy's own positions. Quantities in lots, money in the instrument's currency. */
export interface StrategyPositions {
  /** Net quantity in lots: above zero long, below zero short. */
  lots(instrumentId: number): number;
  /** Lots that working buy orders may add. */
  workingBuyLots(instrumentId: number): number;
  workingSellLots(instrumentId: number): number;
  /** Average entry price for people; NaN when flat. */
  avgPrice(instrumentId: number): number;
  realisedPnl(instrumentId: number): number;
  unrealisedPnl(instrumentId: number): number;
  /** Paid; negative: rebates exceed fees. */
  fees(instrumentId: number): number;
  /** Realised + unrealised - fees over all instruments, exact, in 10^-8. Allocates. */
  totalPnl(): bigint;
}

/** The time of the run: virtual in backtest and replay. Strategies read no other clock. */
export interface StrategyClock {
  /** Nanoseconds since the epoch, UTC. Allocates a bigint: not for the hot path. */
  now(): bigint;
  /** Nanoseconds since the run began; a whole number, exact for 104 days. */
  readonly elapsedNs: number;
  /** Milliseconds since the epoch, with fractions (to about a quarter of a microsecond). */
  readonly nowMs: number;
}

/** Timers on the run's clock; they end with the strategy. At most `timersMax` (1024) at once. */
export interface StrategyTimers {
  /** Calls `onTimer` once after `delayMs`. Errors: HFT_CAPACITY, HFT_ARGUMENT. */
  setTimer(delayMs: number, name: string): number;
  /** Calls `onTimer` every `periodMs` (at least 0.001). A late one isn't made up for. */
  setInterval(periodMs: number, name: string): number;
  /** False where it has fired or never was. */
  clear(timerId: number): boolean;
}

/** A timer that is due. One object, reused. */
export interface TimerView {
  readonly id: number;
  readonly name: string;
  /** How much later than asked for it fires, in nanoseconds. */
  readonly lateNs: number;
}

/** Seeded random numbers: equal seeds draw equal numbers. Strategies draw from nowhere else. */
export interface StrategyRandom {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number, both ends included. */
  integer(min: number, max: number): number;
  /** Normally distributed with mean 0 and deviation 1. */
  normal(): number;
}

/** What JSON can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** What a strategy keeps over restarts: JSON by name. Not for the hot path. */
export interface StrategyState {
  get(key: string): JsonValue | undefined;
  /**
   * Keeps a copy. Errors: HFT_STRATEGY for what JSON cannot say (NaN, bigint, functions, cycles),
   * HFT_CAPACITY above the limit of a value or of all together; the state is then unchanged.
   */
  set(key: string, value: JsonValue): void;
  delete(key: string): boolean;
  keys(): readonly string[];
}

/** The log of a strategy. A line costs microseconds: not per event. */
export interface StrategyLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Bars built from the market's events. */
export interface StrategyBars {
  /** Asks for bars; they come to `onBar`. Ask in `onStart`. Errors: HFT_ARGUMENT. */
  subscribe(request: BarRequest): void;
}

/** What happened at the risk limits. */
export interface RiskEvent {
  readonly kind: 'refused' | 'warning' | 'breach' | 'reduce-only' | 'halted' | 'resumed' | 'killed';
  /** The limit with its figures; undefined where a person or the kill switch acted. */
  readonly violation: RiskViolation | undefined;
  /** The instrument concerned; -1 where it is all. */
  readonly instrumentId: number;
}

/** Everything that a strategy can reach. Given before `onStart`, and the same object to the end. */
export interface StrategyContext {
  /** The strategy's name in the configuration. */
  readonly strategyId: string;
  readonly mode: RunMode;
  readonly instruments: StrategyInstruments;
  readonly books: StrategyBooks;
  readonly positions: StrategyPositions;
  readonly orders: StrategyOrders;
  readonly bars: StrategyBars;
  readonly indicators: IndicatorFactory;
  readonly timers: StrategyTimers;
  readonly clock: StrategyClock;
  readonly random: StrategyRandom;
  readonly state: StrategyState;
  readonly log: StrategyLog;
  /** The validated values of the strategy's `static parameters`. */
  parameters<P extends ParameterDeclarations>(declarations: P): ParameterValues<P>;
  /**
   * A number that decisions rest on, to be kept current: get it in `onStart`, set `value` as it
   * changes. `hft why` shows what it was at each order. Costs a store, never an object. At most 64
   * a strategy; the same name gives the same signal. Errors: HFT_CAPACITY.
   */
  signal(name: string): Signal;
  /**
   * Sets the signal `name` to `value`. For what is rare: at each event a signal of one's own is
   * cheaper, because a fraction that is passed to a function may become an object.
   */
  note(name: string, value: number): void;
}

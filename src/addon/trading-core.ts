import type { NativeFixEmergencyExit } from './fix-sessions.js';
import type { LatencyFigures } from './stream-engine.js';

/** Sizes, journal and simulated venue of a native trading core. */
export interface NativeTradingOptions {
  readonly ordersMax?: number;
  readonly requestsMax?: number;
  readonly executionsMax?: number;
  readonly instrumentsMax?: number;
  readonly accountsMax?: number;
  readonly strategiesMax?: number;
  readonly venuesMax?: number;
  readonly positionsMax?: number;
  readonly currenciesMax?: number;
  readonly exposuresMax?: number;
  /** How far beyond the touch an order without a price is valued where no collar is set. */
  readonly collarBps?: number;
  readonly needsTrust?: boolean;
  /** A bit a venue that lacks stop, touch and trailing orders. */
  readonly emulatingVenues?: number;
  /** The directory of the journal; none is kept without one. */
  readonly journalPath?: string;
  readonly segmentBytes?: number;
  readonly commitWindowNs?: number;
  /** Silence of a venue after which what became of a request is unknown; default 10 s. */
  readonly answerTimeoutNs?: number;
  readonly flushesToDisk?: boolean;
  /** Time is that of the market events. */
  readonly isVirtual?: boolean;
  /** Time is that of the market events and of `tick`; stamps in the journal are the clock's. */
  readonly isStepped?: boolean;
  /** Where market events are recorded, so that the run can be repeated; nowhere without. */
  readonly recordingPath?: string;
  /** Of all runs together; the oldest events go. */
  readonly recordingBytesMax?: number;
  /** What is older goes. */
  readonly recordingKeepNs?: number;
  readonly recordingSegmentBytes?: number;
  /** Repeats this run of the journal; nothing is written. */
  readonly replaysRun?: number;
  /** Orders of venue 0 go to a simulated exchange. */
  readonly isSimulated?: boolean;
  /** 0 synthetic, 1 against the market events. */
  readonly simulatedMode?: number;
  /** Of what the models draw. */
  readonly simulationSeed?: number;
  /** 0 constant, 1 drawn from `latencyRows`, 2 interpolated between them. */
  readonly latencyModel?: number;
  readonly orderLatencyNs?: number;
  readonly responseLatencyNs?: number;
  /** Rows of time, order and response latency, in nanoseconds. */
  readonly latencyRows?: BigInt64Array;
  /** 0 risk-averse, 1 power, 2 logarithm, 3 identity, 4 exact (single orders). */
  readonly queueModel?: number;
  /** Exponent of the power model in 10^-3. */
  readonly queuePowerThousandths?: number;
  /** 0 partial, 1 whole. */
  readonly fillModel?: number;
  /** 0 none, 1 consume. */
  readonly impactModel?: number;
  /** In 10^-8 of the value; negative is a rebate. */
  readonly makerRate?: number;
  readonly takerRate?: number;
  /** On top, in 10^-8 of the currency a unit of quantity. */
  readonly feePerUnit?: number;
  /** Rows of volume, maker and taker rate, all in 10^-8, in place of the two rates. */
  readonly feeTiers?: BigInt64Array;
  /** How long a fill counts towards a tier; 0: tiers never change. */
  readonly feeWindowNs?: number;
  /** Recorded single orders that live at once, where `queueModel` is 4. Default: 65,536. */
  readonly singleOrdersMax?: number;
  /** Of a backtest: a session begins so long after each midnight UTC; -1, the default: never. */
  readonly sessionStartNs?: number;
}

/** What a start has found in the journal. */
export interface RecoveryReport {
  readonly records: number;
  readonly orders: number;
  readonly fills: number;
  /** Requests whose outcome had to be asked for. */
  readonly unknown: number;
  /** The number of this run. */
  readonly run: number;
}

/** What a repeated run needs next: `ReplayStep` of `native/stream/replay/replay_feed.hpp`. */
export interface NativeReplayStep {
  /** 0 end, 1 events, 2 tick, 3 input, 4 differs, 5 beyond, 6 lost, 7 fault. */
  readonly step: number;
  readonly timeMs?: number;
  readonly nanos?: number;
  /** Of an input: 1 report, 4 request, 5 call. */
  readonly input?: number;
  readonly bytes?: Buffer;
  readonly nextEvent?: bigint;
  readonly segment?: bigint;
  readonly offset?: bigint;
}

/** A record of a run. */
export interface NativeRunRecord {
  /** 0 where it is not in the journal. */
  readonly sequence: bigint;
  readonly kind: number;
  readonly realtime: bigint;
  readonly payload: Buffer;
}

/** Where a repeated run first differs. */
export interface NativeDifference {
  /** 1 other, 2 missing, 3 unexpected. */
  readonly kind: number;
  readonly event: bigint;
  readonly time: bigint;
  readonly expected?: NativeRunRecord;
  readonly actual?: NativeRunRecord;
  /** In lots, of what the request that differs concerns. */
  readonly positionQty?: number;
}

/** How far a repeated run has come. */
export interface NativeReplayState {
  readonly events: number;
  readonly records: number;
  readonly matched: number;
  readonly isClosed: number;
  readonly isBeyond: number;
  readonly firstSequence: bigint;
  readonly lastSequence: bigint;
  readonly difference?: NativeDifference;
}

/** An order as the native table has it: ticks, lots and native numbers. */
export interface NativeOrder {
  readonly clOrdID: number;
  readonly currentClOrdID: number;
  readonly orderID: number;
  readonly instrument: number;
  readonly account: number;
  readonly strategy: number;
  readonly venue: number;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly ordStatus: number;
  readonly orderQty: number;
  readonly cumQty: number;
  readonly leavesQty: number;
  readonly price: number;
  readonly stopPx: number;
  readonly avgPx: number;
  readonly anomalies: number;
  readonly reason: number;
  readonly createdTimeMs: number;
}

/** A position: lots, and money as exact decimal text of its currency. */
export interface NativePosition {
  readonly instrument: number;
  readonly account: number;
  readonly strategy: number;
  readonly currency: number;
  readonly qty: number;
  readonly boughtQty: number;
  readonly soldQty: number;
  readonly cost: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly cash: string;
  /** In ticks; 0 without. */
  readonly mark: number;
}

/** Sums of positions in one currency, as exact decimal text. */
export interface NativeTotals {
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  readonly cash: string;
}

/** A scope of risk: money in 10^-8 of the base currency. */
export interface NativeWarned {
  readonly scope: number;
  readonly scopeId: number;
  readonly limit: number;
  readonly observed: number;
  readonly headroom: number;
}

export interface NativeScope {
  readonly pnl?: number;
  readonly grossExposure?: number;
  readonly isHalted: number;
  readonly isReduceOnly: number;
  readonly isKilled: number;
  readonly limits: readonly { readonly type: number; readonly value: number }[];
}

export interface NativeTradingStatistics {
  readonly orders: number;
  readonly working: number;
  readonly held: number;
  readonly unbookedFills: number;
  readonly unknownReports: number;
  readonly badReports: number;
  readonly unjournaled: number;
  readonly journalSequence: number;
  readonly durableSequence: number;
  /** When the simulated exchange acts next; -1: never. */
  readonly nextDueMs: number;
  /** Cancels that the watchdog sent while this thread did not answer. */
  readonly emergencyCancels: number;
  /** Changes of recorded single orders that the simulated exchange had no room for. */
  readonly ordersLost: number;
  /** From the read of a market event's bytes to each order accepted while it was handled. */
  readonly readToOrder: LatencyFigures;
  readonly decisionHash: string;
}

/** A leg of a list in native numbers, ticks and lots. */
export interface NativeLeg {
  readonly instrument: number;
  readonly account: number;
  readonly strategy: number;
  readonly venue: number;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly flags: number;
  readonly orderQty: number;
  readonly price: number;
  readonly stopPx: number;
  readonly trailOffset: number;
}

/** A request on its way to a connector: native numbers, ticks and lots. */
export interface ConnectorRequest {
  /** 0 new, 1 cancel, 2 replace, 3 cancel all, 4 status. */
  readonly kind: number;
  readonly clOrdID: number;
  readonly origClOrdID: number;
  readonly instrument: number;
  readonly account: number;
  readonly strategy: number;
  readonly venue: number;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly flags: number;
  readonly orderQty: number;
  /** Of an order without a limit price: the worst that it was checked at. */
  readonly price: number;
  readonly stopPx: number;
  readonly displayQty: number;
  readonly expireTimeMs: number;
}

/** What a venue says, in native numbers, ticks and lots; what is left out is 0. */
export interface ConnectorReport {
  readonly clOrdID: number;
  readonly origClOrdID?: number;
  readonly orderID?: number;
  readonly execID?: number;
  readonly execRefID?: number;
  readonly instrument: number;
  readonly venue?: number;
  readonly feeCurrency?: number;
  readonly execType: number;
  readonly ordStatus: number;
  readonly side: number;
  readonly liquidity?: number;
  readonly reason?: number;
  readonly isCancelReject?: number;
  readonly isUnsolicited?: number;
  readonly lastQty?: number;
  readonly lastPx?: number;
  readonly cumQty?: number;
  readonly leavesQty?: number;
  /** In 10^-8 of feeCurrency. */
  readonly fee?: number;
  readonly transactTimeMs?: number;
}

/**
 * A native way to a venue that works while the thread of JavaScript is blocked: each transport with
 * a native thread may have one.
 */
export type NativeEmergencyExit = NativeFixEmergencyExit;

/** The class of the addon behind RealTimeOrderManager and RealTimeRiskManager. */
export interface NativeTradingCore {
  /** Recovers and goes live. Errors: HFT_DATA_FILE, HFT_CAPACITY. */
  start(): RecoveryReport;
  /** A function without arguments: carries out what the request struct holds. */
  requester(): () => void;
  /**
   * A function without arguments: takes the next event of an event ring. Rings may be several.
   * `instruments` are the bytes of a u32 an instrument of the ring: its number here.
   */
  stepper(
    ring: Uint8Array,
    slots: number,
    depth: number,
    firstInstrument: number,
    instruments?: Uint8Array,
  ): () => void;
  /** Lets the simulated exchange, the real-time limits and the kill switch act. */
  pump(): void;
  setTime(timeMs: number, nanos: number): void;
  /** The time of a stepped core goes on, which is recorded; then as `pump`. */
  tick(timeMs: number, nanos: number): void;
  /** The same as part of a recorded call. */
  advance(timeMs: number, nanos: number): void;
  cancelAll(scope: number, scopeId: number): number;
  setInstrument(
    instrument: number,
    priceDecimals: number,
    qtyDecimals: number,
    currency: number,
    isInverse: number,
    numerator: number,
    denominator: number,
  ): void;
  setLimit(
    type: number,
    scope: number,
    scopeId: number,
    value: number,
    warningBps: number,
    action: number,
    windowNs: number,
  ): void;
  removeLimit(type: number, scope: number, scopeId: number): void;
  setCapital(scope: number, scopeId: number, capital: number): void;
  setRate(currency: number, rate: number): void;
  setCorrelation(a: number, b: number, bps: number): void;
  setRestricted(instrument: number, isRestricted: boolean): void;
  setSession(instrument: number, phase: number): void;
  halt(scope: number, scopeId: number, isHalted: boolean): void;
  reduceOnly(scope: number, scopeId: number, isReduceOnly: boolean): void;
  kill(scope: number, scopeId: number, isThrown: boolean): void;
  /** Loss and drawdown count from here. */
  beginSession(): void;
  /** Kind 1 OCO, 2 OTO, 3 OTOCO; the legs' ClOrdIDs, or the verdict that refused the list. */
  submitList(kind: number, orders: readonly NativeLeg[]): number[] | number;
  scope(scope: number, scopeId: number): NativeScope;
  /** The figures of the newest warning of a violation type. */
  warned(type: number): NativeWarned;
  order(clOrdID: number): NativeOrder | undefined;
  workingOrders(): NativeOrder[];
  positions(): NativePosition[];
  /** Scope 0 all, 1 account, 2 strategy. */
  totals(scope: number, id: number, currency: number): NativeTotals;
  statistics(): NativeTradingStatistics;
  /** Of orders, positions and risk. Its cost grows with the orders of the session. */
  stateHash(): string;
  /**
   * Starts the watchdog over `stateDirectory` (empty: none is watched). `ring` is shared memory of
   * 256 bytes and `slots` times 64 for emergency cancels; `stalls` is that of a StallBoard.
   */
  watch(
    stateDirectory: string,
    ring: Uint8Array,
    slots: number,
    graceMs: number,
    stalls?: Uint8Array,
  ): void;
  /**
   * Where the watchdog's cancels for orders of a venue go while this thread does not answer; to the
   * ring of `watch` without an exit.
   */
  setEmergencyExit(venue: number, exit?: NativeEmergencyExit): void;
  takeRequest(): ConnectorRequest | undefined;
  report(report: ConnectorReport): void;
  ambiguous(clOrdID: number): void;
  absent(clOrdID: number): void;
  /** Writes a snapshot beside the journal. Errors: HFT_ARGUMENT without one; HFT_DATA_FILE. */
  snapshot(): void;
  /** A call from outside follows, told as JSON of at most 16,352 bytes. */
  inputCall(text: string): void;
  /** The request in the struct comes from outside. */
  inputRequest(): void;
  /** Writes a name (kind 20) or the name of a signal (22) behind its 8 bytes. */
  note(kind: number, head: Uint8Array, text: string): void;
  /** Shared memory of 65 doubles: a count and the values of a strategy's signals. */
  setSignals(strategy: number, values: Uint8Array): void;
  /** Events of the repeated run go to the ring. Errors: HFT_DATA_FILE without a recording. */
  openReplay(recordingPath: string, ring: Uint8Array, slots: number, depth: number): void;
  replayNext(): NativeReplayStep;
  /** Takes the report that is the next input. */
  replayReport(): void;
  /** Remembers every limit that a request of a repeated run is held against. */
  explain(clOrdID: number): void;
  /** Each as type, scope, scopeId, 1 where it holds, limit, observed, headroom. */
  checks(): number[][];
  /** The repeated run has ended: what is missing becomes a difference. */
  replayEnd(): void;
  /** Undefined where no run is repeated. */
  replayState(): NativeReplayState | undefined;
  close(): void;
}

/**
 * `request` is 192 bytes in the layout of `bindings/trading/trading_holder.hpp`, `ring` 256 and
 * `slots` (a power of two) times 192 in that of `native/stream/trading/order_event_ring.hpp`.
 */
export type NativeTradingCoreConstructor = new (
  options: NativeTradingOptions,
  request: Uint8Array,
  ring: Uint8Array,
  slots: number,
) => NativeTradingCore;

import { loadAddon } from '../addon/addon.js';
import type {
  NativeOrder,
  NativeTotals,
  NativeTradingCore,
  NativeTradingStatistics,
  RecoveryReport,
} from '../addon/trading-core.js';
import { HftError } from '../domain/errors.js';
import {
  type OrderChange,
  type OrderListener,
  type OrderRequest,
  type OrderResponse,
  type OrderState,
  SUBMIT_VERDICTS,
} from '../domain/orders.js';
import type { Account, Position } from '../domain/portfolio.js';
import { RiskScope, type RiskViolation } from '../domain/risk.js';
import { toScaled } from '../domain/scaled-text.js';
import { RealTimeRiskManager } from '../risk/real-time-risk-manager.js';
import { ScopeNames, type TradedSymbol } from '../risk/scope-names.js';
import { ConnectorDesk } from './connector-desk.js';
import { describeOrder, describePosition, describeViolation } from './descriptions.js';
import { EmergencyRing } from './emergency-ring.js';
import { FastOrders } from './fast-orders.js';
import { fillRequest, requireFields } from './fill-request.js';
import { type MarketRing, openStepper } from './market-stepper.js';
import {
  ExecutionView,
  OrderEventKind,
  OrderEventRing,
  OrderStateView,
} from './order-event-ring.js';
import { OrderListDesk } from './order-lists.js';
import {
  instrumentsOf,
  type OrderManagerOptions,
  scopeSizes,
  type TradableInstrument,
} from './order-manager-options.js';
import { closeProcessFile, restoreNames, writeProcessFile } from './process-file.js';
import { ReplayDesk } from './replay-desk.js';
import { RequestStruct } from './request-struct.js';
import {
  isRepeatable,
  nativeOptions,
  readJournalNames,
  renamedInstrument,
  splitTime,
} from './run-files.js';
import { RunRecorder } from './run-recorder.js';
import type { StallBoard } from './stall-board.js';

const EVENT_SLOTS = 1 << 14;
/**
 * Orders from request to execution: every one passes the native risk engine and the journal before
 * it leaves, and its whole state is native.
 *
 * Calls and callbacks are synchronous on the thread that owns the manager. What was refused comes
 * back as a response, never as an exception; HFT_ARGUMENT is thrown for requests that make no sense
 * as such, as an unknown symbol or a price with too many decimals.
 */
export class RealTimeOrderManager {
  readonly risk: RealTimeRiskManager;
  /** The same requests in ticks and lots, without an object. */
  readonly fast: FastOrders;
  /** Brackets, OCO and OTO. */
  readonly lists: OrderListDesk;
  /** Where connectors take requests and give reports. */
  readonly connector: ConnectorDesk;
  readonly names: ScopeNames;
  /** What makes a run repeatable. */
  readonly recorder: RunRecorder;
  readonly options: OrderManagerOptions;
  readonly #native: NativeTradingCore;
  readonly #struct = new RequestStruct();
  readonly #request: () => void;
  readonly #ring: OrderEventRing;
  readonly #order: OrderStateView;
  readonly #fill: ExecutionView;
  readonly #listeners: OrderListener[] = [];
  readonly #clientIds = new Map<number, string>();
  readonly #byClientId = new Map<string, number>();
  readonly #venues: number[] = [];
  readonly #history: number[] = [];
  #emergency: EmergencyRing | undefined;
  #stateDirectory: string | undefined;
  #unwatch: () => void = () => {};
  #run = 0;
  #isDraining = false;
  #isClosed = false;

  constructor(options: OrderManagerOptions = {}) {
    const instruments = instrumentsOf(options);
    const { journalPath } = options;
    const sizes = scopeSizes(options);
    this.options = options;
    this.names = new ScopeNames(sizes);
    if (journalPath !== undefined) this.names.restore(readJournalNames(journalPath));
    this.#ring = new OrderEventRing(EVENT_SLOTS, this.names, this.#clientIds);
    this.#order = new OrderStateView(this.#ring.cursor);
    this.#fill = new ExecutionView(this.#ring.cursor);
    this.#native = new (loadAddon().NativeTradingCore)(
      nativeOptions(options, sizes),
      this.#struct.memory,
      this.#ring.memory,
      EVENT_SLOTS,
    );
    this.#request = this.#native.requester();
    this.recorder = new RunRecorder(this.#native, this.names, isRepeatable(options));
    this.risk = new RealTimeRiskManager(this.recorder.core, this.names);
    const drain = (): void => this.drain();
    this.fast = new FastOrders(this.#struct, this.#venues, () => this.#call());
    this.lists = new OrderListDesk(this.recorder.core, this.names, this.#venues, drain);
    this.connector = new ConnectorDesk(this.recorder.core, drain);
    for (const instrument of instruments) this.addInstrument(instrument);
  }

  /** Makes an instrument tradable. Errors: HFT_ARGUMENT for terms that can't be exact. */
  addInstrument(instrument: TradableInstrument): number {
    const id = instrument.id ?? this.names.numberBefore(instrument.symbol) ?? this.#venues.length;
    const currency = instrument.currency ?? 'USD';
    const [numerator, denominator] = instrument.multiplier ?? [1, 1];
    this.recorder.core.setInstrument(
      id,
      instrument.priceDecimals,
      instrument.qtyDecimals,
      this.names.currencies.id(currency),
      instrument.isInverse === true ? 1 : 0,
      numerator,
      denominator,
    );
    this.nameInstrument({ ...instrument, id, currency }, instrument.venue);
    return id;
  }

  /** Names an instrument without terms: for a run that is repeated, whose set-up has them. */
  nameInstrument(symbol: TradedSymbol, venue = 'default'): void {
    const { id, priceDecimals, qtyDecimals, currency } = symbol;
    this.#venues[id] = this.names.venues.id(venue);
    this.names.addSymbol({ id, symbol: symbol.symbol, priceDecimals, qtyDecimals, currency });
  }

  /** The number of the venue that orders of an instrument go to. */
  venueOf(instrument: number): number {
    return this.#venues[instrument] ?? 0;
  }

  /**
   * Recovers from the journal and goes live: requests without a certain outcome become Unknown and
   * are asked for at their venue. Errors: HFT_DATA_FILE for a journal that can't be trusted.
   */
  start(): RecoveryReport {
    const report = this.#native.start();
    this.#run = report.run;
    const renamed = renamedInstrument(this.#native, this.names);
    if (renamed !== undefined) this.close();
    if (renamed !== undefined) throw new HftError('HFT_ARGUMENT', renamed);
    this.recorder.start();
    for (const order of this.#native.workingOrders()) this.#history.push(order.clOrdID);
    this.drain();
    return report;
  }

  /** The number of this run of the journal; 0 before `start`. */
  get run(): number {
    return this.#run;
  }

  /** Whether this run is written down so that it can be repeated. */
  get isKept(): boolean {
    return this.recorder.isRepeatable && this.options.replaysRun === undefined;
  }

  /** Repeats the run of `replaysRun`. */
  get replay(): ReplayDesk {
    const [request, drain] = [() => this.#call(), () => this.drain()];
    return new ReplayDesk(this.#native, this.recorder.core, this.#struct, { request, drain });
  }

  /** Adds a listener. Returns what removes it. */
  subscribe(listener: OrderListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const at = this.#listeners.indexOf(listener);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  /** Sends an order. */
  submit(request: OrderRequest): OrderResponse {
    const symbol = this.names.require(requireFields(request).symbol);
    const clientId = request.clientOrderId;
    if (clientId !== undefined && this.#byClientId.has(clientId)) {
      throw new HftError('HFT_ARGUMENT', `clientOrderId ${clientId} was used before`);
    }
    const struct = this.#struct;
    fillRequest(struct, request, symbol, this.names, this.#venues[symbol.id] ?? 0);
    this.#call();
    if (clientId !== undefined && struct.clOrdID !== 0) {
      this.#clientIds.set(struct.clOrdID, clientId);
      this.#byClientId.set(clientId, struct.clOrdID);
      this.recorder.client(struct.clOrdID, clientId);
    }
    return this.#answer(clientId);
  }

  /** Asks for a cancel. */
  cancel(order: number | string): OrderResponse {
    this.fast.cancel(this.#orderId(order));
    return this.#answer(undefined);
  }

  /** Asks for another quantity (of the whole order) or price. */
  replace(order: number | string, change: OrderChange): OrderResponse {
    const clOrdID = this.#orderId(order);
    const native = this.#native.order(clOrdID);
    if (native === undefined) {
      return {
        ok: false,
        verdict: 'unknown-order',
        clOrdID: 0,
        message: `there is no order ${String(order)}`,
      };
    }
    const { quantity, price, stopPrice } = requireFields(change);
    const symbol = this.names.symbolOf(native.instrument);
    const struct = this.#struct;
    struct.clear();
    struct.kind = 2;
    struct.origClOrdID = clOrdID;
    struct.orderQty =
      quantity === undefined
        ? native.orderQty
        : toScaled(quantity, symbol?.qtyDecimals ?? 0, 'quantity');
    struct.price =
      price === undefined ? native.price : toScaled(price, symbol?.priceDecimals ?? 0, 'price');
    struct.stopPx =
      stopPrice === undefined
        ? native.stopPx
        : toScaled(stopPrice, symbol?.priceDecimals ?? 0, 'stopPrice');
    this.#call();
    return this.#answer(undefined);
  }

  /** Cancels everything, or all of one account, strategy, symbol or venue. Returns how many. */
  cancelAll(scope: RiskScope = RiskScope.Global, name = ''): number {
    const sent = this.recorder.core.cancelAll(scope, this.names.scopeId(scope, name));
    this.drain();
    return sent;
  }

  /**
   * Writes the whole state beside the journal: a start begins there, and older segments may go. For
   * quiet moments, it takes milliseconds. Errors: HFT_ARGUMENT without a journal; HFT_DATA_FILE.
   */
  snapshot(): void {
    this.#native.snapshot();
    this.recorder.writeNames();
  }

  /** An order by its ClOrdID or clientOrderId; undefined where there is none. */
  order(order: number | string): OrderState | undefined {
    const clOrdID = typeof order === 'string' ? this.#byClientId.get(order) : order;
    if (clOrdID === undefined) return undefined;
    const native = this.#native.order(clOrdID);
    return native === undefined ? undefined : this.#describe(native);
  }

  /** The orders of which something is open, newest first. */
  workingOrders(): OrderState[] {
    return this.#native.workingOrders().map((order) => this.#describe(order));
  }

  /** The orders of this run and those that it found working, oldest first, as they are now. */
  history(): OrderState[] {
    return this.#history.flatMap((clOrdID) => this.order(clOrdID) ?? []);
  }

  positions(): Position[] {
    return this.#native.positions().map((position) => describePosition(this.names, position));
  }

  /** Money of an account in one currency. */
  account(accountId = 'default', currency = 'USD'): Account {
    const { accounts, currencies } = this.names;
    const totals = this.#native.totals(1, accounts.id(accountId), currencies.id(currency));
    const { cash, realised: realisedPnl, unrealised: unrealisedPnl, fees } = totals;
    return { accountId, currency, cash, realisedPnl, unrealisedPnl, fees };
  }

  /** Money of everything in one currency. */
  totals(currency = 'USD'): NativeTotals {
    return this.#native.totals(0, 0, this.names.currencies.id(currency));
  }

  /** Money of a strategy in one currency, over all accounts. */
  strategyTotals(strategyId: string, currency = 'USD'): NativeTotals {
    const { strategies, currencies } = this.names;
    return this.#native.totals(2, strategies.id(strategyId), currencies.id(currency));
  }

  statistics(): NativeTradingStatistics {
    return this.#native.statistics();
  }

  /** A hash of orders, positions and risk. Its cost grows with the orders of the session. */
  stateHash(): string {
    return this.#native.stateHash();
  }

  /** Lets the simulated exchange, real-time limits and kill switch act: a few times a second. */
  pump(): void {
    this.#native.pump();
    this.drain();
  }

  /**
   * A function that takes the next event of an event ring into risk, marks and held orders. Each
   * ring has its own; `numbers` are those of its instruments (see MarketRing).
   */
  stepper(
    ring: Uint8Array,
    slots: number,
    depth: number,
    numbers: MarketRing['numbers'] = 0,
  ): () => void {
    const step = openStepper(this.#native, { ring, slots, depth, numbers });
    return () => {
      step();
      if (this.#ring.hasNext) this.drain();
    };
  }

  /**
   * Watches the kill file of `stateDirectory` and SIGUSR2 from a native thread. When this thread
   * does not answer a kill within `graceMs`, cancels go to the returned ring, whose reader must be
   * another thread. It is always the same ring. Names keep the numbers that they had in the
   * directory: call it before names come into use. Without a directory no file is watched.
   * `stalls` is watched too: orders of a strategy that doesn't return are canceled in that way.
   * Errors: HFT_ARGUMENT, also where a thrown latch would stop another name than it did;
   * HFT_DATA_FILE.
   */
  watch(stateDirectory: string | undefined, graceMs = 50, stalls?: StallBoard): EmergencyRing {
    this.#emergency ??= new EmergencyRing();
    if (stateDirectory !== undefined) {
      restoreNames(stateDirectory, this.names);
      writeProcessFile(stateDirectory, this.names);
    }
    const { memory } = this.#emergency;
    const directory = stateDirectory ?? '';
    this.#native.watch(directory, memory, EmergencyRing.slots, graceMs, stalls?.memory);
    this.#stateDirectory = stateDirectory;
    // `hft kill` finds a name as soon as it trades.
    this.#unwatch();
    if (stateDirectory !== undefined) {
      this.#unwatch = this.names.onNamed(() => writeProcessFile(stateDirectory, this.names));
    }
    return this.#emergency;
  }

  /** Sets the time of a virtual core, in milliseconds since the epoch and nanoseconds beyond. */
  setTime(timeMs: number, nanos = 0): void {
    this.#native.setTime(timeMs, nanos);
  }

  /**
   * Moves the time of a stepped core on, and lets the simulated exchange, real-time limits and kill
   * switch act.
   */
  tick(nowMs: number): void {
    const [wholeMs, nanos] = splitTime(nowMs);
    this.#native.tick(wholeMs, nanos);
    this.drain();
  }

  /** The same as part of an input that tells its time itself: see `RunRecorder.call`. */
  advance(nowMs: number): void {
    const [wholeMs, nanos] = splitTime(nowMs);
    this.#native.advance(wholeMs, nanos);
    this.drain();
  }

  /** Hands waiting events to the listeners. Every call does so by itself. */
  drain(): void {
    // A listener that sends an order gets its events after it has returned.
    if (this.#isDraining) return;
    this.#isDraining = true;
    // What listeners do follows from no strategy, but in its own callbacks.
    const { strategy } = this.recorder;
    this.recorder.strategy = -1;
    try {
      while (this.#ring.next()) {
        try {
          this.#dispatch();
        } finally {
          this.#ring.release();
        }
      }
    } finally {
      this.recorder.strategy = strategy;
      this.#isDraining = false;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unwatch();
    this.#native.close();
    if (this.#stateDirectory !== undefined) closeProcessFile(this.#stateDirectory, this.names);
  }

  #call(): void {
    if (this.#isClosed) throw new HftError('HFT_CLOSED', 'the order manager is closed');
    if (this.recorder.strategy < 0 && !this.#struct.isProbe) this.recorder.request();
    this.#request();
    if (this.#ring.hasNext) this.drain();
    const { warnings, verdict } = this.#struct;
    if (warnings !== 0 && verdict === 0 && this.risk.hasWarningListeners) this.#warn();
  }

  #dispatch(): void {
    const cursor = this.#ring.cursor;
    switch (cursor.kind) {
      case OrderEventKind.Fill:
        for (const listener of this.#listeners) listener.onFill?.(this.#fill);
        break;
      case OrderEventKind.Refused: {
        const violation = cursor.violation === 0 ? undefined : this.#violationAt(cursor.violation);
        if (violation !== undefined) this.risk.tell(violation);
        for (const listener of this.#listeners) listener.onRefused?.(this.#order, violation);
        break;
      }
      case OrderEventKind.Breach: {
        const violation = this.#violationAt(cursor.violation);
        this.risk.tell(violation);
        for (const listener of this.#listeners) listener.onViolation?.(violation);
        break;
      }
      default:
        if (
          this.#order.ordStatus === 'PendingNew' &&
          this.#order.requestID === this.#order.clOrdID
        ) {
          this.#history.push(this.#order.clOrdID);
        }
        for (const listener of this.#listeners) listener.onOrder?.(this.#order);
    }
  }

  #violationAt(type: number): RiskViolation {
    const { scope, scopeId, limit, observed, headroom } = this.#ring.cursor;
    const { clOrdID, timeMs } = this.#order;
    const figures = { type, scope, scopeId, limit, observed, headroom };
    return describeViolation(this.names, { ...figures, clOrdID, timeMs, isRefused: true });
  }

  #warn(): void {
    const { warnings, clOrdID } = this.#struct;
    for (let type = 1; type < 32; type += 1) {
      if (((warnings >>> type) & 1) === 0) continue;
      const found = { ...this.#native.warned(type), type, clOrdID, timeMs: 0, isRefused: false };
      this.risk.tell(describeViolation(this.names, found));
    }
  }

  #answer(clientOrderId: string | undefined): OrderResponse {
    const struct = this.#struct;
    const verdict = SUBMIT_VERDICTS[struct.verdict] ?? 'bad-request';
    const ok = verdict === 'accepted';
    const { clOrdID, violation: type, scope, scopeId, limit, observed, headroom } = struct;
    const figures = { type, scope, scopeId, limit, observed, headroom };
    const violation =
      verdict === 'risk-refused'
        ? describeViolation(this.names, { ...figures, clOrdID, timeMs: 0, isRefused: true })
        : undefined;
    return {
      ok,
      verdict,
      clOrdID,
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
      ...(violation === undefined ? {} : { violation }),
      message: violation?.message ?? (ok ? 'on its way' : verdict.replaceAll('-', ' ')),
    };
  }

  #describe(order: NativeOrder): OrderState {
    return describeOrder(this.names, order, this.#clientIds.get(order.clOrdID));
  }

  #orderId(order: number | string): number {
    const clOrdID = typeof order === 'string' ? this.#byClientId.get(order) : order;
    if (clOrdID === undefined || !Number.isSafeInteger(clOrdID) || clOrdID < 0) {
      throw new HftError('HFT_ARGUMENT', `there is no order called ${String(order)}`);
    }
    return clOrdID;
  }
}

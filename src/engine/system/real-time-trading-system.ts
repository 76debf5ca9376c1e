import type { RecoveryReport } from '../../addon/trading-core.js';
import { ConfigurationManager } from '../../config/configuration-manager.js';
import { HftError } from '../../domain/errors.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import { SHIPPED_PARAMETERS } from '../../strategies/catalog.js';
import { createLogger, type Logger } from '../../telemetry/log.js';
import type { ConnectorListener } from '../fix/fix-connectors.js';
import type { FeedListener } from '../real-time-data-feed.js';
import type { BacktestResult } from '../report/backtest-result.js';
import { BookStates, judgeParts } from './component-health.js';
import { AfterEach, MarketBridge, OrderBridge } from './event-bridge.js';
import { EventEmitter, type Unsubscribe } from './event-emitter.js';
import { HealthWatch, type SystemHealth, worstOf } from './health.js';
import { type NamedFeed, type OpenMarket, openMarket } from './market.js';
import { OrderCounts } from './order-counts.js';
import { RiskUse } from './risk-use.js';
import { RunResult } from './run-result.js';
import { settleOrders } from './settle-orders.js';
import type { StrategyFailure, SystemEvents } from './system-events.js';
import { closeParts, openParts, type SystemParts } from './system-parts.js';
import {
  type TradingSystemOptions as PlanOptions,
  planSystem,
  type ShutdownPolicy,
  type SystemPlan,
} from './system-plan.js';
import { Lifecycle, type SystemState } from './system-state.js';
import { type SystemStatistics, statisticsOf } from './system-statistics.js';

/** What a system is given beside its configuration. */
export interface TradingSystemOptions extends PlanOptions {
  /** Where strategies and the system log. Default: standard error, from warnings on. */
  readonly log?: Logger;
}

/** How a system is stopped. */
export interface StopOptions {
  /** In place of `trading.on_shutdown`. */
  readonly policy?: ShutdownPolicy;
  /** Aborted: working orders are no longer waited for. */
  readonly signal?: AbortSignal;
}

/** How often timers, the simulated exchange and limits get their turn without market events. */
const TICK_MS = 1;
const HEALTH_MS = 250;
/** Feeds wait so long for brokers to log on; without them strategies can only watch. */
const LOGON_WAIT_MS = 10_000;

/**
 * A whole trading system of one configuration: feeds or a loopback market, books, strategies, risk,
 * orders, journal and kill switch, on the thread that makes it.
 *
 * `initialise`, `start`, `stop`: each once, in this order; HFT_LIFECYCLE otherwise. A stopped
 * system is closed: it holds no thread, socket, timer or file. What its listeners throw reaches
 * nobody; strategies that throw or stall are stopped alone. See docs/running.md.
 */
export class RealTimeTradingSystem {
  readonly configuration: ConfigurationManager;
  readonly #options: TradingSystemOptions;
  readonly #log: Logger;
  readonly #lifecycle = new Lifecycle();
  readonly #events: EventEmitter<SystemEvents>;
  readonly #counts = new OrderCounts();
  readonly #books = new BookStates();
  readonly #riskUse = new RiskUse();
  readonly #healthWatch = new HealthWatch();
  readonly #failures: StrategyFailure[] = [];
  readonly #errors: string[] = [];
  readonly #abort = new AbortController();
  #plan: SystemPlan | undefined;
  #parts: SystemParts | undefined;
  #recovery: RecoveryReport | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #healthTicker: NodeJS.Timeout | undefined;
  #feedStart: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #last: SystemStatistics | undefined;
  #result: RunResult | undefined;
  #outcome: BacktestResult | undefined;
  #stalling = false;
  #listenerErrors = 0;
  #startMs = 0;
  #endMs = 0;
  #workingOrders = 0;

  constructor(configuration: ConfigurationManager, options: TradingSystemOptions = {}) {
    this.configuration = configuration;
    this.#options = options;
    this.#log = options.log ?? createLogger({ level: 'warn', style: 'pretty' });
    this.#events = new EventEmitter((event, error) => {
      this.#listenerErrors += 1;
      this.#log.error(`a listener of ${String(event)} threw`, { error: textOf(error) });
    });
  }

  /** A system of a configuration file. Errors: HFT_CONFIG with every problem; HFT_DATA_FILE. */
  static async load(
    file: string,
    options: TradingSystemOptions = {},
  ): Promise<RealTimeTradingSystem> {
    const configuration = await ConfigurationManager.load(file, { catalog: SHIPPED_PARAMETERS });
    return new RealTimeTradingSystem(configuration, options);
  }

  get state(): SystemState {
    return this.#lifecycle.state;
  }

  /** Adds a listener; see SystemEvents. Returns what removes it. */
  on<E extends keyof SystemEvents>(
    event: E,
    listener: (payload: SystemEvents[E]) => void,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** As `on`, for the next event alone. */
  once<E extends keyof SystemEvents>(
    event: E,
    listener: (payload: SystemEvents[E]) => void,
  ): Unsubscribe {
    return this.#events.once(event, listener);
  }

  /** Orders, risk and positions, once initialised. Errors: HFT_LIFECYCLE. */
  get orders(): RealTimeOrderManager {
    return this.#open().manager;
  }

  /** What was worked out of the configuration. Errors: HFT_LIFECYCLE before `initialise`. */
  get plan(): SystemPlan {
    if (this.#plan === undefined) throw this.#notOpen();
    return this.#plan;
  }

  /** Everything that is open. Errors: HFT_LIFECYCLE. */
  get parts(): SystemParts {
    return this.#open();
  }

  /** What the start has found in the journal; undefined before `initialise`. */
  get recovery(): RecoveryReport | undefined {
    return this.#recovery;
  }

  /** Strategies that were stopped before the end. */
  get failures(): readonly StrategyFailure[] {
    return this.#failures;
  }

  /** What went wrong with the system itself and with its feeds, each message once. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /**
   * Opens everything and recovers from the journal; nothing trades yet.
   *
   * Errors, after which the state is `failed` and nothing is open: HFT_CONFIG, HFT_STRATEGY,
   * HFT_DATA_FILE, HFT_TIMEOUT, HFT_TRANSPORT.
   */
  async initialise(): Promise<void> {
    this.#enter('initialising', 'be initialised');
    let market: OpenMarket | undefined;
    try {
      this.#plan = await planSystem(this.configuration, this.#options);
      if (this.#plan.config.trading.threads === 'split') {
        this.#log.warn('trading.threads: split is not there yet: one thread does all');
      }
      market = await openMarket(this.#plan.market, this.#abort.signal);
      this.#parts = openParts(this.#plan, market, {
        log: this.#log,
        onStrategyFailed: (strategyId, error) =>
          this.#strategyFailed({
            strategyId,
            kind: this.#stalling ? 'stall' : 'error',
            message: textOf(error),
          }),
        feedListener: (feed) => this.#feedListener(feed),
        brokers: this.#brokerListener(),
      });
      this.#recovery = this.#parts.recovery;
      this.#connect(this.#parts);
      this.#enter('ready', 'be ready');
    } catch (error) {
      if (this.#parts === undefined) await market?.venue?.close();
      else await closeParts(this.#parts);
      this.#parts = undefined;
      if (this.#lifecycle.allows('failed')) this.#enter('failed', 'fail');
      this.#note(textOf(error));
      throw error;
    }
  }

  /** Lets strategies and feeds run. Errors: HFT_LIFECYCLE. */
  start(): void {
    this.#enter('running', 'start');
    const parts = this.#open();
    this.#startMs = readClock();
    parts.session.start(this.#startMs);
    if (parts.connectors === undefined) this.#startFeeds();
    else {
      // What a strategy decides on the first books of a quiet market must find the brokers.
      this.#feedStart = setTimeout(() => this.#startFeeds(), LOGON_WAIT_MS);
      parts.connectors.start();
    }
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#healthTicker = setInterval(() => this.#checkHealth(), HEALTH_MS);
    this.#events.emit('systemStarted', { timeMs: this.#startMs });
  }

  /**
   * Stops the strategies, ends working orders by the policy while the market goes on, and closes
   * everything. Returns the last statistics. Errors: HFT_LIFECYCLE where it doesn't run.
   */
  async stop(options: StopOptions = {}): Promise<SystemStatistics> {
    this.#enter('stopping', 'stop');
    const { manager, session } = this.#open();
    const { policy, timeoutMs } = this.plan.shutdown;
    session.stop(readClock());
    try {
      this.#workingOrders = await settleOrders(manager, {
        policy: options.policy ?? policy,
        timeoutMs,
        signal: options.signal,
      });
    } finally {
      this.#endMs = readClock();
      this.#parts?.states?.save();
      this.#finish();
      await this.#close('closed');
    }
    const payload = { timeMs: this.#endMs, workingOrders: this.#workingOrders };
    this.#events.emit('systemStopped', payload);
    return this.statistics();
  }

  /** As `stop` with the policy `drain`: working orders get their time. */
  drain(options: { readonly signal?: AbortSignal } = {}): Promise<SystemStatistics> {
    return this.stop({ ...options, policy: 'drain' });
  }

  /** Closes a system in whatever state it is; a running one as `stop` does. */
  async close(): Promise<void> {
    this.#abort.abort();
    if (this.state === 'running') await this.stop();
    else if (this.state === 'created') this.#enter('closed', 'close');
    else if (this.state === 'ready') await this.#close('closed');
    await this.#closing;
  }

  /** The health of every part; those that changed are told as `healthChanged`. */
  health(): SystemHealth {
    const plan = this.#plan;
    const parts = this.#parts;
    if (plan === undefined || parts === undefined) {
      return { level: this.state === 'failed' ? 'failed' : 'ok', components: [] };
    }
    const components = judgeParts(parts, {
      books: this.#books,
      failures: this.#failures,
      hasJournal: plan.journalDirectory !== undefined,
      isWatched: plan.stateDirectory !== undefined,
    });
    for (const change of this.#healthWatch.changes(components)) {
      this.#events.emit('healthChanged', change);
    }
    return { level: worstOf(components), components };
  }

  /**
   * Everything that is counted; of a stopped system as it was at the end. Makes objects: a few
   * times a second at most. Errors: HFT_LIFECYCLE before it is initialised.
   */
  statistics(): SystemStatistics {
    if (this.#parts === undefined && this.#last !== undefined) return this.#last;
    const parts = this.#open();
    const endMs = this.#endMs === 0 ? readClock() : this.#endMs;
    const orders = this.#counts.totals();
    return statisticsOf(parts, {
      state: this.state,
      uptimeMs: this.#startMs === 0 ? 0 : endMs - this.#startMs,
      orders,
      riskUse: this.#riskUse.measure(parts, orders, endMs),
      listenerErrors: this.#listenerErrors,
      failures: this.#failures,
      currency: this.plan.config.trading.currency,
    });
  }

  /**
   * What the run came to, as a backtest has it; undefined before it was stopped. Money counts from
   * the beginning of the journal on, fills and orders from this start.
   */
  get result(): BacktestResult | undefined {
    return this.#outcome;
  }

  #finish(): void {
    this.#last = this.statistics();
    this.#outcome = this.#result?.finish(this.#open(), {
      version: this.#options.version ?? '',
      startMs: this.#startMs,
      endMs: this.#endMs,
      failures: this.#failures,
    });
  }

  #connect(parts: SystemParts): void {
    const { manager, session, feeds } = parts;
    const bridge = new OrderBridge(this.#events, manager.names);
    manager.subscribe(this.#counts);
    manager.subscribe(bridge);
    manager.risk.onWarning((warning) => this.#events.emit('riskWarning', warning));
    const market = new MarketBridge(this.#events);
    const result = new RunResult(this.plan, parts);
    this.#result = result;
    for (const { stream } of feeds) {
      stream.subscribe(this.#books);
      stream.subscribe(result);
      session.attach(stream);
      // Between two events: a stop is then as repeatable as the events themselves.
      stream.subscribe(new AfterEach(() => this.#stopStalled()));
      // Last: a copy for a listener must not come before the decision.
      stream.subscribe(market);
    }
  }

  #feedListener({ name }: NamedFeed): FeedListener {
    return {
      onState: (state) => this.#events.emit('feedState', { feed: name, state }),
      onNote: (text) => this.#log.info(`feed ${name}: ${text}`),
      onError: (error) => {
        // What a closing feed gives up is no error.
        if (this.state !== 'running') return;
        this.#note(`${name}: ${error.message}`);
        this.#events.emit('feedError', { feed: name, error });
      },
    };
  }

  #startFeeds(): void {
    clearTimeout(this.#feedStart);
    if (this.state !== 'running') return;
    for (const { feed } of this.#open().feeds) if (feed.state === 'idle') feed.start();
  }

  #brokerListener(): ConnectorListener {
    return {
      onState: (broker, state) => {
        if (this.#parts?.connectors?.areLoggedOn === true) this.#startFeeds();
        this.#log.info(`broker ${broker}: ${state}`);
        this.#events.emit('brokerState', { broker, state });
      },
      onNote: (broker, text) => this.#log.info(`broker ${broker}: ${text}`),
      onProblem: (broker, what) => {
        this.#log.warn(`broker ${broker}: ${what}`);
        this.#events.emit('brokerProblem', { broker, what });
      },
    };
  }

  #tick(): void {
    try {
      this.#parts?.session.tick(readClock());
      // Questions about orders wait without an event.
      this.#parts?.connectors?.pump();
      this.#stopStalled();
    } catch (error) {
      this.#fail(error);
    }
  }

  #checkHealth(): void {
    try {
      this.health();
      this.#parts?.states?.save();
      const { max_memory_usage_mb: most } = this.plan.config.performance;
      const used = process.memoryUsage.rss() / 2 ** 20;
      if (used <= most) return;
      this.#fail(
        new HftError(
          'HFT_CAPACITY',
          `the process takes ${Math.round(used)} MiB: performance.max_memory_usage_mb is ${most}`,
        ),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Stops the strategy that the native watchdog has found not to return, now that it has. */
  #stopStalled(): void {
    const parts = this.#parts;
    if (parts === undefined || !parts.stalls.isRaised) return;
    const number = parts.stalls.take();
    const stalled = parts.strategies.find(({ runner }) => runner.orders.number === number);
    if (stalled === undefined) return;
    const limitMs = this.plan.strategies.find(
      ({ strategyId }) => strategyId === stalled.strategyId,
    )?.stallAfterMs;
    this.#stalling = true;
    try {
      parts.session.stopStrategy(
        stalled.strategyId,
        `a handler took longer than ${String(limitMs)} ms`,
      );
    } finally {
      this.#stalling = false;
    }
  }

  #strategyFailed(failure: StrategyFailure): void {
    this.#failures.push(failure);
    this.#log.error(`strategy ${failure.strategyId} was stopped`, { ...failure });
    this.#events.emit('strategyFailed', failure);
  }

  /** An error of the system itself: everything is canceled and closed. */
  #fail(error: unknown): void {
    if (!this.#lifecycle.allows('failed')) return;
    this.#note(textOf(error));
    const parts = this.#parts;
    this.#endMs = readClock();
    try {
      parts?.session.stop(this.#endMs);
      parts?.manager.cancelAll();
    } catch (second) {
      this.#log.error('orders could not be canceled', { error: textOf(second) });
    }
    this.#closing = this.#close('failed').catch((second: unknown) => {
      this.#log.error('the system could not be closed in order', { error: textOf(second) });
    });
    this.#events.emit('systemError', asError(error));
  }

  async #close(state: 'closed' | 'failed'): Promise<void> {
    clearInterval(this.#ticker);
    clearInterval(this.#healthTicker);
    clearTimeout(this.#feedStart);
    const parts = this.#parts;
    this.#enter(state, 'close');
    if (parts !== undefined) await closeParts(parts);
    this.#parts = undefined;
  }

  #open(): SystemParts {
    if (this.#parts === undefined) throw this.#notOpen();
    return this.#parts;
  }

  #notOpen(): HftError {
    return new HftError('HFT_LIFECYCLE', `nothing is open while the system is ${this.state}`);
  }

  #note(message: string): void {
    if (!this.#errors.includes(message)) this.#errors.push(message);
  }

  #enter(state: SystemState, verb: string): void {
    this.#lifecycle.enter(state, verb);
    this.#events.emit('stateChanged', state);
  }
}

/**
 * The one clock of a system, in milliseconds since the epoch. Market events carry the same: when
 * their bytes were read, by the clock of the machine.
 */
function readClock(): number {
  return Date.now();
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

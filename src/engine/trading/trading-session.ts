import { HftError } from '../../domain/errors.js';
import { MessageHandler } from '../../domain/message-handler.js';
import type { FillEventView, OrderEventView, OrderListener } from '../../domain/orders.js';
import type { RiskViolation } from '../../domain/risk.js';
import type { RunMode, TradedInstrument } from '../../domain/strategy-context.js';
import type { BookView, EventView, QuoteView, TradeView } from '../../domain/views.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import { describeManager, describeRunner } from '../replay/describe-run.js';
import { type RunManifest, writeManifest } from '../replay/run-manifest.js';
import type { StreamProcessor } from '../stream-processor.js';
import type { SessionClock } from './session-clock.js';
import type { StrategyRunner } from './strategy-runner.js';

/** What a session is made of. */
export interface SessionOptions {
  readonly manager: RealTimeOrderManager;
  readonly clock: SessionClock;
  /** For the manifest of the run; that of the first strategy without. */
  readonly mode?: RunMode;
  /** For the manifest: the configuration after expansion, without secrets. */
  readonly config?: unknown;
}

/**
 * Strategies on one stream and one order manager: the same in backtest, paper and live.
 *
 * Before each market event reaches the strategies, the native core takes it, and what was due
 * before it comes first: reports of the simulated exchange, and timers. One strategy that throws is
 * stopped alone. `attach` it to the stream, then `start` it.
 *
 * Time is that of the market events, and between them that of `tick`: its owner reads the clock,
 * the session never does. In real time (`isStepped` of the manager) tick before a batch of events
 * is drained and every few milliseconds without any: what is due waits for it.
 */
export class TradingSession extends MessageHandler implements OrderListener {
  readonly #options: SessionOptions;
  readonly #manager: RealTimeOrderManager;
  readonly #clock: SessionClock;
  readonly #runners: StrategyRunner[] = [];
  readonly #byNumber: (StrategyRunner | undefined)[] = [];
  readonly #isStartedFirst: boolean;
  #depth = 0;
  /** Market events that the strategies were given. */
  events = 0;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
    this.#manager = options.manager;
    this.#clock = options.clock;
    this.#isStartedFirst = options.manager.run !== 0;
    options.manager.subscribe(this);
  }

  add(runner: StrategyRunner): void {
    this.#runners.push(runner);
    this.#byNumber[runner.orders.number] = runner;
    runner.onStopsAll = () => this.stop();
  }

  /**
   * Lets the native core see each event of an inline stream before the strategies do. Streams
   * beside each other number their instruments apart (`firstInstrument`).
   */
  attach(stream: StreamProcessor): void {
    stream.beforeEach((ring, slots, depth) => {
      this.#depth = Math.max(this.#depth, depth);
      return this.#manager.stepper(ring, slots, depth, stream.numbers);
    });
    stream.subscribe(this);
  }

  /** Starts the strategies; `nowMs` in real time, a backtest begins with its first event. */
  start(nowMs?: number): void {
    if (this.#manager.isKept) writeManifest(this.#manager, this.manifest());
    this.#input('session.start', nowMs);
    for (const runner of this.#runners) runner.start();
  }

  /** Ends the strategies: `onStop` of each, then they send nothing more. */
  stop(nowMs?: number): void {
    this.#input('session.stop', nowMs);
    for (const runner of this.#runners) runner.stop();
  }

  /**
   * Stops one strategy as if it had thrown: its orders are canceled, the others go on. False where
   * it doesn't run. For who finds that it stalls.
   */
  stopStrategy(strategyId: string, reason: string): boolean {
    this.#manager.recorder.call('session.stopStrategy', strategyId, reason);
    const runner = this.#runners.find((candidate) => candidate.strategyId === strategyId);
    return (
      runner?.halt(new HftError('HFT_STRATEGY', `${strategyId} was stopped: ${reason}`)) ?? false
    );
  }

  /** What this run is made of, so that it can be repeated. */
  manifest(): RunManifest {
    const instruments = new Map<number, TradedInstrument>();
    for (const { options } of this.#runners) {
      for (const instrument of options.instruments) instruments.set(instrument.id, instrument);
    }
    const { config, mode } = this.#options;
    return {
      ...describeManager(this.#manager),
      mode: mode ?? this.#runners[0]?.options.mode ?? 'backtest',
      isStartedFirst: this.#isStartedFirst,
      depth: this.#depth,
      instruments: [...instruments.values()].sort((a, b) => a.id - b.id),
      strategies: this.#runners.map(describeRunner),
      config: config ?? null,
    };
  }

  override onBook(book: BookView): void {
    this.#arrive(book);
    for (const runner of this.#runners) runner.onBook(book);
  }

  override onTrade(trade: TradeView): void {
    this.#arrive(trade);
    for (const runner of this.#runners) runner.onTrade(trade);
  }

  override onQuote(quote: QuoteView): void {
    this.#arrive(quote);
    for (const runner of this.#runners) runner.onQuote(quote);
  }

  /** Time has come to `nowMs`, milliseconds since the epoch: what is due by then happens. */
  tick(nowMs: number): void {
    this.#clock.advance(nowMs);
    this.#manager.tick(nowMs);
    this.#fireTimers(this.#clock.nowMs);
    for (const runner of this.#runners) runner.completeBars();
  }

  onOrder(order: OrderEventView): void {
    this.#byNumber[order.strategy]?.onOrder(order);
  }

  onFill(fill: FillEventView): void {
    this.#byNumber[fill.strategy]?.onFill(fill);
  }

  onRefused(order: OrderEventView, violation: RiskViolation | undefined): void {
    this.#byNumber[order.strategy]?.onRisk('refused', violation, order.instrumentId);
  }

  onViolation(violation: RiskViolation): void {
    for (const runner of this.#runners) runner.onRisk('breach', violation, -1);
  }

  #arrive(event: EventView): void {
    this.events += 1;
    const timeMs = event.receiveTimeMs;
    this.#clock.advance(timeMs);
    for (const runner of this.#runners) {
      if (runner.timers.dueMs <= timeMs) this.#fireTimers(timeMs);
    }
  }

  /** Something from outside, with the time that it comes at. */
  #input(name: string, nowMs: number | undefined): void {
    this.#manager.recorder.call(name, nowMs ?? null);
    if (nowMs === undefined) return;
    this.#clock.advance(nowMs);
    this.#manager.advance(nowMs);
    this.#fireTimers(this.#clock.nowMs);
  }

  #fireTimers(nowMs: number): void {
    for (const runner of this.#runners) {
      while (runner.timers.dueMs <= nowMs && runner.fireTimer(nowMs));
    }
  }
}

import { MessageHandler } from '../../domain/message-handler.js';
import type { FillEventView, OrderEventView, OrderListener } from '../../domain/orders.js';
import type { RiskViolation } from '../../domain/risk.js';
import type { StrategyClock } from '../../domain/strategy-context.js';
import type { BookView, QuoteView, TradeView } from '../../domain/views.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type { StreamProcessor } from '../stream-processor.js';
import type { StrategyRunner } from './strategy-runner.js';

/** The run's clock: real, or that of the market events. */
export class SessionClock implements StrategyClock {
  readonly #isVirtual: boolean;
  #startMs = Number.NaN;
  #nowMs = 0;

  constructor(isVirtual: boolean) {
    this.#isVirtual = isVirtual;
    if (!isVirtual) this.#startMs = performance.timeOrigin + performance.now();
  }

  /** Moves virtual time on; it never goes back. */
  advance(nowMs: number): void {
    if (Number.isNaN(this.#startMs)) this.#startMs = nowMs;
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
  }
  get nowMs(): number {
    return this.#isVirtual ? this.#nowMs : performance.timeOrigin + performance.now();
  }
  get elapsedNs(): number {
    return Number.isNaN(this.#startMs) ? 0 : Math.round((this.nowMs - this.#startMs) * 1e6);
  }
  now(): bigint {
    const { nowMs } = this;
    const whole = Math.floor(nowMs);
    return BigInt(whole) * 1_000_000n + BigInt(Math.round((nowMs - whole) * 1e6));
  }
}

/**
 * Strategies on one stream and one order manager: the same in backtest, paper and live.
 *
 * Before each market event reaches the strategies, the native core takes it, and what was due
 * before it comes first: reports of the simulated exchange, and timers. One strategy that throws is
 * stopped alone. Subscribe the session to the stream, and `attach` it.
 */
export class TradingSession extends MessageHandler implements OrderListener {
  readonly #manager: RealTimeOrderManager;
  readonly #clock: SessionClock;
  readonly #isVirtual: boolean;
  readonly #runners: StrategyRunner[] = [];
  readonly #byNumber: (StrategyRunner | undefined)[] = [];
  /** Market events that the strategies were given. */
  events = 0;

  constructor(options: {
    readonly manager: RealTimeOrderManager;
    readonly clock: SessionClock;
    readonly isVirtual: boolean;
  }) {
    super();
    this.#manager = options.manager;
    this.#clock = options.clock;
    this.#isVirtual = options.isVirtual;
    options.manager.subscribe(this);
  }

  add(runner: StrategyRunner): void {
    this.#runners.push(runner);
    this.#byNumber[runner.orders.number] = runner;
  }

  /** Lets the native core see each event of an inline stream before the strategies do. */
  attach(stream: StreamProcessor): void {
    stream.beforeEach((ring, slots, depth) => this.#manager.stepper(ring, slots, depth));
    stream.subscribe(this);
  }

  start(): void {
    for (const runner of this.#runners) runner.start();
  }

  stop(): void {
    for (const runner of this.#runners) runner.stop();
  }

  override onBook(book: BookView): void {
    this.#arrive(book.receiveTimeMs);
    for (const runner of this.#runners) runner.onBook(book);
  }

  override onTrade(trade: TradeView): void {
    this.#arrive(trade.receiveTimeMs);
    for (const runner of this.#runners) runner.onTrade(trade);
  }

  override onQuote(quote: QuoteView): void {
    this.#arrive(quote.receiveTimeMs);
    for (const runner of this.#runners) runner.onQuote(quote);
  }

  /** Real time: fires what is due. Call it often. */
  tick(): void {
    this.#manager.pump();
    this.#fireTimers(this.#clock.nowMs);
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

  #arrive(timeMs: number): void {
    this.events += 1;
    if (!this.#isVirtual) return;
    this.#clock.advance(timeMs);
    this.#fireTimers(timeMs);
  }

  #fireTimers(nowMs: number): void {
    for (const runner of this.#runners) {
      while (runner.timers.dueMs <= nowMs && runner.fireTimer(nowMs));
    }
  }
}

import { BarBuilder, type BarRequest } from '../../domain/bars.js';
import { HftError } from '../../domain/errors.js';
import type { FillEventView, OrderEventView } from '../../domain/orders.js';
import {
  type ParameterDeclarations,
  type ParameterValues,
  requireParameters,
} from '../../domain/parameters.js';
import type { RiskViolation } from '../../domain/risk.js';
import { SeededRandom } from '../../domain/seeded-random.js';
import { SignalBoard } from '../../domain/signals.js';
import type { Strategy } from '../../domain/strategy.js';
import type {
  BookTop,
  RiskEvent,
  RunMode,
  StrategyClock,
  StrategyContext,
  StrategyLog,
  TradedInstrument,
} from '../../domain/strategy-context.js';
import { KeyedState } from '../../domain/strategy-state.js';
import type { BookView, QuoteView, TradeView } from '../../domain/views.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type { RunRecorder } from '../../orders/run-recorder.js';
import { StallBoard } from '../../orders/stall-board.js';
import { indicatorFactory } from '../../strategies/indicators/factory.js';
import { BuiltBarView } from './built-bar-view.js';
import { InstrumentTop } from './instrument-top.js';
import { RunnerOrders } from './runner-orders.js';
import { RunnerPositions } from './runner-positions.js';
import { RunnerTimers } from './runner-timers.js';

/** Of runners that nobody watches: a branch a call would cost as much. */
const UNWATCHED = new StallBoard(1);

/** What a runner is made of. */
export interface RunnerOptions {
  readonly strategy: Strategy;
  readonly strategyId: string;
  /** The account that its orders are for. Default: `default`. */
  readonly accountId?: string;
  readonly mode: RunMode;
  readonly manager: RealTimeOrderManager;
  readonly instruments: readonly TradedInstrument[];
  readonly clock: StrategyClock;
  readonly seed: number;
  /** Values given for its declared parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly log: StrategyLog;
  /** Where the native watchdog sees which strategy runs. */
  readonly stalls?: StallBoard;
  /** Where its class comes from, for who repeats the run. */
  readonly source?: StrategyModule;
  /** Whether its failure stops all others too. */
  readonly stopsAll?: boolean;
  /** Told once, when the strategy threw: it is stopped by then, and its orders are canceled. */
  readonly onFailure: (strategyId: string, error: unknown) => void;
}

/** The class of a strategy: shipped, or of a module. */
export interface StrategyModule {
  readonly className: string;
  /** Absolute path; a shipped strategy without. */
  readonly module?: string;
}

/**
 * Runs one strategy: gives it its context, hands it the events that concern it, and stops it alone
 * when it throws.
 */
export class StrategyRunner {
  readonly strategyId: string;
  readonly orders: RunnerOrders;
  readonly timers: RunnerTimers;
  readonly state = new KeyedState();
  /** The newest value of each signal that the strategy set or noted. */
  readonly signals = new SignalBoard();
  readonly #strategy: Strategy;
  readonly #options: RunnerOptions;
  readonly #positions: RunnerPositions;
  readonly #tops: (InstrumentTop | undefined)[] = [];
  readonly #bars: BarBuilder[][] = [];
  readonly #stalls: StallBoard;
  readonly #recorder: RunRecorder;
  readonly #number: number;
  #isRunning = false;
  /** For the session: has all others stopped. */
  onStopsAll: () => void = () => {};

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#recorder = options.manager.recorder;
    this.#strategy = options.strategy;
    this.strategyId = options.strategyId;
    this.orders = new RunnerOrders(
      options.manager,
      options.strategyId,
      options.accountId ?? 'default',
    );
    this.#stalls = options.stalls ?? UNWATCHED;
    this.#number = this.orders.number;
    this.#recorder.share(this.#number, this.signals);
    this.#positions = new RunnerPositions(options.manager, this.orders, options.strategyId);
    this.timers = new RunnerTimers(() => options.clock.nowMs);
    for (const instrument of options.instruments) {
      this.#tops[instrument.id] = new InstrumentTop(options.clock, instrument);
      this.#bars[instrument.id] = [];
    }
    options.strategy.attach(this.#context());
  }

  /** What it was made of. */
  get options(): RunnerOptions {
    return this.#options;
  }
  get isRunning(): boolean {
    return this.#isRunning;
  }

  start(): void {
    this.#isRunning = true;
    this.#guard(() => this.#strategy.onStart());
    for (const instrument of this.#options.instruments) {
      if (this.#isRunning) this.#guard(() => this.#strategy.onInstrument(instrument));
    }
  }

  /** Ends it: `onStop`, then nothing more is sent. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#guard(() => this.#strategy.onStop());
    this.#end();
  }

  /** Stops it as if it had thrown `error`. False where it doesn't run. */
  halt(error: unknown): boolean {
    const wasRunning = this.#isRunning;
    this.#fail(error);
    return wasRunning;
  }

  onBook(book: BookView): void {
    const top = this.#tops[book.instrument.id];
    if (top === undefined || !this.#isRunning) return;
    top.update(book);
    const recorder = this.#recorder;
    const before = recorder.strategy;
    recorder.strategy = this.#number;
    const outer = this.#stalls.enter(this.#number);
    try {
      this.#strategy.onBook(book);
    } catch (error) {
      this.#fail(error);
    } finally {
      recorder.strategy = before;
    }
    this.#stalls.leave(outer);
  }

  onTrade(trade: TradeView): void {
    const { id } = trade.instrument;
    if (this.#tops[id] === undefined || !this.#isRunning) return;
    const recorder = this.#recorder;
    const before = recorder.strategy;
    recorder.strategy = this.#number;
    const outer = this.#stalls.enter(this.#number);
    try {
      this.#strategy.onTrade(trade);
      const bars = this.#bars[id];
      if (bars !== undefined && bars.length > 0) {
        const timeNs = this.#options.clock.elapsedNs;
        for (const bar of bars) bar.onTrade(timeNs, trade.priceTicks, trade.qtyLots);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      recorder.strategy = before;
    }
    this.#stalls.leave(outer);
  }

  onQuote(quote: QuoteView): void {
    if (this.#tops[quote.instrument.id] === undefined || !this.#isRunning) return;
    const recorder = this.#recorder;
    const before = recorder.strategy;
    recorder.strategy = this.#number;
    const outer = this.#stalls.enter(this.#number);
    try {
      this.#strategy.onQuote(quote);
    } catch (error) {
      this.#fail(error);
    } finally {
      recorder.strategy = before;
    }
    this.#stalls.leave(outer);
  }

  onOrder(view: OrderEventView): void {
    this.orders.onOrder(view);
    if (this.#isRunning) this.#guard(() => this.#strategy.onOrder(view));
  }

  onFill(fill: FillEventView): void {
    this.#positions.onFill(fill);
    if (this.#isRunning) this.#guard(() => this.#strategy.onFill(fill));
  }

  onRisk(
    kind: RiskEvent['kind'],
    violation: RiskViolation | undefined,
    instrumentId: number,
  ): void {
    if (!this.#isRunning) return;
    this.#guard(() => this.#strategy.onRisk({ kind, violation, instrumentId }));
  }

  /** Fires the timer that is due first, if one is. Whether one was. */
  fireTimer(nowMs: number): boolean {
    if (!this.#isRunning) return false;
    return this.timers.fireNext(nowMs, (timer) => {
      this.#guard(() => this.#strategy.onTimer(timer));
    });
  }

  /** Completes the time bars whose interval is over. */
  completeBars(): void {
    const timeNs = this.#options.clock.elapsedNs;
    for (const bars of this.#bars) {
      for (const bar of bars ?? []) this.#guard(() => bar.onTime(timeNs));
    }
  }

  /**
   * What is asked for during `call` is the strategy's, and no input from outside. Market events do
   * the same without a function object.
   */
  #guard(call: () => void): void {
    const recorder = this.#recorder;
    const before = recorder.strategy;
    recorder.strategy = this.#number;
    const outer = this.#stalls.enter(this.#number);
    try {
      call();
    } catch (error) {
      this.#fail(error);
    } finally {
      recorder.strategy = before;
    }
    this.#stalls.leave(outer);
  }

  #fail(error: unknown): void {
    if (!this.#isRunning) return;
    const outer = this.#recorder.strategy;
    this.#recorder.strategy = this.#number;
    try {
      this.#end();
      this.orders.cancelAll();
      if (this.#options.stopsAll === true) this.onStopsAll();
    } finally {
      this.#recorder.strategy = -1;
      this.#options.onFailure(this.strategyId, error);
      this.#recorder.strategy = outer;
    }
  }

  #end(): void {
    this.#isRunning = false;
    this.orders.isOpen = false;
    this.timers.clearAll();
  }

  #subscribeBars(request: BarRequest): void {
    const { instruments, clock } = this.#options;
    const instrument = instruments.find(({ id }) => id === request.instrumentId);
    const bars = this.#bars[request.instrumentId];
    if (instrument === undefined || bars === undefined) {
      throw new HftError('HFT_ARGUMENT', `bars of an instrument that isn't the strategy's`);
    }
    const view = new BuiltBarView(instrument, clock);
    bars.push(
      new BarBuilder(request, (bar) => {
        view.moveTo(bar);
        this.#strategy.onBar(view);
      }),
    );
  }

  #context(): StrategyContext {
    const { instruments, clock, mode, seed, log, parameters } = this.#options;
    const strategyId = this.strategyId;
    const find = (name: string): TradedInstrument | undefined => {
      const found = instruments.filter(
        ({ symbol, feed }) => symbol === name || `${feed}:${symbol}` === name,
      );
      return found.length === 1 ? found[0] : undefined;
    };
    return {
      strategyId,
      mode,
      instruments: {
        all: instruments,
        find,
        require: (name) => {
          const instrument = find(name);
          if (instrument === undefined) {
            throw new HftError(
              'HFT_STRATEGY',
              `${strategyId} has no one instrument called ${name}`,
            );
          }
          return instrument;
        },
      },
      books: {
        top: (instrumentId): BookTop => {
          const top = this.#tops[instrumentId];
          if (top === undefined) {
            throw new HftError('HFT_STRATEGY', `instrument ${instrumentId} isn't ${strategyId}'s`);
          }
          return top;
        },
      },
      positions: this.#positions,
      orders: this.orders,
      bars: { subscribe: (request) => this.#subscribeBars(request) },
      indicators: indicatorFactory,
      timers: this.timers,
      clock,
      random: new SeededRandom(seed),
      state: this.state,
      log,
      parameters: <P extends ParameterDeclarations>(declarations: P): ParameterValues<P> =>
        requireParameters(declarations, parameters),
      signal: (name) => this.signals.signal(name),
      note: (name, value) => {
        this.signals.signal(name).value = value;
      },
    };
  }
}

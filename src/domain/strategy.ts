import { HftError } from './errors.js';
import { MessageHandler } from './message-handler.js';
import type { FillEventView, OrderEventView } from './orders.js';
import type { ParameterDeclarations } from './parameters.js';
import type { RiskEvent, StrategyContext, TimerView } from './strategy-context.js';

/**
 * A trading strategy. The same class runs in backtest, paper, live and replay.
 *
 * Market data arrives through the methods of MessageHandler; `onStart` comes before the first
 * event and `onStop` after the last. Everything else that it may touch is in `context`. Handlers
 * are synchronous, and views are valid during their call only. One that throws or stalls is
 * stopped and its orders are canceled; others go on (`docs/strategies.md`, Isolation).
 */
export class Strategy extends MessageHandler {
  /** What can be configured, with ranges and defaults; the engine validates it. */
  static readonly parameters: ParameterDeclarations = {};

  #context: StrategyContext | undefined;

  /** A name for people; the class's own by default. */
  get name(): string {
    return this.constructor.name;
  }

  /**
   * Books, positions, orders, bars, indicators, timers, clock, random numbers, parameters, state
   * and log. Errors: HFT_STRATEGY where no engine runs it, or in its constructor.
   */
  get context(): StrategyContext {
    if (this.#context === undefined) {
      throw new HftError('HFT_STRATEGY', `${this.name} has no context before onStart`);
    }
    return this.#context;
  }

  /** For the engine: gives the strategy its context, once, before `onStart`. */
  attach(context: StrategyContext): void {
    if (this.#context !== undefined) {
      throw new HftError(
        'HFT_STRATEGY',
        `${this.name} already runs as ${this.#context.strategyId}`,
      );
    }
    this.#context = context;
  }

  /** The stream is about to start. */
  onStart(): void {}
  /** The state of one of the strategy's orders changed. */
  onOrder(_order: OrderEventView): void {}
  /** One of the strategy's orders was executed; `onOrder` follows with the order's new state. */
  onFill(_fill: FillEventView): void {}
  /** A timer of the strategy is due. */
  onTimer(_timer: TimerView): void {}
  /** An order was refused, a limit warned or was broken, or trading was halted or resumed. */
  onRisk(_event: RiskEvent): void {}
  /** The stream has ended. Orders sent from here on are refused. */
  onStop(): void {}
}

/** A class of strategies: what a configuration names and the engine makes. */
export interface StrategyClass {
  new (): Strategy;
  readonly name: string;
  readonly parameters: ParameterDeclarations;
}

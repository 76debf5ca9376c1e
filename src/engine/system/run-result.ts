import { basename } from 'node:path';
import { MessageHandler } from '../../domain/message-handler.js';
import type { BookView, QuoteView, TradeView } from '../../domain/views.js';
import type { BacktestResult, ResultData } from '../report/backtest-result.js';
import { withStops } from '../trading/result/build-result.js';
import { ResultRecorder } from '../trading/result-recorder.js';
import type { StrategyFailure } from './system-events.js';
import type { RunningFeed, SystemParts } from './system-parts.js';
import type { SystemPlan } from './system-plan.js';

/** 10^8: the unit of money in a configuration. */
const UNIT = 100_000_000;

/** Keeps what a run in real time comes to; give it the market's events before the strategies. */
export class RunResult extends MessageHandler {
  readonly #plan: SystemPlan;
  readonly #recorder: ResultRecorder;

  constructor(plan: SystemPlan, parts: SystemParts) {
    super();
    this.#plan = plan;
    const { config } = plan;
    const { manager } = parts;
    const { fills } = config.simulation;
    this.#recorder = new ResultRecorder({
      manager,
      instruments: parts.instruments.map(({ id, symbol, feed, priceDecimals, qtyDecimals }) => ({
        id,
        symbol: manager.names.symbolOf(id)?.symbol ?? `${feed}:${symbol}`,
        priceDecimals,
        qtyDecimals,
        multiplier: [Number(config.instruments[symbol]?.multiplier ?? UNIT), UNIT],
      })),
      mode: plan.mode,
      currency: config.trading.currency,
      capital: config.trading.capital,
      sampleIntervalMs: config.backtest.sample_interval / 1e6,
      canExceedDisplayed: fills.resting === 'whole' || fills.taken === 'none',
    });
    manager.subscribe(this.#recorder);
    manager.risk.onWarning((violation) => this.#recorder.onWarning(violation));
  }

  override onBook(book: BookView): void {
    this.#recorder.onBook(book);
  }
  override onTrade(trade: TradeView): void {
    this.#recorder.onTrade(trade);
  }
  override onQuote(quote: QuoteView): void {
    this.#recorder.onQuote(quote);
  }

  /** The result until here. Call it once, at the end, while everything is open. */
  finish(
    parts: SystemParts,
    facts: {
      readonly version: string;
      readonly startMs: number;
      readonly endMs: number;
      readonly failures: readonly StrategyFailure[];
    },
  ): BacktestResult {
    const { config, simulation, strategies, configFile } = this.#plan;
    const stops = new Map(facts.failures.map(({ strategyId, message }) => [strategyId, message]));
    const all = parts.instruments.map(({ symbol }) => symbol);
    return this.#recorder.finish({
      title: strategies.map(({ strategyId }) => strategyId).join(', '),
      version: facts.version,
      configFile: basename(configFile),
      seed: config.paper.seed,
      stateHash: parts.manager.statistics().decisionHash,
      wallSeconds: (facts.endMs - facts.startMs) / 1000,
      data: parts.feeds.map((feed) => this.#dataOf(feed, facts)),
      strategies: withStops(
        strategies.map(({ strategyId, className, symbols, parameters }) => ({
          strategyId,
          className,
          symbols: symbols.length > 0 ? symbols : all,
          parameters,
        })),
        stops,
      ),
      assumptions: simulation.assumptions,
      isInstant: simulation.isInstant,
      isFree: simulation.isFree,
    });
  }

  #dataOf(
    { name, type, symbols, stream }: RunningFeed,
    times: { readonly startMs: number; readonly endMs: number },
  ): ResultData {
    const { frames, gaps } = stream.statistics();
    const { market } = this.#plan;
    const source = market.kind === 'loopback' ? market.venue.source : undefined;
    const isGenerated = source?.kind === 'generator';
    return {
      name: isGenerated ? `generated ${source.wireFormat}, seed ${source.seed}` : name,
      feed: name,
      format: type,
      symbols,
      frames,
      firstTime: new Date(times.startMs).toISOString(),
      lastTime: new Date(times.endMs).toISOString(),
      gaps,
      isGenerated,
    };
  }
}

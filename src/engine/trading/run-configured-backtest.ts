import { basename } from 'node:path';
import type { ConfigurationManager } from '../../config/configuration-manager.js';
import type { RealTimeConfig } from '../../config/schema/root.js';
import { HftError } from '../../domain/errors.js';
import type {
  StrategyClock,
  StrategyLog,
  TradedInstrument,
} from '../../domain/strategy-context.js';
import { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type { BacktestResult, ResultData } from '../report/backtest-result.js';
import { BacktestHandler } from './backtest-handler.js';
import { DecisionNotes } from './decision-notes.js';
import { OutgrownSurvey, type PlayedSource, playMarket } from './market/market-player.js';
import { type MarketSource, marketSources } from './market/market-source.js';
import { type MarketSurvey, surveyMarket } from './market/market-survey.js';
import { withStops } from './result/build-result.js';
import { ResultRecorder } from './result-recorder.js';
import { SessionClock } from './session-clock.js';
import { type LoadedStrategy, loadStrategies } from './setup/load-strategies.js';
import { type SimulationSetup, simulationSetup } from './setup/native-options.js';
import { setConfiguredLimits } from './setup/set-limits.js';
import { StrategyRunner } from './strategy-runner.js';
import { TradingSession } from './trading-session.js';

/** How far a backtest is. */
export interface BacktestProgress {
  /** `survey`: the data is read for its instruments; `play`: the market is played. */
  readonly phase: 'survey' | 'play';
  /** Bytes of the data. */
  readonly done: number;
  readonly total: number;
  /** Market events that were played. */
  readonly events: number;
}

/** What one backtest of a configuration changes, and who hears of it. */
export interface ConfiguredBacktestOptions {
  /** Values in place of those of the configuration, by strategy and parameter. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Nanoseconds since the epoch, in place of `backtest.start` and `backtest.end`. */
  readonly start?: bigint;
  readonly end?: bigint;
  /** Of an earlier run over the same data: it needn't be surveyed again. */
  readonly survey?: MarketSurvey;
  /** Told of a survey of the whole data, where that of its beginning was not enough. */
  readonly onSurveyed?: (survey: MarketSurvey) => void;
  /** Version of the package, for the result. */
  readonly version?: string;
  /** Makes the log of a strategy; `clock` is the run's. Nothing is logged without. */
  readonly openLog?: (strategyId: string, clock: StrategyClock) => StrategyLog;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BacktestProgress) => void;
}

/** So much of a capture nearly always shows every instrument at its finest. */
const SURVEY_BYTES = 4 << 20;
const SILENT: StrategyLog = { debug() {}, info() {}, warn() {}, error() {} };
/** Closed orders are forgotten from here on: what is open is what counts. */
const ORDERS_MAX = 1 << 15;
/** Levels a side that the simulated exchange must know of, whatever strategies ask for. */
const DEPTH_MIN = 20;
/** The native limit of an event's levels that reach the simulated exchange. */
const DEPTH_MAX = 64;

/** Reads what must be known of a configuration's data before it is played; see surveyMarket. */
export function surveyConfiguredMarket(
  manager: ConfigurationManager,
  options: Pick<ConfiguredBacktestOptions, 'signal' | 'onProgress'> = {},
): Promise<MarketSurvey> {
  return survey(manager, options, Number.POSITIVE_INFINITY);
}

/** The same from the beginning of each source, as a run does it that has no survey. */
export function surveyConfiguredBeginning(
  manager: ConfigurationManager,
  options: Pick<ConfiguredBacktestOptions, 'signal' | 'onProgress'> = {},
): Promise<MarketSurvey> {
  return survey(manager, options, SURVEY_BYTES);
}

function survey(
  manager: ConfigurationManager,
  options: Pick<ConfiguredBacktestOptions, 'signal' | 'onProgress'>,
  bytesMax: number,
): Promise<MarketSurvey> {
  return surveyMarket(sourcesOf(manager), manager.config, {
    bytesMax,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onProgress: (done, total) => options.onProgress?.({ phase: 'survey', done, total, events: 0 }),
  });
}

/**
 * Runs the strategies of a configuration over its `backtest.data`, against the simulated exchange,
 * in the market's time.
 *
 * The same code as live, from the frame to the fill. Equal data, configuration and seeds give an
 * equal `stateHash`, whatever the batch size, machine or version of Node. A strategy that throws is
 * stopped alone (or with all: `on_error`), and the result says so.
 * Errors: HFT_CONFIG, HFT_STRATEGY, HFT_DATA_FILE, HFT_DATA_FORMAT; the reason of `signal`.
 */
export async function runConfiguredBacktest(
  manager: ConfigurationManager,
  options: ConfiguredBacktestOptions = {},
): Promise<BacktestResult> {
  const begun = performance.now();
  const beginning = options.survey ?? (await surveyConfiguredBeginning(manager, options));
  try {
    return await runOnce(manager, options, { survey: beginning, begun });
  } catch (error) {
    // Rare, and only found out on the way: what comes later is finer than the beginning.
    if (!(error instanceof OutgrownSurvey)) throw error;
    const whole = await surveyConfiguredMarket(manager, options);
    options.onSurveyed?.(whole);
    return runOnce(manager, options, { survey: whole, begun });
  }
}

async function runOnce(
  manager: ConfigurationManager,
  options: ConfiguredBacktestOptions,
  { survey, begun }: { readonly survey: MarketSurvey; readonly begun: number },
): Promise<BacktestResult> {
  const { config } = manager;
  const sources = sourcesOf(manager);
  const resolvePath = (path: string) => manager.resolvePath(path);
  const simulation = await simulationSetup(config.simulation, resolvePath);
  const strategies = await loadStrategies(config, {
    resolvePath,
    ...(options.overrides === undefined ? {} : { overrides: options.overrides }),
  });
  if (strategies.length === 0) {
    throw new HftError('HFT_CONFIG', 'strategies: expected at least one that is enabled');
  }
  const run = new BacktestRun({ config, simulation, strategies, survey, options });
  try {
    const played = await run.play(sources);
    return run.result({
      configFile: basename(manager.source),
      wallSeconds: (performance.now() - begun) / 1000,
      data: sources.flatMap((source, index) => dataOf(source, played[index])),
    });
  } finally {
    run.close();
  }
}

function sourcesOf(manager: ConfigurationManager): MarketSource[] {
  const sources = marketSources({
    config: manager.config,
    resolvePath: (path) => manager.resolvePath(path),
  });
  if (sources.length > 0) return sources;
  throw new HftError('HFT_CONFIG', 'backtest.data: expected at least one source');
}

/** Everything of one backtest that is open. */
class BacktestRun {
  readonly #config: RealTimeConfig;
  readonly #options: ConfiguredBacktestOptions;
  readonly #simulation: SimulationSetup;
  readonly #strategies: readonly LoadedStrategy[];
  readonly #survey: MarketSurvey;
  readonly #manager: RealTimeOrderManager;
  readonly #clock = new SessionClock();
  readonly #session: TradingSession;
  readonly #recorder: ResultRecorder;
  readonly #handler: BacktestHandler;
  readonly #notes = new DecisionNotes();
  readonly #stops = new Map<string, string>();

  constructor(parts: {
    readonly config: RealTimeConfig;
    readonly simulation: SimulationSetup;
    readonly strategies: readonly LoadedStrategy[];
    readonly survey: MarketSurvey;
    readonly options: ConfiguredBacktestOptions;
  }) {
    const { config, simulation, strategies, survey, options } = parts;
    this.#config = config;
    this.#options = options;
    this.#simulation = simulation;
    this.#strategies = strategies;
    this.#survey = survey;
    const ordersMax = Math.min(ORDERS_MAX, config.performance.orders_max);
    this.#manager = new RealTimeOrderManager({
      simulated: 'market',
      native: {
        ...simulation.native,
        instrumentsMax: survey.instruments.length,
        ordersMax,
        requestsMax: ordersMax,
        executionsMax: 2 * ordersMax,
        isVirtual: true,
        sessionStartNs: sessionStartNs(config.backtest.session_start),
      },
    });
    try {
      this.#session = new TradingSession({ manager: this.#manager, clock: this.#clock });
      this.#recorder = this.#openInstruments();
      setConfiguredLimits(config, { manager: this.#manager });
      for (const strategy of strategies) this.#addStrategy(strategy);
      this.#manager.subscribe(this.#recorder);
      this.#manager.subscribe(this.#notes);
      this.#manager.risk.onWarning((violation) => this.#recorder.onWarning(violation));
      const start = options.start ?? config.backtest.start;
      this.#handler = new BacktestHandler({
        session: this.#session,
        recorder: this.#recorder,
        startMs: start === undefined ? Number.NEGATIVE_INFINITY : Number(start) / 1e6,
      });
      this.#manager.start();
    } catch (error) {
      this.#manager.close();
      throw error;
    }
  }

  async play(sources: readonly MarketSource[]): Promise<(PlayedSource | undefined)[]> {
    const { backtest, stream_processing: processing } = this.#config;
    const end = this.#options.end ?? backtest.end;
    const played = await playMarket({
      sources,
      survey: this.#survey,
      depth: Math.min(DEPTH_MAX, Math.max(DEPTH_MIN, processing.book_levels)),
      batchSize: backtest.batch_size,
      endMs: end === undefined ? Number.POSITIVE_INFINITY : Number(end) / 1e6,
      needsOrders: this.#config.simulation.queue.model === 'fifo',
      attach: (stream) => {
        stream.beforeEach((ring, slots, depth) =>
          this.#manager.stepper(ring, slots, depth, stream.numbers),
        );
        stream.subscribe(this.#handler);
      },
      signal: this.#options.signal,
      onProgress: (done, total) => {
        const { events } = this.#recorder;
        this.#options.onProgress?.({ phase: 'play', done, total, events });
      },
    });
    this.#session.stop();
    const { ordersLost } = this.#manager.statistics();
    if (ordersLost === 0) return played;
    throw new HftError(
      'HFT_CAPACITY',
      `simulation.queue.model: fifo: ${ordersLost} changes of single orders found no room: play ` +
        'fewer symbols at once',
    );
  }

  result(facts: {
    readonly configFile: string;
    readonly wallSeconds: number;
    readonly data: readonly ResultData[];
  }): BacktestResult {
    const strategies = this.#strategies.map(({ strategyId, className, symbols, parameters }) => ({
      strategyId,
      className,
      symbols: symbols.length > 0 ? symbols : this.#survey.instruments.map((each) => each.symbol),
      parameters,
    }));
    const { decisionHash } = this.#manager.statistics();
    return this.#recorder.finish({
      ...facts,
      title: this.#strategies.map(({ strategyId }) => strategyId).join(', '),
      version: this.#options.version ?? '',
      seed: this.#config.backtest.seed,
      stateHash: this.#notes.hash(decisionHash, this.#recorder.events),
      strategies: withStops(strategies, this.#stops),
      assumptions: this.#simulation.assumptions,
      isInstant: this.#simulation.isInstant,
      isFree: this.#simulation.isFree,
    });
  }

  close(): void {
    this.#manager.close();
  }

  #openInstruments(): ResultRecorder {
    const { instruments } = this.#survey;
    const { trading, backtest, simulation } = this.#config;
    const recorded = instruments.map(({ id, symbol, feed, priceDecimals, qtyDecimals }) => {
      const isShared = instruments.some((other) => other.symbol === symbol && other.id !== id);
      const entry = this.#config.instruments[symbol];
      const currency = entry?.currency ?? trading.currency;
      if (currency !== trading.currency) {
        throw new HftError(
          'HFT_CONFIG',
          `instruments.${symbol}.currency: expected ${trading.currency} (trading.currency): a ` +
            `backtest adds up one currency, found ${currency}`,
        );
      }
      const name = isShared ? `${feed}:${symbol}` : symbol;
      const multiplier = fractionOf(entry?.multiplier);
      const terms = { id, symbol: name, priceDecimals, qtyDecimals, multiplier };
      this.#manager.addInstrument({ ...terms, currency });
      return terms;
    });
    return new ResultRecorder({
      manager: this.#manager,
      instruments: recorded,
      mode: 'backtest',
      currency: trading.currency,
      capital: trading.capital,
      sampleIntervalMs: backtest.sample_interval / 1e6,
      canExceedDisplayed: simulation.fills.resting === 'whole' || simulation.fills.taken === 'none',
    });
  }

  #addStrategy(loaded: LoadedStrategy): void {
    const { strategyId, symbols } = loaded;
    const instruments = this.#survey.instruments
      .filter(
        ({ symbol, feed }) =>
          symbols.length === 0 || symbols.includes(symbol) || symbols.includes(`${feed}:${symbol}`),
      )
      .map((instrument): TradedInstrument => {
        const { symbol } = instrument;
        const [numerator, denominator] = fractionOf(this.#config.instruments[symbol]?.multiplier);
        const { currency } = this.#config.trading;
        return { ...instrument, multiplier: numerator / denominator, currency };
      });
    for (const name of symbols) {
      const isThere = instruments.some(
        ({ symbol, feed }) => symbol === name || `${feed}:${symbol}` === name,
      );
      if (isThere) continue;
      throw new HftError(
        'HFT_CONFIG',
        `strategies.${strategyId}.symbols: ${name} is not in the data, which has ` +
          this.#survey.instruments.map(({ symbol, feed }) => `${feed}:${symbol}`).join(', '),
      );
    }
    const log = this.#options.openLog?.(strategyId, this.#clock) ?? SILENT;
    const runner = new StrategyRunner({
      strategy: loaded.strategy,
      strategyId,
      accountId: loaded.account,
      mode: 'backtest',
      manager: this.#manager,
      instruments,
      clock: this.#clock,
      seed: this.#config.backtest.seed,
      parameters: loaded.parameters,
      log,
      onFailure: (failed, error) => {
        log.error('the strategy was stopped', { error });
        this.#onFailure(failed, error, loaded.stopsAll);
      },
    });
    this.#session.add(runner);
    this.#notes.add(runner);
  }

  #onFailure(strategyId: string, error: unknown, stopsAll: boolean): void {
    const message = error instanceof Error ? error.message : String(error);
    const when = new Date(this.#clock.nowMs).toISOString();
    this.#stops.set(strategyId, `at ${when} it threw: ${message}`);
    if (!stopsAll) return;
    for (const { strategyId: other } of this.#strategies) {
      if (this.#stops.has(other)) continue;
      // Before it is told, so that its own failure is not another cause.
      this.#stops.set(other, `at ${when} it was stopped with ${strategyId}`);
      this.#session.stopStrategy(other, `with ${strategyId}`);
      this.#stops.set(other, `at ${when} it was stopped with ${strategyId}`);
    }
  }
}

/** `HH:MM` in nanoseconds after midnight; -1 for `never`. */
function sessionStartNs(text: string): number {
  const [hours = Number.NaN, minutes = 0] = text.split(':').map(Number);
  return Number.isNaN(hours) ? -1 : (hours * 60 + minutes) * 60 * 1e9;
}

/** An amount in 10^-8 as a fraction. */
function fractionOf(multiplier: bigint | undefined): readonly [number, number] {
  if (multiplier === undefined) return [1, 1];
  let [a, b] = [multiplier, 100_000_000n];
  while (b !== 0n) [a, b] = [b, a % b];
  return [Number(multiplier / a), Number(100_000_000n / a)];
}

function dataOf(source: MarketSource, played: PlayedSource | undefined): ResultData[] {
  if (played === undefined) return [];
  const { counts, statistics } = played;
  const time = (nanos: bigint) => new Date(Number(nanos / 1_000_000n)).toISOString();
  return [
    {
      name: source.name,
      feed: source.feed,
      format: played.format,
      symbols: played.symbols,
      frames: counts.frames,
      firstTime: time(counts.firstTime),
      lastTime: time(counts.lastTime),
      gaps: counts.gaps + statistics.gaps + counts.faultCount + sumOf(statistics.decodeErrors),
      isGenerated: source.isGenerated,
    },
  ];
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

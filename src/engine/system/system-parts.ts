import { mkdirSync } from 'node:fs';
import type { RecoveryReport } from '../../addon/trading-core.js';
import { HftError } from '../../domain/errors.js';
import type { FeedType } from '../../domain/feed.js';
import type { DataFeed } from '../../domain/feed-config.js';
import type { StrategyLog, TradedInstrument } from '../../domain/strategy-context.js';
import { isAlive, readProcessFile } from '../../orders/process-file.js';
import { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import { StallBoard } from '../../orders/stall-board.js';
import { type ConnectorListener, FixConnectors } from '../fix/fix-connectors.js';
import { FixDataFeed } from '../fix/fix-data-feed.js';
import { type FeedListener, RealTimeDataFeed } from '../real-time-data-feed.js';
import { StreamProcessor } from '../stream-processor.js';
import { SessionClock } from '../trading/session-clock.js';
import type { LoadedStrategy } from '../trading/setup/load-strategies.js';
import { setConfiguredLimits } from '../trading/setup/set-limits.js';
import { StrategyRunner } from '../trading/strategy-runner.js';
import { TradingSession } from '../trading/trading-session.js';
import { KeptStates } from './kept-states.js';
import type { NamedFeed, OpenMarket } from './market.js';
import type { SystemPlan } from './system-plan.js';

/** 10^8: the unit of money in a configuration. */
const UNIT = 100_000_000n;
/** Levels a side that the simulated exchange must know of, as in a backtest. */
const DEPTH_MIN = 20;
/** The native limit of an event's levels that reach the simulated exchange. */
const DEPTH_MAX = 64;
/** For this thread to act on the kill switch by itself. */
const GRACE_MS = 50;
/** Where no broker says otherwise. */
const ANSWER_MS = 10_000;

/** Who hears what the parts of a system say. */
export interface PartsListener {
  readonly log: StrategyLog;
  onStrategyFailed(strategyId: string, error: unknown): void;
  feedListener(feed: NamedFeed): FeedListener;
  readonly brokers: ConnectorListener;
}

/** A feed by its name, with the stream that it alone fills. */
export interface RunningFeed {
  readonly name: string;
  readonly type: FeedType | 'fix';
  readonly symbols: readonly string[];
  readonly feed: DataFeed;
  readonly stream: StreamProcessor;
}

/** A strategy with its runner. */
export interface RunningStrategy {
  readonly strategyId: string;
  readonly className: string;
  readonly runner: StrategyRunner;
  readonly stopsAll: boolean;
}

/** Everything of a system that is open. */
export interface SystemParts {
  readonly instruments: readonly TradedInstrument[];
  readonly manager: RealTimeOrderManager;
  readonly session: TradingSession;
  readonly clock: SessionClock;
  readonly feeds: readonly RunningFeed[];
  readonly strategies: readonly RunningStrategy[];
  readonly market: OpenMarket;
  /** Where the native watchdog sees which strategy runs. */
  readonly stalls: StallBoard;
  /** Undefined where no journal is kept. */
  readonly states: KeptStates | undefined;
  readonly recovery: RecoveryReport;
  /** Undefined where orders are simulated. */
  readonly connectors: FixConnectors | undefined;
}

/** Instruments as strategies see them. */
export function tradedInstruments(
  { config }: SystemPlan,
  market: OpenMarket,
): readonly TradedInstrument[] {
  return market.instruments.map(({ symbol, feed, priceDecimals, qtyDecimals }, id) => {
    const entry = config.instruments[symbol];
    return {
      id,
      symbol,
      feed,
      priceDecimals,
      qtyDecimals,
      multiplier: Number(entry?.multiplier ?? UNIT) / Number(UNIT),
      currency: entry?.currency ?? config.trading.currency,
    };
  });
}

/**
 * Opens stream, order manager, session and strategies on an open market; nothing runs yet.
 *
 * What was opened is closed again when something fails. Errors: HFT_CONFIG for limits that can't be
 * held; HFT_STRATEGY; HFT_DATA_FILE for a journal or state directory that can't be used.
 */
export function openParts(
  plan: SystemPlan,
  market: OpenMarket,
  listener: PartsListener,
): SystemParts {
  const { config } = plan;
  const instruments = tradedInstruments(plan, market);
  const stalls = new StallBoard();
  const { manager, recovery } = openManager(plan, instruments, stalls);
  const feeds: RunningFeed[] = [];
  let connectors: FixConnectors | undefined;
  try {
    for (const named of market.feeds) {
      const stream = openStream(plan, market, named);
      const feed = openFeed(named, stream, listener.feedListener(named));
      const { type, symbols } = named.config;
      feeds.push({ name: named.name, type, symbols, feed, stream });
    }
    if (plan.mode === 'live') {
      connectors = new FixConnectors(plan.brokers, {
        ...{ manager, instruments, listener: listener.brokers },
      });
    }
    const { stateFolder } = plan;
    const states = stateFolder === undefined ? undefined : new KeptStates(stateFolder);
    const clock = new SessionClock();
    const session = new TradingSession({ manager, clock, mode: plan.mode, config: plan.masked });
    const strategies = plan.strategies.map((entry): RunningStrategy => {
      const runner = new StrategyRunner({
        strategy: entry.strategy,
        strategyId: entry.strategyId,
        accountId: entry.account,
        mode: plan.mode,
        manager,
        instruments: instrumentsOf(entry, instruments),
        clock,
        seed: config.paper.seed,
        parameters: entry.parameters,
        log: listener.log,
        stalls,
        source: {
          className: entry.className,
          ...(entry.module === undefined ? {} : { module: entry.module }),
        },
        stopsAll: entry.stopsAll,
        onFailure: (strategyId, error) => listener.onStrategyFailed(strategyId, error),
      });
      session.add(runner);
      states?.restore(runner);
      stalls.setLimit(runner.orders.number, entry.strategyId, entry.stallAfterMs);
      const { strategyId, className, stopsAll } = entry;
      return { strategyId, className, runner, stopsAll };
    });
    return {
      instruments,
      manager,
      session,
      clock,
      feeds,
      strategies,
      market,
      stalls,
      states,
      recovery,
      connectors,
    };
  } catch (error) {
    void connectors?.close().catch(() => {});
    for (const { feed, stream } of feeds) {
      void Promise.resolve(feed.close()).catch(() => {});
      stream.close();
    }
    manager.close();
    throw error;
  }
}

/** What a strategy sees and trades. Errors: HFT_CONFIG for a symbol that isn't in the market. */
function instrumentsOf(
  { strategyId, symbols }: LoadedStrategy,
  instruments: readonly TradedInstrument[],
): readonly TradedInstrument[] {
  if (symbols.length === 0) return instruments;
  const isCalled = ({ symbol, feed }: TradedInstrument, name: string): boolean =>
    symbol === name || `${feed}:${symbol}` === name;
  for (const name of symbols) {
    if (instruments.some((instrument) => isCalled(instrument, name))) continue;
    throw new HftError(
      'HFT_CONFIG',
      `strategies.${strategyId}.symbols: ${name} is not in the market, which has ` +
        instruments.map(({ symbol, feed }) => `${feed}:${symbol}`).join(', '),
    );
  }
  return instruments.filter((instrument) => symbols.some((name) => isCalled(instrument, name)));
}

/** Closes what `openParts` opened, and the market. */
export async function closeParts(parts: SystemParts): Promise<void> {
  // Reports may come until the sessions have ended.
  await parts.connectors?.close();
  await Promise.all(parts.feeds.map(({ feed }) => feed.close()));
  for (const { stream } of parts.feeds) stream.close();
  parts.manager.close();
  await parts.market.venue?.close();
}

function openFeed(named: NamedFeed, stream: StreamProcessor, listener: FeedListener): DataFeed {
  const { config, session } = named;
  return session === undefined
    ? new RealTimeDataFeed(config, stream, listener)
    : new FixDataFeed(config, { session, stream, listener });
}

/** The stream of one feed: its instruments are numbered among those of all feeds. */
function openStream({ config }: SystemPlan, market: OpenMarket, named: NamedFeed): StreamProcessor {
  const {
    num_workers: workers,
    queue_size: queueSize,
    book_levels: levels,
    clock_skew_max: clockSkewMax,
  } = config.stream_processing;
  return new StreamProcessor({
    instruments: market.instruments.filter(({ feed }) => feed === named.name),
    firstInstrument: market.instruments.findIndex(({ feed }) => feed === named.name),
    workers,
    queueSize,
    depth: Math.min(DEPTH_MAX, Math.max(DEPTH_MIN, levels)),
    staleAfterMs: named.config.staleAfterMs ?? 0,
    clockSkewMaxMs: clockSkewMax / 1e6,
  });
}

function openManager(
  plan: SystemPlan,
  instruments: readonly TradedInstrument[],
  stalls: StallBoard,
): { readonly manager: RealTimeOrderManager; readonly recovery: RecoveryReport } {
  const { config, journalDirectory, stateDirectory } = plan;
  for (const directory of [journalDirectory, stateDirectory]) {
    if (directory !== undefined) makeDirectory(directory);
  }
  if (stateDirectory !== undefined) refuseSecond(stateDirectory);
  const { orders_max: ordersMax } = config.performance;
  const manager = new RealTimeOrderManager({
    ...(plan.mode === 'paper' ? { simulated: 'market' } : {}),
    ...(journalDirectory === undefined ? {} : { journalPath: journalDirectory }),
    native: {
      ...plan.simulation.native,
      ordersMax,
      requestsMax: ordersMax,
      executionsMax: 2 * ordersMax,
      instrumentsMax: Math.max(1, instruments.length),
      isStepped: true,
      answerTimeoutNs: Math.round(answerTimeoutMs(plan) * 1e6),
      segmentBytes: config.journal.segment_size,
      commitWindowNs: config.journal.flush_interval,
    },
  });
  try {
    // First of all: names keep the numbers that they had.
    manager.watch(stateDirectory, GRACE_MS, stalls);
    for (const instrument of instruments) {
      const { id, symbol, feed, priceDecimals, qtyDecimals, currency } = instrument;
      const multiplier = config.instruments[symbol]?.multiplier ?? UNIT;
      const isShared = instruments.some((other) => other.symbol === symbol && other !== instrument);
      manager.addInstrument({
        id,
        symbol: isShared ? `${feed}:${symbol}` : symbol,
        priceDecimals,
        qtyDecimals,
        currency,
        multiplier: [Number(multiplier), Number(UNIT)],
        venue: brokerOf(plan, feed) ?? 'default',
      });
    }
    setConfiguredLimits(config, { manager, brokers: plan.brokers.map(({ name }) => name) });
    // Positions and working orders are there before a strategy asks for them.
    return { manager, recovery: manager.start() };
  } catch (error) {
    manager.close();
    throw error;
  }
}

/** The broker that the symbols of a feed trade at; undefined where orders are simulated. */
function brokerOf({ brokers }: SystemPlan, feed: string): string | undefined {
  return brokers.find(({ feeds }) => feeds.includes(feed))?.name;
}

function answerTimeoutMs({ brokers }: SystemPlan): number {
  const times = brokers.map(({ requestTimeoutMs }) => requestTimeoutMs);
  return times.length === 0 ? ANSWER_MS : Math.max(...times);
}

/** Two processes on one state directory would take each other's kill switch and names. */
function refuseSecond(stateDirectory: string): void {
  const file = readProcessFile(stateDirectory);
  if (file === undefined || file.pid === process.pid || !isAlive(file)) return;
  throw new HftError(
    'HFT_DATA_FILE',
    `process ${file.pid} runs on the state directory ${stateDirectory}: one at a time`,
  );
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot make the folder ${path}: ${reason}`, {
      cause: error,
    });
  }
}

import { dirname, join } from 'node:path';
import type { ConfigurationManager } from '../../config/configuration-manager.js';
import type { RealTimeConfig } from '../../config/schema/root.js';
import { HftError } from '../../domain/errors.js';
import {
  type FixBrokerPlan,
  type FixPlanOptions,
  planFixBrokers,
  planFixSession,
} from '../fix/fix-plan.js';
import { type LoadedStrategy, loadStrategies } from '../trading/setup/load-strategies.js';
import { type SimulationSetup, simulationSetup } from '../trading/setup/native-options.js';
import { type KnownScale, type MarketPlan, type NamedFeed, readCertificates } from './market.js';

/** What a system is given beside its configuration. */
export interface TradingSystemOptions {
  /** The market in place of the configured one. */
  readonly market?: MarketPlan;
  /** The directory of the kill switch; without one `hft kill` doesn't reach this system. */
  readonly stateDirectory?: string;
  /** Where the journal lies; `paper.output`/journal without. */
  readonly journalDirectory?: string;
  /** Of the package, for the result. */
  readonly version?: string;
  /** Variables that files of FIX sessions name; those of the process without. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What working orders meet at the end. */
export type ShutdownPolicy = RealTimeConfig['trading']['on_shutdown'];

/** Everything that a system is made of, before anything is opened. */
export interface SystemPlan {
  readonly config: RealTimeConfig;
  readonly configFile: string;
  /** The configuration as plain JSON, secrets masked. */
  readonly masked: unknown;
  /** `live`: orders go to brokers. */
  readonly mode: 'paper' | 'live';
  readonly market: MarketPlan;
  readonly strategies: readonly LoadedStrategy[];
  readonly simulation: SimulationSetup;
  /** Where orders go; empty where they are simulated. */
  readonly brokers: readonly FixBrokerPlan[];
  /** Undefined where none is kept. */
  readonly journalDirectory: string | undefined;
  readonly stateDirectory: string | undefined;
  /** Where strategies keep their state: beside the journal, undefined without one. */
  readonly stateFolder: string | undefined;
  /** The folder of reports. */
  readonly output: string;
  readonly shutdown: { readonly policy: ShutdownPolicy; readonly timeoutMs: number };
}

/**
 * Works out what a configuration asks for.
 *
 * Errors: HFT_CONFIG where it can't be run; HFT_STRATEGY for strategies that can't be loaded;
 * HFT_DATA_FILE for files that it names.
 */
export async function planSystem(
  configuration: ConfigurationManager,
  options: TradingSystemOptions,
): Promise<SystemPlan> {
  const { config } = configuration;
  const resolvePath = (path: string): string => configuration.resolvePath(path);
  const mode = modeOf(config);
  if (config.stream_processing.num_workers > 1) {
    throw new HftError(
      'HFT_CONFIG',
      `stream_processing.num_workers: expected 0 or 1 where strategies trade, found ` +
        `${config.stream_processing.num_workers}: events of one feed must come in one order`,
    );
  }
  if (config.simulation.queue.model === 'fifo') {
    throw new HftError(
      'HFT_CONFIG',
      'simulation.queue.model: expected risk_averse, power, logarithm or identity in real time: ' +
        'fifo follows recorded single orders, in backtests',
    );
  }
  const output = resolvePath(config.paper.output);
  const strategies = await loadStrategies(config, { resolvePath });
  if (strategies.length === 0) {
    throw new HftError('HFT_CONFIG', 'strategies: expected at least one that is enabled');
  }
  const journalDirectory = config.journal.enabled
    ? (options.journalDirectory ?? join(mode === 'live' ? join(output, 'live') : output, 'journal'))
    : undefined;
  const fix: FixPlanOptions = {
    ...{ config, resolvePath, env: options.env ?? process.env },
    folder: journalDirectory === undefined ? undefined : join(dirname(journalDirectory), 'fix'),
  };
  const brokers = mode === 'live' ? planFixBrokers(fix) : [];
  return {
    config,
    configFile: configuration.source,
    masked: configuration.masked(),
    mode,
    market: options.market ?? (await marketOf(fix, mode)),
    brokers,
    strategies,
    simulation: await simulationSetup(config.simulation, resolvePath),
    journalDirectory,
    stateFolder:
      journalDirectory === undefined ? undefined : join(dirname(journalDirectory), 'strategies'),
    stateDirectory: options.stateDirectory,
    output,
    shutdown: {
      policy: config.trading.on_shutdown,
      timeoutMs: config.trading.shutdown_timeout / 1e6,
    },
  };
}

/** Orders never go to a real venue by accident: both keys must ask for it. */
function modeOf({ trading, journal }: RealTimeConfig): SystemPlan['mode'] {
  if (trading.enable_live_trading && !trading.paper_trading_mode) {
    if (journal.enabled) return 'live';
    throw new HftError('HFT_CONFIG', 'journal.enabled: expected true for live trading');
  }
  if (trading.enable_live_trading || !trading.paper_trading_mode) {
    throw new HftError(
      'HFT_CONFIG',
      'trading: expected enable_live_trading true and paper_trading_mode false for live trading, ' +
        'or both as they are by default for paper trading',
    );
  }
  return 'paper';
}

async function marketOf(fix: FixPlanOptions, mode: SystemPlan['mode']): Promise<MarketPlan> {
  const { config } = fix;
  const { paper } = config;
  if (paper.market === 'loopback' && mode === 'paper') {
    const { format, seed, symbols, frames_per_second: framesPerSecond } = paper.generate;
    return {
      kind: 'loopback',
      venue: {
        source: { kind: 'generator', wireFormat: format, seed, symbolCount: symbols },
        speed: { kind: 'rate', framesPerSecond },
      },
    };
  }
  const feeds: NamedFeed[] = [];
  for (const [name, entry] of Object.entries(config.data_feeds)) {
    feeds.push(await feedOf(name, entry, fix));
  }
  if (feeds.length === 0) {
    throw new HftError(
      'HFT_CONFIG',
      'data_feeds: expected at least one where paper.market is feeds, and for live trading',
    );
  }
  const scales = new Map<string, KnownScale>();
  for (const [symbol, entry] of Object.entries(config.instruments)) {
    scales.set(symbol, {
      priceDecimals: entry.price_decimals,
      qtyDecimals: entry.qty_decimals,
    });
  }
  return { kind: 'feeds', feeds, scales };
}

async function feedOf(
  name: string,
  entry: RealTimeConfig['data_feeds'][string],
  fix: FixPlanOptions,
): Promise<NamedFeed> {
  const { type, api_key: apiKey, secret_key: secretKey, ca_file: caFile } = entry;
  const common = {
    ...(entry.url === undefined ? {} : { url: entry.url }),
    symbols: entry.symbols,
    channels: entry.channels,
    bookDepth: entry.book_depth,
    transport: entry.transport,
    drive: entry.drive,
    ...(apiKey === undefined || secretKey === undefined
      ? {}
      : { credentials: { apiKey, secretKey } }),
    ...(caFile === undefined ? {} : { ca: await readCertificates(fix.resolvePath(caFile)) }),
    staleAfterMs: entry.stale_after / 1e6,
    reconnectAfterMs: entry.reconnect_after / 1e6,
  };
  return type === 'fix'
    ? { name, config: { type, ...common }, session: planFixSession(entry.session, fix) }
    : { name, config: { type, ...common } };
}

import { dirname, join } from 'node:path';
import type { ConfigurationManager } from '../../config/configuration-manager.js';
import type { RealTimeConfig } from '../../config/schema/root.js';
import { HftError } from '../../domain/errors.js';
import type { DataFeedConfig } from '../../domain/feed-config.js';
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
}

/** What working orders meet at the end. */
export type ShutdownPolicy = RealTimeConfig['trading']['on_shutdown'];

/** Everything that a system is made of, before anything is opened. */
export interface SystemPlan {
  readonly config: RealTimeConfig;
  readonly configFile: string;
  /** The configuration as plain JSON, secrets masked. */
  readonly masked: unknown;
  readonly mode: 'paper';
  readonly market: MarketPlan;
  readonly strategies: readonly LoadedStrategy[];
  readonly simulation: SimulationSetup;
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
  refuseLive(config);
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
    ? (options.journalDirectory ?? join(output, 'journal'))
    : undefined;
  return {
    config,
    configFile: configuration.source,
    masked: configuration.masked(),
    mode: 'paper',
    market: options.market ?? (await marketOf(config, resolvePath)),
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

/** Orders never go to a real venue by accident: what can't be done is refused, not replaced. */
function refuseLive({ trading, brokers }: RealTimeConfig): void {
  if (trading.enable_live_trading) {
    const names = Object.values(brokers).map(({ broker_type }) => broker_type);
    throw new HftError(
      'HFT_CONFIG',
      `trading.enable_live_trading: expected false: there is no broker connector for ` +
        `${names.join(', ') || 'any venue'} yet; paper mode trades on live data without one`,
    );
  }
  if (!trading.paper_trading_mode) {
    throw new HftError(
      'HFT_CONFIG',
      'trading.paper_trading_mode: expected true where enable_live_trading is false: orders ' +
        'would go nowhere',
    );
  }
}

async function marketOf(
  config: RealTimeConfig,
  resolvePath: (path: string) => string,
): Promise<MarketPlan> {
  const { paper } = config;
  if (paper.market === 'loopback') {
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
    feeds.push({ name, config: await feedOf(entry, resolvePath) });
  }
  if (feeds.length === 0) {
    throw new HftError(
      'HFT_CONFIG',
      'data_feeds: expected at least one where paper.market is feeds',
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
  entry: RealTimeConfig['data_feeds'][string],
  resolvePath: (path: string) => string,
): Promise<DataFeedConfig> {
  const { api_key: apiKey, secret_key: secretKey, ca_file: caFile } = entry;
  return {
    type: entry.type,
    ...(entry.url === undefined ? {} : { url: entry.url }),
    symbols: entry.symbols,
    channels: entry.channels,
    bookDepth: entry.book_depth,
    transport: entry.transport,
    drive: entry.drive,
    ...(apiKey === undefined || secretKey === undefined
      ? {}
      : { credentials: { apiKey, secretKey } }),
    ...(caFile === undefined ? {} : { ca: await readCertificates(resolvePath(caFile)) }),
    staleAfterMs: entry.stale_after / 1e6,
    reconnectAfterMs: entry.reconnect_after / 1e6,
  };
}

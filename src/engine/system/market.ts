import { readFile } from 'node:fs/promises';
import { HftError } from '../../domain/errors.js';
import type { FeedType } from '../../domain/feed.js';
import type { DataFeedConfig, FeedDrive, FeedTransport } from '../../domain/feed-config.js';
import type { WireFormat } from '../../domain/market-data.js';
import type { SourceInstrument } from '../../venues/loopback/frame-source.js';
import type { FixFeedConfig } from '../fix/fix-data-feed.js';
import type { FixSessionPlan } from '../fix/fix-plan.js';
import { startVenue } from '../loopback/venue.js';
import type { RunningVenue, VenuePlan } from '../loopback/venue-plan.js';
import { learnFromCapture, learnFromFeed } from './learn-instruments.js';

/** A feed by its name in the configuration. */
export type NamedFeed =
  | { readonly name: string; readonly config: DataFeedConfig; readonly session?: undefined }
  | {
      readonly name: string;
      readonly config: FixFeedConfig;
      /** The FIX session that it comes on. */
      readonly session: FixSessionPlan;
    };

/** Where the market of a system comes from. */
export type MarketPlan =
  | {
      readonly kind: 'loopback';
      readonly venue: VenuePlan;
      readonly transport?: FeedTransport;
      readonly drive?: FeedDrive;
      /** The instruments of a capture, where they are known; learned from all of it without. */
      readonly instruments?: readonly SourceInstrument[];
    }
  | {
      readonly kind: 'feeds';
      readonly feeds: readonly NamedFeed[];
      /** Scales by symbol; what is missing is learned from the feeds. */
      readonly scales: ReadonlyMap<string, KnownScale>;
    };

/** Decimals that are known of an instrument. */
export interface KnownScale {
  readonly priceDecimals: number | undefined;
  readonly qtyDecimals: number | undefined;
}

/** An instrument of a market, of one of its feeds. */
export interface MarketInstrument extends SourceInstrument {
  readonly feed: string;
}

/** A market that can be connected to. */
export interface OpenMarket {
  readonly feeds: readonly NamedFeed[];
  /** In an order that depends on the plan alone: their numbers are in the journal. */
  readonly instruments: readonly MarketInstrument[];
  /** The loopback venue; whoever opened the market closes it. */
  readonly venue: RunningVenue | undefined;
}

const FEED_TYPES: Partial<Record<WireFormat, FeedType>> = {
  'binance-spot': 'binance',
  'binance-futures': 'binance-futures',
  'coinbase-exchange': 'coinbase',
  'coinbase-advanced': 'coinbase-advanced',
  'kraken-v1': 'kraken-v1',
  'kraken-v2': 'kraken',
  'alpaca-json': 'alpaca',
  'alpaca-msgpack': 'alpaca-msgpack',
};

/** The feed that speaks a wire format. Errors: HFT_ARGUMENT for formats of files alone. */
export function feedTypeOf(wireFormat: WireFormat): FeedType {
  const type = FEED_TYPES[wireFormat];
  if (type !== undefined) return type;
  throw new HftError('HFT_ARGUMENT', `${wireFormat} data has no WebSocket feed`);
}

/** The name of the one feed of a loopback market. */
export const LOOPBACK_FEED = 'market';
const STALE_AFTER_MS = 5000;
/** The depth that the generated Kraken market tells. */
const LOOPBACK_DEPTH = 10;

/**
 * Opens a market and finds out about its instruments.
 *
 * Errors: HFT_TIMEOUT where a feed shows no book; those of the venue and of captures.
 */
export async function openMarket(plan: MarketPlan, signal: AbortSignal): Promise<OpenMarket> {
  if (plan.kind === 'feeds') return openFeeds(plan, signal);
  const venue = await startVenue(plan.venue);
  try {
    const { url, symbols, wireFormat, instruments } = venue.facts;
    const config: DataFeedConfig = {
      type: feedTypeOf(wireFormat),
      url,
      symbols,
      ...(plan.transport === undefined ? {} : { transport: plan.transport }),
      ...(plan.drive === undefined ? {} : { drive: plan.drive }),
      bookDepth: LOOPBACK_DEPTH,
      credentials: { apiKey: 'loopback', secretKey: 'loopback' },
      staleAfterMs: STALE_AFTER_MS,
    };
    const { source } = plan.venue;
    const files = source.kind === 'capture' ? source.files : [];
    const known = plan.instruments ?? instruments ?? (await learnFromCapture(files));
    return {
      feeds: [{ name: LOOPBACK_FEED, config }],
      instruments: known.map((instrument) => ({ ...instrument, feed: LOOPBACK_FEED })),
      venue,
    };
  } catch (error) {
    await venue.close();
    throw error;
  }
}

async function openFeeds(
  plan: MarketPlan & { readonly kind: 'feeds' },
  signal: AbortSignal,
): Promise<OpenMarket> {
  const instruments: MarketInstrument[] = [];
  for (const named of plan.feeds) {
    const { name: feed, config } = named;
    const isKnown = (symbol: string): boolean => {
      const scale = plan.scales.get(symbol);
      return scale?.priceDecimals !== undefined && scale.qtyDecimals !== undefined;
    };
    const unknown = config.symbols.filter((symbol) => !isKnown(symbol));
    // The configuration knows the scales of what comes over FIX.
    const learned =
      config.type === 'fix' ? [] : await learnFromFeed({ ...config, symbols: unknown }, signal);
    for (const symbol of config.symbols) {
      const given = plan.scales.get(symbol);
      const found = learned.find((instrument) => instrument.symbol === symbol);
      const priceDecimals = given?.priceDecimals ?? found?.priceDecimals ?? 0;
      const qtyDecimals = given?.qtyDecimals ?? found?.qtyDecimals ?? 0;
      const digits = { priceDigits: priceDecimals, qtyDigits: qtyDecimals };
      instruments.push({ symbol, feed, priceDecimals, qtyDecimals, ...digits });
    }
  }
  return { feeds: plan.feeds, instruments, venue: undefined };
}

/** The certificates in a file, for a feed. Errors: HFT_DATA_FILE. */
export async function readCertificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `cannot read the certificates in ${path}`, {
      cause: error,
    });
  }
}

import type { WireFormat } from './market-data.js';

/** The venues that a market-data feed can speak to. */
export const FEED_TYPES = [
  'binance',
  'binance-futures',
  'coinbase',
  'coinbase-advanced',
  'kraken',
  'kraken-v1',
  'alpaca',
  'alpaca-msgpack',
] as const;
export type FeedType = (typeof FEED_TYPES)[number];

/** What a feed asks a venue for. */
export const FEED_CHANNELS = ['book', 'trades', 'quotes', 'bars'] as const;
export type FeedChannel = (typeof FEED_CHANNELS)[number];

/** A message to a venue: text, or bytes where the venue speaks a binary form. */
export type FeedRequest = string | Uint8Array;

/** What a subscription is made of. */
export interface FeedSubscription {
  readonly symbols: readonly string[];
  readonly channels: readonly FeedChannel[];
  /** Levels a side, where the venue lets a client choose. */
  readonly bookDepth: number;
}

/** Credentials of a feed; never logged. */
export interface FeedCredentials {
  readonly apiKey: string;
  readonly secretKey: string;
}

/** How one venue's market-data stream is asked for things. Pure: it opens nothing. */
export interface FeedProtocol {
  readonly wireFormat: WireFormat;
  /** The venue's public address. */
  readonly defaultUrl: string;
  /** The address to connect to, from the base address of the configuration. */
  streamUrl(baseUrl: string, subscription: FeedSubscription): string;
  /** Messages to send once connected, in order. */
  subscribe(subscription: FeedSubscription, credentials?: FeedCredentials): readonly FeedRequest[];
  /**
   * Messages that make the venue send a fresh snapshot of one book on the stream; empty where a
   * snapshot is asked for over REST.
   */
  resubscribe(symbol: string, subscription: FeedSubscription): readonly FeedRequest[];
  /** The address of the REST snapshot of one book; undefined where the stream carries snapshots. */
  snapshotUrl(baseUrl: string, symbol: string): string | undefined;
  /** An application ping, where the venue wants one when nothing else is sent. */
  readonly ping?: { readonly intervalMs: number; readonly request: FeedRequest };
}

import type { FeedChannel, FeedCredentials, FeedType } from './feed.js';

/** Which WebSocket client carries a feed. */
export const FEED_TRANSPORTS = ['native', 'ws'] as const;
export type FeedTransport = (typeof FEED_TRANSPORTS)[number];

/** How the sockets of a feed are driven. */
export const FEED_DRIVES = ['event', 'spin'] as const;
/**
 * `event`: the event loop is told that bytes wait. `spin`: the thread looks all the time, which
 * saves 15 to 50 microseconds a quiet message and burns its core.
 */
export type FeedDrive = (typeof FEED_DRIVES)[number];

/** One market-data feed. */
export interface DataFeedConfig {
  readonly type: FeedType;
  /** Base address; the venue's public one by default. */
  readonly url?: string;
  readonly symbols: readonly string[];
  readonly channels?: readonly FeedChannel[];
  /** Levels a side, where the venue lets a client choose. */
  readonly bookDepth?: number;
  readonly transport?: FeedTransport;
  readonly drive?: FeedDrive;
  readonly credentials?: FeedCredentials;
  /** Certificates of authorities in PEM, in place of the default ones. */
  readonly ca?: string;
  /** Silence after which the books are suspect (stale). */
  readonly staleAfterMs?: number;
  /** Silence after which the connection is given up and made anew. */
  readonly reconnectAfterMs?: number;
  /** Delay before the first new attempt; it doubles up to reconnectDelayMaxMs, with jitter. */
  readonly reconnectDelayMs?: number;
  readonly reconnectDelayMaxMs?: number;
  /** The least time between two snapshots of one book. */
  readonly snapshotIntervalMs?: number;
  readonly snapshotTimeoutMs?: number;
  /** Asks for permessage-deflate. */
  readonly deflate?: boolean;
}

/** A feed that runs: connects by itself and fills a stream. */
export interface DataFeed {
  readonly state: FeedState;
  start(): void;
  /** Ends it for good; its books are broken from here on. */
  close(): void | Promise<void>;
  statistics(): FeedStatistics;
}

/** Values that a feed has when its configuration leaves them out. */
export const FEED_DEFAULTS = {
  channels: ['book', 'trades', 'quotes'],
  bookDepth: 1000,
  transport: 'native',
  drive: 'event',
  staleAfterMs: 5_000,
  reconnectAfterMs: 15_000,
  reconnectDelayMs: 250,
  reconnectDelayMaxMs: 30_000,
  snapshotIntervalMs: 1_000,
  snapshotTimeoutMs: 5_000,
} as const satisfies Partial<DataFeedConfig>;

/** The state of a feed's connection. */
export type FeedState = 'idle' | 'connecting' | 'connected' | 'waiting' | 'closed';

/** What a feed has lived through. */
export interface FeedStatistics {
  readonly state: FeedState;
  /** Connections that were opened. */
  readonly connects: number;
  /** Connections that were lost. */
  readonly disconnects: number;
  /** Attempts that failed. */
  readonly failures: number;
  /** Snapshots asked for over REST or by a new subscription. */
  readonly snapshotRequests: number;
  readonly snapshotFailures: number;
  /** Times that silence made the feed give its connection up. */
  readonly silences: number;
}

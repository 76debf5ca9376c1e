import type { BookReason, BookState } from '../../domain/market-data.js';

/** A level of a book as the view shows it: decimal text in the venue's scale. */
export interface PanelLevel {
  readonly price: string;
  readonly qty: string;
  /** The same quantity as a number, for the length of its bar. */
  readonly size: number;
}

/** One book of the view, best level first. */
export interface PanelBook {
  readonly symbol: string;
  readonly state: BookState;
  readonly reason: BookReason;
  readonly mid: string;
  readonly spread: string;
  readonly bids: readonly PanelLevel[];
  readonly asks: readonly PanelLevel[];
  /** The last trade, where there was one. */
  readonly lastTrade?: { readonly price: string; readonly qty: string; readonly isBuy: boolean };
}

/** Latency of one hop, in nanoseconds. */
export interface HopLatency {
  readonly hop: string;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

/** What the strategy says of one instrument. */
export interface PanelSignal {
  readonly symbol: string;
  /** From -1 (down) to 1 (up). */
  readonly value: number;
  readonly text: string;
}

/** Everything that the live view shows of one moment. */
export interface MarketView {
  /** What plays: `generator binance-spot, seed 1`. */
  readonly source: string;
  readonly transport: string;
  readonly connection: string;
  readonly isConnected: boolean;
  readonly uptimeMs: number;
  readonly eventsPerSecond: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly events: number;
  readonly frames: number;
  readonly bytes: number;
  readonly books: readonly PanelBook[];
  readonly hops: readonly HopLatency[];
  readonly gaps: number;
  readonly resyncs: number;
  readonly reconnects: number;
  readonly checksumsVerified: number;
  readonly checksumsFailed: number;
  /** Decode errors by kind and drops by reason; only those above zero are shown. */
  readonly decodeErrors: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly strategy: string;
  readonly signals: readonly PanelSignal[];
}

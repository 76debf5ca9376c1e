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

/** One of the newest executions. */
export interface PanelFill {
  /** `12:30:05`, UTC. */
  readonly time: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly isBuy: boolean;
  readonly isMaker: boolean;
  readonly qty: string;
  readonly price: string;
}

/** What strategies trade. Money in one currency. */
export interface TradingView {
  readonly currency: string;
  /** Realised + unrealised - fees. */
  readonly profit: number;
  readonly unrealised: number;
  readonly fees: number;
  readonly positions: readonly { readonly symbol: string; readonly quantity: number }[];
  readonly sent: number;
  readonly replaced: number;
  readonly working: number;
  readonly fillCount: number;
  readonly makerFills: number;
  readonly refused: number;
  readonly rejected: number;
  /** Shares of limits that are used, largest first; 1 is all. */
  readonly limits: readonly { readonly name: string; readonly share: number }[];
  /** The newest fills, newest first. */
  readonly fills: readonly PanelFill[];
  /** Strategies that were stopped. */
  readonly stopped: readonly string[];
  readonly isKilled: boolean;
}

/** Everything that the live view shows of one moment. */
export interface MarketView {
  /** The command that shows it: `hft demo`. */
  readonly program: string;
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
  /** Absent where nothing trades. */
  readonly trading?: TradingView;
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HftError } from '../domain/errors.js';

/** Numbers of the native enumerations by name. */
export interface NativeVocabulary {
  readonly wireFormat: Readonly<Record<string, number>>;
  readonly eventKind: Readonly<Record<string, number>>;
  readonly bookState: Readonly<Record<string, number>>;
  readonly bookReason: Readonly<Record<string, number>>;
  readonly decodeError: Readonly<Record<string, number>>;
}

/** One latency hop of a stream: figures in nanoseconds. */
export interface NativeLatency {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a stream has counted. In = out + dropped, for frames and for events. */
export interface NativeStatistics {
  readonly frames: number;
  readonly bytes: number;
  readonly events: Readonly<Record<string, number>>;
  readonly trades: number;
  readonly levels: number;
  readonly gaps: number;
  readonly resyncs: number;
  readonly checksumsVerified: number;
  readonly checksumsFailed: number;
  readonly unknownMessages: number;
  readonly skippedMessages: number;
  readonly venueErrors: number;
  readonly decodeErrors: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly published: number;
  readonly wakeUps: number;
  readonly latency: {
    readonly decode: NativeLatency;
    readonly publish: NativeLatency;
    readonly handle: NativeLatency;
  };
}

/** The newest state of one book, for display: plain numbers in ticks and lots. */
export interface NativeBookSnapshot {
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly state: number;
  readonly reason: number;
  readonly sequence: number;
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

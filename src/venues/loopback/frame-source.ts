import type { WireFormat } from '../../domain/market-data.js';

/** An instrument that a source knows before it plays. */
export interface SourceInstrument {
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  /** Decimals that the venue prints. */
  readonly priceDigits: number;
  readonly qtyDigits: number;
}

/** How much `fill` may give. */
export interface FillLimits {
  readonly framesMax: number;
  /** Frames up to this time of the source (nanoseconds since its start); Infinity = any. */
  readonly untilNs: number;
}

/** What `fill` gave. */
export interface FillResult {
  readonly bytes: number;
  readonly frames: number;
  /** Nanoseconds since the start of the source, of the frame that comes next where it is known. */
  readonly nextNs: number | undefined;
  /** The next frame alone is larger than the buffer: it needs one of this size. */
  readonly bytesNeeded?: number;
  /** Nothing will follow. */
  readonly isEnded: boolean;
}

/** What a snapshot is asked for. */
export interface SnapshotRequest {
  readonly symbol: string;
  /** The most levels a side; 0 = all. */
  readonly levels: number;
  /** Whether single orders are wanted instead of levels. */
  readonly isL3: boolean;
}

/** A stream of a venue's frames: what a loopback server plays. Not thread-safe. */
export interface FrameSource {
  readonly wireFormat: WireFormat;
  readonly symbols: readonly string[];
  /** Its instruments with their scales, where it knows them. */
  readonly instruments?: readonly SourceInstrument[];
  /**
   * Writes whole WebSocket frames (header and payload) into `buffer`. No frames and not ended
   * means: not yet, wait for `ready` or for the time in `nextNs`.
   */
  fill(buffer: Uint8Array, limits: FillLimits): FillResult;
  /** Resolves when `fill` may have more; at once where it never waits. */
  ready(): Promise<void>;
  /** The body of a REST snapshot that follows everything filled so far, if there is one. */
  restSnapshot(request: SnapshotRequest): Uint8Array | undefined;
  /**
   * A client has subscribed to books: where the venue sends snapshots on the stream itself, the
   * next frames are those of all books, to everybody.
   */
  beginBooks(): void;
  close(): void;
}

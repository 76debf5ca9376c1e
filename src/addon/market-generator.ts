/** What a generated market is like; what is left out has the native default. */
export interface NativeGeneratorOptions {
  /** Number of the wire format. */
  readonly format: number;
  readonly seed?: number;
  readonly instrumentCount?: number;
  readonly depthShare?: number;
  readonly tradeShare?: number;
  readonly tickerShare?: number;
  /** Changed levels of a depth frame, about. */
  readonly levelsPerDepth?: number;
  /** Frames a second of simulated time, on average. */
  readonly framesPerSecond?: number;
  /** Kraken: levels a side of the book channel. */
  readonly depth?: number;
  readonly ordersPerInstrument?: number;
  /** Coinbase Exchange: every order in place of levels. */
  readonly tellsOrders?: boolean;
  /** Binance: aggTrade in place of trade. */
  readonly aggregatesTrades?: boolean;
  /** Milliseconds since the epoch at which the simulated time begins. */
  readonly startTimeMs?: number;
}

/** How `fill` separates frames. */
export const GeneratorFraming = {
  /** A line feed after each. */
  Lines: 0,
  /** An unmasked WebSocket header before each. */
  WebSocket: 1,
  /**
   * A header of 32 bytes before each, little endian: u32 payload length, u8 frame type, u8 1 if
   * binary, u16 instrument, i64 exchange time, i64 receive time (nanoseconds), 8 spare bytes.
   */
  Records: 2,
} as const;
export type GeneratorFraming = (typeof GeneratorFraming)[keyof typeof GeneratorFraming];

/** Frame types in GeneratorFraming.Records, by the native numbers. */
export const GENERATED_FRAME_TYPES = [
  'control',
  'snapshot',
  'depth',
  'trade',
  'ticker',
  'heartbeat',
  'bar',
  'order',
] as const;

/** What one `fill` wrote. */
export interface GeneratorFill {
  readonly bytes: number;
  readonly frames: number;
  /** Receive time of the next frame, in nanoseconds since the start of the simulated time. */
  readonly nextNs: number;
  /** The least buffer that holds the next frame, where the buffer was too small for it; else 0. */
  readonly bytesNeeded: number;
}

/** An instrument of a generated market. */
export interface GeneratedInstrument {
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly priceDigits: number;
  readonly qtyDigits: number;
}

/** The true book of a generated market: [ticks, lots], best first. */
export interface GeneratedBook {
  readonly updateId: number;
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

/** A seeded market that speaks a venue's wire format. Equal options give equal bytes. */
export interface NativeMarketGenerator {
  /** Writes whole frames: at most `framesMax`, none later than `untilNs`, as many as fit. */
  fill(
    buffer: Uint8Array,
    framing: GeneratorFraming,
    framesMax: number,
    untilNs: number,
  ): GeneratorFill;
  /** As `fill`, but of what is still owed about the present market: it does not move on. */
  settle(buffer: Uint8Array, framing: GeneratorFraming): GeneratorFill;
  /** The body of a REST snapshot as of now; undefined where the venue sends it on the stream. */
  snapshot(instrument: number, levels: number): Buffer | undefined;
  /** The next frames are what a new subscriber gets first. */
  beginSession(): void;
  instruments(): readonly GeneratedInstrument[];
  truth(instrument: number, depth: number): GeneratedBook;
}

/** A seeded day of TotalView-ITCH 5.0 in the framing of daily files. */
export interface NativeItchDay {
  /** Fills the buffer (at least 64 bytes) with whole messages; 0 at the end of the day. */
  write(buffer: Uint8Array): number;
  messagesWritten(): number;
}

export interface NativeItchDayOptions {
  readonly seed?: number;
  readonly messages?: number;
  readonly symbols?: number;
}

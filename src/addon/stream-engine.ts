/** One latency hop of a stream, in nanoseconds. */
export interface LatencyFigures {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Values below zero, counted as zero: a clock ran ahead. */
  readonly negatives: number;
}

/** What a stream has counted since it began. Frames in = frames applied + decode errors. */
export interface StreamStatistics {
  readonly frames: number;
  readonly bytes: number;
  readonly messages: number;
  readonly levels: number;
  readonly unknownMessages: number;
  readonly skippedMessages: number;
  readonly venueErrors: number;
  readonly heartbeats: number;
  readonly gaps: number;
  readonly resyncs: number;
  readonly checksumsVerified: number;
  readonly checksumsFailed: number;
  readonly quotesAgreed: number;
  readonly quotesDisagreed: number;
  readonly buffered: number;
  readonly ignoredOld: number;
  readonly conflated: number;
  readonly overruns: number;
  readonly wakeUps: number;
  /** Events by kind: book, trade, quote, bar, state, instrument, status, gap. */
  readonly events: Readonly<Record<string, number>>;
  /** Frames that could not be decoded, by DecodeError. */
  readonly decodeErrors: Readonly<Record<string, number>>;
  readonly latency: {
    /** From a frame's turn to its decoded form. */
    readonly decode: LatencyFigures;
    /** From its decoded form to events on the ring. */
    readonly book: LatencyFigures;
    /** From the read of its bytes to events on the ring. */
    readonly publish: LatencyFigures;
    /** From the read of its bytes to the end of the batch in which the handler got the event. */
    readonly handle: LatencyFigures;
  };
}

/** The newest state of one book: prices in ticks, quantities in lots, best first. */
export interface BookSnapshot {
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly state: string;
  readonly reason: string;
  readonly sequence: number;
  /** What is known of the orders behind its levels, where the book is read natively. */
  readonly singleOrders?: 'none' | 'without-executions' | 'whole';
  readonly bids: readonly (readonly [price: number, qty: number])[];
  readonly asks: readonly (readonly [price: number, qty: number])[];
}

/** What the replay of a capture has seen. */
export interface CaptureCounts {
  readonly frames: number;
  readonly bytes: number;
  readonly restSnapshots: number;
  readonly sent: number;
  readonly undetected: number;
  readonly unplaced: number;
  readonly gaps: number;
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly wireFormats: readonly string[];
  /** The first faults: position is a line number, or a byte offset of binary formats. */
  readonly faults: readonly { readonly position: number; readonly fault: string }[];
  readonly faultCount: number;
}

/** Sizes and habits of a native stream engine; all have defaults. */
export interface NativeStreamOptions {
  readonly workers?: number;
  readonly slots?: number;
  readonly depth?: number;
  readonly firstCore?: number;
  readonly queueBytes?: number;
  readonly spinNs?: number;
  readonly instrumentsMax?: number;
  readonly levelsMax?: number;
  readonly ordersMax?: number;
  /** ITCH: messages of the day, about; it sizes the books. */
  readonly itchMessagesMax?: number;
  /** ITCH: the session day's midnight in New York, in milliseconds UTC. */
  readonly midnightMs?: number;
  readonly staleAfterNs?: number;
  readonly skewMaxNs?: number;
  readonly discoversInstruments?: boolean;
  readonly stamps?: boolean;
  /** Changes of single orders go to the ring too, for a simulated exchange. Default: false. */
  readonly tellsOrders?: boolean;
}

/** Events of a connection that carry no frame, by the native numbers. */
export const ConnectionEvent = { Connected: 0, Disconnected: 1, Resynchronising: 2 } as const;
export type ConnectionEvent = (typeof ConnectionEvent)[keyof typeof ConnectionEvent];

/** The class of the addon behind StreamProcessor. Calls that return 0 took nothing: lane full. */
export interface NativeStreamEngine {
  addInstrument(
    symbol: string,
    priceDecimals?: number,
    qtyDecimals?: number,
    priceDigits?: number,
    qtyDigits?: number,
  ): void;
  addConnection(wireFormat: number): number;
  push(connection: number, frame: Uint8Array): 0 | 1;
  pushSnapshot(connection: number, symbol: string, body: Uint8Array): 0 | 1;
  pushEvent(connection: number, event: ConnectionEvent, instrument?: number): 0 | 1;
  /** For NativeWebSocket.setReceiver. */
  receiver(connection: number): object;
  /** Stream frames that the connection has handed over. */
  framesPushed(connection: number): number;
  flush(): void;
  tick(): void;
  handled(lane: number, count: number): void;
  isIdle(): boolean;
  symbolOf(lane: number, instrument: number): string;
  statistics(): StreamStatistics;
  bookSnapshot(instrument: number, depth: number): BookSnapshot | undefined;
  emitBooks(depth: number): void;
  takeEmitted(): Buffer;
  openCapture(captureFormat: string, wireFormat: number): number;
  /** LOBSTER: the symbol of a capture, and text of its orderbook file. */
  describeCapture(capture: number, symbol: string, rows: Uint8Array): void;
  pushCapture(capture: number, chunk: Uint8Array): void;
  finishCapture(capture: number): void;
  pumpCapture(capture: number): 0 | 1;
  captureCounts(capture: number): CaptureCounts;
  close(): void;
}

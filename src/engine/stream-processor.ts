import { loadAddon } from '../addon/addon.js';
import type {
  BookSnapshot,
  CaptureCounts,
  ConnectionEvent,
  NativeStreamEngine,
  NativeStreamOptions,
  StreamStatistics,
} from '../addon/stream-engine.js';
import { HftError } from '../domain/errors.js';
import { WIRE_FORMATS, type WireFormat } from '../domain/market-data.js';
import { MessageHandler } from '../domain/message-handler.js';
import type { BarView, BookView, InstrumentInfo, QuoteView, TradeView } from '../domain/views.js';
import { DRAIN_LIMIT, drainTurn } from './drain-turn.js';
import { EventRing } from './event-ring.js';

/** An instrument of a stream with its exact scale. */
export interface InstrumentConfig {
  readonly symbol: string;
  /** One tick is 10^-priceDecimals. */
  readonly priceDecimals: number;
  /** One lot is 10^-qtyDecimals. */
  readonly qtyDecimals: number;
  /** Decimals that the venue prints, where checksums need them; priceDecimals by default. */
  readonly priceDigits?: number;
  readonly qtyDigits?: number;
}

/** Sizes and habits of a StreamProcessor. */
export interface StreamProcessorOptions {
  /** Instruments whose scale is known. */
  readonly instruments?: readonly InstrumentConfig[];
  /** Symbols whose scale is learned from the data. */
  readonly symbols?: readonly string[];
  /** Whether every symbol that comes is followed, with a scale learned from the data. */
  readonly discover?: boolean;
  /** Threads that decode and keep books; 0 (the default) runs inline, on the calling thread. */
  readonly workers?: number;
  /** Events that each ring holds, a power of two. When it is full, books conflate. */
  readonly queueSize?: number;
  /** Levels a side that each book event carries. */
  readonly depth?: number;
  /** Silence of a connection after which its books are suspect (stale); 0: never. */
  readonly staleAfterMs?: number;
  /** Distance of the venue's clock above which books are suspect; 0: any is allowed. */
  readonly clockSkewMaxMs?: number;
  /** Whether latency is stamped at each hop. */
  readonly stamps?: boolean;
  /**
   * The number of its first instrument: those of several streams beside each other must differ.
   * Default: 0.
   */
  readonly firstInstrument?: number;
  /** The number of each of `instruments`, in place of consecutive ones. */
  readonly instrumentIds?: readonly number[];
  /** Further native sizes. */
  readonly native?: NativeStreamOptions;
}

/** Hands each event to several handlers, in the order in which they subscribed. */
class FanOut extends MessageHandler {
  readonly handlers: MessageHandler[] = [];

  override onBook(book: BookView): void {
    for (const handler of this.handlers) handler.onBook(book);
  }
  override onTrade(trade: TradeView): void {
    for (const handler of this.handlers) handler.onTrade(trade);
  }
  override onQuote(quote: QuoteView): void {
    for (const handler of this.handlers) handler.onQuote(quote);
  }
  override onBar(bar: BarView): void {
    for (const handler of this.handlers) handler.onBar(bar);
  }
  override onInstrument(instrument: InstrumentInfo): void {
    for (const handler of this.handlers) handler.onInstrument(instrument);
  }
}

function nanoseconds(ms: number | undefined): number {
  return Math.round((ms ?? 0) * 1e6);
}

/**
 * The path from frames to handlers: native decoding and books, events through shared memory.
 *
 * `connect` a wire format, `push` its frames (or give `receiver` to a native socket, or replay a
 * capture), and handlers get the events: inline right away, with workers when the event loop is
 * woken. Handlers run on the thread that owns the processor. A handler that throws ends the call
 * that drained; the event that it threw on counts as handled.
 */
export class StreamProcessor {
  readonly #native: NativeStreamEngine;
  readonly #rings: EventRing[] = [];
  readonly #instruments: InstrumentInfo[][] = [];
  readonly #scales: InstrumentConfig[][] = [];
  readonly #fanOut = new FanOut();
  readonly #workers: number;
  /** The numbers of its instruments: the first of consecutive ones, or each. */
  readonly numbers: number | readonly number[];
  #handler: MessageHandler = this.#fanOut;
  readonly #onTurn = (): void => this.#onWake();
  #isDrainScheduled = false;
  #isClosed = false;

  constructor(options: StreamProcessorOptions = {}) {
    this.#workers = options.workers ?? 0;
    this.numbers = options.instrumentIds ?? options.firstInstrument ?? 0;
    const slots = options.queueSize ?? 16384;
    const depth = options.depth ?? 5;
    if (!Number.isInteger(slots) || slots < 64 || slots > 2 ** 24 || (slots & (slots - 1)) !== 0) {
      throw new HftError(
        'HFT_ARGUMENT',
        `queueSize must be a power of two from 64 to ${2 ** 24}, found ${String(slots)}`,
      );
    }
    if (!Number.isInteger(depth) || depth < 0 || depth > 1000) {
      throw new HftError('HFT_ARGUMENT', `depth must be a whole number from 0 to 1000`);
    }
    const lanes = Math.max(1, this.#workers);
    for (let lane = 0; lane < lanes; lane += 1) this.#addRing(lane, slots, depth);
    this.#native = new (loadAddon().NativeStreamEngine)(
      {
        ...options.native,
        workers: this.#workers,
        slots,
        depth,
        discoversInstruments: options.discover ?? false,
        staleAfterNs: nanoseconds(options.staleAfterMs),
        skewMaxNs: nanoseconds(options.clockSkewMaxMs),
        stamps: options.stamps ?? true,
      },
      this.#rings.map((ring) => ring.memory),
      () => this.#onWake(),
    );
    for (const instrument of options.instruments ?? []) this.addInstrument(instrument);
    for (const symbol of options.symbols ?? []) this.#native.addInstrument(symbol);
    if (this.#workers > 0) this.#onWake();
  }

  /** Adds an instrument with a known scale. */
  addInstrument(instrument: InstrumentConfig): void {
    this.#native.addInstrument(
      instrument.symbol,
      instrument.priceDecimals,
      instrument.qtyDecimals,
      instrument.priceDigits ?? instrument.priceDecimals,
      instrument.qtyDigits ?? instrument.qtyDecimals,
    );
  }

  /** Instruments seen so far, over all lanes. */
  get instruments(): readonly InstrumentInfo[] {
    return this.#instruments.flat();
  }

  /** Their exact scales, with which another stream can know them from the beginning. */
  get scales(): readonly InstrumentConfig[] {
    return this.#scales.flat();
  }

  /** Adds a handler; events from here on reach it. */
  subscribe(handler: MessageHandler): void {
    this.#fanOut.handlers.push(handler);
    this.#chooseHandler();
  }

  /**
   * Gives the ring of the stream to `make`, and calls what it returns for each event, before the
   * handlers get it. Errors: HFT_ARGUMENT with several workers, which have a ring each.
   */
  beforeEach(make: (ring: Uint8Array, slots: number, depth: number) => () => void): void {
    const [ring, other] = this.#rings;
    if (ring === undefined || other !== undefined) {
      throw new HftError('HFT_ARGUMENT', 'beforeEach needs a stream of at most one worker');
    }
    ring.beforeEach(make(ring.memory, ring.slots, ring.depth));
  }

  /** Removes a handler. */
  unsubscribe(handler: MessageHandler): void {
    const index = this.#fanOut.handlers.indexOf(handler);
    if (index >= 0) this.#fanOut.handlers.splice(index, 1);
    this.#chooseHandler();
  }

  /** Opens a connection that carries frames of a wire format. Returns its number. */
  connect(wireFormat: WireFormat): number {
    return this.#native.addConnection(WIRE_FORMATS.indexOf(wireFormat));
  }

  /**
   * Hands one frame to the pipeline, which copies it. Returns whether it was taken: with workers a
   * full queue refuses, and the caller tries again later. Inline it is always taken.
   */
  push(connection: number, frame: Uint8Array): boolean {
    if (this.#workers > 0) return this.#native.push(connection, frame) === 1;
    // Inline: a full ring is emptied here and now, by the thread that reads it.
    while (this.#native.push(connection, frame) === 0) this.drain();
    this.drain();
    return true;
  }

  /** Hands the body of a REST snapshot of `symbol` to the pipeline; returns as `push`. */
  pushSnapshot(connection: number, symbol: string, body: Uint8Array): boolean {
    return this.#offer(() => this.#native.pushSnapshot(connection, symbol, body));
  }

  /** Says what happened to a connection: books of a lost one are broken until a snapshot. */
  pushEvent(connection: number, event: ConnectionEvent, instrument?: number): boolean {
    const local = instrument === undefined ? undefined : this.#localOf(instrument);
    return this.#offer(() => this.#native.pushEvent(connection, event, local));
  }

  /** Frames that a connection has handed over so far: it lives while they grow. */
  framesPushed(connection: number): number {
    return this.#native.framesPushed(connection);
  }

  /** The value that lets a native WebSocket hand its messages to this connection directly. */
  receiver(connection: number): object {
    return this.#native.receiver(connection);
  }

  /**
   * Hands waiting events to the handlers, at most `limit` a lane and none that was received later
   * than `untilMs`. Returns how many.
   */
  drain(limit = DRAIN_LIMIT, untilMs = Number.POSITIVE_INFINITY): number {
    let drained = 0;
    for (const ring of this.#rings) drained += ring.drain(this.#handler, limit, untilMs);
    return drained;
  }

  /** When the oldest waiting event was received, in milliseconds; infinity where none waits. */
  get nextTimeMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const ring of this.#rings) next = Math.min(next, ring.nextTimeMs);
    return next;
  }

  /** Looks for stale books and follows the system clock. Call it a few times a second. */
  tick(): void {
    this.#native.tick();
    this.drain();
  }

  /** Whether every frame pushed has been handled and its events were drained. */
  get isIdle(): boolean {
    return this.#native.isIdle() && this.#rings.every((ring) => ring.pending === 0);
  }

  /** What the stream has counted. Makes an object: not for the hot path. */
  statistics(): StreamStatistics {
    return this.#native.statistics();
  }

  /** The newest state of a book, inline only; undefined without one. Not for the hot path. */
  bookSnapshot(symbol: string, depth: number): BookSnapshot | undefined {
    const id = this.#instruments[0]?.findIndex((instrument) => instrument?.symbol === symbol);
    return id === undefined || id < 0 ? undefined : this.#native.bookSnapshot(id, depth);
  }

  /** Starts a replay of a capture into this processor. */
  openCapture(options: {
    readonly captureFormat: string;
    readonly wireFormat?: WireFormat;
  }): CaptureFeed {
    const wire = options.wireFormat === undefined ? -1 : WIRE_FORMATS.indexOf(options.wireFormat);
    return new CaptureFeed(
      this,
      this.#native,
      this.#native.openCapture(options.captureFormat, wire),
    );
  }

  /** From here on every book change is written as a line of NDJSON; inline only. */
  emitBooks(depth: number): void {
    this.#native.emitBooks(depth);
  }

  /** The NDJSON since the last call. */
  takeEmitted(): Buffer {
    return this.#native.takeEmitted();
  }

  /** Ends the workers and frees the books. Every later call throws HFT_CLOSED. */
  close(): void {
    this.#isClosed = true;
    this.#native.close();
  }

  #addRing(lane: number, slots: number, depth: number): void {
    const instruments: InstrumentInfo[] = [];
    this.#instruments.push(instruments);
    const scales: InstrumentConfig[] = [];
    this.#scales.push(scales);
    this.#rings.push(
      new EventRing({
        slots,
        depth,
        instruments,
        onInstrument: (id, scale) => {
          const symbol = this.#native.symbolOf(lane, id);
          const { priceDecimals, qtyDecimals } = scale;
          scales[id] = { symbol, ...scale };
          instruments[id] = {
            id: this.#numberOf(id),
            symbol,
            priceDecimals,
            qtyDecimals,
          };
        },
        onBatch: (count) => this.#native.handled(lane, count),
      }),
    );
  }

  /** Where an instrument stands in this stream, by the number that handlers see. */
  #localOf(instrument: number): number {
    const { numbers } = this;
    return typeof numbers === 'number' ? instrument - numbers : numbers.indexOf(instrument);
  }

  #numberOf(id: number): number {
    const { numbers } = this;
    return typeof numbers === 'number' ? numbers + id : (numbers[id] ?? -1);
  }

  /** One handler is called directly; none or several through the fan-out. */
  #chooseHandler(): void {
    const [first, ...rest] = this.#fanOut.handlers;
    this.#handler = first !== undefined && rest.length === 0 ? first : this.#fanOut;
  }

  #offer(push: () => 0 | 1): boolean {
    if (this.#workers > 0) return push() === 1;
    while (push() === 0) this.drain();
    this.drain();
    return true;
  }

  /** With workers: drains, and comes back on the next turn unless the workers will wake it. */
  #onWake(): void {
    this.#isDrainScheduled = false;
    if (this.#isClosed) return;
    if (!drainTurn(this.#rings, this.#handler) && !this.#isDrainScheduled) {
      this.#isDrainScheduled = true;
      setImmediate(this.#onTurn);
    }
  }
}

/** Plays a capture, chunk by chunk, into a StreamProcessor. */
export class CaptureFeed {
  readonly #processor: StreamProcessor;
  readonly #native: NativeStreamEngine;
  readonly #capture: number;

  constructor(processor: StreamProcessor, native: NativeStreamEngine, capture: number) {
    this.#processor = processor;
    this.#native = native;
    this.#capture = capture;
  }

  /** Takes the next bytes of the capture, for `play`. */
  offer(chunk: Uint8Array): void {
    this.#native.pushCapture(this.#capture, chunk);
  }

  /** The capture has ended: `play` has the rest. */
  end(): void {
    this.#native.finishCapture(this.#capture);
  }

  /**
   * Plays what was offered until the ring is full. Inline only. Whether it needs the next bytes;
   * false where events must be drained first.
   */
  play(): boolean {
    return this.#native.pumpCapture(this.#capture) === 1;
  }

  /** Takes the next bytes of the capture and plays what they complete. */
  async push(chunk: Uint8Array): Promise<void> {
    this.#native.pushCapture(this.#capture, chunk);
    await this.#pump();
  }

  /** LOBSTER: the symbol, and the text of the orderbook file; before the first `push`. */
  describe(symbol: string, rows: Uint8Array): void {
    this.#native.describeCapture(this.#capture, symbol, rows);
  }

  /** The capture has ended: plays the rest and waits until everything is handled. */
  async finish(): Promise<void> {
    this.#native.finishCapture(this.#capture);
    await this.#pump();
    while (!this.#processor.isIdle) await this.#yield();
  }

  /** What the replay has seen so far. */
  counts(): CaptureCounts {
    return this.#native.captureCounts(this.#capture);
  }

  async #pump(): Promise<void> {
    while (this.#native.pumpCapture(this.#capture) === 0) {
      if (this.#processor.drain() === 0) await this.#yield();
    }
    this.#processor.drain();
  }

  #yield(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#processor.drain();
        resolve();
      });
    });
  }
}

import { loadAddon } from '../addon/addon.js';
import {
  GENERATED_FRAME_TYPES,
  type GeneratedInstrument,
  GeneratorFraming,
  type NativeMarketGenerator,
} from '../addon/market-generator.js';
import { WIRE_FORMATS, type WireFormat } from '../domain/market-data.js';
import type { ByteSink } from './byte-sink.js';
import { createEntry, type MutableEntry } from './capture-entry.js';
import { createCaptureWriter, type WritableFormat } from './capture-writer.js';
import { fromNanos } from './time-text.js';

/** What market is generated, and how it lies in the file. */
export interface GenerateOptions {
  readonly wireFormat: WireFormat;
  readonly container: WritableFormat;
  readonly seed: number;
  readonly messages: number;
  readonly symbolCount: number;
  /** Of the market's own time, on average. */
  readonly framesPerSecond?: number;
  readonly onProgress?: (messages: number) => void;
  readonly signal?: AbortSignal;
}

/** What was generated. */
export interface GeneratedSummary {
  readonly symbols: readonly string[];
  readonly messages: number;
  /** REST snapshots among them, which are not counted as messages. */
  readonly snapshots: number;
}

const BUFFER_BYTES = 1 << 20;
/** The record header of GeneratorFraming.Records. */
const HEADER_BYTES = 32;
/** A recorder asks for its snapshots after the stream has begun, as the venue's rules want. */
const FRAMES_BEFORE_SNAPSHOT = 20;
const SNAPSHOT_LEVELS = 1000;

/** The addresses that a recorder of the real venue would note; the wire format is told by them. */
const ADDRESSES: Partial<Record<WireFormat, { readonly stream: string; readonly rest?: string }>> =
  {
    'binance-spot': {
      stream: 'wss://stream.binance.com:9443/stream',
      rest: 'https://api.binance.com/api/v3/depth',
    },
    'binance-futures': {
      stream: 'wss://fstream.binance.com/public/stream',
      rest: 'https://fapi.binance.com/fapi/v1/depth',
    },
    'coinbase-exchange': { stream: 'wss://ws-feed.exchange.coinbase.com' },
    'coinbase-advanced': { stream: 'wss://advanced-trade-ws.coinbase.com' },
    'kraken-v1': { stream: 'wss://ws.kraken.com' },
    'kraken-v2': { stream: 'wss://ws.kraken.com/v2' },
    'alpaca-json': { stream: 'wss://stream.data.alpaca.markets/v2/iex' },
    'alpaca-msgpack': { stream: 'wss://stream.data.alpaca.markets/v2/iex' },
  };

/**
 * Writes a generated market to `sink` as a capture. Equal options give equal bytes.
 *
 * Errors: HFT_ARGUMENT where the format cannot be generated or does not fit into the container.
 */
export async function generateCapture(
  sink: ByteSink,
  options: GenerateOptions,
): Promise<GeneratedSummary> {
  if (options.wireFormat === 'itch') return generateItchDay(sink, options);
  const capture = new GeneratedCapture(options);
  while (!capture.isComplete) {
    options.signal?.throwIfAborted();
    for (const bytes of capture.advance()) await sink.write(bytes);
    options.onProgress?.(capture.messages);
  }
  for (const bytes of capture.finish()) await sink.write(bytes);
  return { symbols: capture.symbols, messages: capture.messages, snapshots: capture.snapshots };
}

/** A generated market as a capture in memory. */
export interface GeneratedMarket {
  readonly instruments: readonly GeneratedInstrument[];
  /** Messages given so far. */
  readonly messages: () => number;
  /** Each chunk is valid until the next one is asked for. */
  readonly chunks: Iterable<Uint8Array>;
}

/** A generated market piece by piece, without a file. Equal options give equal bytes. */
export function generateMarket(
  options: Omit<GenerateOptions, 'container' | 'onProgress'>,
): GeneratedMarket {
  const capture = new GeneratedCapture({ ...options, container: 'recording' });
  const chunks = function* (): Generator<Uint8Array> {
    while (!capture.isComplete) yield* capture.advance();
    yield* capture.finish();
  };
  return {
    instruments: capture.instruments,
    messages: () => capture.messages,
    chunks: chunks(),
  };
}

/** The instruments of an ITCH day of so many messages: as in a real one, but for short days. */
export function itchSymbolCount(messages: number): number {
  return Math.max(1, Math.min(8900, Math.floor(messages / 100)));
}

async function generateItchDay(
  sink: ByteSink,
  options: GenerateOptions,
): Promise<GeneratedSummary> {
  const { seed, messages, symbolCount, signal, onProgress } = options;
  const day = new (loadAddon().NativeItchDay)({ seed, messages, symbols: symbolCount });
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let bytes = day.write(buffer); bytes > 0; bytes = day.write(buffer)) {
    signal?.throwIfAborted();
    await sink.write(buffer.subarray(0, bytes));
    onProgress?.(day.messagesWritten());
  }
  return { symbols: [], messages: day.messagesWritten(), snapshots: 0 };
}

/** Turns the records of a generator into the entries of a capture. */
class GeneratedCapture {
  readonly #options: GenerateOptions;
  readonly #generator: NativeMarketGenerator;
  readonly #writer;
  readonly #entry: MutableEntry = createEntry();
  #buffer = Buffer.alloc(BUFFER_BYTES);
  #lastTime = 0n;
  messages = 0;
  snapshots = 0;

  constructor(options: GenerateOptions) {
    const { wireFormat, seed, symbolCount, framesPerSecond } = options;
    this.#options = options;
    this.#generator = new (loadAddon().NativeMarketGenerator)({
      format: WIRE_FORMATS.indexOf(wireFormat),
      seed,
      instrumentCount: symbolCount,
      ...(framesPerSecond === undefined ? {} : { framesPerSecond }),
    });
    // The clock of the machine has no place in a file that must be the same everywhere.
    this.#writer = createCaptureWriter(options.container, { wireFormat, creationTime: 0n });
  }

  get instruments(): readonly GeneratedInstrument[] {
    return this.#generator.instruments();
  }

  get symbols(): string[] {
    return this.#generator.instruments().map((instrument) => instrument.symbol);
  }

  get isComplete(): boolean {
    return this.messages >= this.#options.messages;
  }

  /** The next frames, as bytes of the capture. */
  *advance(): Generator<Uint8Array> {
    const isBegun = this.messages >= FRAMES_BEFORE_SNAPSHOT;
    const wanted = this.#options.messages - this.messages;
    const framesMax = isBegun ? wanted : Math.min(wanted, FRAMES_BEFORE_SNAPSHOT - this.messages);
    const { Records } = GeneratorFraming;
    const filled = this.#generator.fill(this.#buffer, Records, framesMax, Number.POSITIVE_INFINITY);
    if (filled.bytesNeeded > 0) {
      this.#buffer = Buffer.alloc(filled.bytesNeeded);
      return;
    }
    yield* this.#appendRecords(this.#buffer.subarray(0, filled.bytes));
    if (!isBegun && this.messages >= FRAMES_BEFORE_SNAPSHOT) yield* this.#appendSnapshots();
  }

  /** The last bytes of the capture. */
  finish(): readonly Uint8Array[] {
    return this.#writer.finish();
  }

  *#appendRecords(records: Buffer): Generator<Uint8Array> {
    const entry = this.#entry;
    for (let at = 0; at < records.length; ) {
      const start = at + HEADER_BYTES;
      const end = start + records.readUInt32LE(at);
      const type = GENERATED_FRAME_TYPES[records[at + 4] ?? 0];
      const receiveTime = records.readBigInt64LE(at + 16);
      this.#setTime(receiveTime);
      if (this.messages === 0 && type !== undefined) yield* this.#appendOpened();
      entry.kind = 'received';
      entry.url = '';
      entry.bytes = records;
      entry.start = start;
      entry.end = end;
      yield* this.#writer.append(entry);
      this.messages += 1;
      at = end;
    }
  }

  *#appendOpened(): Generator<Uint8Array> {
    const stream = ADDRESSES[this.#options.wireFormat]?.stream;
    if (stream === undefined || this.#options.container === 'hftbacktest') return;
    const entry = this.#entry;
    entry.kind = 'opened';
    entry.url = stream;
    entry.end = entry.start;
    yield* this.#writer.append(entry);
  }

  *#appendSnapshots(): Generator<Uint8Array> {
    const rest = ADDRESSES[this.#options.wireFormat]?.rest;
    if (rest === undefined) return;
    const entry = this.#entry;
    this.#setTime(this.#lastTime);
    for (const [index, symbol] of this.symbols.entries()) {
      const body = this.#generator.snapshot(index, SNAPSHOT_LEVELS);
      if (body === undefined) return;
      entry.kind = 'rest-answer';
      entry.url = `${rest}?symbol=${symbol}&limit=${SNAPSHOT_LEVELS}`;
      entry.bytes = body;
      entry.start = 0;
      entry.end = body.length;
      this.snapshots += 1;
      yield* this.#writer.append(entry);
    }
  }

  #setTime(nanos: bigint): void {
    const { seconds, nanos: rest } = fromNanos(nanos);
    this.#lastTime = nanos;
    this.#entry.seconds = seconds;
    this.#entry.nanos = rest;
  }
}

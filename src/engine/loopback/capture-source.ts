import type { CaptureEntry, CaptureReader } from '../../data/capture-entry.js';
import type { Capture } from '../../data/capture-files.js';
import { createCaptureReader } from '../../data/capture-format.js';
import { detectWireFormat, glanceAtFrame } from '../../data/frame-kind.js';
import { RecordingReader } from '../../data/recording-reader.js';
import { nanosBetween, type SplitTime } from '../../data/time-text.js';
import { HftError } from '../../domain/errors.js';
import type { WireFormat } from '../../domain/market-data.js';
import type {
  FillLimits,
  FillResult,
  FrameSource,
  SnapshotRequest,
} from '../../venues/loopback/frame-source.js';
import {
  FRAME_HEADER_BYTES_MAX,
  Opcode,
  writeFrameHeader,
} from '../../venues/loopback/ws-frames.js';

/** Read ahead before the play begins: symbols and first snapshots stand there. */
const LOOK_AHEAD_BYTES = 32 << 20;
/** Entries that wait to be played; below this the next chunk is read. */
const QUEUE_BYTES_MIN = 4 << 20;

/** How long the play waits, where a book's first snapshot was recorded, for it to be asked for. */
const SNAPSHOT_WAIT_MS = 2000;

/** One thing that was recorded: a frame, or the snapshot of a book. */
interface QueuedItem {
  readonly timeNs: number;
  readonly payload: Buffer;
  /** The symbol of a snapshot; undefined for a frame. */
  readonly snapshotOf: string | undefined;
}

/** The snapshots of one symbol. */
interface SymbolSnapshots {
  /** The newest that the play has come to. */
  passed: Buffer | undefined;
  /** Whether it was ever asked for. */
  isAsked: boolean;
}

/**
 * Plays the stream frames of a capture; its recorded snapshots answer REST requests.
 *
 * A book whose first snapshot comes too late for its stream can never be put in step, so the play
 * waits where that snapshot was recorded until a client has asked for it (at most two seconds).
 */
export class CaptureSource implements FrameSource {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #reader: CaptureReader;
  readonly #snapshots = new Map<string, SymbolSnapshots>();
  readonly #symbols = new Set<string>();
  #wireFormat: WireFormat | undefined;
  #items: QueuedItem[] = [];
  #next = 0;
  #queuedBytes = 0;
  #start: SplitTime | undefined;
  #waitUntilMs: number | undefined;
  #stopWaiting: () => void = () => {};
  #isRead = false;
  #reading: Promise<void> | undefined;
  #failure: unknown;

  private constructor(capture: Capture) {
    this.#chunks = capture.chunks[Symbol.asyncIterator]();
    this.#reader = createCaptureReader(capture.format);
  }

  /**
   * Opens a capture to be played. Errors: HFT_ARGUMENT where its frames do not travel on a
   * WebSocket (itch, lobster); HFT_DATA_FORMAT where it holds no frame of a known wire format.
   */
  static async open(capture: Capture): Promise<CaptureSource> {
    if (capture.format === 'itch' || capture.format === 'lobster') {
      throw new HftError(
        'HFT_ARGUMENT',
        `${capture.format} data has no WebSocket feed: play it with "hft data replay"`,
      );
    }
    const source = new CaptureSource(capture);
    while (!source.#isRead && source.#queuedBytes < LOOK_AHEAD_BYTES) await source.#readChunk();
    if (source.#wireFormat === undefined || source.#symbols.size === 0) {
      throw new HftError('HFT_DATA_FORMAT', 'the capture holds no frame of a known wire format');
    }
    return source;
  }

  get wireFormat(): WireFormat {
    return this.#wireFormat ?? 'binance-spot';
  }

  get symbols(): readonly string[] {
    return [...this.#symbols];
  }

  fill(buffer: Uint8Array, limits: FillLimits): FillResult {
    if (this.#failure !== undefined) throw this.#failure;
    const opcode = this.#wireFormat === 'alpaca-msgpack' ? Opcode.Binary : Opcode.Text;
    let bytes = 0;
    let frames = 0;
    let bytesNeeded = 0;
    for (let item = this.#peek(); item !== undefined; item = this.#peek()) {
      const { payload, timeNs } = item;
      if (frames >= limits.framesMax || timeNs > limits.untilNs) break;
      if (item.snapshotOf !== undefined) {
        if (this.#waitsFor(item.snapshotOf)) break;
        this.#pass(item.snapshotOf, payload);
        continue;
      }
      if (bytes + FRAME_HEADER_BYTES_MAX + payload.length > buffer.length) {
        if (frames === 0) bytesNeeded = FRAME_HEADER_BYTES_MAX + payload.length;
        break;
      }
      bytes = writeFrameHeader(buffer, bytes, { opcode, payloadBytes: payload.length });
      buffer.set(payload, bytes);
      bytes += payload.length;
      frames += 1;
      this.#step(payload);
    }
    this.#readOn();
    const next = this.#peek();
    const isEnded = next === undefined && this.#isRead;
    return { bytes, frames, nextNs: next?.timeNs, bytesNeeded, isEnded };
  }

  async ready(): Promise<void> {
    if (this.#peek() === undefined) await this.#reading;
    const waitMs = (this.#waitUntilMs ?? 0) - performance.now();
    if (waitMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The recorded snapshot before the present point, or else the first one after it. */
  restSnapshot(request: SnapshotRequest): Uint8Array | undefined {
    const known = this.#snapshotsOf(request.symbol);
    known.isAsked = true;
    this.#stopWaiting();
    const ahead = (): Buffer | undefined =>
      this.#items.find((item, at) => at >= this.#next && item.snapshotOf === request.symbol)
        ?.payload;
    return known.passed ?? ahead();
  }

  /** Snapshots on the stream are part of the capture itself. */
  beginBooks(): void {}

  close(): void {
    this.#isRead = true;
    this.#stopWaiting();
    // A damaged file may still be failing in the background; nobody listens to it any more.
    void this.#chunks.return?.()?.catch(() => {});
  }

  #peek(): QueuedItem | undefined {
    return this.#items[this.#next];
  }

  #snapshotsOf(symbol: string): SymbolSnapshots {
    const known = this.#snapshots.get(symbol) ?? { passed: undefined, isAsked: false };
    this.#snapshots.set(symbol, known);
    return known;
  }

  /** Whether the play has to wait at the snapshot that it has come to. */
  #waitsFor(symbol: string): boolean {
    const known = this.#snapshotsOf(symbol);
    if (known.isAsked || known.passed !== undefined) return false;
    this.#waitUntilMs ??= performance.now() + SNAPSHOT_WAIT_MS;
    return performance.now() < this.#waitUntilMs;
  }

  #pass(symbol: string, body: Buffer): void {
    this.#snapshotsOf(symbol).passed = body;
    this.#waitUntilMs = undefined;
    this.#step(body);
  }

  #step(payload: Buffer): void {
    this.#next += 1;
    this.#queuedBytes -= payload.length;
    if (this.#next < 4096 || this.#next * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#next);
    this.#next = 0;
  }

  #readOn(): void {
    if (this.#isRead || this.#reading !== undefined || this.#queuedBytes > QUEUE_BYTES_MIN) return;
    this.#reading = this.#readChunk()
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#reading = undefined;
      });
  }

  async #readChunk(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#isRead = true;
      this.#reader.finish();
    } else this.#reader.push(next.value);
    for (let entry = this.#reader.next(); entry !== undefined; entry = this.#reader.next()) {
      this.#take(entry);
    }
    if (this.#reader instanceof RecordingReader) {
      this.#wireFormat = this.#reader.info?.wireFormat ?? this.#wireFormat;
    }
  }

  #take(entry: CaptureEntry): void {
    if (entry.kind !== 'received' && entry.kind !== 'rest-answer') return;
    this.#start ??= { seconds: entry.seconds, nanos: entry.nanos };
    const timeNs = nanosBetween(this.#start, entry);
    if (entry.kind === 'received') this.#wireFormat ??= detectWireFormat(entry);
    const glance = glanceAtFrame(entry, this.#wireFormat);
    // A copy: the chunk behind it would be kept alive as a whole.
    const payload = Buffer.from(entry.bytes.subarray(entry.start, entry.end));
    const isBinance = this.#wireFormat?.startsWith('binance') === true;
    const isBare = isBinance && glance.kind === 'snapshot';
    const isSnapshot = entry.kind === 'rest-answer' || isBare;
    // A snapshot without its symbol belongs to the only one that there is.
    const snapshotOf = isSnapshot ? (glance.symbol ?? this.symbols[0]) : undefined;
    if (isSnapshot && snapshotOf === undefined) return;
    if (!isSnapshot && glance.symbol !== undefined) this.#symbols.add(glance.symbol);
    this.#items.push({ timeNs, payload, snapshotOf });
    this.#queuedBytes += payload.length;
  }
}

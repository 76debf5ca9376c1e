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

/** Recorded snapshots that are kept for each symbol. */
const SNAPSHOTS_MAX = 64;

interface QueuedFrame {
  readonly timeNs: number;
  readonly payload: Buffer;
}

interface QueuedSnapshot {
  readonly timeNs: number;
  readonly body: Buffer;
}

/** Plays the stream frames of a capture; its recorded snapshots answer REST requests. */
export class CaptureSource implements FrameSource {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #reader: CaptureReader;
  readonly #snapshots = new Map<string, QueuedSnapshot[]>();
  readonly #symbols = new Set<string>();
  #wireFormat: WireFormat | undefined;
  #frames: QueuedFrame[] = [];
  #next = 0;
  #queuedBytes = 0;
  #start: SplitTime | undefined;
  #playedNs = 0;
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
    for (let frame = this.#peek(); frame !== undefined; frame = this.#peek()) {
      const { payload, timeNs } = frame;
      if (frames >= limits.framesMax || timeNs > limits.untilNs) break;
      if (bytes + FRAME_HEADER_BYTES_MAX + payload.length > buffer.length) {
        if (frames === 0) bytesNeeded = FRAME_HEADER_BYTES_MAX + payload.length;
        break;
      }
      bytes = writeFrameHeader(buffer, bytes, { opcode, payloadBytes: payload.length });
      buffer.set(payload, bytes);
      bytes += payload.length;
      frames += 1;
      this.#playedNs = timeNs;
      this.#step(payload);
    }
    this.#readOn();
    const next = this.#peek();
    const isEnded = next === undefined && this.#isRead;
    return { bytes, frames, nextNs: next?.timeNs, bytesNeeded, isEnded };
  }

  async ready(): Promise<void> {
    if (this.#peek() === undefined) await this.#reading;
  }

  /** The recorded snapshot before the present point, or else the first one after it. */
  restSnapshot(request: SnapshotRequest): Uint8Array | undefined {
    const known = this.#snapshots.get(request.symbol) ?? [];
    const past = known.findLast((snapshot) => snapshot.timeNs <= this.#playedNs);
    return (past ?? known[0])?.body;
  }

  /** Snapshots on the stream are part of the capture itself. */
  beginBooks(): void {}

  close(): void {
    this.#isRead = true;
    // A damaged file may still be failing in the background; nobody listens to it any more.
    void this.#chunks.return?.()?.catch(() => {});
  }

  #peek(): QueuedFrame | undefined {
    return this.#frames[this.#next];
  }

  #step(payload: Buffer): void {
    this.#next += 1;
    this.#queuedBytes -= payload.length;
    if (this.#next < 4096 || this.#next * 2 < this.#frames.length) return;
    this.#frames = this.#frames.slice(this.#next);
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
    if (entry.kind === 'rest-answer' || isBare) {
      const symbol = glance.symbol ?? this.symbols[0];
      if (symbol === undefined) return;
      const known = this.#snapshots.get(symbol) ?? [];
      this.#snapshots.set(symbol, [...known.slice(1 - SNAPSHOTS_MAX), { timeNs, body: payload }]);
      return;
    }
    if (glance.symbol !== undefined) this.#symbols.add(glance.symbol);
    this.#frames.push({ timeNs, payload });
    this.#queuedBytes += payload.length;
  }
}

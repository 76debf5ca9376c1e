import { HftError } from '../domain/errors.js';
import type { WireFormat } from '../domain/market-data.js';
import type { ByteSink } from './byte-sink.js';
import type { CaptureEntry, CaptureReader } from './capture-entry.js';
import type { Capture } from './capture-files.js';
import { createCaptureReader } from './capture-format.js';
import { type CaptureWriter, createCaptureWriter, type WritableFormat } from './capture-writer.js';
import { detectWireFormat } from './frame-kind.js';
import { RecordingReader } from './recording-reader.js';

/** What a conversion did, as `hft data convert --json` prints it. */
export interface ConversionSummary {
  readonly entries: number;
  /** Entries that the target format has no place for (sent frames, markers). */
  readonly skipped: number;
  /** Lines or records of the source that are not its format. */
  readonly faults: number;
  readonly firstFault: string | null;
}

/** How `convertCapture` writes. */
export interface ConvertOptions {
  readonly format: WritableFormat;
  /** The wire format; told by the frames where absent. */
  readonly wireFormat?: WireFormat;
  /** Nanoseconds since the epoch, for the header of a recording. */
  readonly creationTime: bigint;
  readonly onProgress?: (bytesRead: number) => void;
  readonly signal?: AbortSignal;
}

/** Entries held back until one shows the wire format; then it is not to be found. */
const UNDECIDED_MAX = 10_000;

/**
 * Writes the entries of `capture` to `sink` in another format; memory stays flat.
 *
 * Errors: HFT_DATA_FORMAT when the wire format can't be told; HFT_ARGUMENT when it does not fit.
 */
export async function convertCapture(
  capture: Capture,
  sink: ByteSink,
  options: ConvertOptions,
): Promise<ConversionSummary> {
  const conversion = new Conversion(createCaptureReader(capture.format), capture, options);
  for await (const chunk of capture.chunks) {
    options.signal?.throwIfAborted();
    for (const bytes of conversion.push(chunk)) await sink.write(bytes);
    options.onProgress?.(capture.bytesRead());
  }
  for (const bytes of conversion.finish()) await sink.write(bytes);
  return conversion.summary();
}

class Conversion {
  readonly #reader: CaptureReader;
  readonly #options: ConvertOptions;
  #writer: CaptureWriter | undefined;
  #wireFormat: WireFormat | undefined;
  #undecided: CaptureEntry[] = [];
  #entries = 0;

  constructor(reader: CaptureReader, capture: Capture, options: ConvertOptions) {
    this.#reader = reader;
    this.#options = options;
    const isOwn = capture.format === 'itch' || capture.format === 'lobster';
    this.#wireFormat = options.wireFormat ?? (isOwn ? capture.format : undefined);
  }

  *push(chunk: Buffer): Generator<Uint8Array> {
    this.#reader.push(chunk);
    yield* this.#copyEntries();
  }

  *finish(): Generator<Uint8Array> {
    this.#reader.finish();
    yield* this.#copyEntries();
    if (this.#writer === undefined) yield* this.#decide();
    if (this.#writer !== undefined) yield* this.#writer.finish();
  }

  summary(): ConversionSummary {
    const { count, first } = this.#reader.faults;
    return {
      entries: this.#entries,
      skipped: this.#writer?.skipped ?? 0,
      faults: count,
      firstFault: first ?? null,
    };
  }

  *#copyEntries(): Generator<Uint8Array> {
    for (let entry = this.#reader.next(); entry !== undefined; entry = this.#reader.next()) {
      this.#entries += 1;
      if (this.#writer !== undefined) {
        yield* this.#writer.append(entry);
        continue;
      }
      if (this.#reader instanceof RecordingReader) this.#wireFormat = this.#reader.info?.wireFormat;
      if (entry.kind === 'received') this.#wireFormat ??= detectWireFormat(entry);
      this.#undecided.push(keep(entry));
      const isDecided = this.#wireFormat !== undefined;
      if (isDecided || this.#undecided.length >= UNDECIDED_MAX) yield* this.#decide();
    }
  }

  *#decide(): Generator<Uint8Array> {
    if (this.#wireFormat === undefined) {
      throw new HftError('HFT_DATA_FORMAT', 'no frame shows which wire format the capture holds');
    }
    const { format, creationTime } = this.#options;
    const writer = createCaptureWriter(format, { wireFormat: this.#wireFormat, creationTime });
    this.#writer = writer;
    for (const entry of this.#undecided.splice(0)) yield* writer.append(entry);
  }
}

/** A copy of an entry, because its reader reuses the object. */
function keep(entry: CaptureEntry): CaptureEntry {
  const bytes = Buffer.from(entry.bytes.subarray(entry.start, entry.end));
  return { ...entry, bytes, start: 0, end: bytes.length };
}

import { HftError } from '../domain/errors.js';
import type { WireFormat } from '../domain/market-data.js';
import type { CaptureEntry, CaptureFormat } from './capture-entry.js';
import { RecordingWriter } from './recording-writer.js';
import { type SplitTime, toNanosText, toSecondsText } from './time-text.js';

/** Writes entries in one capture format: what `append` and `finish` return goes to the file. */
export interface CaptureWriter {
  /** Takes an entry; returns bytes that are ready, valid until the next call returns some. */
  append(entry: CaptureEntry): readonly Uint8Array[];
  /** The last bytes. */
  finish(): readonly Uint8Array[];
  /** Entries that the format has no place for, and that were left out. */
  readonly skipped: number;
}

/** The formats that `convert` writes. */
export const WRITABLE_FORMATS = ['hftbacktest', 'cryptofeed', 'itch', 'recording'] as const;
export type WritableFormat = (typeof WRITABLE_FORMATS)[number];

/** What a writer must know beside the entries. */
export interface CaptureWriterOptions {
  readonly wireFormat: WireFormat;
  /** Nanoseconds since the epoch, for the header of a recording. */
  readonly creationTime: bigint;
}

/** Lines are gathered to chunks of this size. */
const CHUNK_BYTES = 256 << 10;

/**
 * A writer of captures of that format.
 *
 * Errors: HFT_ARGUMENT where the wire format does not fit into the capture format (a line cannot
 * hold binary frames, an ITCH file nothing but ITCH).
 */
export function createCaptureWriter(
  format: WritableFormat,
  options: CaptureWriterOptions,
): CaptureWriter {
  const { wireFormat } = options;
  const isBinary = wireFormat === 'itch' || wireFormat === 'alpaca-msgpack';
  switch (format) {
    case 'recording':
      return new RecordingCaptureWriter(options);
    case 'itch':
      if (wireFormat !== 'itch') throw unfit(wireFormat, format);
      return new ChunkedWriter(itchBytes);
    case 'hftbacktest':
      if (isBinary) throw unfit(wireFormat, format);
      return new ChunkedWriter(hftbacktestBytes);
    case 'cryptofeed':
      if (isBinary) throw unfit(wireFormat, format);
      return new ChunkedWriter(cryptofeedBytes);
  }
}

/** The capture format that a file name stands for; undefined where its extension says nothing. */
export function writableFormatOf(path: string): WritableFormat | undefined {
  const name = path.replace(/\.gz$/, '').toLowerCase();
  if (name.endsWith('.hftrec')) return 'recording';
  if (name.endsWith('.itch') || name.endsWith('itch50')) return 'itch';
  if (/\.(ws|http)\.\d+(\.\d+)?$/.test(name)) return 'cryptofeed';
  return undefined;
}

function unfit(wireFormat: WireFormat, format: CaptureFormat): HftError {
  return new HftError('HFT_ARGUMENT', `${wireFormat} frames cannot be written as ${format}`);
}

/** The parts of one entry in a format; undefined where the format has no place for it. */
type EntryBytes = (entry: CaptureEntry) => readonly Uint8Array[] | undefined;

/**
 * Gathers entries in chunks. What an entry points to may change after `append`, so it is copied at
 * once; two chunks take turns, so that one can be filled while the other is written out.
 */
class ChunkedWriter implements CaptureWriter {
  readonly #bytesOf: EntryBytes;
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #other = Buffer.allocUnsafe(CHUNK_BYTES);
  #size = 0;
  #skipped = 0;

  constructor(bytesOf: EntryBytes) {
    this.#bytesOf = bytesOf;
  }

  get skipped(): number {
    return this.#skipped;
  }

  append(entry: CaptureEntry): readonly Uint8Array[] {
    const parts = this.#bytesOf(entry);
    if (parts === undefined) {
      this.#skipped += 1;
      return [];
    }
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    const ready = this.#size + size > this.#chunk.length ? this.finish() : [];
    if (size > this.#chunk.length) this.#chunk = Buffer.allocUnsafe(size);
    for (const part of parts) {
      this.#chunk.set(part, this.#size);
      this.#size += part.length;
    }
    return ready;
  }

  finish(): readonly Uint8Array[] {
    if (this.#size === 0) return [];
    const ready = this.#chunk.subarray(0, this.#size);
    [this.#chunk, this.#other] = [this.#other, this.#chunk];
    this.#size = 0;
    return [ready];
  }
}

class RecordingCaptureWriter implements CaptureWriter {
  readonly #writer: RecordingWriter;
  readonly skipped = 0;
  #isHeaderGiven = false;

  constructor(options: CaptureWriterOptions) {
    // Large enough for any frame that a line can hold: blocks are not filled up needlessly.
    this.#writer = new RecordingWriter({
      wireFormat: options.wireFormat,
      venue: options.wireFormat,
      creationTime: options.creationTime,
      blockBytesMax: 16 << 20,
    });
  }

  append(entry: CaptureEntry): readonly Uint8Array[] {
    const ready = this.#header();
    if (this.#writer.pendingBytes < SEAL_BYTES && this.#writer.append(entry)) return ready;
    // A copy, because appending goes on in the same memory.
    const block = Buffer.from(this.#writer.seal());
    this.#writer.append(entry);
    return [...ready, block];
  }

  finish(): readonly Uint8Array[] {
    const ready = this.#header();
    const block = this.#writer.seal();
    return block.length === 0 ? ready : [...ready, block];
  }

  #header(): Uint8Array[] {
    if (this.#isHeaderGiven) return [];
    this.#isHeaderGiven = true;
    return [this.#writer.header()];
  }
}

/** Blocks are sealed at about this size; only a larger frame makes a larger block. */
const SEAL_BYTES = 1 << 20;
const LINE_FEED = Buffer.from('\n');

const hftbacktestBytes: EntryBytes = (entry) => {
  // The format knows frames and, among them, snapshots; it has no addresses.
  if (entry.kind !== 'received' && entry.kind !== 'rest-answer') return undefined;
  return [Buffer.from(`${toNanosText(entry)} `), payloadOf(entry), LINE_FEED];
};

const cryptofeedBytes: EntryBytes = (entry) => {
  const time: SplitTime = entry;
  switch (entry.kind) {
    case 'received':
      return [Buffer.from(`${toSecondsText(time)}: `), payloadOf(entry), LINE_FEED];
    case 'sent':
    case 'rest-answer': {
      const mark = entry.kind === 'sent' ? '<-' : '->';
      const head = `${entry.url} ${mark} ${toSecondsText(time)}: `;
      return [Buffer.from(head), payloadOf(entry), LINE_FEED];
    }
    case 'opened':
      return [Buffer.from(`${entry.url} <-> ${toSecondsText(time)}\n`)];
    default:
      return undefined;
  }
};

const itchBytes: EntryBytes = (entry) => {
  if (entry.kind !== 'received') return undefined;
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(entry.end - entry.start);
  return [prefix, payloadOf(entry)];
};

function payloadOf(entry: CaptureEntry): Buffer {
  return entry.bytes.subarray(entry.start, entry.end);
}

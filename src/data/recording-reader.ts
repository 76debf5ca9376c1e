import { crc32 } from 'node:zlib';
import { HftError } from '../domain/errors.js';
import { WIRE_FORMATS, type WireFormat } from '../domain/market-data.js';
import { BlockBuffer } from './block-buffer.js';
import {
  type CaptureEntry,
  type CaptureFaults,
  type CaptureReader,
  createEntry,
  ENTRY_KINDS,
} from './capture-entry.js';
import {
  BLOCK_BYTES_LIMIT,
  BLOCK_HEADER_BYTES,
  BLOCK_MAGIC,
  RECORD_HEADER_BYTES,
  RECORDING_HEADER_BYTES,
  RECORDING_MAGIC,
  RECORDING_VERSION,
  RecordType,
} from './recording-format.js';
import { fromNanos } from './time-text.js';

/** What the header of a recording says. */
export interface RecordingInfo {
  readonly wireFormat: WireFormat;
  readonly venue: string;
  readonly creationTime: bigint;
}

/**
 * Reads a recording block by block; a block is given out only when its CRC is right. A damaged or
 * incomplete last block is a torn tail; damage before another block ends the reading.
 *
 * Errors: HFT_DATA_FORMAT from `next` where the header is not that of a recording.
 */
export class RecordingReader implements CaptureReader {
  readonly #buffer = new BlockBuffer();
  readonly #entry = createEntry();
  #info: RecordingInfo | undefined;
  #block: Buffer | undefined;
  #baseTime = 0n;
  #nextBlockNumber = 0n;
  #recordAt = 0;
  #isFinished = false;
  #isEnded = false;
  #isTorn = false;
  #faultCount = 0;
  #firstFault: string | undefined;

  get info(): RecordingInfo | undefined {
    return this.#info;
  }

  get faults(): CaptureFaults {
    return { count: this.#faultCount, first: this.#firstFault, isTorn: this.#isTorn };
  }

  push(chunk: Buffer): void {
    if (!this.#isEnded) this.#buffer.push(chunk);
  }

  finish(): void {
    this.#isFinished = true;
  }

  next(): CaptureEntry | undefined {
    while (!this.#isEnded) {
      if (this.#info === undefined && !this.#readHeader()) return undefined;
      if (this.#block === undefined && !this.#readBlock()) return undefined;
      const entry = this.#readRecord();
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  #readHeader(): boolean {
    const header = this.#buffer.peek(RECORDING_HEADER_BYTES);
    if (header === undefined) return this.#waitOrTear();
    this.#info = parseRecordingHeader(header);
    this.#buffer.consume(RECORDING_HEADER_BYTES);
    return true;
  }

  #readBlock(): boolean {
    const header = this.#buffer.peek(BLOCK_HEADER_BYTES);
    if (header === undefined) return this.#waitOrTear();
    const size = BLOCK_HEADER_BYTES + header.readUInt32LE(8);
    const isPlausible =
      header.subarray(0, BLOCK_MAGIC.length).equals(BLOCK_MAGIC) && size <= BLOCK_BYTES_LIMIT;
    if (!isPlausible) return this.#end(!this.#isAnotherBlockAhead());
    const block = this.#buffer.peek(size);
    if (block === undefined) return this.#waitOrTear();
    const head = crc32(block.subarray(0, 36));
    if (crc32(block.subarray(BLOCK_HEADER_BYTES), head) !== block.readUInt32LE(36)) {
      return this.#end(!this.#isAnotherBlockAhead());
    }
    // A sound block in the wrong place: one before it was lost or repeated.
    if (block.readBigUInt64LE(16) !== this.#nextBlockNumber) return this.#end(false);
    this.#nextBlockNumber += 1n;
    this.#buffer.consume(size);
    this.#block = block;
    this.#baseTime = block.readBigInt64LE(24);
    this.#recordAt = BLOCK_HEADER_BYTES;
    return true;
  }

  /** The next record of the block; undefined for one that is skipped and at the block's end. */
  #readRecord(): CaptureEntry | undefined {
    const block = this.#block;
    if (block === undefined) return undefined;
    const at = this.#recordAt;
    if (at + RECORD_HEADER_BYTES > block.length) {
      this.#block = undefined;
      return undefined;
    }
    const end = at + RECORD_HEADER_BYTES + block.readUInt32LE(at + 4);
    const type = block[at];
    const kind = ENTRY_KINDS[block[at + 1] ?? -1];
    this.#recordAt = end;
    const isKnown =
      type === RecordType.Frame || type === RecordType.Instrument || type === RecordType.Marker;
    if (!isKnown || kind === undefined) return undefined;
    const own = type === RecordType.Frame ? 0 : 8;
    const ownAt = at + RECORD_HEADER_BYTES;
    const urlBytes = block.readUInt16LE(at + 16);
    const start = ownAt + own + urlBytes;
    if (start > end || end > block.length) return undefined;
    const entry = this.#entry;
    entry.kind = kind;
    const time = fromNanos(BigInt.asIntN(64, this.#baseTime + block.readBigUInt64LE(at + 8)));
    entry.seconds = time.seconds;
    entry.nanos = time.nanos;
    entry.connection = block.readUInt16LE(at + 2);
    entry.bytes = block;
    entry.start = start;
    entry.end = end;
    entry.url = urlBytes === 0 ? '' : block.toString('utf8', ownAt + own, start);
    entry.lostCount = type === RecordType.Marker ? Number(block.readBigUInt64LE(ownAt)) : 0;
    entry.scale =
      type === RecordType.Instrument
        ? {
            priceDecimals: block[ownAt] ?? 0,
            qtyDecimals: block[ownAt + 1] ?? 0,
            priceDigits: block[ownAt + 2] ?? 0,
            qtyDigits: block[ownAt + 3] ?? 0,
          }
        : undefined;
    return entry;
  }

  #isAnotherBlockAhead(): boolean {
    return this.#buffer.find(BLOCK_MAGIC, 1) > 0;
  }

  #waitOrTear(): boolean {
    if (this.#isFinished && this.#buffer.pending > 0) this.#end(true);
    return false;
  }

  #end(isTornTail: boolean): boolean {
    this.#isEnded = true;
    this.#isTorn = isTornTail;
    this.#faultCount += 1;
    const what = isTornTail ? 'the recording ends inside a block' : 'a damaged block';
    this.#firstFault ??= `offset ${this.#buffer.offset}: ${what}`;
    return false;
  }
}

/** Reads the 64 bytes at the start of a recording. Errors: HFT_DATA_FORMAT. */
export function parseRecordingHeader(header: Buffer): RecordingInfo {
  if (!header.subarray(0, RECORDING_MAGIC.length).equals(RECORDING_MAGIC)) {
    throw new HftError('HFT_DATA_FORMAT', 'not a recording: its first bytes are others');
  }
  if (crc32(header.subarray(0, 60)) !== header.readUInt32LE(60)) {
    throw new HftError('HFT_DATA_FORMAT', 'the header of the recording is damaged');
  }
  const version = header.readUInt16LE(8);
  if (version !== RECORDING_VERSION || header.readUInt16LE(10) !== RECORDING_HEADER_BYTES) {
    throw new HftError(
      'HFT_DATA_FORMAT',
      `a recording of version ${version}; this program reads ${RECORDING_VERSION}`,
    );
  }
  const wireFormat = WIRE_FORMATS[header[12] ?? -1];
  if (wireFormat === undefined) {
    throw new HftError('HFT_DATA_FORMAT', `a recording of unknown wire format ${header[12]}`);
  }
  return {
    wireFormat,
    venue: header.toString('utf8', 29, 29 + (header[28] ?? 0)),
    creationTime: header.readBigInt64LE(16),
  };
}

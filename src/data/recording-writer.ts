import { crc32 } from 'node:zlib';
import { HftError } from '../domain/errors.js';
import { WIRE_FORMATS, type WireFormat } from '../domain/market-data.js';
import type { CaptureEntry } from './capture-entry.js';
import {
  BLOCK_BYTES_LIMIT,
  BLOCK_HEADER_BYTES,
  BLOCK_MAGIC,
  entryKindNumber,
  RECORD_HEADER_BYTES,
  RECORDING_HEADER_BYTES,
  RECORDING_MAGIC,
  RECORDING_VERSION,
  RecordType,
  recordTypeOf,
  VENUE_BYTES_MAX,
} from './recording-format.js';
import { toNanos } from './time-text.js';

/** What a recording says of itself. */
export interface RecordingWriterOptions {
  readonly wireFormat: WireFormat;
  /** A name for the venue; at most 23 bytes. */
  readonly venue: string;
  /** Nanoseconds since the epoch. */
  readonly creationTime: bigint;
  /** No block is longer, header included. Default: 1 MiB. */
  readonly blockBytesMax?: number;
}

/** Forms a recording: the header, then blocks of entries, each with its CRC. */
export class RecordingWriter {
  readonly #block: Buffer;
  readonly #options: RecordingWriterOptions;
  #used = BLOCK_HEADER_BYTES;
  #recordCount = 0;
  #blockNumber = 0n;
  #baseTime = 0n;

  constructor(options: RecordingWriterOptions) {
    const size = options.blockBytesMax ?? 1 << 20;
    if (size < 128 || size > BLOCK_BYTES_LIMIT) {
      throw new HftError('HFT_ARGUMENT', `blockBytesMax ${size} is not between 128 and 64 MiB`);
    }
    if (Buffer.byteLength(options.venue) > VENUE_BYTES_MAX) {
      throw new HftError('HFT_ARGUMENT', `venue is longer than ${VENUE_BYTES_MAX} bytes`);
    }
    this.#options = options;
    this.#block = Buffer.alloc(size);
  }

  /** Bytes of the block that is being formed. */
  get pendingBytes(): number {
    return this.#used;
  }

  /** The 64 bytes at the start of the file. */
  header(): Buffer {
    const { wireFormat, venue, creationTime } = this.#options;
    const header = Buffer.alloc(RECORDING_HEADER_BYTES);
    RECORDING_MAGIC.copy(header);
    header.writeUInt16LE(RECORDING_VERSION, 8);
    header.writeUInt16LE(RECORDING_HEADER_BYTES, 10);
    header.writeUInt8(WIRE_FORMATS.indexOf(wireFormat), 12);
    header.writeBigInt64LE(creationTime, 16);
    header.writeUInt32LE(this.#block.length, 24);
    header.writeUInt8(Buffer.byteLength(venue), 28);
    header.write(venue, 29, 'utf8');
    header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
    return header;
  }

  /**
   * Adds an entry. False when the block is full: write `seal()` out and append again.
   *
   * Errors: HFT_CAPACITY for an entry that no block can hold.
   */
  append(entry: CaptureEntry): boolean {
    const type = recordTypeOf(entry.kind);
    const own = type === RecordType.Frame ? 0 : 8;
    const url = type === RecordType.Frame && entry.kind !== 'received' ? entry.url : '';
    const urlBytes = Buffer.byteLength(url);
    const body = own + urlBytes + (entry.end - entry.start);
    const size = RECORD_HEADER_BYTES + body;
    if (BLOCK_HEADER_BYTES + size > this.#block.length || urlBytes > 0xffff) {
      throw new HftError('HFT_CAPACITY', `an entry of ${body} bytes does not fit in a block`);
    }
    if (this.#used + size > this.#block.length) return false;
    const time = toNanos(entry);
    if (this.#recordCount === 0) this.#baseTime = time;
    const at = this.#used;
    const block = this.#block;
    block.writeUInt8(type, at);
    block.writeUInt8(entryKindNumber(entry.kind), at + 1);
    block.writeUInt16LE(entry.connection, at + 2);
    block.writeUInt32LE(body, at + 4);
    block.writeBigUInt64LE(BigInt.asUintN(64, time - this.#baseTime), at + 8);
    block.writeUInt16LE(urlBytes, at + 16);
    block.writeUInt16LE(0, at + 18);
    const ownAt = at + RECORD_HEADER_BYTES;
    if (type === RecordType.Marker) block.writeBigUInt64LE(BigInt(entry.lostCount), ownAt);
    if (type === RecordType.Instrument) this.#writeScale(entry, ownAt);
    block.write(url, ownAt + own, 'utf8');
    entry.bytes.copy(block, ownAt + own + urlBytes, entry.start, entry.end);
    this.#used += size;
    this.#recordCount += 1;
    return true;
  }

  /** Completes the block and returns its bytes, valid until the next `append`; may be empty. */
  seal(): Buffer {
    if (this.#recordCount === 0) return this.#block.subarray(0, 0);
    const block = this.#block.subarray(0, this.#used);
    BLOCK_MAGIC.copy(block);
    block.writeUInt32LE(this.#used - BLOCK_HEADER_BYTES, 8);
    block.writeUInt32LE(this.#recordCount, 12);
    block.writeBigUInt64LE(this.#blockNumber, 16);
    block.writeBigInt64LE(this.#baseTime, 24);
    block.writeUInt32LE(0, 32);
    const head = crc32(block.subarray(0, 36));
    block.writeUInt32LE(crc32(block.subarray(BLOCK_HEADER_BYTES), head), 36);
    this.#used = BLOCK_HEADER_BYTES;
    this.#recordCount = 0;
    this.#blockNumber += 1n;
    return block;
  }

  #writeScale(entry: CaptureEntry, at: number): void {
    this.#block.fill(0, at, at + 8);
    this.#block[at] = entry.scale?.priceDecimals ?? 0;
    this.#block[at + 1] = entry.scale?.qtyDecimals ?? 0;
    this.#block[at + 2] = entry.scale?.priceDigits ?? 0;
    this.#block[at + 3] = entry.scale?.qtyDigits ?? 0;
  }
}

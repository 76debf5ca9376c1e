import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** CRC-32C, bit by bit. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const WORD = (1n << 64n) - 1n;
const A = 0xa0761d6478bd642fn;
const B = 0x8ebc6af09c88c6e3n;

function fold(a: bigint, b: bigint): bigint {
  const product = a * b;
  return (product & WORD) ^ (product >> 64n);
}

function nextChain(before: bigint, record: DataView, payload: Buffer): bigint {
  const word = BigInt(payload.length) | (BigInt(record.getUint8(6)) << 16n);
  let first = fold(before ^ A ^ word, record.getBigUint64(8, true) ^ B);
  let second = fold(record.getBigUint64(16, true) ^ B ^ before, record.getBigUint64(24, true) ^ A);
  const padded = Buffer.alloc((Math.floor(payload.length / 32) + 1) * 32);
  payload.copy(padded);
  for (let at = 0; at < padded.length; at += 32) {
    first = fold(padded.readBigUInt64LE(at) ^ first, padded.readBigUInt64LE(at + 8) ^ A);
    second = fold(padded.readBigUInt64LE(at + 16) ^ second, padded.readBigUInt64LE(at + 24) ^ B);
  }
  return (fold(first ^ B, second ^ A) + before) & WORD;
}

/** Ends `bytes` with their CRC-32C. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

/** A record to write. */
export interface RecordToWrite {
  readonly kind: number;
  readonly payload: Buffer;
}

/**
 * Writes a journal of one open segment after docs/journal.md, independently of the native writer.
 *
 * Returns where each record begins in the segment file.
 */
export function writeJournal(folder: string, records: readonly RecordToWrite[]): number[] {
  mkdirSync(folder, { recursive: true });
  const id = 77n;
  let chain = fold(id ^ A, 0xe7037ed1a0b428dbn);
  const header = Buffer.alloc(64);
  header.write('HFTJRNL1', 'latin1');
  header.writeBigUInt64LE(id, 8);
  header.writeBigUInt64LE(1n, 16);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(chain, 32);
  const parts = [sealed(header)];
  const offsets: number[] = [];
  let size = 64;
  records.forEach(({ kind, payload }, index) => {
    const record = Buffer.alloc(40 + Math.ceil(payload.length / 8) * 8);
    const view = new DataView(record.buffer, record.byteOffset, record.length);
    record.writeUInt16LE(payload.length, 4);
    record.writeUInt8(kind, 6);
    record.writeUInt8(0xa5, 7);
    record.writeBigUInt64LE(BigInt(index + 1), 8);
    record.writeBigInt64LE(1_700_000_000_000_000_000n + BigInt(index), 16);
    record.writeBigInt64LE(BigInt(index), 24);
    chain = nextChain(chain, view, payload);
    record.writeBigUInt64LE(chain, 32);
    payload.copy(record, 40);
    record.writeUInt32LE(crc32c(record.subarray(4)), 0);
    offsets.push(size);
    size += record.length;
    parts.push(record);
  });
  writeFileSync(join(folder, '000000000001.journal'), Buffer.concat([...parts, Buffer.alloc(512)]));
  const slot = Buffer.alloc(112);
  slot.write('HFTJHED1', 'latin1');
  slot.writeBigUInt64LE(id, 8);
  slot.writeBigUInt64LE(1n, 16);
  slot.writeBigUInt64LE(1n, 24);
  slot.writeBigUInt64LE(BigInt(records.length), 32);
  slot.writeBigUInt64LE(1n, 96);
  const head = Buffer.alloc(4096);
  sealed(slot).copy(head);
  head.writeBigUInt64LE(BigInt(records.length), 256);
  writeFileSync(join(folder, 'HEAD'), head);
  return offsets;
}

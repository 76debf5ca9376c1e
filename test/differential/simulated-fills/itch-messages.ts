import type { Side } from './reference-exchange.js';

/** One message of an ITCH 5.0 file that concerns a book, read byte by byte. */
export interface ItchMessage {
  readonly type: string;
  readonly locate: number;
  /** Nanoseconds since midnight in New York. */
  readonly time: bigint;
  readonly ref: bigint;
  /** Of a replace. */
  readonly newRef: bigint;
  readonly side: Side;
  readonly lots: number;
  readonly ticks: number;
}

/** Where side, quantity and price of each type are. Source: Nasdaq TotalView-ITCH 5.0. */
const FIELDS: Readonly<Record<string, { side?: number; lots?: number; ticks?: number }>> = {
  A: { side: 19, lots: 20, ticks: 32 },
  F: { side: 19, lots: 20, ticks: 32 },
  P: { side: 19, lots: 20, ticks: 32 },
  E: { lots: 19 },
  C: { lots: 19 },
  X: { lots: 19 },
  D: {},
  U: { lots: 27, ticks: 31 },
};

/** The symbol of each locate code. */
export function itchSymbols(file: Buffer): Map<number, string> {
  const symbols = new Map<number, string>();
  for (const body of bodies(file)) {
    if (body[0] !== 0x52) continue;
    symbols.set(body.readUInt16BE(1), body.toString('latin1', 11, 19).trimEnd());
  }
  return symbols;
}

function* bodies(file: Buffer): Generator<Buffer> {
  for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at)) {
    yield file.subarray(at + 2, at + 2 + file.readUInt16BE(at));
  }
}

/** The messages of a file in the framing of daily files: two bytes of length before each. */
export function* itchMessages(file: Buffer): Generator<ItchMessage> {
  for (const body of bodies(file)) {
    const type = String.fromCharCode(body[0] ?? 0);
    const fields = FIELDS[type];
    if (fields === undefined) continue;
    const { side, lots, ticks } = fields;
    yield {
      type,
      locate: body.readUInt16BE(1),
      time: BigInt(body.readUIntBE(5, 6)),
      ref: body.readBigUInt64BE(11),
      newRef: type === 'U' ? body.readBigUInt64BE(19) : 0n,
      side: side !== undefined && body[side] === 0x53 ? 2 : 1,
      lots: lots === undefined ? 0 : body.readUInt32BE(lots),
      ticks: ticks === undefined ? 0 : body.readUInt32BE(ticks),
    };
  }
}

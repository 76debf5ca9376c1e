import { HftError } from '../../domain/errors.js';

/** What control messages are made of. */
export type MsgpackValue =
  | string
  | number
  | boolean
  | null
  | readonly MsgpackValue[]
  | { readonly [name: string]: MsgpackValue };

const DEPTH_MAX = 16;

/** Control messages of a venue as MessagePack: strings, small numbers, arrays and maps. */
export function encodeMsgpack(value: MsgpackValue): Buffer {
  const parts: Buffer[] = [];
  encode(value, parts);
  return Buffer.concat(parts);
}

/** Reads one control message. Errors: HFT_DATA_FORMAT where it is cut, deep or of other types. */
export function decodeMsgpack(bytes: Buffer): MsgpackValue {
  return new Decoder(bytes).read(0);
}

function encode(value: MsgpackValue, parts: Buffer[]): void {
  if (value === null) parts.push(Buffer.from([0xc0]));
  else if (typeof value === 'boolean') parts.push(Buffer.from([value ? 0xc3 : 0xc2]));
  else if (typeof value === 'number') parts.push(encodeNumber(value));
  else if (typeof value === 'string') {
    const text = Buffer.from(value);
    parts.push(head(text.length, { fix: 0xa0, fixMax: 31, wide: 0xda }), text);
  } else if (isList(value)) {
    parts.push(head(value.length, { fix: 0x90, fixMax: 15, wide: 0xdc }));
    for (const item of value) encode(item, parts);
  } else {
    const entries = Object.entries(value);
    parts.push(head(entries.length, { fix: 0x80, fixMax: 15, wide: 0xde }));
    for (const [name, item] of entries) {
      encode(name, parts);
      encode(item, parts);
    }
  }
}

function isList(value: object): value is readonly MsgpackValue[] {
  return Array.isArray(value);
}

function head(
  size: number,
  codes: { readonly fix: number; readonly fixMax: number; readonly wide: number },
): Buffer {
  if (size <= codes.fixMax) return Buffer.from([codes.fix | size]);
  return Buffer.from([codes.wide, size >>> 8, size & 0xff]);
}

function encodeNumber(value: number): Buffer {
  if (Number.isInteger(value) && value >= 0 && value < 128) return Buffer.from([value]);
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xcb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

class Decoder {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(depth: number): MsgpackValue {
    if (depth > DEPTH_MAX) throw new HftError('HFT_DATA_FORMAT', 'msgpack nests too deep');
    const code = this.#take(1).readUInt8(0);
    if (code < 0x80) return code;
    if (code >= 0xe0) return code - 256;
    if (code < 0x90) return this.#map(code & 0x0f, depth);
    if (code < 0xa0) return this.#list(code & 0x0f, depth);
    if (code < 0xc0) return this.#text(code & 0x1f);
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return this.#take(4).readFloatBE(0);
      case 0xcb:
        return this.#take(8).readDoubleBE(0);
      case 0xcc:
        return this.#take(1).readUInt8(0);
      case 0xcd:
        return this.#take(2).readUInt16BE(0);
      case 0xce:
        return this.#take(4).readUInt32BE(0);
      case 0xd9:
        return this.#text(this.#take(1).readUInt8(0));
      case 0xda:
        return this.#text(this.#take(2).readUInt16BE(0));
      case 0xdc:
        return this.#list(this.#take(2).readUInt16BE(0), depth);
      case 0xde:
        return this.#map(this.#take(2).readUInt16BE(0), depth);
      default:
        throw new HftError(
          'HFT_DATA_FORMAT',
          `msgpack type 0x${code.toString(16)} is not expected`,
        );
    }
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new HftError('HFT_DATA_FORMAT', 'msgpack ends too early');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  #text(size: number): string {
    return this.#take(size).toString('utf8');
  }

  #list(size: number, depth: number): MsgpackValue[] {
    const list: MsgpackValue[] = [];
    for (let i = 0; i < size; i += 1) list.push(this.read(depth + 1));
    return list;
  }

  #map(size: number, depth: number): { readonly [name: string]: MsgpackValue } {
    const entries: [string, MsgpackValue][] = [];
    for (let i = 0; i < size; i += 1)
      entries.push([String(this.read(depth + 1)), this.read(depth + 1)]);
    return Object.fromEntries(entries);
  }
}

import { HftError } from '../../../domain/errors.js';
import { readFixTime } from './fix-time.js';

const SOH = 1;
const EQUALS = 0x3d;
const ZERO = 0x30;
const FIELDS_MAX = 4096;
/** Tag, begin and end of a field. */
const STRIDE = 3;
const DATA_TAGS: ReadonlyMap<number, number> = new Map(
  [90, 95, 212, 348, 350, 352, 354, 356, 358, 360, 362, 364, 445, 618, 621, 1184, 1401, 1403]
    .map((tag): [number, number] => [tag, tag + 1])
    .concat([[93, 89]]),
);
/** One string a byte of ASCII: joining them is cheaper than making each. */
const CHARACTERS = Array.from({ length: 0x80 }, (_none, code) => String.fromCharCode(code));
const DECIMAL = /^-?(?:\d+\.?\d*|\.\d+)$/;

/**
 * A lazy view of the fields of one message in a buffer that it shares: `wrap` lists where they
 * stand, and a value is made when it is asked for. One view serves many messages, one after
 * another; a view of a group is one of its entries. Not valid once the buffer changes.
 */
export class FixMessageView {
  #bytes: Uint8Array;
  #index: Int32Array;
  #begin = 0;
  #end = 0;

  constructor() {
    this.#bytes = new Uint8Array(0);
    this.#index = new Int32Array(64 * STRIDE);
  }

  /**
   * Lists the fields of the message in `bytes` from `begin` to `end`.
   *
   * Errors: HFT_DATA_FORMAT where they are no fields, HFT_CAPACITY beyond 4096 fields. Length and
   * checksum are the session's concern.
   */
  wrap(bytes: Uint8Array, begin = 0, end = bytes.length): this {
    this.#bytes = bytes;
    this.#begin = 0;
    this.#end = 0;
    let dataTag = 0;
    let dataBytes = 0;
    let at = begin;
    while (at < end) {
      const start = at;
      let tag = 0;
      let byte = bytes[at] ?? 0;
      while (byte !== EQUALS) {
        const digit = byte - ZERO;
        if (at >= end || digit < 0 || digit > 9) {
          throw broken(at >= end ? 'a field without a tag' : 'a tag that is no number', at);
        }
        tag = tag * 10 + digit;
        at += 1;
        byte = bytes[at] ?? 0;
      }
      if (at === start || at >= end || tag === 0 || tag > 0x7fffffff) {
        throw broken('a field without a tag', start);
      }
      const value = at + 1;
      let stop = value;
      if (dataTag === tag) stop += dataBytes;
      // Not indexOf: most values are shorter than the call is worth.
      else while (stop < end && bytes[stop] !== SOH) stop += 1;
      if (stop < value || stop >= end || bytes[stop] !== SOH) {
        throw broken(`field ${tag} does not end`, value);
      }
      this.#push(tag, value, stop);
      dataTag = tag < 89 ? 0 : (DATA_TAGS.get(tag) ?? 0);
      if (dataTag !== 0) dataBytes = Number(this.#text(this.#end - 1));
      at = stop + 1;
    }
    return this;
  }

  #push(tag: number, begin: number, end: number): void {
    if (this.#end === FIELDS_MAX) throw new HftError('HFT_CAPACITY', 'more than 4096 fields');
    const at = this.#end * STRIDE;
    if (at === this.#index.length) {
      const grown = new Int32Array(this.#index.length * 2);
      grown.set(this.#index);
      this.#index = grown;
    }
    this.#index[at] = tag;
    this.#index[at + 1] = begin;
    this.#index[at + 2] = end;
    this.#end += 1;
  }

  /** The number of fields. */
  get size(): number {
    return this.#end - this.#begin;
  }

  /** The tag of field number `position`. */
  tagAt(position: number): number {
    return this.#index[(this.#begin + position) * STRIDE] ?? 0;
  }

  /** The text of field number `position`. */
  textAt(position: number): string {
    return this.#text(this.#begin + position);
  }

  /** The text of the first field `tag`; undefined where there is none, as for all getters. */
  getString(tag: number): string | undefined {
    const at = this.#find(tag, this.#begin);
    return at < 0 ? undefined : this.#text(at);
  }

  /** Errors, here and below: HFT_DATA_FORMAT where the text is no value of the type. */
  getInt(tag: number): number | undefined {
    const text = this.getString(tag);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw noValue(tag, text, 'int');
    return value;
  }

  /** A price, quantity or amount as its decimal text. */
  getDecimal(tag: number): string | undefined {
    const text = this.getString(tag);
    if (text !== undefined && !DECIMAL.test(text)) throw noValue(tag, text, 'decimal');
    return text;
  }

  getChar(tag: number): string | undefined {
    const text = this.getString(tag);
    if (text !== undefined && text.length !== 1) throw noValue(tag, text, 'char');
    return text;
  }

  getBoolean(tag: number): boolean | undefined {
    const text = this.getString(tag);
    if (text !== undefined && text !== 'Y' && text !== 'N') throw noValue(tag, text, 'boolean');
    return text === undefined ? undefined : text === 'Y';
  }

  /** A UTCTimestamp as nanoseconds since the epoch. */
  getTime(tag: number): bigint | undefined {
    const text = this.getString(tag);
    if (text === undefined) return undefined;
    return readFixTime(text) ?? fail(noValue(tag, text, 'time'));
  }

  /** The bytes of a data field, shared with the buffer. */
  getBytes(tag: number): Uint8Array | undefined {
    const at = this.#find(tag, this.#begin);
    if (at < 0) return undefined;
    return this.#bytes.subarray(this.#index[at * STRIDE + 1], this.#index[at * STRIDE + 2]);
  }

  /**
   * The entries of the group that `countTag` counts. An entry begins with the tag that follows the
   * count; the last ends at the first tag that `isMember` denies.
   */
  groups(countTag: number, isMember: (tag: number) => boolean): FixMessageView[] {
    const count = this.#find(countTag, this.#begin);
    const entries: FixMessageView[] = [];
    if (count < 0) return entries;
    const delimiter = this.#index[(count + 1) * STRIDE];
    let end = count + 1;
    while (end < this.#end && isMember(this.#index[end * STRIDE] ?? 0)) {
      if (this.#index[end * STRIDE] === delimiter) entries.push(this.#slice(end));
      end += 1;
      const last = entries.at(-1);
      if (last !== undefined) last.#end = end;
    }
    return entries;
  }

  /** A view that begins at field `begin` and holds none yet. */
  #slice(begin: number): FixMessageView {
    const view = new FixMessageView();
    view.#bytes = this.#bytes;
    view.#index = this.#index;
    view.#begin = begin;
    view.#end = begin;
    return view;
  }

  #find(tag: number, from: number): number {
    for (let at = from; at < this.#end; at += 1) {
      if (this.#index[at * STRIDE] === tag) return at;
    }
    return -1;
  }

  #text(at: number): string {
    const begin = this.#index[at * STRIDE + 1] ?? 0;
    const end = this.#index[at * STRIDE + 2] ?? 0;
    let text = '';
    for (let byte = begin; byte < end; byte += 1) {
      const code = this.#bytes[byte] ?? 0;
      if (code > 0x7e) return Buffer.from(this.#bytes.subarray(begin, end)).toString('utf8');
      text += CHARACTERS[code];
    }
    return text;
  }
}

function broken(what: string, offset: number): HftError {
  return new HftError('HFT_DATA_FORMAT', `FIX message, byte ${offset}: ${what}`);
}

function noValue(tag: number, text: string, kind: string): HftError {
  return new HftError('HFT_DATA_FORMAT', `field ${tag} is '${text}', which is no ${kind}`);
}

function fail(error: HftError): never {
  throw error;
}

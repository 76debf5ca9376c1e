import {
  type CaptureEntry,
  type CaptureFaults,
  type CaptureReader,
  createEntry,
  type MutableEntry,
} from './capture-entry.js';
import { parseNanosText, parseSecondsText } from './time-text.js';

/** Reads one line into `entry`; undefined when it did, else what is wrong with the line. */
export type LineParser = (
  bytes: Buffer,
  start: number,
  end: number,
  entry: MutableEntry,
) => string | undefined;

/** A line longer than this is not market data. */
export const LINE_BYTES_MAX = 64 << 20;

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const COMMA = 0x2c;
const ZERO = 0x30;

/** Reads captures of lines. */
export class LineReader implements CaptureReader {
  readonly #parse: LineParser;
  readonly #entry = createEntry();
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #isFinished = false;
  #line = 0;
  #faultCount = 0;
  #firstFault: string | undefined;
  #isTorn = false;

  constructor(parse: LineParser) {
    this.#parse = parse;
  }

  get faults(): CaptureFaults {
    return { count: this.#faultCount, first: this.#firstFault, isTorn: this.#isTorn };
  }

  push(chunk: Buffer): void {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    if (rest.length > LINE_BYTES_MAX) this.#skipLongLine();
  }

  finish(): void {
    this.#isFinished = true;
  }

  next(): CaptureEntry | undefined {
    for (;;) {
      const start = this.#at;
      const feed = this.#chunk.indexOf(LINE_FEED, start);
      if (feed < 0 && !(this.#isFinished && start < this.#chunk.length)) return undefined;
      const limit = feed < 0 ? this.#chunk.length : feed;
      this.#at = feed < 0 ? limit : feed + 1;
      this.#line += 1;
      const end = limit > start && this.#chunk[limit - 1] === RETURN ? limit - 1 : limit;
      if (end === start) continue;
      const fault = this.#parse(this.#chunk, start, end, this.#entry);
      if (fault === undefined) return this.#entry;
      if (feed < 0) this.#isTorn = true;
      this.#addFault(fault);
    }
  }

  #addFault(fault: string): void {
    this.#faultCount += 1;
    this.#firstFault ??= `line ${this.#line}: ${fault}`;
  }

  #skipLongLine(): void {
    const feed = this.#chunk.indexOf(LINE_FEED);
    this.#at = feed < 0 ? this.#chunk.length : feed + 1;
    this.#line += 1;
    this.#addFault(`longer than ${LINE_BYTES_MAX} bytes`);
  }
}

/** Lines of hftbacktest's collector: `LOCAL_NS {json}`. */
export const parseHftbacktestLine: LineParser = (bytes, start, end, entry) => {
  const time = parseNanosText(bytes, start, end);
  if (time === undefined) return 'no time in nanoseconds';
  const blank = bytes[time.end];
  if (time.end >= end || (blank !== SPACE && blank !== TAB)) return 'nothing after the time';
  const payload = afterBlanks(bytes, time.end, end);
  if (payload === end) return 'nothing after the time';
  fill(entry, { bytes, start: payload, end, seconds: time.seconds, nanos: time.nanos });
  return undefined;
};

/** A parser of cryptofeed's raw data collection; it remembers the address opened last. */
export function createCryptofeedParser(): LineParser {
  let openedUrl = '';
  return (bytes, start, end, entry) => {
    const isFrame = isDigit(bytes[start]);
    const space = isFrame ? -1 : bytes.indexOf(SPACE, start);
    if (!isFrame && (space < 0 || space >= end)) return 'no time in seconds';
    const url = isFrame ? openedUrl : bytes.toString('latin1', start, space);
    if (!isFrame && !url.includes(':')) return 'no time in seconds';
    const mark = isFrame ? undefined : MARKS.find(({ text }) => startsWith(bytes, space, text));
    if (!isFrame && mark === undefined) return 'no mark after the address';
    const timeAt = mark === undefined ? start : space + mark.text.length;
    const time = parseSecondsText(bytes, timeAt, end);
    if (time === undefined) return 'no time in seconds';
    const kind = mark?.kind ?? 'received';
    const isOpened = kind === 'opened';
    if (!isOpened && bytes[time.end] !== COLON) return 'no colon after the time';
    const payload = isOpened ? end : afterBlanks(bytes, time.end + 1, end);
    if (!isOpened && payload >= end) return 'nothing after the time';
    if (isOpened) openedUrl = url;
    fill(entry, { bytes, start: payload, end, seconds: time.seconds, nanos: time.nanos });
    entry.kind = kind;
    entry.url = url;
    return undefined;
  };
}

/** Lines of a LOBSTER message file: `time,type,orderId,size,price,direction`. */
export const parseLobsterLine: LineParser = (bytes, start, end, entry) => {
  const time = parseSecondsText(bytes, start, end);
  if (time === undefined) return 'no time in seconds';
  let commas = 0;
  for (let at = time.end; at < end; at += 1) if (bytes[at] === COMMA) commas += 1;
  if (commas !== 5) return 'not six fields';
  fill(entry, { bytes, start, end, seconds: time.seconds, nanos: time.nanos });
  return undefined;
};

const MARKS = [
  { text: ' <-> ', kind: 'opened' },
  { text: ' <- ', kind: 'sent' },
  { text: ' -> ', kind: 'rest-answer' },
] as const;

function fill(
  entry: MutableEntry,
  values: Pick<CaptureEntry, 'bytes' | 'start' | 'end' | 'seconds' | 'nanos'>,
): void {
  entry.kind = 'received';
  entry.bytes = values.bytes;
  entry.start = values.start;
  entry.end = values.end;
  entry.seconds = values.seconds;
  entry.nanos = values.nanos;
  entry.url = '';
}

function startsWith(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (bytes[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function afterBlanks(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}

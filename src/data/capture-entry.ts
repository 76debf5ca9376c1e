import type { SplitTime } from './time-text.js';

/** The file formats of recorded market data. */
export const CAPTURE_FORMATS = [
  'hftbacktest',
  'cryptofeed',
  'lobster',
  'itch',
  'recording',
] as const;
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];

/** What an entry of a capture is, in the order of the native `FrameKind`. */
export const ENTRY_KINDS = [
  'received',
  'sent',
  'opened',
  'rest-answer',
  'closed',
  'gap',
  'instrument',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The decimals of an instrument: one tick is 10^-priceDecimals; digits are what is printed. */
export interface EntryScale {
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly priceDigits: number;
  readonly qtyDigits: number;
}

/** One entry of a capture. A reader reuses the object: it is valid until the next `next()`. */
export interface CaptureEntry extends SplitTime {
  readonly kind: EntryKind;
  /** The payload is `bytes` from `start` to `end`. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** The address that was opened or asked; of a received frame, the one opened last. */
  readonly url: string;
  /** Which of the recorder's connections (recordings; 0 elsewhere). */
  readonly connection: number;
  /** Entries of kind `instrument` only. */
  readonly scale: EntryScale | undefined;
  /** Entries of kind `gap` only: frames lost, 0 if unknown. */
  readonly lostCount: number;
}

/** An entry that a reader fills again and again. */
export type MutableEntry = { -readonly [Name in keyof CaptureEntry]: CaptureEntry[Name] };

/** A fresh entry for a reader. */
export function createEntry(): MutableEntry {
  return {
    kind: 'received',
    seconds: 0,
    nanos: 0,
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    url: '',
    connection: 0,
    scale: undefined,
    lostCount: 0,
  };
}

/**
 * Reads the entries of a capture: `push` a chunk, call `next` until it returns undefined, push the
 * next one; `finish` after the last, and `next` once more until undefined.
 *
 * A line or record that is not the format is counted in `faults` and left out.
 */
export interface CaptureReader {
  push(chunk: Buffer): void;
  finish(): void;
  next(): CaptureEntry | undefined;
  /** Lines or records that were left out, and the place of the first. */
  readonly faults: CaptureFaults;
}

/** What a reader had to leave out. */
export interface CaptureFaults {
  readonly count: number;
  /** What the first one was, with its line number or byte offset. */
  readonly first: string | undefined;
  /** Whether the capture ended in the middle of an entry. */
  readonly isTorn: boolean;
}

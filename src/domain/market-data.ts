/** The wire formats of venues' streams, in the order of the native `WireFormat`. */
export const STREAM_FORMATS = [
  'binance-spot',
  'binance-futures',
  'coinbase-exchange',
  'coinbase-advanced',
  'kraken-v1',
  'kraken-v2',
  'alpaca-json',
  'alpaca-msgpack',
] as const;

/** The wire formats that the native decoders read, in the order of the native `WireFormat`. */
export const WIRE_FORMATS = [...STREAM_FORMATS, 'itch', 'lobster', 'fix'] as const;

/** A wire format of market data. */
export type WireFormat = (typeof WIRE_FORMATS)[number];

/** What happened, as the native `EventKind` numbers it. */
export const EventKind = {
  None: 0,
  Book: 1,
  Trade: 2,
  Quote: 3,
  Bar: 4,
  State: 5,
  Instrument: 6,
  Status: 7,
  Gap: 8,
  Order: 9,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];

/** Whether a book may be traded on, in the order of the native `BookState`. */
export const BOOK_STATES = ['trusted', 'suspect', 'broken'] as const;
export type BookState = (typeof BOOK_STATES)[number];

/** Why a book is not trusted, in the order of the native `BookReason`. */
export const BOOK_REASONS = [
  'none',
  'awaiting-snapshot',
  'sequence-gap',
  'checksum-mismatch',
  'crossed',
  'stale',
  'clock-skew',
  'disconnected',
  'decode-error',
  'capacity-exceeded',
  'quote-mismatch',
  'unknown-order',
  'resynchronising',
] as const;
export type BookReason = (typeof BOOK_REASONS)[number];

/** Why a frame could not be decoded, in the order of the native `DecodeError`. */
export const DECODE_ERRORS = [
  'ok',
  'truncated',
  'malformed',
  'bad-number',
  'too-many-decimals',
  'overflow',
  'capacity-exceeded',
] as const;
export type DecodeError = (typeof DECODE_ERRORS)[number];

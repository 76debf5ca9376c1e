import { loadAddon } from '../../addon/addon.js';
import type { NativeRecordedEvent } from '../../addon/journal.js';
import type { NativeDifference, NativeRunRecord } from '../../addon/trading-core.js';
import { BOOK_STATES, type BookState, EventKind } from '../../domain/market-data.js';
import { recordingPath } from '../../orders/run-files.js';
import { decodeRecord, type RecordField } from '../../storage/journal/decode-record.js';
import { type JournalWords, timeText } from './journal-words.js';

/** Levels of a book that are told. */
const LEVELS = 5;
/** No price, as the journal writes it. */
const NO_PRICE = -(2n ** 63n);

/** A market event or tick of a recording, for people. */
export interface DescribedEvent {
  /** In the recording, from 1. */
  readonly number: number;
  readonly kind: string;
  readonly symbol?: string;
  /** The venue's. */
  readonly sequence?: number;
  readonly exchangeTime?: string;
  readonly receiveTime: string;
}

/** A book as it stood, for people: prices and quantities as decimal text. */
export interface DescribedBook {
  readonly symbol: string;
  readonly state: BookState;
  readonly sequence: number;
  readonly receiveTime: string;
  readonly bids: readonly (readonly [price: string, qty: string])[];
  readonly asks: readonly (readonly [price: string, qty: string])[];
}

/** A record of a run, for people. */
export interface DescribedRecord {
  /** In the journal; null for what the replay made. */
  readonly sequence: string | null;
  readonly name: string;
  readonly fields: Readonly<Record<string, RecordField>>;
}

/** Where a replay first differs, with both states. */
export interface DescribedDifference {
  /** `other`: another record; `missing`: the replay made none; `unexpected`: the run made none. */
  readonly kind: 'other' | 'missing' | 'unexpected';
  /** Of the session. */
  readonly time: string;
  /** The event after which it happened; null before the first. */
  readonly event: DescribedEvent | null;
  /** The book of the instrument concerned; null where it isn't recorded. */
  readonly book: DescribedBook | null;
  readonly expected: DescribedRecord | null;
  readonly actual: DescribedRecord | null;
  /** The fields that differ. */
  readonly fields: readonly string[];
  /** What the replay held then of the instrument, for the strategy. */
  readonly position: { readonly symbol: string; readonly quantity: string } | null;
}

const KINDS = ['other', 'other', 'missing', 'unexpected'] as const;
const KIND_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'tick'],
  ...Object.entries(EventKind).map(([name, kind]): [number, string] => [kind, name.toLowerCase()]),
]);
/** Stamps of the clock: they decide nothing. */
const STAMPS = new Set([
  'trail.decidedTime',
  'trail.checkedTime',
  'trail.handledTime',
  'trail.decidedMonotonic',
]);

/** Says where a replay of `run` differs. */
export function describeDifference(
  found: NativeDifference,
  context: { readonly journalPath: string; readonly run: number; readonly words: JournalWords },
): DescribedDifference {
  const { words } = context;
  const expected = describeRecord(found.expected);
  const actual = describeRecord(found.actual);
  const instrument = instrumentOf(actual) ?? instrumentOf(expected) ?? 0;
  const number = Number(found.event);
  const recorded = loadAddon().recordedEvent(
    recordingPath(context.journalPath),
    context.run,
    number,
    instrument,
  );
  return {
    kind: KINDS[found.kind] ?? 'other',
    time: timeText(found.time),
    event: recorded.event === undefined ? null : describeEvent(recorded.event, words),
    book: recorded.book === undefined ? null : describeBook(recorded.book, words),
    expected,
    actual,
    fields: changedFields(expected, actual),
    position:
      found.positionQty === undefined
        ? null
        : {
            symbol: words.name('symbol', instrument),
            quantity: words.quantity(instrument, found.positionQty),
          },
  };
}

export function describeEvent(event: NativeRecordedEvent, words: JournalWords): DescribedEvent {
  const kind = KIND_NAMES.get(event.kind) ?? String(event.kind);
  const receiveTime = timeText(event.receiveTime);
  if (event.kind === 0) return { number: event.number, kind, receiveTime };
  return {
    number: event.number,
    kind,
    symbol: words.name('symbol', event.instrument),
    sequence: event.sequence,
    exchangeTime: timeText(event.exchangeTime),
    receiveTime,
  };
}

export function describeBook(book: NativeRecordedEvent, words: JournalWords): DescribedBook {
  const side = (
    levels: NativeRecordedEvent['bids'],
    top: readonly [number | undefined, number | undefined],
  ): [string, string][] => {
    const [price, qty] = top;
    // A stream of depth 0 tells the touch alone.
    const all = levels.length === 0 && price !== undefined ? [[price, qty ?? 0] as const] : levels;
    return all
      .slice(0, LEVELS)
      .map(([ticks, lots]) => [
        words.price(book.instrument, ticks),
        words.quantity(book.instrument, lots),
      ]);
  };
  return {
    symbol: words.name('symbol', book.instrument),
    state: BOOK_STATES[book.state] ?? 'broken',
    sequence: book.sequence,
    receiveTime: timeText(book.receiveTime),
    bids: side(book.bids, [book.values[0], book.values[1]]),
    asks: side(book.asks, [book.values[2], book.values[3]]),
  };
}

function describeRecord(record: NativeRunRecord | undefined): DescribedRecord | null {
  if (record === undefined) return null;
  const { name, fields } = decodeRecord(record.kind, record.payload);
  const kept = Object.entries(fields).filter(([, value]) => value !== NO_PRICE);
  return {
    sequence: record.sequence === 0n ? null : record.sequence.toString(),
    name,
    fields: { time: record.realtime, ...Object.fromEntries(kept) },
  };
}

function instrumentOf(record: DescribedRecord | null): number | undefined {
  const value = record?.fields['instrument'] ?? record?.fields['request.instrument'];
  return value === undefined ? undefined : Number(value);
}

function changedFields(expected: DescribedRecord | null, actual: DescribedRecord | null): string[] {
  if (expected === null || actual === null) return [];
  if (expected.name !== actual.name) return ['name'];
  const names = new Set([...Object.keys(expected.fields), ...Object.keys(actual.fields)]);
  return [...names].filter(
    (name) => !STAMPS.has(name) && expected.fields[name] !== actual.fields[name],
  );
}

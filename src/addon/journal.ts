/** What an audit of a journal found; `fault` other than `ok` lies at segment, offset, sequence. */
export interface NativeJournalReport {
  readonly fault: string;
  readonly records: bigint;
  readonly segment: bigint;
  readonly offset: bigint;
  readonly sequence: bigint;
  readonly firstSequence: bigint;
  readonly lastSequence: bigint;
  readonly durableSequence: bigint;
  readonly tornBytes: bigint;
  readonly recordsMissing: bigint;
  readonly run: bigint;
  /** 1: closed in order. */
  readonly isClosed: number;
  /** SHA-256 of the newest finished segment, as hex. */
  readonly sealDigest: string;
}

/**
 * Proves the journal in `path` and calls `onRecord` for each sound record in order.
 *
 * Changes nothing. Throws HFT_DATA_FILE where there is no journal.
 */
export type AuditJournal = (
  path: string,
  onRecord?: (
    sequence: bigint,
    kind: number,
    realtime: bigint,
    monotonic: bigint,
    payload: Uint8Array,
  ) => void,
) => NativeJournalReport;

/**
 * The names in a journal by table and number, newest word: 0 account, 1 strategy, 2 venue,
 * 3 currency, 4 symbol with its decimals. Empty where there is no journal.
 */
export type JournalNames = (
  path: string,
) => [table: number, id: number, name: string, priceDecimals: number, qtyDecimals: number][];

/** A recorded market event: ticks and lots, undefined where there is none. */
export interface NativeRecordedEvent {
  readonly number: number;
  readonly kind: number;
  readonly instrument: number;
  readonly side: number;
  readonly state: number;
  readonly sequence: number;
  readonly exchangeTime: bigint;
  readonly receiveTime: bigint;
  readonly values: readonly (number | undefined)[];
  readonly bids: readonly (readonly [price: number, qty: number])[];
  readonly asks: readonly (readonly [price: number, qty: number])[];
}

/**
 * Event number `event` of a run, and the newest book of an instrument until then. What is not there
 * any more is left out; without any recording all is.
 */
export type ReadRecordedEvent = (
  path: string,
  run: number,
  event: number,
  instrument: number,
) => {
  readonly firstEvent?: number;
  readonly event?: NativeRecordedEvent;
  readonly book?: NativeRecordedEvent;
};

/** How a journal is kept; `native/event/segment_keeper.hpp` says more. */
export interface NativeJournalOptions {
  /** Of a new journal, drawn by the caller. */
  readonly journalId?: number;
  /** A multiple of 4096; 64 MiB by default. */
  readonly segmentBytes?: number;
  readonly reserveBytes?: number;
  /** Records of this span share one flush. */
  readonly commitWindowNs?: number;
  /** False: durability `process` alone. */
  readonly flushesToDisk?: boolean;
  readonly startTimeMs?: number;
}

/** How far a journal has come. */
export interface NativeJournalPosition {
  readonly run: bigint;
  readonly lastSequence: bigint;
  readonly durableSequence: bigint;
}

/**
 * A journal that is open for writing. `memory` is a JournalEntry (`native/event/journal_entry.hpp`)
 * and its payload, 16,448 bytes; it must stay where it is: give shared memory.
 */
export interface NativeJournal {
  /** The hot call, without arguments: the question and the answer lie in the memory. */
  appender(): () => void;
  position(): NativeJournalPosition;
  /** Lets the segments go whose records all lie before `sequence`. */
  retainFrom(sequence: number): void;
  /** Flushes and seals; appends are then refused. Throws HFT_DATA_FILE when the disk failed. */
  close(): void;
}

/** Throws HFT_DATA_FILE where the journal is damaged, in use, or has no space. */
export type NativeJournalConstructor = new (
  path: string,
  memory: Uint8Array,
  options: NativeJournalOptions,
) => NativeJournal;

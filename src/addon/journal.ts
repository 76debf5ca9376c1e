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

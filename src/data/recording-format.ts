import { ENTRY_KINDS, type EntryKind } from './capture-entry.js';

/** Layout of the recording format, version 1; `docs/recording-format.md` has the offset tables. */
export const RECORDING_MAGIC = Buffer.from('HFTREC\r\n', 'latin1');
export const BLOCK_MAGIC = Buffer.from('\xabHFTBLK\x1a', 'latin1');
export const RECORDING_VERSION = 1;
export const RECORDING_HEADER_BYTES = 64;
export const BLOCK_HEADER_BYTES = 40;
export const RECORD_HEADER_BYTES = 20;
/** The largest block that the format allows, header included. */
export const BLOCK_BYTES_LIMIT = 64 << 20;
export const VENUE_BYTES_MAX = 23;

/** What a record is. */
export const RecordType = { Frame: 1, Instrument: 2, Marker: 3 } as const;
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

/** The number of an entry kind in a record. */
export function entryKindNumber(kind: EntryKind): number {
  return ENTRY_KINDS.indexOf(kind);
}

/** The record type that an entry becomes. */
export function recordTypeOf(kind: EntryKind): RecordType {
  if (kind === 'instrument') return RecordType.Instrument;
  return kind === 'closed' || kind === 'gap' ? RecordType.Marker : RecordType.Frame;
}

import { loadAddon } from '../../addon/addon.js';
import type {
  NativeJournal,
  NativeJournalOptions,
  NativeJournalPosition,
} from '../../addon/journal.js';
import { HftError } from '../../domain/errors.js';

/** The records that JavaScript may write; all others come from the trading core. */
export const JOURNAL_KINDS = {
  sessionStart: 1,
  timer: 7,
  marketReference: 8,
  strategyNote: 10,
  configChange: 15,
} as const;

/** Why a record was not written. */
export type JournalRefusal =
  | 'full'
  | 'tooLong'
  | 'diskFailed'
  | 'closed'
  | 'badKind'
  | 'badPayload';

/** What became of a record: its sequence, or why there is none. */
export type JournalAppended =
  | { readonly ok: true; readonly sequence: bigint }
  | { readonly ok: false; readonly reason: JournalRefusal };

/** The time of a record, in nanoseconds. */
export interface JournalTime {
  readonly realtime: bigint;
  readonly monotonic: bigint;
}

const HEADER_BYTES = 64;
const PAYLOAD_MAX = 16_384;
const VERDICTS: ReadonlyMap<number, JournalRefusal> = new Map<number, JournalRefusal>([
  [4, 'full'],
  [5, 'tooLong'],
  [6, 'diskFailed'],
  [7, 'closed'],
  [32, 'badKind'],
  [33, 'badPayload'],
]);

/**
 * A journal that JavaScript appends to: notes of strategies, timers, seeds, configuration changes.
 *
 * An append is one native call without arguments; it survives the death of the process at once, and
 * that of the machine when `position().durableSequence` has reached it. Not for several threads.
 */
export class JournalWriter {
  readonly #native: NativeJournal;
  readonly #append: () => void;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #encoder = new TextEncoder();

  /** Throws HFT_DATA_FILE where the journal is damaged, in use, or has no space. */
  constructor(path: string, options: NativeJournalOptions = {}) {
    // Shared memory cannot be taken away from under the native side.
    const memory = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_MAX);
    this.#bytes = new Uint8Array(memory);
    this.#view = new DataView(memory);
    this.#native = new (loadAddon().NativeJournal)(path, this.#bytes, options);
    this.#append = this.#native.appender();
  }

  /** What a strategy wants remembered. */
  note(text: string, time: JournalTime): JournalAppended {
    return this.#appendText(JOURNAL_KINDS.strategyNote, text, time);
  }

  /** A setting that took effect. Throws HFT_ARGUMENT for a key that is empty or holds `=`. */
  configChange(key: string, value: string, time: JournalTime): JournalAppended {
    if (key === '' || key.includes('=')) {
      throw new HftError('HFT_ARGUMENT', `the key of a configuration change is '${key}'`);
    }
    return this.#appendText(JOURNAL_KINDS.configChange, `${key}=${value}`, time);
  }

  /** A timer that fired: an input like any other. */
  timer(timer: bigint, dueTime: bigint, time: JournalTime): JournalAppended {
    this.#view.setBigUint64(HEADER_BYTES, timer, true);
    this.#view.setBigInt64(HEADER_BYTES + 8, dueTime, true);
    return this.#send(JOURNAL_KINDS.timer, 16, time);
  }

  /** What makes a run repeatable. */
  sessionStart(
    session: {
      readonly run: bigint;
      readonly randomSeed: bigint;
      readonly startTime: bigint;
      readonly configHash: bigint;
    },
    time: JournalTime,
  ): JournalAppended {
    this.#view.setBigUint64(HEADER_BYTES, session.run, true);
    this.#view.setBigUint64(HEADER_BYTES + 8, session.randomSeed, true);
    this.#view.setBigInt64(HEADER_BYTES + 16, session.startTime, true);
    this.#view.setBigUint64(HEADER_BYTES + 24, session.configHash, true);
    return this.#send(JOURNAL_KINDS.sessionStart, 32, time);
  }

  /** The part of a recording that was seen: its sequences, and the hash of the state behind it. */
  marketReference(
    reference: {
      readonly firstSequence: bigint;
      readonly lastSequence: bigint;
      readonly stateHash: bigint;
    },
    time: JournalTime,
  ): JournalAppended {
    this.#view.setBigUint64(HEADER_BYTES, reference.firstSequence, true);
    this.#view.setBigUint64(HEADER_BYTES + 8, reference.lastSequence, true);
    this.#view.setBigUint64(HEADER_BYTES + 16, reference.stateHash, true);
    return this.#send(JOURNAL_KINDS.marketReference, 24, time);
  }

  /** How far the journal has come. */
  position(): NativeJournalPosition {
    return this.#native.position();
  }

  /** Lets the segments go whose records all lie before `sequence`. */
  retainFrom(sequence: number): void {
    this.#native.retainFrom(sequence);
  }

  /** Flushes and seals. Throws HFT_DATA_FILE when the disk failed. */
  close(): void {
    this.#native.close();
  }

  #appendText(kind: number, text: string, time: JournalTime): JournalAppended {
    // A code unit takes a byte at least: what is surely too long is not encoded at all.
    if (text.length > PAYLOAD_MAX) return { ok: false, reason: 'tooLong' };
    const bytes = this.#encoder.encode(text);
    if (bytes.length > PAYLOAD_MAX) return { ok: false, reason: 'tooLong' };
    this.#bytes.set(bytes, HEADER_BYTES);
    return this.#send(kind, bytes.length, time);
  }

  #send(kind: number, payloadBytes: number, time: JournalTime): JournalAppended {
    const view = this.#view;
    view.setUint32(0, kind, true);
    view.setUint32(4, payloadBytes, true);
    view.setBigInt64(8, time.realtime, true);
    view.setBigInt64(16, time.monotonic, true);
    view.setUint32(24, 0, true);
    this.#append();
    const verdict = view.getUint32(28, true);
    if (verdict === 0) return { ok: true, sequence: view.getBigUint64(32, true) };
    return { ok: false, reason: VERDICTS.get(verdict) ?? 'diskFailed' };
  }
}

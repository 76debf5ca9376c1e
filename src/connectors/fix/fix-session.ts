import { loadAddon } from '../../addon/addon.js';
import {
  FIX_RECORD_HEAD_BYTES,
  FixCommand,
  FixEventKind,
  type NativeFixCounters,
  type NativeFixEmergencyExit,
  type NativeFixSessionInfo,
  type NativeFixSessions,
} from '../../addon/fix-sessions.js';
import { type ErrorCode, HftError } from '../../domain/errors.js';

const SOH = '\u0001';
const DRAIN_BYTES = 1 << 20;
/** What the session writes itself: in a body these would be fields twice. */
const HEADER_TAGS = new Set([8, 9, 10, 34, 35, 49, 52, 56]);

/**
 * What happened to a session; `message` is what was on the wire. `rejected` follows a Reject or a
 * BusinessMessageReject: the message of ours that it refuses.
 */
export type FixEvent =
  | { readonly kind: 'logon' | 'logout'; readonly timeNs: bigint }
  | {
      readonly kind: 'message' | 'admin' | 'rejected';
      readonly timeNs: bigint;
      readonly message: string;
    }
  | {
      readonly kind: 'refused';
      readonly timeNs: bigint;
      readonly reason: string;
      readonly msgType: string;
      readonly body: string;
    }
  | { readonly kind: 'note'; readonly timeNs: bigint; readonly text: string };

/** Gets the events of one batch, oldest first. */
export type FixBatchListener = (events: readonly FixEvent[]) => void;

/** A field of a message: its tag and its value, in the order of the wire. */
export type FixFieldValue = readonly [tag: number, value: string | number];

/** Options of `FixSessions.open`. */
export interface FixSessionsOptions {
  /** QuickFIX settings text: `readFixSettings` makes it from YAML or a `.cfg`. */
  readonly settings: string;
  /** Behaves as the application behind QuickFIX's acceptance scripts; default false. */
  readonly echoes?: boolean;
  /** Default true; false sends every message through the session brain. */
  readonly usesFastPath?: boolean;
}

/** One FIX session of a group. Not thread-safe. */
export class FixSession {
  readonly info: NativeFixSessionInfo;
  readonly #native: NativeFixSessions;
  readonly #index: number;
  readonly #listeners = new Set<FixBatchListener>();

  constructor(native: NativeFixSessions, index: number, info: NativeFixSessionInfo) {
    this.#native = native;
    this.#index = index;
    this.info = info;
  }

  /** Whether both sides have logged on. */
  get isLoggedOn(): boolean {
    return this.statistics().isLoggedOn === 1;
  }

  /** Counts since the session was opened. */
  statistics(): NativeFixCounters {
    return this.#native.counters(this.#index);
  }

  /** Calls `listener` with batches of events until the returned function is called. */
  onBatch(listener: FixBatchListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Sends an application message: MsgType(35) and the fields behind the header, in the order of
   * the wire. Header and trailer are the session's.
   *
   * Throws HFT_ARGUMENT for a field that would break the message, HFT_CAPACITY when the queue is
   * full. What cannot be sent then (not logged on, ...) comes back as a `refused` event.
   */
  send(msgType: string, fields: readonly FixFieldValue[]): void {
    if (!/^[A-Za-z0-9]{1,8}$/.test(msgType)) {
      throw new HftError('HFT_ARGUMENT', `MsgType(35) is ${JSON.stringify(msgType)}`);
    }
    let body = '';
    for (const [tag, value] of fields) {
      const text = String(value);
      const isTag = Number.isInteger(tag) && tag > 0 && tag < 1e9 && !HEADER_TAGS.has(tag);
      if (
        !isTag ||
        text === '' ||
        text.includes(SOH) ||
        (typeof value === 'number' && /e|N|I/.test(text))
      ) {
        throw new HftError('HFT_ARGUMENT', `field ${tag} of message ${msgType} cannot be sent`);
      }
      body += `${tag}=${text}${SOH}`;
    }
    this.#post(FixCommand.Send, msgType, body);
  }

  /** Lets the session log on (again). */
  logon(): void {
    this.#post(FixCommand.Logon, '', '');
  }

  /** Logs out; the session stays out until `logon`. */
  logout(reason = ''): void {
    this.#post(FixCommand.Logout, '', reason);
  }

  /** Logs out and begins anew with both sequence numbers 1. */
  reset(): void {
    this.#post(FixCommand.Reset, '', '');
  }

  /** Opens a way for cancels that native threads send while this thread is blocked. */
  openEmergencyExit(): NativeFixEmergencyExit {
    const Exit = loadAddon().NativeFixEmergencyExit;
    return new Exit(this.#native, this.#index);
  }

  /** Hands a batch to the listeners; called by the group. */
  deliver(events: readonly FixEvent[]): void {
    for (const listener of this.#listeners) listener(events);
  }

  #post(command: FixCommand, msgType: string, body: string): void {
    if (this.#native.post(command, this.#index, msgType, body)) return;
    throw new HftError('HFT_CAPACITY', `${this.info.id}: the queue of the session is full`);
  }
}

/** FIX sessions that share one native I/O thread. Whoever opens them closes them. */
export class FixSessions {
  readonly sessions: readonly FixSession[];
  readonly #native: NativeFixSessions;
  readonly #buffer = new Uint8Array(DRAIN_BYTES);
  #onEnd: (() => void) | undefined;

  private constructor(options: FixSessionsOptions) {
    const { settings, echoes = false, usesFastPath = true } = options;
    const Sessions = loadAddon().NativeFixSessions;
    this.#native = rethrowing(
      () => new Sessions(settings, echoes, usesFastPath, () => this.#wake()),
    );
    this.sessions = this.#native
      .sessions()
      .map((info, index) => new FixSession(this.#native, index, info));
  }

  /**
   * Opens stores and logs and listens for the acceptors; `start` begins to work.
   *
   * Throws HFT_FIX_UNAVAILABLE without the session library, HFT_FIX_CONFIG for a wrong setting.
   */
  static open(options: FixSessionsOptions): FixSessions {
    return new FixSessions(options);
  }

  /** Connects, accepts, logs on. */
  start(): void {
    this.#native.start();
  }

  /** The session whose id, or whose TargetCompID, is `name`. Throws HFT_ARGUMENT. */
  session(name: string): FixSession {
    const found = this.sessions.filter(
      ({ info }) => info.id === name || info.targetCompID === name,
    );
    const [session] = found;
    if (found.length === 1 && session !== undefined) return session;
    const ids = this.sessions.map(({ info }) => info.id).join(', ');
    throw new HftError('HFT_ARGUMENT', `no one session is ${name}; there are ${ids}`);
  }

  /** Logs out in order, up to two seconds, and frees everything. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#onEnd = resolve;
    });
    // A group that was never started has no thread that could end.
    this.#native.start();
    this.#native.stop();
    if (!this.#native.hasEnded()) await ended;
    this.#drain();
    this.#native.close();
  }

  #wake(): void {
    this.#drain();
    if (this.#native.hasEnded()) this.#onEnd?.();
  }

  #drain(): void {
    for (;;) {
      const size = this.#native.drain(this.#buffer);
      if (size === 0) return;
      const batches = new Map<number, FixEvent[]>();
      for (const [session, event] of recordsOf(this.#buffer.subarray(0, size))) {
        const batch = batches.get(session);
        if (batch === undefined) batches.set(session, [event]);
        else batch.push(event);
      }
      for (const [session, events] of batches) this.sessions[session]?.deliver(events);
    }
  }
}

/** Errors of the addon with the class of this library. */
function rethrowing<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    const { code, message } = error as { code?: ErrorCode; message?: string };
    if (code === undefined || !code.startsWith('HFT_FIX')) throw error;
    throw new HftError(code, message ?? code, { cause: error });
  }
}

function* recordsOf(bytes: Uint8Array): Generator<readonly [session: number, event: FixEvent]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const size = view.getUint32(at, true);
    const session = view.getUint32(at + 4, true);
    const kind = view.getUint32(at + 8, true);
    const timeNs = view.getBigInt64(at + 16, true);
    const begin = at + FIX_RECORD_HEAD_BYTES;
    const event = eventOf(kind, timeNs, bytes.subarray(begin, begin + size));
    if (event !== undefined) yield [session, event];
    at = begin + Math.ceil(size / 8) * 8;
  }
}

function eventOf(kind: number, timeNs: bigint, bytes: Uint8Array): FixEvent | undefined {
  // FIX text is ASCII but for encoded fields; latin1 keeps every byte as it is.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  switch (kind) {
    case FixEventKind.Logon:
      return { kind: 'logon', timeNs };
    case FixEventKind.Logout:
      return { kind: 'logout', timeNs };
    case FixEventKind.Application:
      return { kind: 'message', timeNs, message: text };
    case FixEventKind.Admin:
      return { kind: 'admin', timeNs, message: text };
    case FixEventKind.Rejected:
      return { kind: 'rejected', timeNs, message: text };
    case FixEventKind.Refused: {
      const [reason = '', msgType = ''] = text.split(SOH, 2);
      const body = text.slice(reason.length + msgType.length + 2);
      return { kind: 'refused', timeNs, reason, msgType, body };
    }
    case FixEventKind.Note:
      return { kind: 'note', timeNs, text };
    default:
      return undefined;
  }
}

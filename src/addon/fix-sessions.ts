/** One session as configured. */
export interface NativeFixSessionInfo {
  /** `FIX.4.4:SENDER->TARGET`, with the qualifier behind it where there is one. */
  readonly id: string;
  readonly beginString: string;
  readonly senderCompID: string;
  readonly targetCompID: string;
  /** As configured, such as `FIX.5.0SP2`; empty before FIXT. */
  readonly defaultApplVerID: string;
  readonly connectionType: 'initiator' | 'acceptor';
  readonly host: string;
  /** Where an acceptor listens in truth: a configured 0 takes a free port. */
  readonly port: number;
}

/** Counts of one session since it was opened. */
export interface NativeFixCounters {
  readonly received: number;
  /** Of these: taken without the session brain. */
  readonly receivedFast: number;
  readonly sent: number;
  /** Messages to send that were not sent. */
  readonly refused: number;
  readonly logons: number;
  readonly disconnects: number;
  readonly nextSender: number;
  readonly nextTarget: number;
  /** 1 while logged on. */
  readonly isLoggedOn: number;
}

/** Numbers of `post`, as in native/fix/session/session_group.hpp. */
export const FixCommand = { Send: 1, Logon: 2, Logout: 3, Reset: 4 } as const;
export type FixCommand = (typeof FixCommand)[keyof typeof FixCommand];

/** Numbers of event records, as in native/fix/session/session_event.hpp. */
export const FixEventKind = {
  Logon: 1,
  Logout: 2,
  Application: 3,
  Admin: 4,
  Refused: 5,
  Note: 6,
  Rejected: 7,
} as const;

/** Bytes before those of a record: u32 size, session, kind, 0; i64 time in nanoseconds. */
export const FIX_RECORD_HEAD_BYTES = 24;

/** FIX sessions on a native thread of their own. Not thread-safe. */
export interface NativeFixSessions {
  start(): void;
  /** Logs out in order, for up to two seconds; `onWake` comes when `hasEnded`. */
  stop(): void;
  hasEnded(): boolean;
  /** Ends the thread, waiting for it, and frees everything. */
  close(): void;
  /** Moves whole event records to `into` and returns the bytes; each padded to 8. */
  drain(into: Uint8Array): number;
  /** False when the queue is full: nothing was taken. */
  post(command: FixCommand, session: number, msgType: string, body: string): boolean;
  sessions(): readonly NativeFixSessionInfo[];
  counters(session: number): NativeFixCounters;
}

/**
 * `settings` is QuickFIX settings text. Throws HFT_FIX_UNAVAILABLE without the library,
 * HFT_FIX_CONFIG for a wrong setting.
 */
export type NativeFixSessionsConstructor = new (
  settings: string,
  echoes: boolean,
  usesFastPath: boolean,
  onWake: () => void,
) => NativeFixSessions;

/**
 * What stands in the text of a cancel for what differs from cancel to cancel, as in
 * native/fix/message/cancel_template.hpp: control characters, which no field of FIX text holds.
 */
export const CancelHole = {
  ClOrdID: '\u000e',
  OrigClOrdID: '\u000f',
  ClOrdIDUuid: '\u0010',
  OrigClOrdIDUuid: '\u0011',
  Side: '\u0012',
  OrderQty: '\u0013',
  /** TransactTime in whole seconds. */
  TimeSeconds: '\u0014',
  /** TransactTime with milliseconds. */
  TimeMillis: '\u0015',
  /** The fields of the account: see `setAccount`. */
  Account: '\u0016',
} as const;

/**
 * Cancels over a FIX session that native threads write and send while this thread is blocked. It
 * closes with the sessions. Not thread-safe.
 */
export interface NativeFixEmergencyExit {
  /** The fields of an OrderCancelRequest, each with its SOH, with CancelHoles in them. */
  setInstrument(instrument: number, text: string, qtyDecimals: number): void;
  /** What stands for an account: whole fields, or nothing, as where none is set. */
  setAccount(account: number, text: string): void;
}

/** `session` is the number of one in `sessions`. Errors: HFT_ARGUMENT, HFT_CLOSED. */
export type NativeFixEmergencyExitConstructor = new (
  sessions: NativeFixSessions,
  session: number,
) => NativeFixEmergencyExit;

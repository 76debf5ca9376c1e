import { type FixEvent, type FixSession, FixSessions } from '../../connectors/fix/fix-session.js';
import type { FixSessionPlan } from './fix-plan.js';
import { ReceivedPosition } from './received-position.js';

/** How a FIX session of a system is. */
export const FIX_LINK_STATES = ['idle', 'logging-on', 'logged-on', 'logged-off', 'closed'] as const;
export type FixLinkState = (typeof FIX_LINK_STATES)[number];

/** What a session has counted. */
export interface FixLinkStatistics {
  readonly session: string;
  readonly state: FixLinkState;
  readonly logons: number;
  readonly disconnects: number;
  readonly sent: number;
  readonly received: number;
  readonly refused: number;
}

/** Hears of a session's life. */
export interface FixLinkListener {
  onState?(state: FixLinkState): void;
  /** What the session notes of itself: why a logon was refused, a connection lost. */
  onNote?(text: string): void;
}

/**
 * One FIX session of a trading system on a thread of its own: opened, started, logged on again by
 * itself, closed.
 *
 * What the application had not taken when its process died is asked for again: the number of the
 * last message whose listeners have returned is kept beside the store. Subscribe to the session
 * before `start`. Not thread-safe.
 */
export class FixLink {
  readonly name: string;
  readonly session: FixSession;
  readonly #group: FixSessions;
  readonly #position: ReceivedPosition | undefined;
  readonly #listener: FixLinkListener;
  #state: FixLinkState = 'idle';
  #closing: Promise<void> | undefined;

  /**
   * Opens the store; nothing connects before `start`. Errors: HFT_FIX_UNAVAILABLE without the
   * session library, HFT_FIX_CONFIG, HFT_DATA_FILE.
   */
  constructor(plan: FixSessionPlan, listener: FixLinkListener = {}) {
    const { name, settings, positionFile } = plan;
    this.name = name;
    this.#listener = listener;
    this.#position = positionFile === undefined ? undefined : new ReceivedPosition(positionFile);
    const next = (this.#position?.last ?? 0) + 1;
    if (next > 1) settings.set('NextTargetMsgSeqNum', String(next));
    try {
      this.#group = FixSessions.open({ settings: settings.text });
    } catch (error) {
      this.#position?.close();
      throw error;
    }
    const [session] = this.#group.sessions;
    if (session === undefined) throw new Error(`${name}: settings without a session`);
    this.session = session;
    // Taken to the end by the run before: what comes from here on is not.
    if (next === 1) this.#position?.set(session.statistics().nextTarget - 1);
  }

  get state(): FixLinkState {
    return this.#state;
  }

  get isLoggedOn(): boolean {
    return this.#state === 'logged-on';
  }

  /** Connects and logs on, and again whenever the session has ended. */
  start(): void {
    if (this.#state !== 'idle') return;
    this.#set('logging-on');
    // Behind all other listeners: what they have taken, they have written down.
    this.session.onBatch((events) => this.#onEvents(events));
    this.#group.start();
  }

  /** Logs out in order, up to two seconds; what comes until then is still handed on. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  statistics(): FixLinkStatistics {
    const { logons, disconnects, sent, received, refused } = this.session.statistics();
    const { id } = this.session.info;
    return { session: id, state: this.#state, logons, disconnects, sent, received, refused };
  }

  async #close(): Promise<void> {
    try {
      await this.#group.close();
      this.#position?.set(0);
    } finally {
      this.#position?.close();
      this.#set('closed');
    }
  }

  #onEvents(events: readonly FixEvent[]): void {
    for (const event of events) {
      if (event.kind === 'logon') this.#set('logged-on');
      else if (event.kind === 'logout') this.#set('logged-off');
      else if (event.kind === 'note') this.#listener.onNote?.(event.text);
      else if (event.kind === 'message') this.#position?.take(event.message);
    }
    this.#position?.write();
  }

  #set(state: FixLinkState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.#listener.onState?.(state);
  }
}

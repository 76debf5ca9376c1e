import {
  type FixEvent,
  type FixSession,
  FixSessions,
} from '../../src/connectors/fix/fix-session.js';

const WAIT_MS = 30_000;

/** One side of a FIX connection: a group of one session, started, and all that it was told. */
export interface FixSide {
  readonly group: FixSessions;
  readonly session: FixSession;
  /** Grows with each batch. */
  readonly events: FixEvent[];
}

/** Opens and starts a group of one session. The caller closes `group`. */
export function startFixSide(settings: string): FixSide {
  const group = FixSessions.open({ settings });
  const [session] = group.sessions;
  if (session === undefined) throw new Error('no session');
  const events: FixEvent[] = [];
  session.onBatch((batch) => void events.push(...batch));
  group.start();
  return { group, session, events };
}

/**
 * Waits until `find` finds something. Where it never does the error says what was waited for, and
 * what `said` has to tell.
 */
export async function eventually<T>(
  find: () => T | undefined | false,
  said: () => string = () => '',
): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`${String(find)} never came ${said()}`);
    // Not a spin: the session's own thread needs the core that it would take.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

import type { MessageHandler } from '../domain/message-handler.js';
import type { EventRing } from './event-ring.js';

/** Events drained of one ring in one go. */
export const DRAIN_LIMIT = 4096;
/** Rounds over the rings in one turn of the event loop: it must get its turn under load too. */
const ROUNDS_PER_TURN = 64;
/** From so many events in a turn on, more are about to come: waiting is cheaper than a wake-up. */
const BUSY_EVENTS = 64;
/** Looks at the rings before a busy consumer goes to sleep: some 30 microseconds in all. */
const BUSY_LOOKS = 256;
/** Steps between two looks: looking all the time would slow the producer's publishing. */
const STEPS_A_LOOK = 128;
/** So many events are worth a round; fewer are left to gather while the looks last. */
const ROUND_EVENTS = 256;

/**
 * Drains `rings` into `handler` until they are empty and their producers know that the consumer
 * sleeps, for at most one turn's worth. Returns whether it sleeps: if not, another turn is due.
 *
 * Under load it looks a moment longer before it gives up: a sleep and its wake-up cost more than
 * the events that a busy producer publishes meanwhile, and each wake-up allocates a little.
 */
export function drainTurn(rings: readonly EventRing[], handler: MessageHandler): boolean {
  let drained = 0;
  for (let round = 0; round < ROUNDS_PER_TURN; round += 1) {
    let count = 0;
    for (const ring of rings) count += ring.drain(handler, DRAIN_LIMIT);
    drained += count;
    if (count > 0 || (drained >= BUSY_EVENTS && awaitEvents(rings))) continue;
    if (sleep(rings)) return true;
  }
  return false;
}

/** Whether all rings are empty, and their producers will wake the consumer. */
function sleep(rings: readonly EventRing[]): boolean {
  let isAsleep = true;
  for (const ring of rings) isAsleep = ring.prepareSleep() && isAsleep;
  return isAsleep;
}

/** Whether events arrived while looking. */
function awaitEvents(rings: readonly EventRing[]): boolean {
  for (let look = 0; look < BUSY_LOOKS; look += 1) {
    for (let step = 0; step < STEPS_A_LOOK; step += 1) idle = (idle + step) | 0;
    if (pendingOf(rings) >= ROUND_EVENTS) return true;
  }
  return pendingOf(rings) > 0;
}

/** What the steps between looks work on. */
let idle = 0;

function pendingOf(rings: readonly EventRing[]): number {
  let pending = 0;
  for (const ring of rings) pending += ring.pending;
  return pending;
}

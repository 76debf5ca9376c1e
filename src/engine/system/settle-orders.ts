import { setTimeout as sleep } from 'node:timers/promises';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type { ShutdownPolicy } from './system-plan.js';

const LOOK_MS = 2;
/** Of the time that a drain has, so much is kept for the cancels at its end. */
const CANCEL_SHARE = 0.25;
const CANCEL_MS_MAX = 2_000;

/** How working orders are brought to an end. */
export interface SettleOptions {
  readonly policy: ShutdownPolicy;
  readonly timeoutMs: number;
  /** Cuts the wait short: what is open then stays open. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Ends the working orders by the policy, while the market goes on. Returns how many are left.
 *
 * `cancel` cancels all at once and waits for the answers; `drain` waits for them to end by
 * themselves and cancels the rest before the time is over; `keep` leaves them as they are.
 */
export async function settleOrders(
  manager: RealTimeOrderManager,
  { policy, timeoutMs, signal }: SettleOptions,
): Promise<number> {
  const working = (): number => {
    const { working: atVenue, held } = manager.statistics();
    return atVenue + held;
  };
  if (policy === 'keep') return working();
  const start = performance.now();
  const waitUntil = async (untilMs: number): Promise<void> => {
    while (working() > 0 && performance.now() - start < untilMs && signal?.aborted !== true) {
      await sleep(LOOK_MS);
    }
  };
  if (policy === 'drain') {
    await waitUntil(timeoutMs - Math.min(CANCEL_MS_MAX, timeoutMs * CANCEL_SHARE));
  }
  if (working() > 0) {
    manager.cancelAll();
    await waitUntil(timeoutMs);
  }
  return working();
}

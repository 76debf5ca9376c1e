import type { StrategyClock } from '../../domain/strategy-context.js';

/**
 * The clock of a session: it stands still until it is moved on, by market events and ticks. No
 * decision reads another one, and so a session can be repeated.
 */
export class SessionClock implements StrategyClock {
  #startMs = Number.NaN;
  #nowMs = 0;

  /** Moves time on; it never goes back. */
  advance(nowMs: number): void {
    if (Number.isNaN(this.#startMs)) this.#startMs = nowMs;
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
  }
  get nowMs(): number {
    return this.#nowMs;
  }
  get elapsedNs(): number {
    return Number.isNaN(this.#startMs) ? 0 : Math.round((this.#nowMs - this.#startMs) * 1e6);
  }
  now(): bigint {
    const whole = Math.floor(this.#nowMs);
    return BigInt(whole) * 1_000_000n + BigInt(Math.round((this.#nowMs - whole) * 1e6));
  }
}

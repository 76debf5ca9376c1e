import type { StrategyClock } from '../../domain/strategy-context.js';

const FIRST_NS = 100e6;
const LONGEST_NS = 5e9;

/**
 * How long a strategy asks for nothing after a refusal: 100 ms, doubled with each further one in a
 * row, at most 5 s. What a limit refuses now it refuses for the next book too.
 *
 * By the run's clock, so that a replay waits as long. Allocates nothing after construction.
 */
export class RefusalPause {
  readonly #clock: StrategyClock;
  #lengthNs = 0;
  #untilNs = 0;

  constructor(clock: StrategyClock) {
    this.#clock = clock;
  }

  /** Whether it is too early to ask again. */
  get isOn(): boolean {
    return this.#lengthNs > 0 && this.#clock.elapsedNs < this.#untilNs;
  }

  /** Takes the answer to a request: its ClOrdID, or 0 where it was refused. Returns it. */
  note(clOrdID: number): number {
    if (clOrdID !== 0) {
      this.#lengthNs = 0;
    } else {
      this.#lengthNs = Math.min(Math.max(FIRST_NS, 2 * this.#lengthNs), LONGEST_NS);
      this.#untilNs = this.#clock.elapsedNs + this.#lengthNs;
    }
    return clOrdID;
  }
}

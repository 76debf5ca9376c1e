const PLACES = 1024;
const FIELDS = 5;
const TIME = 0;
const BID = 1;
const ASK = 2;
const BID_LOTS = 3;
const ASK_LOTS = 4;

/**
 * The last touches of one instrument, with the times from which they held: what the book showed
 * when something happened at the exchange, of which we hear later. Allocates nothing per event.
 */
export class TouchHistory {
  readonly #values = new Float64Array(PLACES * FIELDS);
  #count = 0;

  /** `times[at]`: when `touch` began to hold. A fraction that is passed may become an object. */
  push(touch: Float64Array, times: Float64Array, at: number): void {
    const values = this.#values;
    const to = (this.#count % PLACES) * FIELDS;
    this.#count += 1;
    values[to + TIME] = times[at] ?? Number.NaN;
    values[to + BID] = touch[0] ?? Number.NaN;
    values[to + ASK] = touch[1] ?? Number.NaN;
    values[to + BID_LOTS] = touch[2] ?? 0;
    values[to + ASK_LOTS] = touch[3] ?? 0;
  }

  /** The number of the touch that stood just before `timeMs`; else of the oldest known. */
  before(timeMs: number): number {
    let low = Math.max(0, this.#count - PLACES);
    let high = this.#count - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#at(middle, TIME) < timeMs) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  bid(index: number): number {
    return this.#at(index, BID);
  }
  ask(index: number): number {
    return this.#at(index, ASK);
  }
  bidLots(index: number): number {
    return this.#at(index, BID_LOTS);
  }
  askLots(index: number): number {
    return this.#at(index, ASK_LOTS);
  }

  #at(index: number, field: number): number {
    return this.#values[(index % PLACES) * FIELDS + field] ?? Number.NaN;
  }
}

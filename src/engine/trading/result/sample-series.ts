/**
 * Samples in a fixed number of places: when they are used up, every second sample goes and only
 * every second one is taken from there on. The distances stay even, the memory flat.
 */
export class SampleSeries {
  readonly #capacity: number;
  readonly #columns: readonly Float64Array[];
  #length = 0;
  #offered = 0;
  #stride = 1;

  /** `capacity` must be even. */
  constructor(columns: number, capacity: number) {
    this.#capacity = capacity;
    this.#columns = Array.from({ length: columns }, () => new Float64Array(capacity));
  }

  get length(): number {
    return this.#length;
  }

  /** The place of the next sample, to be filled in through `set`; -1 where it is left out. */
  next(): number {
    const isTaken = this.#offered % this.#stride === 0;
    this.#offered += 1;
    if (!isTaken) return -1;
    // The one that has no place any more is in line with the doubled stride too: both are even.
    if (this.#length === this.#capacity) this.#thinOut();
    this.#length += 1;
    return this.#length - 1;
  }

  /** As `next`, for the end of the run, which is never left out: in the place of the last one. */
  last(): number {
    if (this.#length < this.#capacity) this.#length += 1;
    return this.#length - 1;
  }

  set(column: number, place: number, value: number): void {
    const values = this.#columns[column];
    if (values !== undefined) values[place] = value;
  }

  /** The values of a column; a copy. */
  values(column: number): number[] {
    return Array.from((this.#columns[column] ?? new Float64Array()).subarray(0, this.#length));
  }

  at(column: number, place: number): number {
    return this.#columns[column]?.[place] ?? Number.NaN;
  }

  #thinOut(): void {
    for (const values of this.#columns) {
      for (let i = 0; i < this.#capacity / 2; i += 1) values[i] = values[2 * i] ?? 0;
    }
    this.#length = this.#capacity / 2;
    this.#stride *= 2;
  }
}

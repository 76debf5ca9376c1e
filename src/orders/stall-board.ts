/** Words and slots: `native/stream/trading/stall_watch.hpp`. */
const RUNNING = 0;
const ENTRIES = 1;
const STALLED = 64 / 4;
const SLOTS_BYTES = 128;
const SLOT_BYTES = 64;
const NAME_BYTES = 56;

/**
 * Says which strategy runs, in memory that the native watchdog reads: one that doesn't return
 * within its limit is told here when it has returned, and in `STALL.log` of the state directory
 * while it hasn't. A handler costs six stores. Not thread-safe: it belongs to the thread of the
 * strategies.
 */
export class StallBoard {
  readonly memory: Uint8Array;
  readonly #words: Int32Array;
  readonly #view: DataView;
  readonly #slots: number;
  #entries = 0;

  /** `slots`: strategies at most, by their native numbers. */
  constructor(slots = 64) {
    const buffer = new SharedArrayBuffer(SLOTS_BYTES + slots * SLOT_BYTES);
    this.memory = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer, 0, SLOTS_BYTES / 4);
    this.#view = new DataView(buffer);
    this.#slots = slots;
  }

  /** Says who `strategy` is and how long it may take; without it, it may take for ever. */
  setLimit(strategy: number, name: string, limitMs: number): void {
    if (strategy < 0 || strategy >= this.#slots) return;
    const at = SLOTS_BYTES + strategy * SLOT_BYTES;
    this.#view.setFloat64(at, limitMs * 1e6, true);
    const bytes = new TextEncoder().encode(name).subarray(0, NAME_BYTES);
    this.memory.fill(0, at + 8, at + SLOT_BYTES);
    this.memory.set(bytes, at + 8);
  }

  /** A handler of `strategy` begins. Returns what to `leave` with. */
  enter(strategy: number): number {
    const words = this.#words;
    const outer = words[RUNNING] ?? 0;
    this.#entries = (this.#entries + 1) | 0;
    words[ENTRIES] = this.#entries;
    words[RUNNING] = strategy + 1;
    return outer;
  }

  /** The handler has returned, or thrown. */
  leave(outer: number): void {
    const words = this.#words;
    this.#entries = (this.#entries + 1) | 0;
    words[ENTRIES] = this.#entries;
    words[RUNNING] = outer;
  }

  /** Whether a strategy was found to stall. */
  get isRaised(): boolean {
    return this.#words[STALLED] !== 0;
  }

  /** The strategy that stalled, once; undefined where none did. */
  take(): number | undefined {
    const stalled = Atomics.exchange(this.#words, STALLED, 0);
    return stalled === 0 ? undefined : stalled - 1;
  }
}

const CONTROL_BYTES = 256;
const HEAD = 0;
const TAIL = 64 / 4;
const SLOT_BYTES = 64;

/** A cancel that the watchdog sends in the place of a thread that does not answer. */
export interface EmergencyCancel {
  readonly clOrdID: number;
  readonly origClOrdID: number;
  readonly instrument: number;
  readonly venue: number;
  readonly account: number;
  readonly strategy: number;
  readonly side: number;
}

/**
 * Emergency cancels in shared memory: written by the native watchdog, read by the thread that has
 * the venue's connections. Give its `buffer` to a worker and make another ring over it there.
 */
export class EmergencyRing {
  static readonly slots = 4096;
  readonly buffer: SharedArrayBuffer;
  readonly memory: Uint8Array;
  readonly #control: Int32Array;

  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(CONTROL_BYTES + EmergencyRing.slots * SLOT_BYTES);
    this.memory = new Uint8Array(this.buffer);
    this.#control = new Int32Array(this.buffer, 0, CONTROL_BYTES / 4);
  }

  /** The oldest cancel that waits; undefined where none does. */
  take(): EmergencyCancel | undefined {
    const tail = Atomics.load(this.#control, TAIL);
    if (Atomics.load(this.#control, HEAD) === tail) return undefined;
    const at = CONTROL_BYTES + (tail & (EmergencyRing.slots - 1)) * SLOT_BYTES;
    const view = new DataView(this.buffer, at, SLOT_BYTES);
    const cancel = {
      clOrdID: view.getFloat64(0, true),
      origClOrdID: view.getFloat64(8, true),
      instrument: view.getUint32(16, true),
      venue: view.getUint16(20, true),
      account: view.getUint16(22, true),
      strategy: view.getUint16(24, true),
      side: view.getUint8(26),
    };
    Atomics.store(this.#control, TAIL, (tail + 1) | 0);
    return cancel;
  }
}

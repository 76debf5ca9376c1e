import { loadAddon } from '../addon/addon.js';
import type { NativeOrderEntry } from '../addon/order-entry.js';
import type { Side } from '../domain/vocabulary.js';

/** Why an order request was not taken, in the order of the native `EntryVerdict`. */
export const ENTRY_VERDICTS = [
  'accepted',
  'unknown-instrument',
  'bad-side',
  'bad-ord-type',
  'bad-time-in-force',
  'bad-qty',
  'bad-price',
  'book-not-trusted',
  'book-moved',
  'price-collar',
] as const;
export type EntryVerdict = (typeof ENTRY_VERDICTS)[number];

/** FIX OrdType(40) of an entry, by the native numbers. */
export const EntryOrdType = { Market: 1, Limit: 2 } as const;
/** FIX TimeInForce(59) of an entry, by the native numbers. */
export const EntryTimeInForce = {
  Day: 0,
  GoodTillCancel: 1,
  ImmediateOrCancel: 3,
  FillOrKill: 4,
} as const;

/**
 * The shortest way of an order from JavaScript to native code: fields in shared memory, one call
 * without arguments, the answer in the same memory. No object, string or BigInt crosses.
 */
export class OrderEntry {
  readonly #native: NativeOrderEntry;
  readonly #submit: () => void;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #numbers: Float64Array;

  constructor(options: {
    readonly instruments: number;
    readonly orderQtyMax: number;
    readonly collarTicks: number;
  }) {
    const memory = new ArrayBuffer(64);
    this.#bytes = new Uint8Array(memory);
    this.#words = new Uint32Array(memory);
    this.#numbers = new Float64Array(memory);
    this.#native = new (loadAddon().NativeOrderEntry)(
      this.#bytes,
      options.instruments,
      options.orderQtyMax,
      options.collarTicks,
    );
    this.#submit = this.#native.submitter();
  }

  /** Tells the gate the newest state of a book. Cold: the live path sets it natively. */
  setBook(book: {
    readonly instrument: number;
    readonly isTrusted: boolean;
    readonly bidTicks: number;
    readonly askTicks: number;
    readonly sequence: number;
  }): void {
    const { instrument, isTrusted, bidTicks, askTicks, sequence } = book;
    this.#native.setBook(instrument, isTrusted ? 0 : 2, bidTicks, askTicks, sequence);
  }

  /**
   * Submits a good-till-cancel limit order; prices in ticks, quantity in lots. Returns the number
   * of the order, or 0 when it was refused: see `verdict`.
   */
  limit(instrument: number, side: Side, qtyLots: number, priceTicks: number): number {
    const bytes = this.#bytes;
    const numbers = this.#numbers;
    this.#words[0] = instrument;
    bytes[4] = side;
    bytes[5] = EntryOrdType.Limit;
    bytes[6] = EntryTimeInForce.GoodTillCancel;
    numbers[1] = qtyLots;
    numbers[2] = priceTicks;
    numbers[3] = 0;
    this.#submit();
    return this.#words[12] === 0 ? (numbers[5] ?? 0) : 0;
  }

  /** What became of the last order. */
  get verdict(): EntryVerdict {
    return ENTRY_VERDICTS[this.#words[12] ?? 0] ?? 'accepted';
  }

  /** Orders accepted and refused so far. */
  counts(): { readonly accepted: number; readonly refused: number } {
    return this.#native.counts();
  }
}

/** The class of the addon behind OrderEntry. */
export interface NativeOrderEntry {
  /** A function without arguments: submits what the memory holds, writes the answer there. */
  submitter(): () => void;
  /** Tells the gate the newest state of a book: state 0 is trusted; prices in ticks. */
  setBook(instrument: number, state: number, bid: number, ask: number, sequence: number): void;
  counts(): { readonly accepted: number; readonly refused: number };
}

/** `memory` is 64 bytes, aligned to 8, in the layout of `native/order/order_entry.hpp`. */
export type NativeOrderEntryConstructor = new (
  memory: Uint8Array,
  instruments: number,
  orderQtyMax: number,
  collarTicks: number,
) => NativeOrderEntry;

import type { NativeTradingCore } from '../addon/trading-core.js';

/** The event ring of a stream, as the trading core reads it. */
export interface MarketRing {
  readonly ring: Uint8Array;
  readonly slots: number;
  readonly depth: number;
  /** Numbers of its instruments here: the first of consecutive ones, or each. */
  readonly numbers: number | readonly number[];
}

/** A function that lets the core take the next event of a ring. */
export function openStepper(
  native: NativeTradingCore,
  { ring, slots, depth, numbers }: MarketRing,
): () => void {
  if (typeof numbers === 'number') return native.stepper(ring, slots, depth, numbers);
  const each = new Uint8Array(Uint32Array.from(numbers).buffer);
  return native.stepper(ring, slots, depth, 0, each);
}

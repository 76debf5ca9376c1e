/** A price level: [ticks, lots]. */
export type NativeLevel = [price: number, qty: number];

/** The class of the addon behind OrderBook. Sides are 1 (buy) and 2 (sell). */
export interface NativeOrderBook {
  setLevel(side: number, price: number, qty: number): number;
  depth(side: number, levels: number): NativeLevel[];
  bestBid(): NativeLevel | undefined;
  bestAsk(): NativeLevel | undefined;
  levelCount(side: number): number;
  qtyAt(side: number, price: number): number;
  vwapToSize(side: number, qty: number): number;
  imbalance(levels: number): number;
  mid(): number;
  microprice(): number;
  isCrossed(): 0 | 1;
  clear(): void;
  stateHash(): bigint;
}

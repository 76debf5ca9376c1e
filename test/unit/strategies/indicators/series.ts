import { SeededRandom } from '../../../../src/domain/seeded-random.js';
import type { TopOfBook } from '../../../../src/domain/views.js';

/** A random walk of prices; the seed is in the name of every test that uses it. */
export function walk(seed: number, length: number, start = 100): number[] {
  const random = new SeededRandom(seed);
  const values: number[] = [];
  let value = start;
  for (let i = 0; i < length; i += 1) {
    value = Math.max(1, value + Math.round(random.normal() * 100) / 100);
    values.push(value);
  }
  return values;
}

/** Bars about a random walk: high and low around open and close. */
export function bars(seed: number, length: number) {
  const random = new SeededRandom(seed);
  const close = walk(seed + 1, length);
  const high = close.map((value, i) => Math.max(value, close[i - 1] ?? value) + random.next());
  const low = close.map((value, i) => Math.min(value, close[i - 1] ?? value) - random.next());
  return { high, low, close };
}

/** A touch for indicators of it. */
export function top(bid: number, bidLots: number, ask: number, askLots: number): TopOfBook {
  return {
    bidTicks: bid,
    bidLots,
    askTicks: ask,
    askLots,
    bid,
    bidQty: bidLots,
    ask,
    askQty: askLots,
    mid: (bid + ask) / 2,
    spread: ask - bid,
    microprice: (bid * askLots + ask * bidLots) / (bidLots + askLots),
  };
}

import type { NativeLevel } from './order-book.js';

/** Numbers of one order in the request array, in the order in which the addon reads them. */
export const REQUEST_NUMBERS = 16;
/** Numbers of one event in the event array. */
export const EVENT_NUMBERS = 12;

/**
 * The class of the addon behind MatchingEngine. Requests and events are float64 numbers in byte
 * views; every command returns how many events wait for `drain`.
 */
export interface NativeMatchingEngine {
  submit(request: Uint8Array): number;
  replace(request: Uint8Array): number;
  cancel(id: number): number;
  drain(events: Uint8Array): number;
  setPhase(phase: number): number;
  setPriceBand(low?: number, high?: number): number;
  setPosition(owner: number, position: number): void;
  advance(now: number): number;
  depth(side: number, levels: number): NativeLevel[];
  orderCount(): number;
}

/** Limits of a NativeMatchingEngine. */
export interface NativeMatchingOptions {
  readonly ordersMax?: number;
  readonly pagesMax?: number;
  readonly ownersMax?: number;
  readonly triggerBy?: number;
}

import type { NativeLevel } from './order-book.js';

/**
 * Words of 8 bytes in the memory that an engine shares with the addon: a request of 15 float64 and
 * a time as int64, two counts, then the events of the last command.
 */
export const MatchWords = {
  /** int64 nanoseconds: expireTime of a request, the time of `advance`. */
  time: 15,
  /** How many events are in the memory. */
  count: 16,
  /** How many wait for `drain`. */
  waiting: 17,
  events: 18,
  eventNumbers: 12,
  eventsMax: 64,
} as const;

/** Bytes of the shared memory. */
export const MATCH_MEMORY_BYTES =
  (MatchWords.events + MatchWords.eventsMax * MatchWords.eventNumbers) * 8;

/** The hot calls: no arguments, question and answer are in the shared memory. */
export interface NativeMatchingCalls {
  readonly submit: () => void;
  readonly replace: () => void;
  readonly cancel: () => void;
  readonly advance: () => void;
  readonly drain: () => void;
}

/** The class of the addon behind MatchingEngine. Every command leaves its events in the memory. */
export interface NativeMatchingEngine {
  calls(): NativeMatchingCalls;
  setPhase(phase: number): void;
  setPriceBand(low?: number, high?: number): void;
  setPosition(owner: number, position: number): void;
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

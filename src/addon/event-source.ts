import type { LatencyFigures } from './stream-engine.js';

/** Publishes numbered quote events from a native thread onto an event ring (depth 0). */
export interface NativeEventSource {
  start(): void;
  /** The next `count` events have been handled: their latency ends here. */
  handled(count: number): void;
  /** Publish to handled; empty for a flood, whose events carry no time. */
  figures(): LatencyFigures & { readonly wakeUps: number };
  close(): void;
}

/** `eventsPerSecond` 0 is a flood. */
export type NativeEventSourceConstructor = new (
  memory: Uint8Array,
  slots: number,
  eventsPerSecond: number,
  events: number,
  onWake: () => void,
) => NativeEventSource;

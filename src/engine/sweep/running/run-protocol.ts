import type { ParameterValue } from '../../../domain/parameters.js';
import type { RunMetrics } from '../judge/run-metrics.js';

/** One backtest that a worker does. */
export interface RunSpec {
  readonly id: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Nanoseconds since the epoch; absent: as the configuration says. */
  readonly startNs?: bigint;
  readonly endNs?: bigint;
}

/** What a worker is told: once what runs share, then one run after the other. */
export type WorkerOrder =
  | { readonly kind: 'setup'; readonly payload: unknown }
  | { readonly kind: 'run'; readonly spec: RunSpec };

/** What a worker says. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** The run was told to stop, and did. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'done'; readonly metrics: RunMetrics; readonly seconds: number }
  | { readonly kind: 'failed'; readonly message: string; readonly seconds: number };

/** What a worker of a sweep is started with. */
export interface WorkerSetup {
  readonly board: SharedArrayBuffer;
}

const STOP = 0;
const BEATS = 1;

/** A few words that a worker and the sweep share: how far a run is, and whether it shall end. */
export class SharedBoard {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #share: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, 2);
    this.#share = new Float64Array(buffer, 8, 1);
  }

  /** From 0 to 1. */
  get share(): number {
    return this.#share[0] ?? 0;
  }

  /** How often `report` was called. */
  get beats(): number {
    return Atomics.load(this.#words, BEATS);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, STOP) === 1;
  }

  report(share: number): void {
    this.#share[0] = share;
    Atomics.add(this.#words, BEATS, 1);
  }

  stop(): void {
    Atomics.store(this.#words, STOP, 1);
  }
}

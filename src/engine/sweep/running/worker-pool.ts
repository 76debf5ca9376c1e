import { Worker } from 'node:worker_threads';
import { HftError } from '../../../domain/errors.js';
import type { RunMetrics } from '../judge/run-metrics.js';
import { type RunSpec, SharedBoard, type WorkerMessage, type WorkerSetup } from './run-protocol.js';

/** How a run ended. */
export interface RunEnd {
  readonly seconds: number;
  /** One of both. */
  readonly metrics?: RunMetrics;
  readonly error?: string;
}

/** What a pool does, and on what. */
export interface PoolOptions {
  /** A module that calls `serveRuns`. */
  readonly module: URL;
  /** Given to it; what a structured clone can carry. */
  readonly payload: unknown;
  readonly workers: number;
  /** Ends the pool: runs that are under way are given up. */
  readonly signal: AbortSignal;
  /** Called as each run ends, in the order in which they do. */
  readonly onEnd: (spec: RunSpec, end: RunEnd) => void;
  /** How many runs are done, with the parts of those under way; about five times a second. */
  readonly onProgress: (runs: number) => void;
  /** A run that reports nothing for so long is given up. Default: 10 minutes. */
  readonly stallMs?: number;
}

const WATCH_MS = 200;
const STALL_MS = 600_000;
/** After this a worker that was told to stop is ended, whatever it does. */
const STOP_MS = 5000;
const OUTPUT_CHARACTERS = 400;

/**
 * Does `specs` on worker threads, each of which does one run after the other.
 *
 * A run that throws, a worker that ends or is out of memory, and a run that stalls become an error
 * of that run; the rest go on, on a fresh worker where one was lost. Resolves when all are done or
 * `signal` is aborted, with no thread left. Errors: HFT_STRATEGY where a worker can't even start;
 * what `onEnd` throws.
 */
export async function runPool(specs: readonly RunSpec[], options: PoolOptions): Promise<void> {
  const queue = [...specs].reverse();
  const slots: Slot[] = [];
  let done = 0;
  const lane = async (): Promise<void> => {
    let slot: Slot | undefined;
    try {
      for (let spec = queue.pop(); spec !== undefined; spec = queue.pop()) {
        if (options.signal.aborted) return;
        slot ??= await openSlot(slots, options);
        const end = await slot.run(spec);
        if (end === 'stopped') return;
        done += 1;
        options.onEnd(spec, end);
        if (slot.isLost) slot = undefined;
      }
    } catch (error) {
      // One lane that can't go on ends the others too.
      queue.length = 0;
      for (const other of slots) other.stop();
      throw error;
    } finally {
      await slot?.close();
    }
  };
  const stopAll = (): void => {
    for (const slot of slots) slot.stop();
  };
  options.signal.addEventListener('abort', stopAll, { once: true });
  const watch = setInterval(() => {
    const running = slots.reduce((sum, slot) => sum + slot.watch(options.stallMs ?? STALL_MS), 0);
    options.onProgress(done + running);
  }, WATCH_MS);
  try {
    const count = Math.min(options.workers, specs.length);
    const lanes = await Promise.allSettled(Array.from({ length: count }, lane));
    const failed = lanes.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    clearInterval(watch);
    options.signal.removeEventListener('abort', stopAll);
  }
}

async function openSlot(slots: Slot[], options: PoolOptions): Promise<Slot> {
  const slot = new Slot(options);
  slots.push(slot);
  await slot.ready;
  if (options.signal.aborted) slot.stop();
  return slot;
}

/** A worker and the run that it does. */
class Slot {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #board = new SharedBoard();
  readonly #exited: Promise<void>;
  #settle: ((end: RunEnd | 'stopped') => void) | undefined;
  #startMs = 0;
  #beats = 0;
  #beatMs = 0;
  #isLost = false;
  #isStopped = false;
  #reason = '';
  #output = '';

  constructor({ module, payload }: PoolOptions) {
    const workerData: WorkerSetup = { board: this.#board.buffer, payload };
    // What a strategy prints must not get between the results.
    this.#worker = new Worker(module, { workerData, stdout: true, stderr: true });
    this.#worker.stdout.resume();
    this.#worker.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-OUTPUT_CHARACTERS);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => resolve());
    });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') resolve();
        else this.#take(message);
      });
      this.#worker.once('error', (error: unknown) => {
        this.#reason ||= error instanceof Error ? error.message : String(error);
      });
      this.#worker.once('exit', (code) => {
        this.#lose(code);
        const words = `a worker of the sweep can't start: ${this.#reason}`;
        reject(new HftError('HFT_STRATEGY', words));
      });
    });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  run(spec: RunSpec): Promise<RunEnd | 'stopped'> {
    this.#startMs = performance.now();
    this.#beatMs = this.#startMs;
    this.#beats = this.#board.beats;
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (this.#isLost) this.#lose(0);
      else this.#worker.postMessage(spec);
    });
  }

  /** Asks the run to end, and sees to it that it does. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#board.stop();
    setTimeout(() => void this.#worker.terminate(), STOP_MS).unref();
  }

  /** How much of the run is done; ends it where it stalls. */
  watch(stallMs: number): number {
    if (this.#settle === undefined) return 0;
    const { beats } = this.#board;
    const now = performance.now();
    if (beats !== this.#beats) {
      this.#beats = beats;
      this.#beatMs = now;
    } else if (now - this.#beatMs > stallMs) {
      this.#reason = `no progress for ${Math.round(stallMs / 1000)} s`;
      void this.#worker.terminate();
    }
    return Math.min(1, Math.max(0, this.#board.share));
  }

  /** Ends the worker; it has no run. */
  async close(): Promise<void> {
    if (!this.#isLost) await this.#worker.terminate();
    await this.#exited;
  }

  #take(message: Exclude<WorkerMessage, { readonly kind: 'ready' }>): void {
    if (message.kind === 'stopped') this.#end('stopped');
    else if (message.kind === 'done') {
      this.#end({ seconds: message.seconds, metrics: message.metrics });
    } else this.#end({ seconds: message.seconds, error: message.message });
  }

  #lose(code: number): void {
    this.#isLost = true;
    this.#reason ||= `the worker ended with code ${code}`;
    const seconds = (performance.now() - this.#startMs) / 1000;
    const output = this.#output.trim();
    const error = this.#reason + (output === '' ? '' : `: ${output}`);
    this.#end(this.#isStopped ? 'stopped' : { seconds, error });
  }

  #end(end: RunEnd | 'stopped'): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#board.report(0);
    settle?.(end);
  }
}

import { Worker } from 'node:worker_threads';
import { HftError } from '../../../domain/errors.js';
import type { RunMetrics } from '../judge/run-metrics.js';
import {
  type RunSpec,
  SharedBoard,
  type WorkerMessage,
  type WorkerOrder,
  type WorkerSetup,
} from './run-protocol.js';

/** How a run ended. */
export interface RunEnd {
  readonly seconds: number;
  /** One of both. */
  readonly metrics?: RunMetrics;
  readonly error?: string;
}

/** What a pool works with. */
export interface PoolOptions {
  /** A module that calls `serveRuns`. */
  readonly module: URL;
  /**
   * Gives what all runs share, which a structured clone must be able to carry. Asked for once,
   * while the first workers start.
   */
  readonly payload: () => Promise<unknown>;
  readonly workers: number;
  /** Ends the pool: runs that are under way are given up. */
  readonly signal: AbortSignal;
  /** A run that reports nothing for so long is given up. Default: 10 minutes. */
  readonly stallMs?: number;
}

/** Who hears of runs. */
export interface PoolListener {
  /** Called as each run ends, in the order in which they do. */
  readonly onEnd: (spec: RunSpec, end: RunEnd) => void;
  /** How many runs are done, with the parts of those under way; about five times a second. */
  readonly onProgress: (runs: number) => void;
}

const WATCH_MS = 200;
const STALL_MS = 600_000;
/** After this a worker that was told to stop is ended, whatever it does. */
const STOP_MS = 5000;
const OUTPUT_CHARACTERS = 400;

/**
 * Does runs on worker threads, each of which does one after the other; threads stay from one `run`
 * to the next, until `close`.
 *
 * A run that throws, a worker that ends or is out of memory, and a run that stalls become an error
 * of that run; the rest go on, on a fresh worker where one was lost.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #idle: Slot[] = [];
  #payload: Promise<unknown> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Has the threads start that `runs` runs will have use of, before there is anything to do. */
  start(runs: number): void {
    const { workers, signal } = this.#options;
    const count = signal.aborted ? 0 : Math.min(workers, runs);
    while (this.#idle.length < count) this.#idle.push(new Slot(this.#options));
  }

  /**
   * Does `specs`; one call at a time. Resolves when all are done, or the signal is aborted and
   * nothing runs any more. Errors: HFT_STRATEGY where a worker can't even start; those of `payload`
   * and of `onEnd`, once nothing runs.
   */
  async run(specs: readonly RunSpec[], listener: PoolListener): Promise<void> {
    const { signal, stallMs = STALL_MS, workers } = this.#options;
    const queue = [...specs].reverse();
    const running = new Set<Slot>();
    let done = 0;
    const stopAll = (): void => {
      queue.length = 0;
      for (const slot of running) slot.stop();
    };
    const lane = async (): Promise<void> => {
      for (let spec = queue.pop(); spec !== undefined; spec = queue.pop()) {
        const slot = this.#idle.pop() ?? new Slot(this.#options);
        running.add(slot);
        try {
          await slot.prepare(() => this.#shared());
          if (signal.aborted) slot.stop();
          const end = await slot.run(spec);
          if (end === 'stopped') return;
          done += 1;
          listener.onEnd(spec, end);
        } catch (error) {
          // One lane that can't go on ends the others too.
          stopAll();
          throw error;
        } finally {
          running.delete(slot);
          if (slot.isUsable) this.#idle.push(slot);
          else await slot.close();
        }
      }
    };
    signal.addEventListener('abort', stopAll, { once: true });
    const watch = setInterval(() => {
      const parts = [...running].reduce((sum, slot) => sum + slot.watch(stallMs), 0);
      listener.onProgress(done + parts);
    }, WATCH_MS);
    try {
      const count = signal.aborted ? 0 : Math.min(workers, specs.length);
      const lanes = await Promise.allSettled(Array.from({ length: count }, lane));
      const failed = lanes.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', stopAll);
    }
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((slot) => slot.close()));
  }

  #shared(): Promise<unknown> {
    this.#payload ??= this.#options.payload();
    return this.#payload;
  }
}

/** A worker and the run that it does. */
class Slot {
  readonly #ready: Promise<void>;
  readonly #worker: Worker;
  readonly #board = new SharedBoard();
  readonly #exited: Promise<void>;
  #settle: ((end: RunEnd | 'stopped') => void) | undefined;
  #startMs = 0;
  #beats = 0;
  #beatMs = 0;
  #isLost = false;
  #isStopped = false;
  #isPrepared = false;
  #reason = '';
  #output = '';

  constructor({ module }: PoolOptions) {
    const workerData: WorkerSetup = { board: this.#board.buffer };
    // What a strategy prints must not get between the results.
    this.#worker = new Worker(module, { workerData, stdout: true, stderr: true });
    this.#worker.stdout.resume();
    this.#worker.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-OUTPUT_CHARACTERS);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => resolve());
    });
    this.#ready = new Promise((resolve, reject) => {
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
    // Until `prepare` waits for it.
    this.#ready.catch(() => {});
  }

  /** Whether it can do another run. */
  get isUsable(): boolean {
    return this.#isPrepared && !this.#isLost && !this.#isStopped;
  }

  /** Gives the worker what runs share; it has been starting meanwhile. */
  async prepare(payload: () => Promise<unknown>): Promise<void> {
    if (this.#isPrepared) return;
    const order: WorkerOrder = { kind: 'setup', payload: await payload() };
    this.#worker.postMessage(order);
    await this.#ready;
    this.#isPrepared = true;
  }

  run(spec: RunSpec): Promise<RunEnd | 'stopped'> {
    this.#startMs = performance.now();
    this.#beatMs = this.#startMs;
    this.#beats = this.#board.beats;
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (this.#isLost) this.#lose(0);
      else {
        const order: WorkerOrder = { kind: 'run', spec };
        this.#worker.postMessage(order);
      }
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

  /** Ends the worker, whatever it does. */
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

import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameSource } from './frame-source.js';
import { Pacer, type PlaySpeed } from './pacer.js';
import type { Session } from './session.js';

/** How a source is played. */
export interface PlayerOptions {
  readonly source: FrameSource;
  readonly speed: PlaySpeed;
  /** The sessions of this moment. */
  readonly sessions: () => Iterable<Session>;
  /**
   * Whether waits shorter than a timer's are spun, so that frames leave one by one at their time;
   * takes a whole core. Otherwise they leave in batches of about a millisecond.
   */
  readonly isSpinning: boolean;
  /** A client that takes nothing for so long is disconnected. */
  readonly slowClientMs: number;
}

/** Frames are generated in batches of this size: a snapshot is never further ahead than one. */
const BATCH_BYTES = 128 << 10;
const BATCHES = 8;
const TIMER_MS_MIN = 1;

/** Plays a source to all sessions that want it, at the pace of the slowest. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #free: Uint8Array[] = Array.from({ length: BATCHES }, () => new Uint8Array(BATCH_BYTES));
  readonly #stop = new AbortController();
  #wake: (() => void) | undefined;
  #nextNs: number | undefined;
  #isEnded = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  /** Whether the source has given everything. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Says that sessions or free batches have changed. */
  changed(): void {
    this.#wake?.();
  }

  /** Ends `run`. */
  stop(): void {
    this.#stop.abort();
    this.#wake?.();
  }

  /** Plays until the source ends or `stop` is called. */
  async run(): Promise<void> {
    const { source, speed } = this.#options;
    let pacer: Pacer | undefined;
    while (!this.#isEnded && !this.#stop.signal.aborted) {
      const playing = [...this.#options.sessions()].filter((session) => session.isPlaying);
      if (playing.length === 0 || this.#free.length === 0) {
        // Time stands still while nobody listens; a venue that plays on would end unheard.
        if (playing.length === 0) pacer = undefined;
        await this.#changedOnce();
        continue;
      }
      await this.#letDrain(playing);
      pacer ??= this.#startPacer(speed);
      const due = pacer.due(performance.now());
      const frames = due.framesMax > 0 ? this.#playBatch(playing, due) : 0;
      pacer.sent(frames, this.#nextNs);
      if (frames > 0 || this.#isEnded) await nextTurn();
      else await this.#pause(pacer, source);
    }
    for (const session of this.#options.sessions()) session.flush();
  }

  #startPacer(speed: PlaySpeed): Pacer {
    const pacer = new Pacer(speed, performance.now());
    pacer.sent(0, this.#nextNs);
    return pacer;
  }

  /** Fills one batch and hands it to all; returns its frames. */
  #playBatch(
    playing: readonly Session[],
    due: { readonly framesMax: number; readonly untilNs: number },
  ): number {
    const buffer = this.#free.pop();
    if (buffer === undefined) return 0;
    const result = this.#options.source.fill(buffer, due);
    this.#nextNs = result.nextNs;
    this.#isEnded = result.isEnded;
    if (result.frames === 0) {
      const needed = result.bytesNeeded ?? 0;
      this.#free.push(needed > buffer.length ? new Uint8Array(needed) : buffer);
      return 0;
    }
    let holders = playing.length;
    const release = (): void => {
      holders -= 1;
      if (holders > 0) return;
      this.#free.push(buffer);
      if (this.#free.length === 1) this.#wake?.();
    };
    const batch = buffer.subarray(0, result.bytes);
    for (const session of playing) session.deliver(batch, result.frames, release);
    return result.frames;
  }

  async #letDrain(playing: readonly Session[]): Promise<void> {
    const congested = playing.filter((session) => session.isCongested);
    if (congested.length === 0) return;
    const patience = new AbortController();
    const drained = Promise.all(congested.map((session) => session.drained()));
    const limit = delay(this.#options.slowClientMs, undefined, {
      ref: false,
      signal: AbortSignal.any([patience.signal, this.#stop.signal]),
    }).then(
      () => {
        for (const session of congested) if (session.isCongested) session.terminate();
      },
      () => {},
    );
    await Promise.race([drained, limit]);
    patience.abort();
  }

  async #pause(pacer: Pacer, source: FrameSource): Promise<void> {
    await source.ready();
    const waitMs = pacer.waitMs(performance.now(), this.#nextNs);
    const isSpun = this.#options.isSpinning && waitMs < 2 * TIMER_MS_MIN;
    if (waitMs === 0 || isSpun) await nextTurn();
    else {
      const signal = this.#stop.signal;
      await delay(Math.max(TIMER_MS_MIN, waitMs), undefined, { signal }).catch(() => {});
    }
  }

  async #changedOnce(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#stop.signal.aborted) resolve();
    });
    this.#wake = undefined;
  }
}

/** How fast a source is played. */
export type PlaySpeed =
  | { readonly kind: 'maximum' }
  /** Frames a second, evenly. */
  | { readonly kind: 'rate'; readonly framesPerSecond: number }
  /** By the times of the source, `factor` times as fast (once by default). */
  | { readonly kind: 'recorded'; readonly factor?: number };

/** Behind by more than this (a stopped process, a slow client), the rest is not made up for. */
const BACKLOG_MS_MAX = 1000;

/** Says how much of a source is due. */
export class Pacer {
  readonly #speed: PlaySpeed;
  #startMs: number;
  #sent = 0;
  #sourceStartNs: number | undefined;

  /** `nowMs`: a steady clock in milliseconds. */
  constructor(speed: PlaySpeed, nowMs: number) {
    this.#speed = speed;
    this.#startMs = nowMs;
  }

  /** What may be sent at `nowMs`. */
  due(nowMs: number): { readonly framesMax: number; readonly untilNs: number } {
    const elapsedMs = nowMs - this.#startMs;
    switch (this.#speed.kind) {
      case 'maximum':
        return { framesMax: Number.POSITIVE_INFINITY, untilNs: Number.POSITIVE_INFINITY };
      case 'rate': {
        const perMs = this.#speed.framesPerSecond / 1000;
        const backlog = elapsedMs * perMs - this.#sent;
        const backlogMax = Math.max(1, BACKLOG_MS_MAX * perMs);
        if (backlog > backlogMax) this.#startMs += (backlog - backlogMax) / perMs;
        return {
          framesMax: Math.floor(Math.min(backlog, backlogMax)),
          untilNs: Number.POSITIVE_INFINITY,
        };
      }
      case 'recorded': {
        const untilNs = (this.#sourceStartNs ?? 0) + elapsedMs * 1e6 * (this.#speed.factor ?? 1);
        return { framesMax: Number.POSITIVE_INFINITY, untilNs };
      }
    }
  }

  /** Notes what was sent, and the time of the source's next frame where it is known. */
  sent(frames: number, nextNs: number | undefined): void {
    this.#sent += frames;
    // The first frame is due at once, wherever the clock of the source begins.
    if (this.#sourceStartNs === undefined && nextNs !== undefined) {
      this.#sourceStartNs = nextNs;
    }
  }

  /** Milliseconds until something may be due; 0 = now. */
  waitMs(nowMs: number, nextNs: number | undefined): number {
    const elapsedMs = nowMs - this.#startMs;
    switch (this.#speed.kind) {
      case 'maximum':
        return 0;
      case 'rate': {
        const nextMs = ((this.#sent + 1) * 1000) / this.#speed.framesPerSecond;
        return Math.max(0, nextMs - elapsedMs);
      }
      case 'recorded': {
        if (nextNs === undefined) return 0;
        const nextMs = (nextNs - (this.#sourceStartNs ?? nextNs)) / 1e6 / (this.#speed.factor ?? 1);
        return Math.max(0, nextMs - elapsedMs);
      }
    }
  }
}

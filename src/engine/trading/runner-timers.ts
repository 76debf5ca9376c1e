import { HftError } from '../../domain/errors.js';
import type { StrategyTimers, TimerView } from '../../domain/strategy-context.js';

const TIMERS_MAX = 1024;
const PERIOD_MS_MIN = 0.001;

interface Timer {
  readonly id: number;
  readonly name: string;
  readonly periodMs: number;
  dueMs: number;
}

/** The timers of one strategy on the run's clock. */
export class RunnerTimers implements StrategyTimers {
  readonly #now: () => number;
  readonly #view = { id: 0, name: '', lateNs: 0 };
  #timers: Timer[] = [];
  #next = 1;
  /** When the next timer is due: asked at every event, so that it must not become an object. */
  readonly #due = new Float64Array([Number.POSITIVE_INFINITY]);

  /** `now` is the run's time in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  setTimer(delayMs: number, name: string): number {
    if (!(delayMs >= 0) || !Number.isFinite(delayMs)) {
      throw new HftError('HFT_ARGUMENT', `delayMs must be at least 0, found ${String(delayMs)}`);
    }
    return this.#add(delayMs, 0, name);
  }

  setInterval(periodMs: number, name: string): number {
    if (!(periodMs >= PERIOD_MS_MIN) || !Number.isFinite(periodMs)) {
      throw new HftError(
        'HFT_ARGUMENT',
        `periodMs must be at least ${PERIOD_MS_MIN}, found ${String(periodMs)}`,
      );
    }
    return this.#add(periodMs, periodMs, name);
  }

  clear(timerId: number): boolean {
    const kept = this.#timers.filter(({ id }) => id !== timerId);
    const isFound = kept.length < this.#timers.length;
    this.#timers = kept;
    this.#updateDue();
    return isFound;
  }

  clearAll(): void {
    this.#timers = [];
    this.#updateDue();
  }

  /** When the next timer is due, in milliseconds; infinity without one. */
  get dueMs(): number {
    return this.#due[0] ?? Number.POSITIVE_INFINITY;
  }

  /** Calls `fire` for the timer that is due first, if one is by `nowMs`. Whether one was. */
  fireNext(nowMs: number, fire: (timer: TimerView) => void): boolean {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= nowMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    if (first === undefined) return false;
    const view = this.#view;
    view.id = first.id;
    view.name = first.name;
    view.lateNs = Math.round((nowMs - first.dueMs) * 1e6);
    if (first.periodMs === 0) this.clear(first.id);
    // A late one isn't made up for.
    else first.dueMs = Math.max(first.dueMs + first.periodMs, nowMs);
    this.#updateDue();
    fire(view);
    return true;
  }

  #add(delayMs: number, periodMs: number, name: string): number {
    if (this.#timers.length === TIMERS_MAX) {
      throw new HftError('HFT_CAPACITY', `a strategy has at most ${TIMERS_MAX} timers`);
    }
    const id = this.#next++;
    this.#timers.push({ id, name, periodMs, dueMs: this.#now() + delayMs });
    this.#updateDue();
    return id;
  }

  #updateDue(): void {
    let due = Number.POSITIVE_INFINITY;
    for (const timer of this.#timers) if (timer.dueMs < due) due = timer.dueMs;
    this.#due[0] = due;
  }
}

import { HftError } from '../../domain/errors.js';

/** The life of a RealTimeTradingSystem. */
export const SYSTEM_STATES = [
  'created',
  'initialising',
  'ready',
  'running',
  'stopping',
  'closed',
  'failed',
] as const;
export type SystemState = (typeof SYSTEM_STATES)[number];

const NEXT: Readonly<Record<SystemState, readonly SystemState[]>> = {
  created: ['initialising', 'closed'],
  initialising: ['ready', 'failed'],
  ready: ['running', 'closed', 'failed'],
  running: ['stopping', 'failed'],
  stopping: ['closed', 'failed'],
  closed: [],
  failed: [],
};

/** The state of a system: it changes along the arrows of its life only. */
export class Lifecycle {
  #state: SystemState = 'created';

  get state(): SystemState {
    return this.#state;
  }

  /** Whether the state may become `next`. */
  allows(next: SystemState): boolean {
    return NEXT[this.#state].includes(next);
  }

  /** Goes on to `next`. Errors: HFT_LIFECYCLE where that isn't the order of things. */
  enter(next: SystemState, verb: string): void {
    if (!this.allows(next)) {
      throw new HftError(
        'HFT_LIFECYCLE',
        `a system that is ${this.#state} can't ${verb}: expected ${before(next)}`,
      );
    }
    this.#state = next;
  }
}

function before(next: SystemState): string {
  return SYSTEM_STATES.filter((state) => NEXT[state].includes(next)).join(' or ');
}

import { HftError } from './errors.js';

const SIGNALS_MAX = 64;

/** A number that a strategy decides on, for `hft why`. */
export class Signal {
  readonly name: string;
  /** NaN until it is set. Set it as often as you like: it costs a store. */
  value = Number.NaN;

  constructor(name: string) {
    this.name = name;
  }
}

/** The signals of one strategy, in the order in which they were first named. */
export class SignalBoard {
  readonly #byName = new Map<string, Signal>();
  readonly #all: Signal[] = [];

  /** The signal of this name. Errors: HFT_CAPACITY above 64 names; HFT_ARGUMENT for a bad one. */
  signal(name: string): Signal {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (name === '' || name.length > 64) {
      throw new HftError('HFT_ARGUMENT', 'a signal has a name of 1 to 64 characters');
    }
    if (this.#all.length >= SIGNALS_MAX) {
      throw new HftError('HFT_CAPACITY', `a strategy has at most ${SIGNALS_MAX} signals`);
    }
    const made = new Signal(name);
    this.#byName.set(name, made);
    this.#all.push(made);
    return made;
  }

  /** All of them: what the engine writes beside an order. */
  get all(): readonly Signal[] {
    return this.#all;
  }
}

import { HftError } from './errors.js';

const SIGNALS_MAX = 64;

/** A number that a strategy decides on, for `hft why`. */
export class Signal {
  readonly name: string;
  readonly #values: Float64Array;
  readonly #at: number;

  /** Of a board, whose `values` hold it, or of its own. */
  constructor(name: string, values: Float64Array = new Float64Array(1), at = 0) {
    this.name = name;
    this.#values = values;
    this.#at = at;
    values[at] = Number.NaN;
  }

  /** NaN until it is set. Set it as often as you like: it costs a store. */
  get value(): number {
    return this.#values[this.#at] ?? Number.NaN;
  }
  set value(value: number) {
    this.#values[this.#at] = value;
  }
}

/** The signals of one strategy, in the order in which they were first named. */
export class SignalBoard {
  /** How many there are, then their values: what the native engine writes beside an order. */
  readonly memory: Float64Array = new Float64Array(new SharedArrayBuffer((1 + SIGNALS_MAX) * 8));
  readonly #byName = new Map<string, Signal>();
  readonly #all: Signal[] = [];
  #onNamed: (name: string, index: number) => void = () => {};

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
    const made = new Signal(name, this.memory, 1 + this.#all.length);
    this.#byName.set(name, made);
    this.#all.push(made);
    this.memory[0] = this.#all.length;
    this.#onNamed(name, this.#all.length - 1);
    return made;
  }

  /** Has `listener` called for each signal that there is, and for each that comes new. */
  onNamed(listener: (name: string, index: number) => void): void {
    this.#onNamed = listener;
    this.#all.forEach(({ name }, index) => {
      listener(name, index);
    });
  }

  /** All of them: what the engine writes beside an order. */
  get all(): readonly Signal[] {
    return this.#all;
  }
}

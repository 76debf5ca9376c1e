import { HftError } from './errors.js';
import type { StrategyRandom } from './strategy-context.js';

/**
 * Random numbers from a seed: equal seeds draw equal numbers on every machine.
 *
 * Source: Blackman and Vigna, xoshiro128**, seeded through splitmix32. 32 bits a draw. Not for
 * secrets. Allocates nothing.
 */
export class SeededRandom implements StrategyRandom {
  readonly #state = new Uint32Array(4);
  #spare = Number.NaN;

  /** `seed` is a whole number; its low 53 bits count. Errors: HFT_ARGUMENT. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) {
      throw new HftError('HFT_ARGUMENT', `a seed is a whole number, found ${String(seed)}`);
    }
    // Each half of the seed fills two words: no two seeds share a state.
    let mix = seed >>> 0;
    for (let i = 0; i < 4; i += 1) {
      if (i === 2) mix = Math.floor(seed / 2 ** 32) >>> 0;
      mix = (mix + 0x9e3779b9) >>> 0;
      let word = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      this.#state[i] = word ^ (word >>> 15);
    }
    // Equal high halves make equal words; some turns spread every bit over all four.
    for (let i = 0; i < 16; i += 1) this.#draw();
  }

  next(): number {
    // 53 bits: 27 of one draw and 26 of another.
    const high = this.#draw() >>> 5;
    return (high * 2 ** 26 + (this.#draw() >>> 6)) / 2 ** 53;
  }

  integer(min: number, max: number): number {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
      throw new HftError('HFT_ARGUMENT', `no whole number lies from ${min} to ${max}`);
    }
    return min + Math.floor(this.next() * (max - min + 1));
  }

  normal(): number {
    // Marsaglia's polar method makes two numbers at a time.
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = Number.NaN;
      return spare;
    }
    let x = 0;
    let y = 0;
    let square = 0;
    do {
      x = 2 * this.next() - 1;
      y = 2 * this.next() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    this.#spare = y * scale;
    return x * scale;
  }

  #draw(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = [state[0], state[1], state[2], state[3]];
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    state[1] = b ^ third;
    state[0] = a ^ fourth;
    state[2] = third ^ (b << 9);
    state[3] = (fourth << 11) | (fourth >>> 21);
    return result;
  }
}

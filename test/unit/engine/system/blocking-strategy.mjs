// A strategy that quotes, and at its three-hundredth book blocks the loop for as long as it is told.
import { parameter, Side, Strategy } from '../../../../dist/index.js';

export class Blocker extends Strategy {
  static parameters = {
    blockMs: parameter.integer({ default: 300, min: 0, max: 60_000, description: 'Once.' }),
  };
  #books = 0;
  #values;

  onStart() {
    this.#values = this.context.parameters(Blocker.parameters);
  }

  onBook(book) {
    this.#books += 1;
    if (this.#books === 50) this.context.orders.limit(book.instrument.id, Side.Buy, 100, 1, 1);
    if (this.#books !== 300) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, this.#values.blockMs);
  }
}

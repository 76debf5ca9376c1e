// A strategy that sends a thousand orders, one a millisecond, and counts what becomes of them.
import { Side, Strategy } from '../../../../dist/index.js';

const ORDERS = 1000;
const IOC = 3;

export class Metronome extends Strategy {
  #sent = 0;
  #timer = 0;

  onBook(book) {
    if (this.#timer !== 0 || !book.isTrusted) return;
    this.#timer = this.context.timers.setInterval(1, 'beat');
  }

  onTimer() {
    const { id } = this.context.instruments.all[0];
    const { askTicks } = this.context.books.top(id);
    if (this.context.orders.limit(id, Side.Buy, 1, askTicks, IOC) === 0) {
      throw new Error(`order ${this.#sent}: ${this.context.orders.lastVerdict}`);
    }
    this.#sent += 1;
    if (this.#sent === ORDERS) this.context.timers.clear(this.#timer);
  }
}

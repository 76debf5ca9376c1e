import { createHash } from 'node:crypto';
import type { OrderEventView, OrderListener } from '../../domain/orders.js';
import type { StrategyRunner } from './strategy-runner.js';

/**
 * A rolling hash of what strategies noted (their signals) whenever they sent an order. Subscribe it
 * to the orders.
 */
export class DecisionNotes implements OrderListener {
  readonly #byNumber: (StrategyRunner | undefined)[] = [];
  readonly #value = new Float64Array(1);
  readonly #words = new Uint32Array(this.#value.buffer);
  #low = 0x811c9dc5;
  #high = 0x01000193;

  add(runner: StrategyRunner): void {
    this.#byNumber[runner.orders.number] = runner;
  }

  onOrder(order: OrderEventView): void {
    if (order.ordStatus !== 'PendingNew' || order.requestID !== order.clOrdID) return;
    const runner = this.#byNumber[order.strategy];
    if (runner === undefined) return;
    for (const signal of runner.signals.all) this.#mix(signal.value);
  }

  /** The hash of all decisions of a run, 16 hexadecimal digits: `native` is that of its orders. */
  hash(native: string, events: number): string {
    for (const runner of this.#byNumber) {
      for (const signal of runner?.signals.all ?? []) this.#mix(signal.value);
    }
    const text = `${native} ${this.#low} ${this.#high} ${events}`;
    return createHash('sha256').update(text).digest('hex').slice(0, 16);
  }

  #mix(value: number): void {
    // One NaN for all: how its bits are is nobody's decision.
    this.#value[0] = Number.isNaN(value) ? Number.NaN : value;
    this.#low = Math.imul(this.#low ^ (this.#words[0] ?? 0), 0x01000193) >>> 0;
    this.#high = Math.imul(this.#high ^ (this.#words[1] ?? 0) ^ this.#low, 0x85ebca6b) >>> 0;
  }
}

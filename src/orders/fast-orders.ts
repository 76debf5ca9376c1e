import { OrderType, TimeInForce } from '../domain/orders.js';
import type { RequestStruct } from './request-struct.js';

const CANCEL = 1;
const REPLACE = 2;
const PROBE = 255;

/**
 * Requests in ticks and lots through the shared struct: no object, string or BigInt is made.
 *
 * `side` is a native Side, `strategy` the number of a strategy (0 is `default`). What was refused
 * returns 0 or false, and `lastVerdict` and `lastViolation` say why.
 */
export class FastOrders {
  readonly #struct: RequestStruct;
  readonly #venues: readonly number[];
  readonly #call: () => void;

  /** Made by RealTimeOrderManager: `orders.fast`. */
  constructor(struct: RequestStruct, venues: readonly number[], call: () => void) {
    this.#struct = struct;
    this.#venues = venues;
    this.#call = call;
  }

  /** Sends a good-till-cancel limit order of the strategy `default`. Returns its ClOrdID, or 0. */
  limit(instrument: number, side: number, lots: number, ticks: number): number {
    return this.send(instrument, side, OrderType.LIMIT, TimeInForce.GTC, lots, ticks, 0, 0);
  }

  /**
   * Sends an order. `flags` are OrderFlags, `account` is the number of an account (0 is `default`).
   * Returns its ClOrdID, or 0.
   */
  send(
    instrument: number,
    side: number,
    ordType: number,
    timeInForce: number,
    lots: number,
    ticks: number,
    flags: number,
    strategy: number,
    account = 0,
  ): number {
    this.#fill(instrument, side, lots, ticks);
    const struct = this.#struct;
    struct.account = account;
    struct.ordType = ordType;
    struct.timeInForce = timeInForce;
    struct.strategy = strategy;
    struct.flags = flags;
    this.#call();
    return struct.verdict === 0 ? struct.clOrdID : 0;
  }

  /** Whether risk would take a good-till-cancel limit order now; nothing is sent or counted. */
  probe(instrument: number, side: number, lots: number, ticks: number): boolean {
    this.#fill(instrument, side, lots, ticks);
    const struct = this.#struct;
    struct.kind = PROBE;
    struct.ordType = OrderType.LIMIT;
    struct.timeInForce = TimeInForce.GTC;
    this.#call();
    return struct.verdict === 0;
  }

  /** Asks for the cancel of an order. */
  cancel(clOrdID: number): boolean {
    const struct = this.#struct;
    struct.clear();
    struct.kind = CANCEL;
    struct.origClOrdID = clOrdID;
    this.#call();
    return struct.verdict === 0;
  }

  /** Asks for another quantity (of the whole order) and price. Returns the new ClOrdID, or 0. */
  move(clOrdID: number, lots: number, ticks: number): number {
    const struct = this.#struct;
    struct.clear();
    struct.kind = REPLACE;
    struct.origClOrdID = clOrdID;
    struct.orderQty = lots;
    struct.price = ticks;
    this.#call();
    return struct.verdict === 0 ? struct.clOrdID : 0;
  }

  /** The verdict about the last request, an index of SUBMIT_VERDICTS. */
  get lastVerdict(): number {
    return this.#struct.verdict;
  }
  /** The ViolationType that refused it; 0 without. */
  get lastViolation(): number {
    return this.#struct.violation;
  }

  #fill(instrument: number, side: number, lots: number, ticks: number): void {
    const struct = this.#struct;
    struct.clear();
    struct.instrument = instrument;
    struct.side = side;
    struct.venue = this.#venues[instrument] ?? 0;
    struct.orderQty = lots;
    struct.price = ticks;
  }
}

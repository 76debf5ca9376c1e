import type { NativeLeg, NativeTradingCore } from '../addon/trading-core.js';
import { HftError } from '../domain/errors.js';
import {
  type OrderRequest,
  SUBMIT_VERDICTS,
  type SubmitVerdict,
  TimeInForce,
} from '../domain/orders.js';
import { toScaled } from '../domain/scaled-text.js';
import type { ScopeNames } from '../risk/scope-names.js';

/** What came of a list: the ClOrdIDs of its legs in their order, or why it was refused whole. */
export type ListResponse =
  | { readonly ok: true; readonly clOrdIDs: readonly number[] }
  | { readonly ok: false; readonly verdict: SubmitVerdict };

const OCO = 1;
const OTO = 2;
const OTOCO = 3;

/**
 * Orders that hang together: what one executes changes the others, natively, also when the process
 * dies in between. Each leg passes risk when it is sent.
 */
export class OrderListDesk {
  readonly #native: NativeTradingCore;
  readonly #names: ScopeNames;
  readonly #venues: readonly number[];
  readonly #drain: () => void;

  /** Made by RealTimeOrderManager: `orders.lists`. */
  constructor(
    native: NativeTradingCore,
    names: ScopeNames,
    venues: readonly number[],
    drain: () => void,
  ) {
    this.#native = native;
    this.#names = names;
    this.#venues = venues;
    this.#drain = drain;
  }

  /** One cancels the others: 2 to 4 orders of one quantity, of which so much executes in all. */
  oco(...orders: readonly OrderRequest[]): ListResponse {
    return this.#submit(OCO, orders);
  }

  /** The first triggers the others: they are sent once it is filled. */
  oto(first: OrderRequest, ...others: readonly OrderRequest[]): ListResponse {
    return this.#submit(OTO, [first, ...others]);
  }

  /** An entry with its exits: they follow what the entry executes, and one cancels the other. */
  bracket(entry: OrderRequest, takeProfit: OrderRequest, stopLoss: OrderRequest): ListResponse {
    return this.#submit(OTOCO, [entry, takeProfit, stopLoss]);
  }

  #submit(kind: number, orders: readonly OrderRequest[]): ListResponse {
    if (orders.length < 2 || orders.length > 4) {
      throw new HftError('HFT_ARGUMENT', `a list has 2 to 4 orders, found ${orders.length}`);
    }
    const answer = this.#native.submitList(
      kind,
      orders.map((order) => this.#leg(order)),
    );
    this.#drain();
    if (typeof answer !== 'number') return { ok: true, clOrdIDs: answer };
    return { ok: false, verdict: SUBMIT_VERDICTS[answer] ?? 'bad-request' };
  }

  #leg(order: OrderRequest): NativeLeg {
    const symbol = this.#names.require(order.symbol);
    const price = (value: string | number | undefined, what: string): number =>
      value === undefined ? 0 : toScaled(value, symbol.priceDecimals, what);
    if (order.side !== 'BUY' && order.side !== 'SELL') {
      throw new HftError('HFT_ARGUMENT', `side must be BUY or SELL, found ${String(order.side)}`);
    }
    return {
      instrument: symbol.id,
      account: this.#names.accounts.id(order.accountId ?? 'default'),
      strategy: this.#names.strategies.id(order.strategyId ?? 'default'),
      venue:
        order.venue === undefined
          ? (this.#venues[symbol.id] ?? 0)
          : this.#names.venues.id(order.venue),
      side: order.side === 'BUY' ? 1 : 2,
      ordType: order.orderType,
      timeInForce: order.timeInForce ?? TimeInForce.GTC,
      flags: order.flags ?? 0,
      orderQty: toScaled(order.quantity, symbol.qtyDecimals, 'quantity'),
      price: price(order.price, 'price'),
      stopPx: price(order.stopPrice, 'stopPrice'),
      trailOffset: price(order.trailingOffset, 'trailingOffset'),
    };
  }
}

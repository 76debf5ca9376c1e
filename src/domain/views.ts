import type { BookReason, BookState, EventKind } from './market-data.js';
import type { Side } from './vocabulary.js';

/** One instrument of a stream. A symbol is the venue's own spelling. */
export interface InstrumentInfo {
  readonly id: number;
  readonly symbol: string;
  /** One tick is 10^-priceDecimals. */
  readonly priceDecimals: number;
  /** One lot is 10^-qtyDecimals. */
  readonly qtyDecimals: number;
}

/**
 * What every view of an event can say.
 *
 * A view is one object that the stream reuses for every event: it is valid only during the call
 * that it is passed to. Keep numbers, or take `copy()`; never keep the view.
 */
export interface EventView {
  readonly instrument: InstrumentInfo;
  readonly symbol: string;
  /** The venue's update id or trade id; 0 where it has none. */
  readonly sequence: number;
  /** The venue's time in milliseconds since the epoch, with fractions; 0 where it gives none. */
  readonly exchangeTimeMs: number;
  /** When the bytes were read, in milliseconds since the epoch, with fractions. */
  readonly receiveTimeMs: number;
  /** The venue's time in nanoseconds since the epoch. Allocates: not for the hot path. */
  readonly exchangeTime: bigint;
  /** When the bytes were read, in nanoseconds since the epoch. Allocates: not for the hot path. */
  readonly receiveTime: bigint;
  /** Receive time minus exchange time in nanoseconds; negative where the clocks disagree. */
  readonly ageNs: number;
  /** A plain object with what the event says, to keep. */
  copy(): MarketDataMessage;
}

/** The best prices of an event: ticks and lots exactly, `number` for people. NaN = empty side. */
export interface TopOfBook {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
  readonly bid: number;
  readonly bidQty: number;
  readonly ask: number;
  readonly askQty: number;
  /** The middle of the best prices. */
  readonly mid: number;
  /** Ask minus bid. */
  readonly spread: number;
  /** The middle weighted by the opposite quantities. */
  readonly microprice: number;
}

/** A book after a change, with its best levels as of this very event. Valid during the call. */
export interface BookView extends EventView, TopOfBook {
  readonly state: BookState;
  readonly reason: BookReason;
  readonly isTrusted: boolean;
  /** The most levels a side that an event carries (StreamProcessor option `depth`). */
  readonly depth: number;
  /** Bid levels of this event, at most `depth`. */
  readonly bidCount: number;
  /** Ask levels of this event, at most `depth`. */
  readonly askCount: number;
  /** Price of the bid level `index` (0 = best) in ticks; NaN beyond `bidCount`. */
  bidTicksAt(index: number): number;
  bidLotsAt(index: number): number;
  askTicksAt(index: number): number;
  askLotsAt(index: number): number;
  /** (bids - asks) / (bids + asks) over the quantities of the best `levels` levels; 0 if empty. */
  imbalance(levels: number): number;
}

/** One execution. Valid during the call. */
export interface TradeView extends EventView {
  /** The aggressor's side. */
  readonly side: Side;
  readonly priceTicks: number;
  readonly qtyLots: number;
  readonly price: number;
  readonly qty: number;
}

/** The venue's own best bid and offer. Valid during the call. */
export interface QuoteView extends EventView, TopOfBook {}

/** Open, high, low, close and volume of an interval. Valid during the call. */
export interface BarView extends EventView {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** One price level of a kept message: [price, quantity]. */
export type PriceLevel = readonly [price: number, qty: number];

/** A market event as a plain object, to keep. */
export interface MarketDataMessage {
  readonly kind: EventKind;
  readonly symbol: string;
  readonly sequence: number;
  readonly exchangeTime: bigint;
  readonly receiveTime: bigint;
  readonly state?: BookState;
  readonly reason?: BookReason;
  readonly side?: Side;
  readonly price?: number;
  readonly qty?: number;
  readonly bids?: readonly PriceLevel[];
  readonly asks?: readonly PriceLevel[];
  readonly bar?: {
    readonly open: number;
    readonly high: number;
    readonly low: number;
    readonly close: number;
    readonly volume: number;
  };
}

/** A field of a FIX message: its tag and its text. */
export type FixField = readonly [tag: number, value: string];

/** A price level: [ticks, lots]. */
type Level = readonly [price: number, qty: number];

/** What happened in a matching engine; the members are those of `MatchEvent`. */
export interface MatcherEvent {
  readonly kind: string;
  readonly reason: string;
  readonly order: number;
  readonly other: number;
  readonly qty: number;
  readonly price: number;
  readonly leaves: number;
  readonly otherLeaves: number;
}

/** An order as a matching engine takes it: prices in ticks, quantities in lots. */
export interface MatcherOrder {
  readonly id: number;
  readonly side: 1 | 2;
  readonly qty: number;
  readonly ordType: 1 | 2 | 3 | 4 | 5 | 6;
  readonly timeInForce: 0 | 1 | 2 | 3 | 4 | 6 | 7;
  readonly price: number;
  readonly stopPx: number;
  readonly displayQty: number;
  readonly minQty: number;
  readonly expireTime?: bigint;
  readonly isPostOnly: boolean;
  readonly isAllOrNone: boolean;
}

/** The matching engine of one instrument; `MatchingEngine` is one. */
export interface Matcher {
  submit(order: MatcherOrder): readonly MatcherEvent[];
  cancel(id: number): readonly MatcherEvent[];
  replace(
    id: number,
    replacement: { readonly qty: number; readonly price: number; readonly stopPx: number },
  ): readonly MatcherEvent[];
  advance(now: bigint): readonly MatcherEvent[];
  depth(side: 1 | 2, levels: number): readonly Level[];
}

/** An instrument that is traded on the exchange. */
export interface VenueInstrument {
  readonly symbol: string;
  /** One tick is 10^-priceDecimals. */
  readonly priceDecimals: number;
  /** One lot is 10^-qtyDecimals. */
  readonly qtyDecimals: number;
}

/** An instrument with its book and what has happened to it since the last `publish`. */
export interface VenueBook extends VenueInstrument {
  readonly matcher: Matcher;
  readonly trades: { readonly price: number; readonly qty: number }[];
  isChanged: boolean;
  lastTrade: { readonly price: number; readonly qty: number } | undefined;
}

/** What the exchange tells a counterparty, and how: one session of it. */
export interface VenueSession {
  /** For order ids and logs. */
  readonly name: string;
  /** BeginString(8). */
  readonly beginString: string;
  /** Of FIXT sessions, such as FIX.5.0SP2. */
  readonly defaultApplVerID: string;
  /** It gets a copy of every execution report and sends no orders. */
  readonly isDropCopy: boolean;
  /** Sends an application message; throws where its queue is full. */
  send(msgType: string, fields: readonly FixField[]): void;
}

import { toText } from '../../domain/scaled-text.js';
import type { ReportSink } from './execution-reports.js';
import type { FixField, VenueBook } from './ports.js';
import type { ReceivedMessage } from './received-message.js';
import type { Counterparty } from './venue-order.js';

/** As deep as a matching engine shows. */
const DEPTH_MAX = 1000;
const BID = '0';
const OFFER = '1';
const TRADE = '2';

type Levels = readonly (readonly [price: number, qty: number])[];

/** What a subscriber has been told of a book. */
interface Shown {
  bids: Levels;
  offers: Levels;
  /** The newest RptSeq(83): without a gap for each subscriber. */
  rptSeq: number;
}

/** A running MarketDataRequest(V). */
interface Subscription {
  readonly to: Counterparty;
  readonly mdReqID: string;
  readonly depth: number;
  readonly isIncremental: boolean;
  readonly types: ReadonlySet<string>;
  readonly shown: ReadonlyMap<VenueBook, Shown>;
}

/** Why a request is refused: MDReqRejReason(281), and words. */
interface Refusal {
  readonly reason: '0' | '1' | '4' | '5' | '6' | '7' | '8';
  readonly text: string;
}

/**
 * Market data by price levels: MarketDataRequest(V) to snapshots (W) and incremental refreshes (X),
 * or refusals (Y). Changes go out with `publish`, so that a burst of orders is one message.
 */
export class MarketDataDesk {
  readonly #books: ReadonlyMap<string, VenueBook>;
  readonly #sink: ReportSink;
  readonly #subscriptions: Subscription[] = [];

  constructor(books: ReadonlyMap<string, VenueBook>, sink: ReportSink) {
    this.#books = books;
    this.#sink = sink;
  }

  /** MarketDataRequest(V). */
  request(from: Counterparty, message: ReceivedMessage): void {
    const mdReqID = message.get(262) ?? '';
    if (message.get(263) === '2') {
      if (!this.#end(from, mdReqID)) {
        this.#refuse(from, mdReqID, { reason: '1', text: 'there is no such subscription' });
      }
      return;
    }
    const books = message.all(55).map((symbol) => this.#books.get(symbol));
    const refusal = this.#refusalOf(from, message, books);
    if (refusal !== undefined) {
      this.#refuse(from, mdReqID, refusal);
      return;
    }
    const asked = Number(message.get(264));
    const shown = new Map<VenueBook, Shown>();
    const subscription: Subscription = {
      ...{ to: from, mdReqID, shown },
      depth: asked === 0 ? DEPTH_MAX : Math.min(asked, DEPTH_MAX),
      isIncremental: message.get(265) === '1',
      types: new Set(message.all(269)),
    };
    for (const book of books) {
      if (book === undefined) continue;
      const now = levelsOf(book, subscription.depth);
      shown.set(book, now);
      this.#snapshot(subscription, book, now);
    }
    if (message.get(263) === '1') this.#subscriptions.push(subscription);
  }

  /** Tells subscribers what has changed since the last call. */
  publish(): void {
    for (const book of this.#books.values()) {
      if (!book.isChanged) continue;
      for (const subscription of this.#subscriptions) {
        const shown = subscription.shown.get(book);
        if (shown !== undefined) this.#update(subscription, book, shown);
      }
      book.isChanged = false;
      book.trades.length = 0;
    }
  }

  /** Forgets the subscriptions of a counterparty that has gone. */
  drop(party: Counterparty): void {
    for (let at = this.#subscriptions.length - 1; at >= 0; at -= 1) {
      if (this.#subscriptions[at]?.to === party) this.#subscriptions.splice(at, 1);
    }
  }

  #refusalOf(
    from: Counterparty,
    message: ReceivedMessage,
    books: readonly (VenueBook | undefined)[],
  ): Refusal | undefined {
    const type = message.get(263);
    const isTaken = this.#subscriptions.some(
      ({ to, mdReqID }) => to === from && mdReqID === message.get(262),
    );
    if (isTaken) return { reason: '1', text: 'MDReqID(262) is in use' };
    if (type !== '0' && type !== '1') {
      return { reason: '4', text: 'SubscriptionRequestType(263) must be 0, 1 or 2' };
    }
    const depth = Number(message.get(264));
    if (!Number.isInteger(depth) || depth < 0) {
      return { reason: '5', text: 'MarketDepth(264) must be 0 or a number of levels' };
    }
    if (!['0', '1', undefined].includes(message.get(265))) {
      return { reason: '6', text: 'MDUpdateType(265) must be 0 or 1' };
    }
    if (message.get(266) === 'N') {
      return { reason: '7', text: 'books are aggregated by price: AggregatedBook(266) is Y' };
    }
    if (message.all(269).some((entry) => ![BID, OFFER, TRADE].includes(entry))) {
      return { reason: '8', text: 'MDEntryType(269) must be 0, 1 or 2' };
    }
    if (books.length === 0 || books.includes(undefined)) {
      return { reason: '0', text: 'a Symbol(55) is not traded' };
    }
    return undefined;
  }

  #end(from: Counterparty, mdReqID: string): boolean {
    const at = this.#subscriptions.findIndex(
      (subscription) => subscription.to === from && subscription.mdReqID === mdReqID,
    );
    if (at >= 0) this.#subscriptions.splice(at, 1);
    return at >= 0;
  }

  #refuse(to: Counterparty, mdReqID: string, { reason, text }: Refusal): void {
    this.#sink.deliver(to, 'Y', [
      [262, mdReqID],
      [281, reason],
      [58, text],
    ]);
  }

  #snapshot({ to, mdReqID, types }: Subscription, book: VenueBook, now: Shown): void {
    const entries: FixField[][] = [];
    const add = (type: string, price: number, qty: number) =>
      entries.push([[269, type], ...valueFields(book, price, qty), ...sequence(to, now.rptSeq)]);
    if (types.has(BID)) for (const [price, qty] of now.bids) add(BID, price, qty);
    if (types.has(OFFER)) for (const [price, qty] of now.offers) add(OFFER, price, qty);
    const last = book.lastTrade;
    if (types.has(TRADE) && last !== undefined) add(TRADE, last.price, last.qty);
    this.#sink.deliver(to, 'W', [
      [262, mdReqID],
      [55, book.symbol],
      [268, String(entries.length)],
      ...entries.flat(),
    ]);
  }

  #update(subscription: Subscription, book: VenueBook, shown: Shown): void {
    const { to, mdReqID, types, depth, isIncremental } = subscription;
    const now = levelsOf(book, depth);
    const entries: FixField[][] = [];
    const add = (action: string, type: string, price: number, qty: number) => {
      shown.rptSeq += 1;
      entries.push([
        [279, action],
        [269, type],
        [55, book.symbol],
        ...valueFields(book, price, qty),
        ...sequence(to, shown.rptSeq),
      ]);
    };
    for (const type of [BID, OFFER]) {
      if (!types.has(type)) continue;
      const before = type === BID ? shown.bids : shown.offers;
      const after = type === BID ? now.bids : now.offers;
      for (const [action, price, qty] of changesOf(before, after)) add(action, type, price, qty);
    }
    if (types.has(TRADE)) for (const { price, qty } of book.trades) add('0', TRADE, price, qty);
    shown.bids = now.bids;
    shown.offers = now.offers;
    if (entries.length === 0) return;
    if (!isIncremental) {
      this.#snapshot(subscription, book, shown);
      return;
    }
    this.#sink.deliver(to, 'X', [[262, mdReqID], [268, String(entries.length)], ...entries.flat()]);
  }
}

function levelsOf(book: VenueBook, depth: number): Shown {
  const { matcher } = book;
  return { bids: matcher.depth(1, depth), offers: matcher.depth(2, depth), rptSeq: 0 };
}

/** MDUpdateAction(279), price and quantity of each level that differs. */
function* changesOf(before: Levels, after: Levels): Generator<[string, number, number]> {
  const old = new Map(before);
  const fresh = new Map(after);
  for (const [price, qty] of before) if (!fresh.has(price)) yield ['2', price, qty];
  for (const [price, qty] of after) {
    const was = old.get(price);
    if (was === undefined) yield ['0', price, qty];
    else if (was !== qty) yield ['1', price, qty];
  }
}

function valueFields(book: VenueBook, price: number, qty: number): FixField[] {
  return [
    [270, toText(price, book.priceDecimals)],
    [271, toText(qty, book.qtyDecimals)],
  ];
}

/** RptSeq(83) of an entry, where the version has it there. */
function sequence(to: Counterparty, rptSeq: number): FixField[] {
  return to.rules.isFive ? [[83, String(rptSeq)]] : [];
}

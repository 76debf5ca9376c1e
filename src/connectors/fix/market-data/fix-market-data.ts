import { HftError } from '../../../domain/errors.js';
import type { FixEvent, FixSession } from '../fix-session.js';
import { FixMessageView } from '../messages/fix-message-view.js';
import { encodeFixBody } from '../messages/message-codec.js';
import { BookKeeper, entriesOf, type FixTrade, type LevelBook, stepOf } from './book-keeper.js';

/** An instrument whose market data is asked for. */
export interface FixMarketInstrument {
  /** Symbol(55). */
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
}

/** What a FixMarketData works with. */
export interface FixMarketDataOptions {
  readonly session: FixSession;
  readonly instruments: readonly FixMarketInstrument[];
  /** Makes the book of an instrument: `new OrderBook(instrument)`. */
  readonly createBook: (instrument: FixMarketInstrument) => LevelBook;
  /** MarketDepth(264): 0, the default, is the whole book. */
  readonly depth?: number;
  /** Whether the venue tells of single orders, by MDEntryID(278); default false. */
  readonly byOrder?: boolean;
  /** Trades are asked for, too; default true. */
  readonly hasTrades?: boolean;
  /** A book has changed, or is trusted no longer. */
  readonly onBook?: (symbol: string, book: LevelBook, isTrusted: boolean) => void;
  readonly onTrade?: (trade: FixTrade) => void;
  /** Hears of gaps, refusals and what could not be read. */
  readonly onProblem?: (what: string) => void;
}

/** Counts since the start. */
export interface FixMarketDataCounts {
  readonly snapshots: number;
  readonly increments: number;
  readonly trades: number;
  readonly gaps: number;
  readonly refusals: number;
}

/**
 * Market data over a FIX session in books: a MarketDataRequest(V) an instrument, snapshots (W),
 * increments (X), refusals (Y).
 *
 * At every logon, and after a gap in the entries' own sequence, the instrument is asked for anew;
 * until its snapshot comes the book is not trusted. Not thread-safe.
 */
export class FixMarketData {
  readonly #options: FixMarketDataOptions;
  readonly #keepers = new Map<string, BookKeeper>();
  /** The symbol of each running request, by MDReqID(262). */
  readonly #requests = new Map<string, string>();
  readonly #view = new FixMessageView();
  readonly #changed = new Set<BookKeeper>();
  readonly #stopListening: () => void;
  readonly #counts = { snapshots: 0, increments: 0, trades: 0, gaps: 0, refusals: 0 };
  readonly #onTrade = (trade: FixTrade): void => {
    this.#counts.trades += 1;
    this.#options.onTrade?.(trade);
  };
  #requestCount = 0;

  constructor(options: FixMarketDataOptions) {
    this.#options = options;
    for (const instrument of options.instruments) {
      const book = options.createBook(instrument);
      const keeper = new BookKeeper(instrument, book, options.byOrder ?? false);
      this.#keepers.set(instrument.symbol, keeper);
    }
    const { session } = options;
    this.#stopListening = session.onBatch((events) => this.#onEvents(events));
    if (session.isLoggedOn) this.#askAll();
  }

  /** Whether the book of `symbol` is that of the venue. */
  isTrusted(symbol: string): boolean {
    return this.#keepers.get(symbol)?.isTrusted ?? false;
  }

  /** The book of `symbol`; undefined for one that was not asked for. */
  book(symbol: string): LevelBook | undefined {
    return this.#keepers.get(symbol)?.book;
  }

  counts(): FixMarketDataCounts {
    return { ...this.#counts };
  }

  /** Ends the requests and hears the session no longer. */
  close(): void {
    this.#stopListening();
    if (!this.#options.session.isLoggedOn) return;
    for (const [mdReqID, symbol] of this.#requests) this.#send(mdReqID, symbol, '2');
    this.#requests.clear();
  }

  #onEvents(events: readonly FixEvent[]): void {
    for (const event of events) {
      if (event.kind === 'logon') {
        // Asked for already where the session was logged on before this one heard of it.
        if (this.#requests.size === 0) this.#askAll();
      } else if (event.kind === 'logout') {
        this.#onLogout();
      } else if (event.kind === 'message') {
        this.#onMessage(event.message);
      }
    }
    for (const keeper of this.#changed) {
      this.#options.onBook?.(keeper.symbol, keeper.book, keeper.isTrusted);
    }
    this.#changed.clear();
  }

  #askAll(): void {
    for (const symbol of this.#keepers.keys()) this.#ask(symbol);
  }

  #ask(symbol: string): void {
    this.#requestCount += 1;
    const mdReqID = `${symbol}-${this.#requestCount}`;
    this.#requests.set(mdReqID, symbol);
    this.#send(mdReqID, symbol, '1');
  }

  #send(mdReqID: string, symbol: string, kind: '1' | '2'): void {
    const types = this.#options.hasTrades === false ? ['0', '1'] : ['0', '1', '2'];
    const fields = encodeFixBody('MarketDataRequest', {
      ...{ mdReqID, subscriptionRequestType: kind, marketDepth: this.#options.depth ?? 0 },
      mdUpdateType: 1,
      noMDEntryTypes: types.map((mdEntryType) => ({ mdEntryType })),
      noRelatedSym: [{ symbol }],
    });
    try {
      this.#options.session.send('V', fields);
    } catch (error) {
      this.#problem(`${symbol} was not asked for: ${String(error)}`);
    }
  }

  #onLogout(): void {
    this.#requests.clear();
    for (const keeper of this.#keepers.values()) {
      if (keeper.isTrusted) this.#changed.add(keeper);
      keeper.distrust();
    }
  }

  #onMessage(text: string): void {
    const view = this.#view;
    try {
      view.wrap(Buffer.from(text, 'latin1'));
      const msgType = view.getString(35);
      if (msgType === 'W') this.#onSnapshot(view);
      else if (msgType === 'X') this.#onIncrements(view);
      else if (msgType === 'Y') this.#onRefusal(view);
    } catch (error) {
      if (!(error instanceof HftError)) throw error;
      this.#problem(error.message);
    }
  }

  #onSnapshot(view: FixMessageView): void {
    const mdReqID = view.getString(262);
    const keeper = this.#keepers.get(view.getString(55) ?? '');
    // A snapshot of a request that has ended since says what the book was, not what it is.
    if (keeper === undefined || (mdReqID !== undefined && !this.#requests.has(mdReqID))) return;
    this.#counts.snapshots += 1;
    this.#changed.add(keeper);
    keeper.snapshot(view, this.#onTrade);
  }

  #onIncrements(view: FixMessageView): void {
    const mdReqID = view.getString(262);
    if (mdReqID !== undefined && !this.#requests.has(mdReqID)) return;
    this.#counts.increments += 1;
    const message = this.#counts.increments;
    const whole = stepOf(view, message);
    let symbol = (mdReqID === undefined ? undefined : this.#requests.get(mdReqID)) ?? '';
    let step = whole;
    for (const entry of entriesOf(view)) {
      // What an entry leaves out it has in common with the one before it.
      symbol = entry.getString(55) ?? symbol;
      const own = stepOf(entry, message);
      if (own.last !== undefined) step = own;
      const keeper = this.#keepers.get(symbol);
      if (keeper === undefined) continue;
      this.#changed.add(keeper);
      if (!keeper.increment(entry, step, this.#onTrade)) this.#onGap(symbol);
    }
  }

  #onGap(symbol: string): void {
    this.#counts.gaps += 1;
    this.#problem(`${symbol}: a gap in the sequence of its entries`);
    for (const [mdReqID, of] of this.#requests) {
      if (of !== symbol) continue;
      this.#requests.delete(mdReqID);
      this.#send(mdReqID, symbol, '2');
    }
    this.#ask(symbol);
  }

  #onRefusal(view: FixMessageView): void {
    const mdReqID = view.getString(262) ?? '';
    const symbol = this.#requests.get(mdReqID) ?? mdReqID;
    this.#requests.delete(mdReqID);
    this.#counts.refusals += 1;
    const reason = view.getString(58) ?? `MDReqRejReason(281) ${view.getString(281) ?? '?'}`;
    this.#problem(`${symbol} is refused: ${reason}`);
  }

  #problem(what: string): void {
    this.#options.onProblem?.(what);
  }
}

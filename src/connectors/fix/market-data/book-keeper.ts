import { toScaled } from '../../../domain/scaled-text.js';
import type { FixMessageView } from '../messages/fix-message-view.js';

/** A book of price levels in ticks and lots; `OrderBook` is one. */
export interface LevelBook {
  setLevel(side: 1 | 2, priceTicks: number, qtyLots: number): number;
  qtyAt(side: 1 | 2, priceTicks: number): number;
  clear(): void;
}

/** A trade that market data told of. */
export interface FixTrade {
  readonly symbol: string;
  readonly priceTicks: number;
  readonly qtyLots: number;
}

const ENTRY_TAGS: ReadonlySet<number> = new Set([
  ...[279, 269, 278, 55, 270, 271, 272, 273, 83, 37, 290, 346, 1023, 60, 40, 58, 11, 5797, 15],
  ...[276, 277, 282, 283, 284, 336, 625, 2446, 280, 285, 25043, 25044, 1003, 110, 59, 811, 1020],
]);

interface RestingOrder {
  readonly side: 1 | 2;
  readonly price: number;
  readonly qty: number;
}

/** Where an entry stands in its venue's sequence. */
interface Step {
  /** RptSeq(83), or Binance's first and last update id. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Different for each message. */
  readonly message: number;
}

/**
 * The book of one instrument from snapshots (W) and increments (X): by price level, or by order
 * where the entries have ids (MDEntryID).
 *
 * A sequence in the entries (RptSeq(83), or update ids 25043 and 25044) must go on without a gap;
 * after one the book is not trusted until the next snapshot.
 */
export class BookKeeper {
  readonly symbol: string;
  readonly book: LevelBook;
  readonly #priceDecimals: number;
  readonly #qtyDecimals: number;
  /** By MDEntryID(278), where the venue tells of single orders. */
  readonly #orders = new Map<string, RestingOrder>();
  readonly #byOrder: boolean;
  #sequence: number | undefined;
  /** The message whose entries moved the sequence last. */
  #message = -1;
  #isTrusted = false;
  #isInSnapshot = false;

  constructor(
    instrument: {
      readonly symbol: string;
      readonly priceDecimals: number;
      readonly qtyDecimals: number;
    },
    book: LevelBook,
    byOrder: boolean,
  ) {
    this.symbol = instrument.symbol;
    this.#priceDecimals = instrument.priceDecimals;
    this.#qtyDecimals = instrument.qtyDecimals;
    this.book = book;
    this.#byOrder = byOrder;
  }

  /** Whether the book is that of the venue, as far as its words go. */
  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** The connection has ended, or the venue skipped something: a snapshot must come. */
  distrust(): void {
    this.#isTrusted = false;
    this.#isInSnapshot = false;
  }

  /**
   * MarketDataSnapshotFullRefresh(W): replaces the book; of several fragments, the last completes
   * it. Errors: HFT_ARGUMENT, HFT_DATA_FORMAT for numbers that are none; the book is not trusted.
   */
  snapshot(view: FixMessageView, onTrade: (trade: FixTrade) => void): void {
    if (!this.#isInSnapshot) {
      this.#orders.clear();
      this.book.clear();
      this.#sequence = undefined;
    }
    this.#isTrusted = false;
    this.#isInSnapshot = true;
    const last = view.getInt(25044) ?? view.getInt(83);
    if (last !== undefined) this.#sequence = last;
    for (const entry of entriesOf(view)) {
      const step = stepOf(entry, 0);
      if (step.last !== undefined) this.#sequence = Math.max(this.#sequence ?? 0, step.last);
      this.#apply(entry, '0', onTrade);
    }
    if (view.getString(893) === 'N') return;
    this.#isInSnapshot = false;
    this.#isTrusted = true;
  }

  /**
   * One entry of a MarketDataIncrementalRefresh(X). False: there is a gap before it, and the book
   * is not trusted any more. `step` says where in the sequence it stands, and in which message: one
   * update may be several entries of a message. Errors as `snapshot`.
   */
  increment(entry: FixMessageView, step: Step, onTrade: (trade: FixTrade) => void): boolean {
    if (!this.#isTrusted) return true;
    const { first, last, message } = step;
    const isSameUpdate = message === this.#message && last === this.#sequence;
    if (last !== undefined && this.#sequence !== undefined && !isSameUpdate) {
      // Told before the snapshot that has it already.
      if (last <= this.#sequence) return true;
      if ((first ?? last) > this.#sequence + 1) {
        this.distrust();
        return false;
      }
    }
    if (last !== undefined) this.#sequence = last;
    this.#message = message;
    try {
      this.#apply(entry, entry.getString(279) ?? '0', onTrade);
    } catch (error) {
      this.distrust();
      throw error;
    }
    return true;
  }

  #apply(entry: FixMessageView, action: string, onTrade: (trade: FixTrade) => void): void {
    const type = entry.getString(269);
    const id = entry.getString(278);
    const side = type === '0' ? 1 : type === '1' ? 2 : undefined;
    if (type === '2' && action !== '2') onTrade(this.#tradeOf(entry));
    if (this.#byOrder && id !== undefined) this.#applyOrder(entry, id, action, side);
    else if (side !== undefined) this.#applyLevel(entry, action, side);
  }

  #applyLevel(entry: FixMessageView, action: string, side: 1 | 2): void {
    const price = this.#price(entry.getDecimal(270));
    // What is not there to delete is not an error.
    if (price === undefined) return;
    const qty = action === '2' ? 0 : this.#qty(entry.getDecimal(271));
    if (qty === 0 && this.book.qtyAt(side, price) === 0) return;
    this.book.setLevel(side, price, qty);
  }

  #applyOrder(entry: FixMessageView, id: string, action: string, side: 1 | 2 | undefined): void {
    const before = this.#orders.get(id);
    if (before !== undefined) {
      this.#add(before, -before.qty);
      this.#orders.delete(id);
    }
    if (action === '2') return;
    const price = this.#price(entry.getDecimal(270)) ?? before?.price;
    const text = entry.getDecimal(271);
    const order = {
      side: side ?? before?.side,
      price,
      qty: text === undefined ? (before?.qty ?? 0) : this.#qty(text),
    };
    if (order.side === undefined || price === undefined || order.qty === 0) return;
    const resting = { side: order.side, price, qty: order.qty };
    this.#orders.set(id, resting);
    this.#add(resting, resting.qty);
  }

  #add({ side, price }: RestingOrder, qty: number): void {
    this.book.setLevel(side, price, this.book.qtyAt(side, price) + qty);
  }

  #tradeOf(entry: FixMessageView): FixTrade {
    const priceTicks = this.#price(entry.getDecimal(270)) ?? 0;
    return { symbol: this.symbol, priceTicks, qtyLots: this.#qty(entry.getDecimal(271)) };
  }

  #price(text: string | undefined): number | undefined {
    return text === undefined ? undefined : toScaled(text, this.#priceDecimals, 'MDEntryPx(270)');
  }

  #qty(text: string | undefined): number {
    return text === undefined ? 0 : toScaled(text, this.#qtyDecimals, 'MDEntrySize(271)');
  }
}

/** The entries of a W or X. */
export function entriesOf(view: FixMessageView): FixMessageView[] {
  return view.groups(268, (tag) => ENTRY_TAGS.has(tag));
}

/** Where an entry stands in its venue's sequence, as far as the entry says it. */
export function stepOf(entry: FixMessageView, message: number): Step {
  const last = entry.getInt(25044);
  if (last !== undefined) return { first: entry.getInt(25043), last, message };
  const sequence = entry.getInt(83);
  return { first: sequence, last: sequence, message };
}

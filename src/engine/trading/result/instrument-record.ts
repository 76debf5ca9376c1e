import type { BookView, TradeView } from '../../../domain/views.js';
import { SampleSeries } from './sample-series.js';
import { TouchHistory } from './touch-history.js';

/** An instrument of a result. */
export interface RecordedInstrument {
  /** The number by which the trading core knows it. */
  readonly id: number;
  /** Its name in the report: `feed:SYMBOL` where several feeds have the symbol. */
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  /** Money that one unit moves when the price moves by one, as an exact fraction. */
  readonly multiplier: readonly [numerator: number, denominator: number];
}

const SYMBOL_SAMPLES_MAX = 8192;
/** A clock of the venue may be read in milliseconds: less is no sign of anything. */
const SKEW_MS_MAX = 1;

/** What is kept of one instrument during a run. Handlers allocate nothing. */
export class InstrumentRecord {
  readonly instrument: RecordedInstrument;
  /** Value of a lot at a tick in 10^-8: numerator over denominator. */
  readonly unit: { readonly numerator: bigint; readonly denominator: bigint };
  readonly #priceScale: number;
  readonly #qtyScale: number;
  /** Time, middle, position. */
  #series: SampleSeries | undefined;
  /** From the first order on. */
  #history: TouchHistory | undefined;
  /** Bid, ask in ticks; bid, ask in lots. */
  readonly #touch = new Float64Array(4).fill(Number.NaN);
  /**
   * Last exchange time of books, of trades; largest trade in lots; when trust was lost; how much
   * before its exchange time an event was received, at most.
   */
  readonly #marks = new Float64Array(5);
  /** Exchange and receive time of the present event. */
  readonly #times = new Float64Array(2);
  #isTrusted = false;
  #wasTrusted = false;
  #takenTouch = -1;
  #takenLots = 0;
  netLots = 0;
  events = 0;
  trades = 0;
  backwards = 0;
  fromFuture = 0;
  crossed = 0;
  untrusted = 0;
  untrustedMs = 0;
  beyondDisplayed = 0;

  constructor(instrument: RecordedInstrument) {
    this.instrument = instrument;
    const { priceDecimals, qtyDecimals, multiplier } = instrument;
    this.#priceScale = 10 ** priceDecimals;
    this.#qtyScale = 10 ** qtyDecimals;
    this.unit = {
      numerator: BigInt(multiplier[0]) * 100_000_000n,
      denominator: BigInt(multiplier[1]) * 10n ** BigInt(priceDecimals + qtyDecimals),
    };
  }

  /** Begins to keep what fills and charts need. */
  follow(nowMs: number): void {
    this.#series ??= new SampleSeries(3, SYMBOL_SAMPLES_MAX);
    if (this.#history !== undefined) return;
    this.#history = new TouchHistory();
    this.#history.push(this.#touch, new Float64Array([nowMs]), 0);
  }

  /** Begins to keep what charts need. */
  chart(): void {
    this.#series ??= new SampleSeries(3, SYMBOL_SAMPLES_MAX);
  }

  onBook(book: BookView): void {
    this.events += 1;
    const times = this.#times;
    times[0] = book.exchangeTimeMs;
    times[1] = book.receiveTimeMs;
    this.#checkTimes(0);
    const { isTrusted } = book;
    if (isTrusted !== this.#isTrusted) this.#changeTrust(isTrusted, times[1]);
    const touch = this.#touch;
    const { bidTicks, askTicks, bidLots, askLots } = book;
    const isSame =
      bidTicks === touch[0] &&
      askTicks === touch[1] &&
      bidLots === touch[2] &&
      askLots === touch[3];
    if (isSame) return;
    if (bidTicks >= askTicks) this.crossed += 1;
    touch[0] = bidTicks;
    touch[1] = askTicks;
    touch[2] = bidLots;
    touch[3] = askLots;
    this.#history?.push(touch, times, 1);
  }

  onTrade(trade: TradeView): void {
    this.events += 1;
    this.trades += 1;
    const times = this.#times;
    times[0] = trade.exchangeTimeMs;
    times[1] = trade.receiveTimeMs;
    this.#checkTimes(1);
    if (trade.qtyLots > (this.#marks[2] ?? 0)) this.#marks[2] = trade.qtyLots;
  }

  sample(timeMs: number, isLast = false): void {
    const series = this.#series;
    if (series === undefined) return;
    const place = isLast ? series.last() : series.next();
    if (place < 0) return;
    series.set(0, place, timeMs);
    const middle = ((this.#touch[0] ?? 0) + (this.#touch[1] ?? 0)) / 2 / this.#priceScale;
    series.set(1, place, this.#isTrusted ? middle : Number.NaN);
    series.set(2, place, this.netLots / this.#qtyScale);
  }

  /**
   * Twice the middle of the book that stood at `timeMs`, in ticks; that of the fill's own price
   * where a side was empty: nothing was gained or lost against it then.
   */
  twiceMidAt(timeMs: number, fillTicks: number): number {
    const history = this.#history;
    if (history === undefined) return 2 * fillTicks;
    const at = history.before(timeMs);
    const twice = history.bid(at) + history.ask(at);
    return Number.isNaN(twice) ? 2 * fillTicks : twice;
  }

  /** Looks whether a fill is more than the book or the trades have shown. */
  checkVolume(fill: {
    readonly isBuy: boolean;
    readonly isMaker: boolean;
    readonly lots: number;
    readonly ticks: number;
    readonly timeMs: number;
  }): void {
    const history = this.#history;
    if (history === undefined || fill.lots <= 0) return;
    const at = history.before(fill.timeMs);
    const ticks = fill.isBuy ? history.ask(at) : history.bid(at);
    const displayed = fill.isBuy ? history.askLots(at) : history.bidLots(at);
    if (fill.isMaker) {
      // By a trade, or by what the next book shows through its price.
      const next = fill.isBuy ? history.askLots(at + 1) : history.bidLots(at + 1);
      const most = Math.max(this.#marks[2] ?? 0, displayed, next);
      if (fill.lots > most) this.beyondDisplayed += 1;
      return;
    }
    if (ticks !== fill.ticks) return;
    const touch = at * 2 + (fill.isBuy ? 1 : 0);
    this.#takenLots = touch === this.#takenTouch ? this.#takenLots + fill.lots : fill.lots;
    this.#takenTouch = touch;
    if (this.#takenLots > displayed) this.beyondDisplayed += 1;
  }

  /** The end of the run: a book that isn't trusted wasn't until here. */
  finish(timeMs: number): void {
    if (this.#wasTrusted && !this.#isTrusted) this.untrustedMs += timeMs - (this.#marks[3] ?? 0);
  }

  get aheadMsMax(): number {
    return this.#marks[4] ?? 0;
  }

  get samples(): SampleSeries | undefined {
    return this.#series;
  }

  #changeTrust(isTrusted: boolean, timeMs: number): void {
    this.#isTrusted = isTrusted;
    if (isTrusted) {
      if (this.#wasTrusted) this.untrustedMs += timeMs - (this.#marks[3] ?? 0);
      this.#wasTrusted = true;
    } else {
      // Before its first snapshot a book is nothing yet: that is no loss of trust.
      this.untrusted += 1;
      this.#marks[3] = timeMs;
    }
  }

  #checkTimes(kind: number): void {
    const exchangeMs = this.#times[0] ?? 0;
    const receiveMs = this.#times[1] ?? 0;
    if (exchangeMs <= 0) return;
    if (exchangeMs < (this.#marks[kind] ?? 0)) this.backwards += 1;
    this.#marks[kind] = exchangeMs;
    const aheadMs = exchangeMs - receiveMs;
    if (aheadMs <= SKEW_MS_MAX) return;
    this.fromFuture += 1;
    if (aheadMs > (this.#marks[4] ?? 0)) this.#marks[4] = aheadMs;
  }
}

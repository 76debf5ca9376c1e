import { loadAddon } from '../addon/addon.js';
import type { NativeOrderBook } from '../addon/order-book.js';
import { HftError } from '../domain/errors.js';
import type { PriceLevel } from '../domain/views.js';
import type { Side } from '../domain/vocabulary.js';

const DECIMALS_MAX = 12;

/** What an OrderBook can hold and how its numbers read. */
export interface OrderBookOptions {
  /** One tick is 10^-priceDecimals. */
  readonly priceDecimals: number;
  /** One lot is 10^-qtyDecimals. */
  readonly qtyDecimals: number;
  /** Levels a side; a full book refuses with HFT_CAPACITY. */
  readonly levelsMax?: number;
}

function checkDecimals(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 0 || value > DECIMALS_MAX) {
    throw new HftError(
      'HFT_ARGUMENT',
      `${name} must be a whole number from 0 to ${DECIMALS_MAX}, found ${String(value)}`,
    );
  }
  return value;
}

/**
 * An order book of price levels in native memory.
 *
 * Ticks and lots are exact; the methods without `Ticks` give `number`s for people.
 */
export class OrderBook {
  readonly #native: NativeOrderBook;
  readonly #priceScale: number;
  readonly #qtyScale: number;

  constructor(options: OrderBookOptions) {
    this.#priceScale = 10 ** checkDecimals(options.priceDecimals, 'priceDecimals');
    this.#qtyScale = 10 ** checkDecimals(options.qtyDecimals, 'qtyDecimals');
    this.#native = new (loadAddon().NativeOrderBook)(options.levelsMax ?? 16384);
  }

  /** Sets the lots at a price (ticks); zero removes the level. Returns the levels left. */
  setLevel(side: Side, priceTicks: number, qtyLots: number): number {
    return this.#native.setLevel(side, priceTicks, qtyLots);
  }

  /** The best bid as [price, quantity]; undefined when there is none. */
  bestBid(): PriceLevel | undefined {
    return this.#level(this.#native.bestBid());
  }

  /** The best ask as [price, quantity]; undefined when there is none. */
  bestAsk(): PriceLevel | undefined {
    return this.#level(this.#native.bestAsk());
  }

  /** The best bid as [ticks, lots]. */
  bestBidTicks(): PriceLevel | undefined {
    return this.#native.bestBid();
  }

  /** The best ask as [ticks, lots]. */
  bestAskTicks(): PriceLevel | undefined {
    return this.#native.bestAsk();
  }

  /** At most `levels` (up to 1,000) levels of a side, best first, as [price, quantity]. */
  depth(side: Side, levels: number): PriceLevel[] {
    return this.#native
      .depth(side, levels)
      .map(([price, qty]) => [price / this.#priceScale, qty / this.#qtyScale] as const);
  }

  /** As `depth`, in [ticks, lots]. */
  depthTicks(side: Side, levels: number): PriceLevel[] {
    return this.#native.depth(side, levels);
  }

  levelCount(side: Side): number {
    return this.#native.levelCount(side);
  }

  /** The quantity (lots) at a price (ticks); zero where there is no level. */
  qtyAt(side: Side, priceTicks: number): number {
    return this.#native.qtyAt(side, priceTicks);
  }

  /** Half way between the best prices; NaN unless both sides have levels. */
  mid(): number {
    return this.#native.mid() / this.#priceScale;
  }

  /** The best prices weighted by the opposite quantities; NaN unless both sides have levels. */
  microprice(): number {
    return this.#native.microprice() / this.#priceScale;
  }

  /** (bids - asks) / (bids + asks) over the best `levels` levels. */
  imbalance(levels: number): number {
    return this.#native.imbalance(levels);
  }

  /** The average price of taking `qtyLots` with an order of `side`; NaN if less rests there. */
  vwapToSize(side: Side, qtyLots: number): number {
    return this.#native.vwapToSize(side, qtyLots) / this.#priceScale;
  }

  /** Whether the best bid is at or above the best ask. */
  isCrossed(): boolean {
    return this.#native.isCrossed() === 1;
  }

  clear(): void {
    this.#native.clear();
  }

  /** Equal for books with equal levels. */
  stateHash(): bigint {
    return this.#native.stateHash();
  }

  #level(level: readonly [number, number] | undefined): PriceLevel | undefined {
    return level && [level[0] / this.#priceScale, level[1] / this.#qtyScale];
  }
}

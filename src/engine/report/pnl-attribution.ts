import type { ResultAttribution } from './backtest-result.js';
import { toMoneyText } from './money.js';

/** A fill, for its attribution. */
export interface AttributedFill {
  /** Above zero bought, below zero sold. */
  readonly signedLots: number;
  readonly ticks: number;
  /** Twice the middle of the book at the fill, in ticks (bid + ask): a whole number. */
  readonly twiceMidTicks: number;
  readonly isMaker: boolean;
  /** In 10^-8 of the currency. */
  readonly fee: bigint;
}

/**
 * Splits the profit of one strategy in one instrument, exactly.
 *
 * `unit` is what a lot at a tick is worth: `numerator / denominator` in 10^-8 of the currency.
 * Where that doesn't divide, `spread` and `slippage` are rounded towards zero and `inventory` has
 * the rest, so that the sum always holds.
 */
export class PnlAttribution {
  readonly #numerator: bigint;
  readonly #denominator: bigint;
  /** In half ticks times lots. */
  #spread = 0n;
  #slippage = 0n;
  #fees = 0n;

  constructor(unit: { readonly numerator: bigint; readonly denominator: bigint }) {
    this.#numerator = unit.numerator;
    this.#denominator = unit.denominator;
  }

  onFill(fill: AttributedFill): void {
    const edge = BigInt(fill.twiceMidTicks - 2 * fill.ticks) * BigInt(fill.signedLots);
    if (fill.isMaker) this.#spread += edge;
    else this.#slippage += edge;
    this.#fees += fill.fee;
  }

  /** The split of `gross`: realised and unrealised profit before fees, in 10^-8. */
  split(gross: bigint): ResultAttribution {
    const spread = this.#money(this.#spread);
    const slippage = this.#money(this.#slippage);
    return {
      spread: toMoneyText(spread),
      slippage: toMoneyText(slippage),
      inventory: toMoneyText(gross - spread - slippage),
      fees: toMoneyText(this.#fees),
      total: toMoneyText(gross - this.#fees),
    };
  }

  #money(halves: bigint): bigint {
    return (halves * this.#numerator) / (2n * this.#denominator);
  }
}

/** Counts round trips of one strategy in one instrument: from flat to flat, or through it. */
export class RoundTripCounter {
  #lots = 0;
  #cash = 0n;
  #count = 0;
  #profitable = 0;

  /** `cash` is what the fill brought in, fees taken off, in 10^-8. */
  onFill(signedLots: number, cash: bigint): void {
    const before = this.#lots;
    this.#lots += signedLots;
    const isThrough = before !== 0 && Math.sign(this.#lots) === -Math.sign(before);
    if (!isThrough) {
      this.#cash += cash;
      if (this.#lots === 0) this.#close(0n);
      return;
    }
    // The part that closed ends this trip; the rest, with its share of the cash, begins the next.
    const closing = (cash * BigInt(Math.abs(before))) / BigInt(Math.abs(signedLots));
    this.#cash += closing;
    this.#close(cash - closing);
  }

  get count(): number {
    return this.#count;
  }

  get profitable(): number {
    return this.#profitable;
  }

  #close(rest: bigint): void {
    this.#count += 1;
    if (this.#cash > 0n) this.#profitable += 1;
    this.#cash = rest;
  }
}

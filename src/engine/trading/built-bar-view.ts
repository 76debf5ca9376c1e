import type { BarBuilder } from '../../domain/bars.js';
import { EventKind } from '../../domain/market-data.js';
import type { StrategyClock } from '../../domain/strategy-context.js';
import type { BarView, InstrumentInfo, MarketDataMessage } from '../../domain/views.js';

/** A bar that was built from trades. One object a subscription, reused. */
export class BuiltBarView implements BarView {
  readonly instrument: InstrumentInfo;
  readonly #clock: StrategyClock;
  readonly #priceScale: number;
  readonly #qtyScale: number;
  #bar: BarBuilder | undefined;

  constructor(instrument: InstrumentInfo, clock: StrategyClock) {
    this.instrument = instrument;
    this.#clock = clock;
    this.#priceScale = 10 ** instrument.priceDecimals;
    this.#qtyScale = 10 ** instrument.qtyDecimals;
  }

  moveTo(bar: BarBuilder): void {
    this.#bar = bar;
  }

  get symbol(): string {
    return this.instrument.symbol;
  }
  /** Trades in the bar. */
  get sequence(): number {
    return this.#bar?.trades ?? 0;
  }
  get exchangeTimeMs(): number {
    return this.receiveTimeMs;
  }
  get receiveTimeMs(): number {
    return this.#clock.nowMs;
  }
  get exchangeTime(): bigint {
    return this.#clock.now();
  }
  get receiveTime(): bigint {
    return this.#clock.now();
  }
  get ageNs(): number {
    return 0;
  }
  get open(): number {
    return this.#price(this.#bar?.openTicks);
  }
  get high(): number {
    return this.#price(this.#bar?.highTicks);
  }
  get low(): number {
    return this.#price(this.#bar?.lowTicks);
  }
  get close(): number {
    return this.#price(this.#bar?.closeTicks);
  }
  get volume(): number {
    return (this.#bar?.volumeLots ?? 0) / this.#qtyScale;
  }

  copy(): MarketDataMessage {
    const { open, high, low, close, volume, symbol, sequence } = this;
    return {
      kind: EventKind.Bar,
      symbol,
      sequence,
      exchangeTime: this.exchangeTime,
      receiveTime: this.receiveTime,
      bar: { open, high, low, close, volume },
    };
  }

  #price(ticks: number | undefined): number {
    return (ticks ?? Number.NaN) / this.#priceScale;
  }
}

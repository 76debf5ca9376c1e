import type { NativeTradingOptions } from '../addon/trading-core.js';
import { HftError } from '../domain/errors.js';
import type { ScopeSizes } from '../risk/scope-names.js';

/** An instrument that can be traded, with what its lots are worth. */
export interface TradableInstrument {
  /** The number by which the stream knows it; by default the next free one. */
  readonly id?: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  /** Of its prices and profits. Default: `USD`. */
  readonly currency?: string;
  /** Value of one unit at price 1, as an exact fraction. Default: 1 over 1. */
  readonly multiplier?: readonly [numerator: number, denominator: number];
  /** Paid in the base currency, worth quantity * multiplier / price. */
  readonly isInverse?: boolean;
  /** The venue that its orders go to. Default: `default`, number 0. */
  readonly venue?: string;
}

/** Sizes and habits of a RealTimeOrderManager. */
export interface OrderManagerOptions {
  readonly instruments?: readonly TradableInstrument[];
  /** The directory of the journal. Without one nothing survives the process. */
  readonly journalPath?: string;
  /**
   * Whether market events are recorded beside the journal, so that a run can be repeated. Default:
   * where there is a journal and time is stepped.
   */
  readonly isRecorded?: boolean;
  /** Repeats this run of the journal instead of beginning one: nothing is written. */
  readonly replaysRun?: number;
  /** Orders of venue `default` go to a simulated exchange instead of a connector. */
  readonly simulated?: 'synthetic' | 'market' | undefined;
  readonly native?: NativeTradingOptions;
}

/** The instruments of the options. Errors: HFT_ARGUMENT where they are no list of objects. */
export function instrumentsOf(options: OrderManagerOptions): readonly TradableInstrument[] {
  if (typeof options !== 'object' || options === null) {
    throw new HftError('HFT_ARGUMENT', `options must be an object, found ${String(options)}`);
  }
  const { instruments = [] } = options;
  if (!Array.isArray(instruments)) {
    throw new HftError('HFT_ARGUMENT', `instruments must be a list, found ${String(instruments)}`);
  }
  for (const [at, instrument] of instruments.entries()) {
    if (typeof instrument === 'object' && instrument !== null) continue;
    throw new HftError(
      'HFT_ARGUMENT',
      `instruments[${at}] must be an object, found ${String(instrument)}`,
    );
  }
  return instruments;
}

/** How many accounts, strategies, venues and currencies there may be. */
export function scopeSizes({ native }: OrderManagerOptions): ScopeSizes {
  return {
    accountsMax: native?.accountsMax ?? 64,
    strategiesMax: native?.strategiesMax ?? 64,
    venuesMax: native?.venuesMax ?? 16,
    currenciesMax: native?.currenciesMax ?? 32,
  };
}

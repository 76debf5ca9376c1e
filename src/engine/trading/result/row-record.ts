import type { ResultAttribution, ResultOrders, ResultRow } from '../../report/backtest-result.js';
import { fromMoneyText, toMoneyText } from '../../report/money.js';
import { PnlAttribution, RoundTripCounter } from '../../report/pnl-attribution.js';
import type { InstrumentRecord } from './instrument-record.js';

/** Money of a position in 10^-8. */
export interface PositionMoney {
  readonly realised: bigint;
  readonly unrealised: bigint;
}

/** What is counted of one strategy in one instrument. */
export class RowRecord {
  readonly strategyId: string;
  readonly record: InstrumentRecord;
  readonly #attribution: PnlAttribution;
  readonly #trips = new RoundTripCounter();
  #turnover = 0n;
  netLots = 0;
  submitted = 0;
  refusedByRisk = 0;
  rejectedByVenue = 0;
  replaced = 0;
  canceled = 0;
  expired = 0;
  filled = 0;
  partiallyFilled = 0;
  fills = 0;
  makerFills = 0;

  constructor(strategyId: string, record: InstrumentRecord) {
    this.strategyId = strategyId;
    this.record = record;
    this.#attribution = new PnlAttribution(record.unit);
  }

  onFill(fill: {
    readonly signedLots: number;
    readonly ticks: number;
    readonly twiceMidTicks: number;
    readonly isMaker: boolean;
    readonly fee: number;
  }): void {
    const { signedLots, ticks } = fill;
    const fee = BigInt(fill.fee);
    const { numerator, denominator } = this.record.unit;
    const value = (BigInt(signedLots) * BigInt(ticks) * numerator) / denominator;
    this.#attribution.onFill({ ...fill, fee });
    this.#trips.onFill(signedLots, -value - fee);
    this.#turnover += value < 0n ? -value : value;
    this.netLots += signedLots;
    this.fills += 1;
    if (fill.isMaker) this.makerFills += 1;
  }

  row({ realised, unrealised }: PositionMoney): ResultRow {
    return {
      strategyId: this.strategyId,
      symbol: this.record.instrument.symbol,
      attribution: this.#attribution.split(realised + unrealised),
      orders: {
        submitted: this.submitted,
        refusedByRisk: this.refusedByRisk,
        rejectedByVenue: this.rejectedByVenue,
        replaced: this.replaced,
        canceled: this.canceled,
        expired: this.expired,
        filled: this.filled,
        partiallyFilled: this.partiallyFilled,
        fills: this.fills,
        makerFills: this.makerFills,
        turnover: toMoneyText(this.#turnover),
      },
      realised: toMoneyText(realised),
      unrealised: toMoneyText(unrealised),
      roundTrips: this.#trips.count,
      profitableRoundTrips: this.#trips.profitable,
    };
  }
}

/** Rows in one, under the name of what they have in common. */
export function sumRows(
  rows: readonly ResultRow[],
  of: { readonly strategyId: string; readonly symbol: string },
): ResultRow {
  const money = (pick: (row: ResultRow) => string) =>
    toMoneyText(rows.reduce((sum, row) => sum + (fromMoneyText(pick(row)) ?? 0n), 0n));
  const count = (pick: (row: ResultRow) => number) => rows.reduce((sum, row) => sum + pick(row), 0);
  const split = (part: keyof ResultAttribution) => money(({ attribution }) => attribution[part]);
  const orders = (part: Exclude<keyof ResultOrders, 'turnover'>) =>
    count((row) => row.orders[part]);
  return {
    ...of,
    attribution: {
      spread: split('spread'),
      slippage: split('slippage'),
      inventory: split('inventory'),
      fees: split('fees'),
      total: split('total'),
    },
    orders: {
      submitted: orders('submitted'),
      refusedByRisk: orders('refusedByRisk'),
      rejectedByVenue: orders('rejectedByVenue'),
      replaced: orders('replaced'),
      canceled: orders('canceled'),
      expired: orders('expired'),
      filled: orders('filled'),
      partiallyFilled: orders('partiallyFilled'),
      fills: orders('fills'),
      makerFills: orders('makerFills'),
      turnover: money((row) => row.orders.turnover),
    },
    realised: money(({ realised }) => realised),
    unrealised: money(({ unrealised }) => unrealised),
    roundTrips: count(({ roundTrips }) => roundTrips),
    profitableRoundTrips: count(({ profitableRoundTrips }) => profitableRoundTrips),
  };
}

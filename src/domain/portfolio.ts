/** A position of one strategy in one instrument. Quantities and money are exact decimal text. */
export interface Position {
  readonly symbol: string;
  readonly instrumentId: number;
  readonly accountId: string;
  readonly strategyId: string;
  /** Negative is short. */
  readonly quantity: string;
  readonly lots: number;
  /** Of the open quantity; undefined when flat. For people. */
  readonly averagePrice: number | undefined;
  readonly realisedPnl: string;
  readonly unrealisedPnl: string;
  readonly markPrice: number | undefined;
  readonly currency: string;
}

/** Money of an account or strategy in one currency, as exact decimal text. */
export interface Account {
  readonly accountId: string;
  readonly currency: string;
  /** Changed by fills and fees since the beginning. */
  readonly cash: string;
  readonly realisedPnl: string;
  readonly unrealisedPnl: string;
  readonly fees: string;
}

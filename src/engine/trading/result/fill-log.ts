import { SampleSeries } from './sample-series.js';

/** One execution in numbers. */
export interface LoggedFill {
  readonly timeMs: number;
  readonly strategy: number;
  readonly instrument: number;
  /** Above zero bought, below zero sold. */
  readonly signedLots: number;
  readonly ticks: number;
  /** In 10^-8 of the currency. */
  readonly fee: number;
  readonly isMaker: boolean;
  readonly clOrdID: number;
}

const FILLS_MAX = 65_536;

/** The fills of a run: all up to a limit, above it an even choice of them. */
export class FillLog {
  readonly #columns = new SampleSeries(8, FILLS_MAX);
  total = 0;

  add(fill: LoggedFill): void {
    this.total += 1;
    const columns = this.#columns;
    const place = columns.next();
    if (place < 0) return;
    columns.set(0, place, fill.timeMs);
    columns.set(1, place, fill.strategy);
    columns.set(2, place, fill.instrument);
    columns.set(3, place, fill.signedLots);
    columns.set(4, place, fill.ticks);
    columns.set(5, place, fill.fee);
    columns.set(6, place, fill.isMaker ? 1 : 0);
    columns.set(7, place, fill.clOrdID);
  }

  /** The kept fills, in order of time. */
  *fills(): Generator<LoggedFill> {
    const columns = this.#columns;
    for (let place = 0; place < columns.length; place += 1) {
      yield {
        timeMs: columns.at(0, place),
        strategy: columns.at(1, place),
        instrument: columns.at(2, place),
        signedLots: columns.at(3, place),
        ticks: columns.at(4, place),
        fee: columns.at(5, place),
        isMaker: columns.at(6, place) === 1,
        clOrdID: columns.at(7, place),
      };
    }
  }
}

import type { ParameterValue } from '../../domain/parameters.js';
import type { Money } from '../report/backtest-result.js';
import type { SweepConfig } from './plan/parameter-axes.js';

/** Names the shape below; it changes when a field changes its meaning. */
export const SWEEP_SCHEMA = 'hft.sweep/1';

/** One run in the result. Ratios that mean nothing are null. */
export interface SweepRow {
  /** From 1: the place by objective; runs without one come last. */
  readonly rank: number;
  readonly id: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly objective: number | null;
  /** Annualised. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
  /** The chance that the true Sharpe ratio of this run, had it been the only one, is above zero. */
  readonly probabilisticSharpe: number | null;
  readonly pnl: Money;
  readonly fees: Money;
  /** Money, and of the peak. */
  readonly drawdown: number;
  readonly drawdownRatio: number;
  readonly orders: number;
  readonly fills: number;
  readonly roundTrips: number;
  readonly turnover: Money;
  readonly samples: number;
  readonly stateHash: string;
  /** Kinds of serious warnings: figures that may be wrong. */
  readonly warnings: readonly string[];
  readonly seconds: number;
}

/** A run that came to nothing. */
export interface SweepFailure {
  readonly id: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The span, ISO 8601; null: as the data begins and ends. */
  readonly start: string | null;
  readonly end: string | null;
  readonly error: string;
}

/** What the best of many runs is worth. */
export interface SweepSelection {
  /** `finding`: luck hardly explains it; `luck`: it may; `nothing`: there is nothing to judge. */
  readonly verdict: 'finding' | 'luck' | 'nothing';
  /** The verdict for people, in one or two sentences. */
  readonly sentence: string;
  /** Runs with a Sharpe ratio, and the independent ones that they amount to. */
  readonly trials: number;
  readonly effectiveTrials: number;
  readonly averageCorrelation: number | null;
  /** Standard deviation of the runs' Sharpe ratios, annualised. */
  readonly sharpeDeviation: number | null;
  /** Of the best run by objective, annualised. */
  readonly bestSharpe: number | null;
  /** What the best of so many runs without skill is expected to show, annualised. */
  readonly luckSharpe: number | null;
  /** The chance that the best run's true Sharpe ratio is above zero, had it been the only one. */
  readonly probabilisticSharpe: number | null;
  /** The same, above what luck among so many explains. */
  readonly deflatedSharpe: number | null;
  /** Returns until a Sharpe ratio like the best is above zero with 95 %; null: never. */
  readonly minimumTrackRecord: number | null;
  readonly samples: number | null;
  /** Combinatorially symmetric cross-validation; null where there is too little. */
  readonly overfitting: {
    readonly probability: number;
    readonly probabilityOfLoss: number;
    readonly blocks: number;
    readonly splits: number;
    readonly runs: number;
  } | null;
}

/** One step of a walk forward. */
export interface SweepWindow {
  readonly trainStart: string;
  readonly trainEnd: string;
  readonly testStart: string;
  readonly testEnd: string;
  /** The best on the training span; null where no run had an objective. */
  readonly parameters: Readonly<Record<string, ParameterValue>> | null;
  readonly trainObjective: number | null;
  readonly trainSharpe: number | null;
  readonly trainPnl: Money | null;
  /** The deflated Sharpe ratio of the choice on its training span. */
  readonly trainDeflatedSharpe: number | null;
  readonly testObjective: number | null;
  readonly testSharpe: number | null;
  readonly testPnl: Money | null;
  readonly testFills: number | null;
}

/** Parameters chosen on the past, judged on what came after. */
export interface SweepWalkForward {
  readonly isAnchored: boolean;
  readonly windows: readonly SweepWindow[];
  /** All test spans, one after the other; null where not all are there. */
  readonly outOfSample: {
    readonly pnl: Money;
    readonly sharpe: number | null;
    readonly sortino: number | null;
    readonly drawdown: number;
    readonly fills: number;
    readonly samples: number;
    /** The chance that the true Sharpe ratio is above zero: nothing was chosen on these spans. */
    readonly probabilisticSharpe: number | null;
    /** Test spans with a profit, of all. */
    readonly profitableWindows: number;
  } | null;
  /** Profit an hour out of sample over that in training; null where training lost. */
  readonly efficiency: number | null;
  readonly sentence: string;
}

/** A line of the equity: money at milliseconds since the epoch. */
export interface SweepCurve {
  readonly timeMs: readonly number[];
  readonly equity: readonly number[];
}

/** What a sweep came to: the input of every report. Plain JSON. */
export interface SweepResult {
  readonly schema: typeof SWEEP_SCHEMA;
  readonly title: string;
  readonly version: string;
  readonly configFile: string;
  readonly strategy: string;
  readonly method: SweepConfig['method'];
  readonly seed: number;
  readonly objective: SweepConfig['objective'];
  readonly currency: string;
  readonly capital: Money;
  /** What was played, ISO 8601; null where no run ended well. */
  readonly start: string | null;
  readonly end: string | null;
  /** Swept parameters; `values` is null where they were drawn from a range. */
  readonly parameters: readonly {
    readonly name: string;
    readonly values: readonly ParameterValue[] | null;
    /** The share of the objective's variance that its values explain, 0 to 1; null: unknown. */
    readonly importance: number | null;
  }[];
  readonly counts: {
    readonly combinations: number;
    /** Planned, in all spans. */
    readonly runs: number;
    readonly done: number;
    readonly failed: number;
    /** Given up by Ctrl-C, or not begun. */
    readonly open: number;
    /** Of `done`: results of an earlier sweep. */
    readonly reused: number;
  };
  readonly wallSeconds: number;
  readonly workers: number;
  /** Time of the runs over time of the workers, 0 to 1; null where nothing ran. */
  readonly utilisation: number | null;
  /** The configuration as it stands, without the sweep; null where it failed. */
  readonly baseline: Omit<SweepRow, 'rank'> | null;
  /** By objective, the best first. In a walk forward: over all training spans, averaged. */
  readonly rows: readonly SweepRow[];
  /** Null in a walk forward, which judges by itself. */
  readonly selection: SweepSelection | null;
  readonly walkForward: SweepWalkForward | null;
  readonly failures: readonly SweepFailure[];
  /** For charts: the best run, the configuration as it stands, all test spans. */
  readonly curves: {
    readonly best: SweepCurve | null;
    readonly baseline: SweepCurve | null;
    readonly outOfSample: SweepCurve | null;
  };
}

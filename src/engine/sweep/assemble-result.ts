import { fromMoneyText, toMoneyText } from '../report/money.js';
import { toIsoTime } from './iso-time.js';
import { importanceOf } from './judge/importance.js';
import { judgeSelection, probabilisticOf } from './judge/judge-selection.js';
import { judgeWalkForward } from './judge/judge-walk-forward.js';
import { curveOf } from './judge/run-curves.js';
import { objectiveOf, type RunMetrics } from './judge/run-metrics.js';
import type { PlanInput, SweepPlan } from './plan/sweep-plan.js';
import type { PlannedRun, SweepRuns } from './run-sweep.js';
import type { StoredRun } from './store/result-store.js';
import {
  SWEEP_SCHEMA,
  type SweepFailure,
  type SweepResult,
  type SweepRow,
} from './sweep-result.js';

type Unranked = Omit<SweepRow, 'rank'>;

/** Puts everything that a sweep found together. */
export function assembleResult(
  plan: SweepPlan,
  input: PlanInput & SweepRuns & { readonly version: string; readonly wallSeconds: number },
): SweepResult {
  const { sweep, axes } = plan;
  const { config, windows, whole, baseline, resultOf } = input;
  const isWalking = sweep.walk_forward !== undefined;
  const measure = (metrics: RunMetrics) => objectiveOf(metrics, sweep.objective);
  const metricsOf = (run: PlannedRun | undefined) => run && resultOf(run)?.metrics;
  const unranked = isWalking ? windowRows(plan, input) : wholeRows(whole, { resultOf, measure });
  const rows = ranked(unranked);
  const runs = new Map(
    [
      baseline,
      ...whole,
      ...windows.flatMap(({ train, test }) => (test ? [...train, test] : train)),
    ].map((run) => [run.spec.id, run] as const),
  );
  const stored = [...runs.values()].map((run) => ({ run, result: resultOf(run) }));
  const failures = stored.flatMap(({ run, result }) => failureOf(run, result));
  const done = stored.filter(({ result }) => result?.metrics !== undefined).length;
  const base = metricsOf(baseline);
  const all = whole.map(metricsOf).filter((metrics) => metrics !== undefined);
  const best = whole.find(({ spec }) => spec.id === rows[0]?.id);
  const bestMetrics = rows[0]?.objective === null ? undefined : metricsOf(best);
  const walk = isWalking
    ? judgeWalkForward(
        windows.map(({ window, train, test }) => {
          const chosen = train.find(({ combination }) => combination === test?.combination);
          return {
            window,
            parameters: test?.combination,
            trained: train.map(metricsOf).filter((metrics) => metrics !== undefined),
            train: metricsOf(chosen),
            test: metricsOf(test),
          };
        }),
        { isAnchored: sweep.walk_forward?.anchored ?? false, objectiveOf: measure },
      )
    : undefined;
  return {
    schema: SWEEP_SCHEMA,
    title: config.system_id,
    version: input.version,
    configFile: input.source,
    strategy: sweep.strategy,
    method: sweep.method,
    seed: sweep.seed,
    objective: sweep.objective,
    currency: config.trading.currency,
    capital: base?.capital ?? toMoneyText(config.trading.capital),
    start: base?.startTime ?? all[0]?.startTime ?? null,
    end: base?.endTime ?? all[0]?.endTime ?? null,
    parameters: axes.map(({ name, values }) => ({
      name,
      values: values ?? null,
      importance: importance(name, rows),
    })),
    counts: {
      combinations: plan.combinations.length,
      runs: runs.size,
      done,
      failed: failures.length,
      open: runs.size - done - failures.length,
      reused: input.reused,
    },
    wallSeconds: input.wallSeconds,
    workers: input.workers,
    utilisation: input.poolSeconds > 0 ? Math.min(1, input.busySeconds / input.poolSeconds) : null,
    baseline: base === undefined ? null : rowOf(baseline, { metrics: base, measure, resultOf }),
    rows,
    selection: isWalking ? null : judgeSelection(bestMetrics, all),
    walkForward: walk?.walkForward ?? null,
    failures,
    curves: {
      best: bestMetrics === undefined ? null : curveOf(bestMetrics),
      baseline: base === undefined ? null : curveOf(base),
      outOfSample: walk?.curve ?? null,
    },
  };
}

interface RowContext {
  readonly resultOf: (run: PlannedRun) => StoredRun | undefined;
  readonly measure: (metrics: RunMetrics) => number | null;
}

function wholeRows(runs: readonly PlannedRun[], context: RowContext): Unranked[] {
  return runs.flatMap((run) => {
    const metrics = context.resultOf(run)?.metrics;
    return metrics === undefined ? [] : [rowOf(run, { ...context, metrics })];
  });
}

function rowOf(run: PlannedRun, context: RowContext & { readonly metrics: RunMetrics }): Unranked {
  const { metrics } = context;
  return {
    id: run.spec.id,
    parameters: run.combination,
    objective: context.measure(metrics),
    sharpe: metrics.sharpe,
    sortino: metrics.sortino,
    probabilisticSharpe: probabilisticOf(metrics),
    pnl: metrics.pnl,
    fees: metrics.fees,
    drawdown: metrics.drawdown,
    drawdownRatio: metrics.drawdownRatio,
    orders: metrics.orders,
    fills: metrics.fills,
    roundTrips: metrics.roundTrips,
    turnover: metrics.turnover,
    samples: metrics.powers.count,
    stateHash: metrics.stateHash,
    warnings: metrics.warnings,
    seconds: context.resultOf(run)?.seconds ?? 0,
  };
}

/** A row a combination over all its training spans: ratios are means, the rest is added up. */
function windowRows(plan: SweepPlan, { windows, resultOf }: SweepRuns): Unranked[] {
  const measure = (metrics: RunMetrics) => objectiveOf(metrics, plan.sweep.objective);
  return plan.combinations.flatMap((_combination, index) => {
    const spans = windows.flatMap(({ train }) => {
      const run = train[index];
      return run === undefined ? [] : wholeRows([run], { resultOf, measure });
    });
    const [first] = spans;
    if (first === undefined) return [];
    const sum = (key: 'orders' | 'fills' | 'roundTrips' | 'samples' | 'seconds') =>
      spans.reduce((total, span) => total + span[key], 0);
    const money = (key: 'pnl' | 'fees' | 'turnover') =>
      toMoneyText(spans.reduce((total, span) => total + (fromMoneyText(span[key]) ?? 0n), 0n));
    const mean = (key: 'objective' | 'sharpe' | 'sortino') => {
      const known = spans.map((span) => span[key]).filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
    };
    return [
      {
        id: first.id,
        parameters: first.parameters,
        objective: mean('objective'),
        sharpe: mean('sharpe'),
        sortino: mean('sortino'),
        probabilisticSharpe: null,
        pnl: money('pnl'),
        fees: money('fees'),
        drawdown: Math.max(...spans.map(({ drawdown }) => drawdown)),
        drawdownRatio: Math.max(...spans.map(({ drawdownRatio }) => drawdownRatio)),
        orders: sum('orders'),
        fills: sum('fills'),
        roundTrips: sum('roundTrips'),
        turnover: money('turnover'),
        samples: sum('samples'),
        stateHash: '',
        warnings: [...new Set(spans.flatMap(({ warnings }) => warnings))],
        seconds: sum('seconds'),
      },
    ];
  });
}

/** The best first; equal ones stay in the order of the plan, those without an objective last. */
function ranked(rows: readonly Unranked[]): SweepRow[] {
  const worst = Number.NEGATIVE_INFINITY;
  const sorted = [...rows].sort((a, b) => {
    const [left, right] = [a.objective ?? worst, b.objective ?? worst];
    return left === right ? 0 : right - left;
  });
  return sorted.map((row, index) => ({ rank: index + 1, ...row }));
}

function importance(name: string, rows: readonly SweepRow[]): number | null {
  const judged = rows.filter(({ objective }) => objective !== null);
  const found = importanceOf(
    judged.map(({ parameters }) => parameters[name]),
    judged.map(({ objective }) => objective ?? 0),
  );
  return found ?? null;
}

function failureOf(
  { spec, combination }: PlannedRun,
  result: StoredRun | undefined,
): SweepFailure[] {
  if (result?.error === undefined) return [];
  const { startNs, endNs } = spec;
  return [
    {
      id: spec.id,
      parameters: combination,
      start: startNs === undefined ? null : toIsoTime(startNs),
      end: endNs === undefined ? null : toIsoTime(endNs),
      error: result.error,
    },
  ];
}

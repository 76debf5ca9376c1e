import { SAMPLES_MIN } from '../../report/figures.js';
import { fromMoneyText, toMoneyText } from '../../report/money.js';
import { maxDrawdown, sharpeRatio, sortinoRatio } from '../../report/statistics.js';
import { toIsoTime } from '../iso-time.js';
import type { WalkForwardWindow } from '../plan/walk-forward-windows.js';
import type { SweepCurve, SweepRow, SweepWalkForward, SweepWindow } from '../sweep-result.js';
import { chanceText, deflate, ratioText } from './judge-selection.js';
import { curveOf, joinCurves } from './run-curves.js';
import { addPowers, finiteOrNull, momentsFromPowers, type RunMetrics } from './run-metrics.js';
import { probabilisticSharpe } from './selection-statistics.js';

/** One window with what was chosen and how it went. */
export interface JudgedWindow {
  readonly window: WalkForwardWindow;
  readonly parameters: SweepRow['parameters'] | undefined;
  /** All runs on the training span. */
  readonly trained: readonly RunMetrics[];
  readonly train: RunMetrics | undefined;
  readonly test: RunMetrics | undefined;
}

const HOUR_NS = 3.6e12;

/** Judges parameters that were chosen on the past by what came after. */
export function judgeWalkForward(
  windows: readonly JudgedWindow[],
  options: {
    readonly isAnchored: boolean;
    readonly objectiveOf: (metrics: RunMetrics) => number | null;
  },
): { readonly walkForward: SweepWalkForward; readonly curve: SweepCurve | null } {
  const rows = windows.map((one) => windowRow(one, options.objectiveOf));
  const tests = windows.map(({ test }) => test).filter((test) => test !== undefined);
  const isWhole = tests.length === windows.length && tests.length > 0;
  const curve = isWhole ? joinCurves(tests.map(curveOf)) : null;
  const outOfSample = curve === null ? null : judgeTests(tests, curve);
  const efficiency = isWhole ? efficiencyOf(windows) : null;
  return {
    walkForward: {
      isAnchored: options.isAnchored,
      windows: rows,
      outOfSample,
      efficiency,
      sentence: sentenceOf(rows, outOfSample, efficiency),
    },
    curve,
  };
}

function windowRow(
  { window, parameters, train, trained, test }: JudgedWindow,
  objectiveOf: (metrics: RunMetrics) => number | null,
): SweepWindow {
  const found = train === undefined ? undefined : deflate(train, trained);
  return {
    trainStart: toIsoTime(window.train.startNs),
    trainEnd: toIsoTime(window.train.endNs),
    testStart: toIsoTime(window.test.startNs),
    testEnd: toIsoTime(window.test.endNs),
    parameters: parameters ?? null,
    trainObjective: train === undefined ? null : objectiveOf(train),
    trainSharpe: train?.sharpe ?? null,
    trainPnl: train?.pnl ?? null,
    trainDeflatedSharpe: found === undefined ? null : finiteOrNull(found.deflated),
    testObjective: test === undefined ? null : objectiveOf(test),
    testSharpe: test?.sharpe ?? null,
    testPnl: test?.pnl ?? null,
    testFills: test?.fills ?? null,
  };
}

function judgeTests(
  tests: readonly RunMetrics[],
  curve: SweepCurve,
): NonNullable<SweepWalkForward['outOfSample']> {
  const moments = momentsFromPowers(addPowers(tests.map(({ powers }) => powers)));
  const isEnough = moments.count >= SAMPLES_MIN;
  const perYear = isEnough ? (tests[0]?.samplesPerYear ?? Number.NaN) : Number.NaN;
  const pnl = tests.reduce((sum, test) => sum + (fromMoneyText(test.pnl) ?? 0n), 0n);
  return {
    pnl: toMoneyText(pnl),
    sharpe: finiteOrNull(sharpeRatio(moments, perYear)),
    sortino: finiteOrNull(sortinoRatio(moments, perYear)),
    drawdown: maxDrawdown(curve.timeMs, curve.equity).amount,
    fills: tests.reduce((sum, { fills }) => sum + fills, 0),
    samples: moments.count,
    probabilisticSharpe: isEnough ? finiteOrNull(probabilisticSharpe(moments, 0)) : null,
    profitableWindows: tests.filter((test) => Number(test.pnl) > 0).length,
  };
}

/** Source: Pardo, "The Evaluation and Optimization of Trading Strategies", 2008, chapter 11. */
function efficiencyOf(windows: readonly JudgedWindow[]): number | null {
  const rate = (key: 'train' | 'test'): number => {
    let [pnl, hours] = [0, 0];
    for (const one of windows) {
      const { startNs, endNs } = one.window[key];
      pnl += Number(one[key]?.pnl ?? Number.NaN);
      hours += Number(endNs - startNs) / HOUR_NS;
    }
    return pnl / hours;
  };
  const trained = rate('train');
  return trained > 0 ? finiteOrNull(rate('test') / trained) : null;
}

function sentenceOf(
  windows: readonly SweepWindow[],
  found: SweepWalkForward['outOfSample'],
  efficiency: number | null,
): string {
  if (found === null) return 'Not every test span has a result: there is nothing to judge.';
  const kept =
    efficiency === null
      ? 'The choices lost money in training already.'
      : `${(efficiency * 100).toFixed(0)}% of the profit an hour of training was left.`;
  return (
    `Chosen on the past and judged on what came after, over ${windows.length} ` +
    `${windows.length === 1 ? 'span' : 'spans'}: a Sharpe ratio of ${ratioText(found.sharpe)} a ` +
    `year, ${found.profitableWindows} of ${windows.length} with a profit. The chance that the ` +
    `true ratio is above zero is ${chanceText(found.probabilisticSharpe)}. ${kept}`
  );
}

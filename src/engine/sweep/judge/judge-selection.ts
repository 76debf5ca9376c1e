import { durationWords } from '../../report/figures.js';
import { deflatedSharpe, expectedMaxSharpe, type ReturnMoments } from '../../report/statistics.js';
import type { SweepSelection } from '../sweep-result.js';
import { overfittingOf } from './overfitting.js';
import { bucketsFromText } from './return-buckets.js';
import { finiteOrNull, momentsFromPowers, type RunMetrics } from './run-metrics.js';
import {
  effectiveTrials,
  minimumTrackRecord,
  probabilisticSharpe,
  sampleVariance,
} from './selection-statistics.js';

/** Above it a deflated Sharpe ratio is a finding. */
export const FINDING_MIN = 0.95;

/** The chance that a run's true Sharpe ratio is above zero, looked at alone; null without one. */
export function probabilisticOf(metrics: RunMetrics): number | null {
  if (metrics.sharpe === null) return null;
  return finiteOrNull(probabilisticSharpe(momentsFromPowers(metrics.powers), 0));
}

/** What the trials among which `best` was chosen say of it. */
export interface Deflation {
  readonly trials: number;
  readonly effectiveTrials: number;
  readonly averageCorrelation: number;
  /** Per return, not annualised. */
  readonly deviation: number;
  readonly luck: number;
  readonly deflated: number;
  readonly moments: ReturnMoments;
}

/** Deflates `best`, chosen among `all`; undefined where it has no Sharpe ratio. */
export function deflate(best: RunMetrics, all: readonly RunMetrics[]): Deflation | undefined {
  if (best.sharpe === null) return undefined;
  const moments = momentsFromPowers(best.powers);
  const trials = distinctTrials(best, all);
  const ratios = trials.map(({ powers }) => {
    const { mean, deviation } = momentsFromPowers(powers);
    return mean / deviation;
  });
  const trialsVariance = sampleVariance(ratios);
  const counted = effectiveTrials(trials.map(({ returns }) => bucketsFromText(returns).sums));
  const effective = Math.max(1, counted.effective);
  const sharpe = moments.mean / moments.deviation;
  return {
    trials: trials.length,
    effectiveTrials: effective,
    averageCorrelation: counted.averageCorrelation,
    deviation: Math.sqrt(trialsVariance),
    luck: expectedMaxSharpe(effective, trialsVariance),
    deflated: deflatedSharpe({
      sharpe,
      samples: moments.count,
      skewness: moments.skewness,
      kurtosis: moments.kurtosis,
      trials: effective,
      trialsVariance,
    }),
    moments,
  };
}

/** Runs with a Sharpe ratio over the same returns; those that decided alike count once. */
function distinctTrials(best: RunMetrics, all: readonly RunMetrics[]): RunMetrics[] {
  const { samples, sums } = best.returns;
  const distinct = new Map<string, RunMetrics>();
  for (const metrics of all) {
    const isAlike =
      metrics.returns.samples === samples && metrics.returns.sums.length === sums.length;
    if (metrics.sharpe === null || !isAlike) continue;
    if (momentsFromPowers(metrics.powers).deviation > 0) distinct.set(metrics.stateHash, metrics);
  }
  return [...distinct.values()];
}

/** Judges the best of many runs; `best` is the first by objective. */
export function judgeSelection(
  best: RunMetrics | undefined,
  all: readonly RunMetrics[],
): SweepSelection {
  const found = best === undefined ? undefined : deflate(best, all);
  if (best === undefined || found === undefined) return nothingToJudge(all);
  const { moments } = found;
  const annual = Math.sqrt(best.samplesPerYear ?? Number.NaN);
  const overfitting = overfittingOf(
    distinctTrials(best, all).map(({ returns }) => bucketsFromText(returns)),
  );
  const isFinding =
    found.deflated >= FINDING_MIN && !((overfitting?.probability ?? 0) > 0.5) && moments.mean > 0;
  const judged = {
    verdict: isFinding ? ('finding' as const) : ('luck' as const),
    trials: found.trials,
    effectiveTrials: found.effectiveTrials,
    averageCorrelation: found.trials > 1 ? finiteOrNull(found.averageCorrelation) : null,
    sharpeDeviation: found.trials > 1 ? finiteOrNull(found.deviation * annual) : null,
    bestSharpe: best.sharpe,
    luckSharpe: finiteOrNull(found.luck * annual),
    probabilisticSharpe: finiteOrNull(probabilisticSharpe(moments, 0)),
    deflatedSharpe: finiteOrNull(found.deflated),
    minimumTrackRecord: finiteOrNull(minimumTrackRecord(moments)),
    samples: moments.count,
    overfitting: overfitting ?? null,
  };
  const spanMs = Date.parse(best.endTime) - Date.parse(best.startTime);
  const basis = `It rests on ${moments.count} returns and ${best.fills} fills in `;
  const sentence = `${sentenceOf(judged)} ${basis}${durationWords(spanMs)}.`;
  return { ...judged, sentence };
}

function nothingToJudge(all: readonly RunMetrics[]): SweepSelection {
  const traded = all.filter(({ fills }) => fills > 0).length;
  const sentence =
    all.length === 0
      ? 'No run ended well: there is nothing to judge.'
      : traded === 0
        ? 'No run had a fill: there is nothing to judge.'
        : 'The best run has no Sharpe ratio (fewer than 30 returns, or none that differ): there ' +
          'is nothing to judge. Play more data, or sample the account more often.';
  return {
    verdict: 'nothing',
    sentence,
    trials: 0,
    effectiveTrials: 0,
    averageCorrelation: null,
    sharpeDeviation: null,
    bestSharpe: null,
    luckSharpe: null,
    probabilisticSharpe: null,
    deflatedSharpe: null,
    minimumTrackRecord: null,
    samples: null,
    overfitting: null,
  };
}

function sentenceOf(judged: Omit<SweepSelection, 'sentence'>): string {
  const { trials, effectiveTrials: effective, overfitting } = judged;
  const best = ratioText(judged.bestSharpe);
  const chance = chanceText(judged.deflatedSharpe);
  if ((judged.bestSharpe ?? 0) <= 0) {
    return `The best of ${trials} runs has a Sharpe ratio of ${best} a year: none was profitable.`;
  }
  const end =
    judged.verdict === 'finding'
      ? 'more than luck explains, by the usual 95%.'
      : 'not enough; 95% would be a finding.';
  if (trials === 1) {
    const words = 'There is one run with a Sharpe ratio';
    return `${words}, ${best} a year. The chance that it is above zero is ${chance}: ${end}`;
  }
  const alike = trials - effective < 0.5 ? '' : ` (like ${effective.toFixed(1)} independent ones)`;
  const halves =
    overfitting === null
      ? ''
      : ` Chosen on one half of the time, the best is below the median in the other half ` +
        `${shareText(overfitting.probability)} of the time.`;
  return (
    `The best of ${trials} runs${alike} has a Sharpe ratio of ${best} a year; the best of as ` +
    `many without any skill would be expected to reach ${ratioText(judged.luckSharpe)} by luck ` +
    'alone. ' +
    `The chance that it is better than luck is ${chance}: ${end}${halves}`
  );
}

/** A ratio for people. */
export function ratioText(value: number | null): string {
  return value === null ? '-' : value.toFixed(2);
}

/** A probability that was estimated, for people: it is never certainty. */
export function chanceText(value: number | null): string {
  if (value === null) return '-';
  if (value > 0.999) return '>99.9%';
  return value < 0.001 ? '<0.1%' : shareText(value);
}

/** A share that was counted, for people. */
export function shareText(value: number): string {
  return `${(value * 100).toFixed(1)}%`;
}

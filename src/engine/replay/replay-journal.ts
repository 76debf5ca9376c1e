import { existsSync, readdirSync } from 'node:fs';
import { HftError } from '../../domain/errors.js';
import type { Strategy } from '../../domain/strategy.js';
import type { StrategyLog } from '../../domain/strategy-context.js';
import { type DescribedDifference, describeDifference } from './describe-difference.js';
import { JournalWords } from './journal-words.js';
import type { ImpureCall } from './purity-guard.js';
import { type RepeatOutcome, repeatRun } from './repeat-run.js';
import { type RunManifest, readManifest } from './run-manifest.js';

/** What a journal is replayed with. */
export interface ReplayOptions {
  /** Runs to replay; all without. */
  readonly run?: number;
  /** Strategies in place of those of the manifests, by strategyId; asked for once a run. */
  readonly makeStrategies?: (manifest: RunManifest) => ReadonlyMap<string, Strategy>;
  readonly log?: StrategyLog;
  readonly signal?: AbortSignal;
  readonly onProgress?: (run: number, events: number) => void;
}

/**
 * What came of one run.
 *
 * `identical`: every decision, to the end. `identical-to-cut`: the process was killed, and every
 * decision that it wrote down is the same. `impure`: the same, but a strategy asked what the
 * journal does not have, and was lucky. `differs`: see `difference`. `incomplete`: the recording is
 * damaged or has lost events; the same until there. `unavailable`: can't be repeated; see `reason`.
 */
export type RunVerdict =
  | 'identical'
  | 'identical-to-cut'
  | 'impure'
  | 'differs'
  | 'incomplete'
  | 'unavailable';

/** The replay of one run. */
export interface RunReplay {
  readonly run: number;
  readonly verdict: RunVerdict;
  /** Why it isn't identical; '' where it is. */
  readonly reason: string;
  readonly mode: string;
  readonly strategies: readonly {
    readonly strategyId: string;
    readonly className: string;
    /** Its module is another one than it was. */
    readonly isChanged: boolean;
  }[];
  /** Market events and ticks. */
  readonly events: number;
  /** Records of the run in the journal, and those that came again. */
  readonly records: number;
  readonly matched: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** The first difference; null without. */
  readonly difference: DescribedDifference | null;
  /** What strategies asked that is not in the journal. */
  readonly impure: readonly ImpureCall[];
  readonly failures: readonly { readonly strategyId: string; readonly message: string }[];
}

/** The replay of a journal. */
export interface JournalReplay {
  /** Every run that was asked for, and at least one, is the same. */
  readonly ok: boolean;
  readonly journal: string;
  readonly runs: readonly RunReplay[];
}

/** The runs of a journal that have a manifest, oldest first. */
export function recordedRuns(journalPath: string): number[] {
  if (!existsSync(journalPath)) return [];
  return readdirSync(journalPath)
    .flatMap((name) => /^run-(\d{6,})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Replays the runs of a journal: the same strategy code over what was recorded, each decision held
 * against the journal.
 *
 * Errors: HFT_DATA_FILE where there is no journal, or no run of it was recorded; HFT_STRATEGY for
 * strategies that can't be loaded; HFT_ARGUMENT for a run that there isn't.
 */
export async function replayJournal(
  journalPath: string,
  options: ReplayOptions = {},
): Promise<JournalReplay> {
  const all = recordedRuns(journalPath);
  if (all.length === 0) {
    throw new HftError('HFT_DATA_FILE', `no run of a journal in ${journalPath} was recorded`);
  }
  const { run } = options;
  if (run !== undefined && !all.includes(run)) {
    throw new HftError('HFT_ARGUMENT', `there is no run ${run}: there are ${all.join(', ')}`);
  }
  const runs: RunReplay[] = [];
  for (const wanted of run === undefined ? all : [run]) {
    runs.push(await replayOne(journalPath, readManifest(journalPath, wanted), options));
  }
  // Old runs whose market events are no longer kept say so; the others count.
  const counted =
    run === undefined ? runs.filter(({ verdict }) => verdict !== 'unavailable') : runs;
  const isSame = ({ verdict }: RunReplay): boolean =>
    verdict === 'identical' || verdict === 'identical-to-cut';
  return { ok: counted.length > 0 && counted.every(isSame), journal: journalPath, runs };
}

async function replayOne(
  journalPath: string,
  manifest: RunManifest,
  options: ReplayOptions,
): Promise<RunReplay> {
  const { run, mode } = manifest;
  const startedAt = performance.now();
  const { log, signal, onProgress, makeStrategies } = options;
  const facts = {
    run,
    mode,
    strategies: manifest.strategies.map(({ strategyId, className }) => ({
      strategyId,
      className,
      isChanged: false,
    })),
  };
  let outcome: RepeatOutcome;
  try {
    outcome = await repeatRun({
      journalPath,
      manifest,
      ...(log === undefined ? {} : { log }),
      ...(signal === undefined ? {} : { signal }),
      ...(makeStrategies === undefined ? {} : { strategies: makeStrategies(manifest) }),
      onProgress: (events) => onProgress?.(run, events),
    });
  } catch (error) {
    // Native errors carry the code alone.
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'HFT_DATA_FILE') throw error;
    return { ...facts, ...NOTHING, verdict: 'unavailable', reason: error.message };
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { state, changed, impure, failures } = outcome;
  const verdict = verdictOf(outcome);
  return {
    run,
    verdict,
    reason: reasonOf(verdict, outcome),
    mode,
    strategies: facts.strategies.map((strategy) => ({
      ...strategy,
      isChanged: changed.includes(strategy.strategyId),
    })),
    events: state.events,
    records: state.records,
    matched: state.matched,
    seconds,
    eventsPerSecond: Math.round(state.events / seconds),
    difference:
      state.difference === undefined
        ? null
        : describeDifference(state.difference, {
            journalPath,
            run,
            words: new JournalWords(journalPath),
          }),
    impure,
    failures,
  };
}

const NOTHING = {
  events: 0,
  records: 0,
  matched: 0,
  seconds: 0,
  eventsPerSecond: 0,
  difference: null,
  impure: [],
  failures: [],
} as const;

function verdictOf({ ended, state, impure }: RepeatOutcome): RunVerdict {
  if (ended === 'differs') return 'differs';
  if (ended === 'lost' && state.events === 0) return 'unavailable';
  if (ended === 'lost' || ended === 'fault') return 'incomplete';
  if (impure.length > 0) return 'impure';
  return state.isClosed === 1 ? 'identical' : 'identical-to-cut';
}

function reasonOf(verdict: RunVerdict, { ended, state, detail, impure }: RepeatOutcome): string {
  const [first] = impure;
  switch (verdict) {
    case 'differs':
      return first === undefined
        ? 'a decision differs'
        : `a decision differs; likely because ${callText(first)}`;
    case 'unavailable':
      return `the beginning of its market events is no longer kept: ${detail}`;
    case 'incomplete':
      return ended === 'lost'
        ? `events behind number ${state.events} were lost when they were recorded: ${detail}`
        : `the recording is damaged behind event ${state.events}: ${detail}`;
    case 'impure':
      return first === undefined ? '' : `${callText(first)}, which no journal has`;
    default:
      return '';
  }
}

function callText({ strategyId, call, at }: ImpureCall): string {
  return `${strategyId} calls ${call} at ${at}`;
}

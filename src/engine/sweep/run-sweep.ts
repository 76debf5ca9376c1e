import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ConfigurationManager } from '../../config/configuration-manager.js';
import { HftError } from '../../domain/errors.js';
import { surveyConfiguredBeginning } from '../trading/run-configured-backtest.js';
import { assembleResult } from './assemble-result.js';
import { fromIsoTime, toIsoTime } from './iso-time.js';
import { objectiveOf } from './judge/run-metrics.js';
import type { Combination } from './plan/combinations.js';
import { checkRuns, lineOf, type PlanInput, planSweep, type SweepPlan } from './plan/sweep-plan.js';
import {
  type TimeSpan,
  type WalkForwardWindow,
  walkForwardWindows,
} from './plan/walk-forward-windows.js';
import type { RunSpec } from './running/run-protocol.js';
import type { BacktestPayload } from './running/sweep-worker.js';
import { WorkerPool } from './running/worker-pool.js';
import { lockFolder } from './store/folder-lock.js';
import { ResultStore, type StoredRun } from './store/result-store.js';
import { runIdentity, sweepIdentity } from './store/sweep-identity.js';
import type { SweepResult } from './sweep-result.js';

/** The file of results in `sweep.output`. */
export const RESULTS_FILE = 'results.ndjson';

/** How far a sweep is. */
export interface SweepProgress {
  /** Runs done now, parts of running ones included. */
  readonly done: number;
  /** Runs to do now: those that were there already are in neither. */
  readonly total: number;
  readonly reused: number;
}

/** A module that calls `serveRuns`, and what it is given. */
export interface SweepWorker {
  readonly module: URL;
  readonly payload: unknown;
}

/** A sweep to run. */
export interface SweepOptions extends PlanInput {
  /** Of the package. */
  readonly version: string;
  /** Runs that are under way are given up; what is done stays. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SweepProgress) => void;
  /** What runs are done with, in place of backtests. */
  readonly worker?: SweepWorker;
}

/**
 * Runs the sweep of a configuration on all cores, and goes on from the results that its folder
 * has. A failed run is tried again.
 *
 * Errors: HFT_CONFIG and HFT_STRATEGY before anything runs; HFT_ARGUMENT where another sweep works
 * in the folder; HFT_DATA_FILE; the reason of `signal` once all threads are gone.
 */
export async function runSweep(options: SweepOptions): Promise<SweepResult> {
  const startMs = performance.now();
  const plan = await planSweep(options);
  const folder = options.resolvePath(plan.sweep.output);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot make ${folder}: ${reason}`, { cause: error });
  }
  const lock = lockFolder(folder);
  const pool = openPool(plan, options);
  try {
    // The threads start meanwhile.
    const identity = await sweepIdentity(options);
    const store = ResultStore.open(join(folder, RESULTS_FILE));
    try {
      const runs = await new RunningSweep(plan, { ...options, identity, store, pool }).run();
      const wallSeconds = (performance.now() - startMs) / 1000;
      return assembleResult(plan, { ...options, ...runs, wallSeconds });
    } finally {
      store.close();
    }
  } finally {
    await pool.close();
    lock.release();
  }
}

function workersOf({ sweep }: SweepPlan): number {
  return sweep.workers === 0 ? availableParallelism() : sweep.workers;
}

function openPool(plan: SweepPlan, options: SweepOptions): WorkerPool {
  const { worker, signal } = options;
  const pool = new WorkerPool({
    module: worker?.module ?? new URL('./running/sweep-worker.js', import.meta.url),
    payload: worker === undefined ? () => surveyPayload(plan, options) : async () => worker.payload,
    workers: workersOf(plan),
    signal,
  });
  pool.start(plan.combinations.length + 1);
  return pool;
}

/** What backtests share: the beginning of the data is surveyed once, here. */
async function surveyPayload(plan: SweepPlan, options: SweepOptions): Promise<BacktestPayload> {
  const { config, source, signal } = options;
  const manager = ConfigurationManager.adopt(config, source);
  const survey = await surveyConfiguredBeginning(manager, { signal });
  return { config, source, strategy: plan.sweep.strategy, survey };
}

/** A combination on a span. */
export interface PlannedRun {
  readonly spec: RunSpec;
  readonly combination: Combination;
}

/** What a window was planned and chosen as. */
export interface PlannedWindow {
  readonly window: WalkForwardWindow;
  /** A run a combination. */
  readonly train: readonly PlannedRun[];
  /** The best in training, on the span after it. */
  readonly test: PlannedRun | undefined;
}

/** Runs that are over. */
export interface SweepRuns {
  readonly baseline: PlannedRun;
  /** A run a combination, over the whole time; empty in a walk forward. */
  readonly whole: readonly PlannedRun[];
  readonly windows: readonly PlannedWindow[];
  readonly resultOf: (run: PlannedRun) => StoredRun | undefined;
  readonly reused: number;
  readonly workers: number;
  /** What all runs of this time took together, and the time in which workers could have worked. */
  readonly busySeconds: number;
  readonly poolSeconds: number;
}

interface SweepParts extends SweepOptions {
  readonly identity: string;
  readonly store: ResultStore;
  readonly pool: WorkerPool;
}

class RunningSweep {
  readonly #plan: SweepPlan;
  readonly #options: SweepParts;
  readonly #workers: number;
  readonly #reused = new Set<string>();
  readonly #ran = new Set<string>();
  #done = 0;
  #busySeconds = 0;
  #poolSeconds = 0;

  constructor(plan: SweepPlan, options: SweepParts) {
    this.#plan = plan;
    this.#options = options;
    this.#workers = workersOf(plan);
  }

  async run(): Promise<SweepRuns> {
    const { combinations, sweep } = this.#plan;
    const baseline = this.#planned({});
    let whole: PlannedRun[] = [];
    let windows: PlannedWindow[] = [];
    if (sweep.walk_forward === undefined) {
      whole = combinations.map((combination) => this.#planned(combination));
      await this.#perform([baseline, ...whole], 0);
    } else {
      // The configuration as it stands tells which time the data covers.
      await this.#perform([baseline], 0);
      windows = await this.#walkForward(this.#windowsOf(baseline));
    }
    return {
      baseline,
      whole,
      windows,
      resultOf: ({ spec }) => this.#options.store.get(spec.id),
      reused: this.#reused.size,
      workers: this.#workers,
      busySeconds: this.#busySeconds,
      poolSeconds: this.#poolSeconds,
    };
  }

  async #walkForward(windows: readonly WalkForwardWindow[]): Promise<PlannedWindow[]> {
    checkRuns(this.#plan, windows.length, this.#options);
    const trained = windows.map((window) => ({
      window,
      train: this.#plan.combinations.map((one) => this.#planned(one, window.train)),
    }));
    await this.#perform(
      trained.flatMap(({ train }) => train),
      windows.length,
    );
    const chosen = trained.map((one) => {
      const best = this.#bestOf(one.train);
      const test = best && this.#planned(best.combination, one.window.test);
      return { ...one, test };
    });
    await this.#perform(
      chosen.flatMap(({ test }) => (test === undefined ? [] : [test])),
      0,
    );
    return chosen;
  }

  #planned(combination: Combination, span?: TimeSpan): PlannedRun {
    const parameters = this.#plan.resolve(combination);
    const times = span ?? {};
    const id = runIdentity(this.#options.identity, parameters, times);
    return { combination, spec: { id, parameters, ...times } };
  }

  /** The first of the best: runs are in the order of the plan. */
  #bestOf(runs: readonly PlannedRun[]): PlannedRun | undefined {
    let best: { readonly run: PlannedRun; readonly objective: number } | undefined;
    for (const run of runs) {
      const metrics = this.#options.store.get(run.spec.id)?.metrics;
      const objective = metrics && objectiveOf(metrics, this.#plan.sweep.objective);
      if (objective === undefined || objective === null) continue;
      if (best === undefined || objective > best.objective) best = { run, objective };
    }
    return best?.run;
  }

  #windowsOf(baseline: PlannedRun): WalkForwardWindow[] {
    const { walk_forward: walk } = this.#plan.sweep;
    const { metrics, error } = this.#options.store.get(baseline.spec.id) ?? {};
    if (metrics === undefined || walk === undefined) {
      const reason = error ?? 'it did not run';
      throw new HftError(
        'HFT_STRATEGY',
        `the configuration as it stands must run before spans are cut: ${reason}`,
      );
    }
    const whole = {
      startNs: fromIsoTime(metrics.startTime),
      endNs: fromIsoTime(metrics.endTime),
    };
    const windows = walkForwardWindows({
      whole,
      trainNs: walk.train,
      testNs: walk.test,
      isAnchored: walk.anchored,
    });
    if (windows.length > 0) return windows;
    const problem = {
      key: 'sweep.walk_forward',
      expected: 'train and half of test within the data',
      found: `data from ${toIsoTime(whole.startNs)} to ${toIsoTime(whole.endNs)}`,
    };
    throw new HftError('HFT_CONFIG', lineOf(problem, this.#options));
  }

  /** Does the runs that have no result; `more` are known to follow. */
  async #perform(runs: readonly PlannedRun[], more: number): Promise<void> {
    const { store, signal, onProgress, pool } = this.#options;
    const open = new Map<string, RunSpec>();
    for (const { spec } of runs) {
      if (store.get(spec.id)?.metrics === undefined) open.set(spec.id, spec);
      else if (!this.#ran.has(spec.id)) this.#reused.add(spec.id);
    }
    const before = this.#done;
    const total = before + open.size + more;
    const tell = (done: number) => onProgress?.({ done, total, reused: this.#reused.size });
    if (open.size === 0) return;
    tell(before);
    const started = performance.now();
    await pool.run([...open.values()], {
      onEnd: (spec, end) => {
        this.#done += 1;
        this.#ran.add(spec.id);
        this.#busySeconds += end.seconds;
        store.append({
          id: spec.id,
          parameters: spec.parameters,
          ...(spec.startNs === undefined ? {} : { startNs: String(spec.startNs) }),
          ...(spec.endNs === undefined ? {} : { endNs: String(spec.endNs) }),
          ...end,
        });
      },
      onProgress: (done) => tell(before + done),
    });
    const used = Math.min(this.#workers, open.size);
    this.#poolSeconds += ((performance.now() - started) / 1000) * used;
    signal.throwIfAborted();
    tell(this.#done);
  }
}

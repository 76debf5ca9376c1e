import type { RealTimeConfig } from '../../../config/schema/root.js';
import { HftError } from '../../../domain/errors.js';
import {
  type ParameterDeclarations,
  type ParameterValue,
  resolveParameters,
} from '../../../domain/parameters.js';
import { SAMPLES_MIN } from '../../report/figures.js';
import { loadStrategyClass } from '../../strategy-loading/load-strategy.js';
import { type Combination, combinationsOf } from './combinations.js';
import {
  type ParameterAxis,
  type PlanProblem,
  parameterAxes,
  type SweepConfig,
} from './parameter-axes.js';

/** What is tried, checked before anything runs. */
export interface SweepPlan {
  readonly sweep: SweepConfig;
  readonly axes: readonly ParameterAxis[];
  readonly combinations: readonly Combination[];
  /** All parameters of the strategy with these in place of the configured ones. */
  resolve(combination: Combination): Readonly<Record<string, ParameterValue>>;
}

/** What a plan is made of. */
export interface PlanInput {
  readonly config: RealTimeConfig;
  readonly source: string;
  readonly resolvePath: (path: string) => string;
  /** Where a key was set, as `file:line:column`; undefined: nowhere. */
  readonly sourceOf: (key: string) => string | undefined;
}

/**
 * Plans a sweep. Errors: HFT_CONFIG with everything that is wrong, a line each; HFT_STRATEGY where
 * the strategy can't be loaded.
 */
export async function planSweep(input: PlanInput): Promise<SweepPlan> {
  const { config, resolvePath } = input;
  const { sweep } = config;
  const fail = (problems: readonly PlanProblem[]): never => {
    throw new HftError('HFT_CONFIG', problems.map((one) => lineOf(one, input)).join('\n'));
  };
  if (sweep === undefined) {
    return fail([{ key: 'sweep', expected: 'a section sweep', found: 'nothing' }]);
  }
  const strategy = config.strategies[sweep.strategy];
  const problems: PlanProblem[] = [];
  if (config.backtest.data.length === 0) {
    problems.push({ key: 'backtest.data', expected: 'something to play', found: 'nothing' });
  }
  if (strategy?.enabled !== true) {
    const key = 'sweep.strategy';
    return fail([...problems, { key, expected: 'an enabled strategy', found: sweep.strategy }]);
  }
  const { parameters: declarations } = await loadStrategyClass({
    strategyId: sweep.strategy,
    ...(strategy.module === undefined ? {} : { module: resolvePath(strategy.module) }),
    ...(strategy.class === undefined ? {} : { className: strategy.class }),
  });
  problems.push(...fixedProblems(declarations, strategy.parameters, sweep));
  problems.push(...walkProblems(sweep, config.backtest.sample_interval));
  const axes = parameterAxes(sweep, declarations);
  if (!axes.ok) return fail([...problems, ...axes.problems]);
  const tried = combinationsOf(sweep, axes.axes);
  if (!tried.ok) return fail([...problems, tried.problem]);
  if (problems.length > 0) return fail(problems);
  return {
    sweep,
    axes: axes.axes,
    combinations: tried.combinations,
    resolve: (combination) => {
      const result = resolveParameters(declarations, { ...strategy.parameters, ...combination });
      if (result.ok) return result.values;
      const [problem] = result.problems;
      throw new HftError('HFT_PARAMETER', `${problem?.name}: expected ${problem?.expected}`);
    },
  };
}

/** Refuses more runs than `runs_max` once the number of spans is known. Errors: HFT_CONFIG. */
export function checkRuns(plan: SweepPlan, spans: number, input: PlanInput): void {
  const result = combinationsOf(plan.sweep, plan.axes, spans);
  if (!result.ok) throw new HftError('HFT_CONFIG', lineOf(result.problem, input));
}

/** A problem as `file:line:column key: expected, found; did you mean`. */
export function lineOf(problem: PlanProblem, input: PlanInput): string {
  const { key, expected, found, nearest } = problem;
  let at: string | undefined;
  // A key that isn't given is told at the nearest section around it that is.
  for (let part = key; at === undefined && part !== ''; ) {
    at = input.sourceOf(part);
    part = part.slice(0, Math.max(0, part.lastIndexOf('.')));
  }
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `${at ?? input.source} ${key}: expected ${expected}, found ${found}${hint}`;
}

/** A training span must have enough returns for the ratio that chooses on it. */
function walkProblems({ walk_forward: walk, objective }: SweepConfig, interval: number) {
  const isRatio = objective === 'sharpe' || objective === 'sortino';
  if (walk === undefined || !isRatio || walk.train >= SAMPLES_MIN * interval) return [];
  return [
    {
      key: 'sweep.walk_forward.train',
      expected: `at least ${SAMPLES_MIN} times backtest.sample_interval for ${objective}`,
      found: `${Math.floor(walk.train / interval)} times`,
    },
  ];
}

/** What is wrong with the parameters that the sweep leaves as they are. */
function fixedProblems(
  declarations: ParameterDeclarations,
  given: Readonly<Record<string, unknown>>,
  sweep: SweepConfig,
): PlanProblem[] {
  const fixed = Object.fromEntries(
    Object.entries(given).filter(([name]) => !Object.hasOwn(sweep.parameters, name)),
  );
  const result = resolveParameters(declarations, fixed);
  if (result.ok) return [];
  return result.problems.map(({ name, ...problem }) => ({
    ...problem,
    key: `strategies.${sweep.strategy}.parameters.${name}`,
  }));
}

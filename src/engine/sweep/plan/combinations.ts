import type { ParameterValue } from '../../../domain/parameters.js';
import { SeededRandom } from '../../../domain/seeded-random.js';
import type { ParameterAxis, PlanProblem, SweepConfig } from './parameter-axes.js';

/** A value for each swept parameter. */
export type Combination = Readonly<Record<string, ParameterValue>>;

/** What is tried, or why it can't be. */
export type CombinationsResult =
  | { readonly ok: true; readonly combinations: readonly Combination[] }
  | { readonly ok: false; readonly problem: PlanProblem };

/** After so many draws in a row that were there before, there is hardly anything left. */
const REPEATS_MAX = 10_000;

/**
 * The combinations that a sweep tries, in an order that never changes.
 *
 * A grid varies its last parameter fastest. Draws are distinct, and those of a smaller `samples`
 * are the first of a larger; where there are fewer combinations than samples, all are taken.
 * `spans` is how often each runs: more than `runs_max` runs are refused.
 */
export function combinationsOf(
  sweep: Pick<SweepConfig, 'method' | 'samples' | 'seed' | 'runs_max'>,
  axes: readonly ParameterAxis[],
  spans = 1,
): CombinationsResult {
  const size = axes.reduce((product, { values }) => product * (values?.length ?? Infinity), 1);
  const isWhole = sweep.method === 'grid' || size <= sweep.samples;
  const count = isWhole ? size : sweep.samples;
  if (count * spans > sweep.runs_max) {
    const of = spans === 1 ? '' : ` (${count} combinations in ${spans} spans)`;
    return {
      ok: false,
      problem: {
        key: 'sweep.runs_max',
        expected: `at least the ${count * spans} runs of the sweep${of}`,
        found: String(sweep.runs_max),
      },
    };
  }
  return { ok: true, combinations: isWhole ? grid(axes) : drawn(axes, sweep) };
}

function grid(axes: readonly ParameterAxis[]): Combination[] {
  let rows: Record<string, ParameterValue>[] = [{}];
  for (const { name, values = [] } of axes) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  }
  return rows;
}

function drawn(
  axes: readonly ParameterAxis[],
  { samples, seed }: Pick<SweepConfig, 'samples' | 'seed'>,
): Combination[] {
  const random = new SeededRandom(seed);
  const seen = new Set<string>();
  const rows: Combination[] = [];
  for (let repeats = 0; rows.length < samples && repeats < REPEATS_MAX; ) {
    const row = Object.fromEntries(axes.map((axis) => [axis.name, axis.draw(random)]));
    const key = JSON.stringify(row);
    if (seen.has(key)) {
      repeats += 1;
      continue;
    }
    repeats = 0;
    seen.add(key);
    rows.push(row);
  }
  return rows;
}

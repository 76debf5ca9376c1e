import type { ParameterValue } from '../../../domain/parameters.js';

/** Bins that the values of a drawn parameter fall into. */
const BINS = 8;
/** More distinct values than this are binned. */
const VALUES_MAX = 24;

/** One group of values of a parameter: a value, or a bin of a range. */
export interface ValueGroup {
  readonly label: string;
  /** Where it lies on an axis; its place where values are no numbers. */
  readonly at: number;
}

/** The groups of a parameter's values, and in which each value is. */
export interface ValueGroups {
  readonly groups: readonly ValueGroup[];
  groupOf(value: ParameterValue | undefined): number;
}

/** Groups values: each for itself, or numbers in bins of about equally many. */
export function groupValues(values: readonly ParameterValue[]): ValueGroups {
  const distinct = [...new Set(values)];
  const numbers = distinct.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const areNumbers = numbers.length === distinct.length;
  if (!areNumbers || distinct.length <= VALUES_MAX) {
    const shown: readonly ParameterValue[] = areNumbers ? numbers : distinct;
    const places = new Map(shown.map((value, index) => [value, index]));
    return {
      groups: shown.map((value, index) => ({
        label: String(value),
        at: typeof value === 'number' ? value : index,
      })),
      groupOf: (value) => places.get(value as ParameterValue) ?? -1,
    };
  }
  const starts = Array.from(
    { length: BINS },
    (_, bin) => numbers[Math.floor((bin * numbers.length) / BINS)] ?? 0,
  );
  const groups = starts.map((start, bin) => {
    const last = numbers[Math.floor(((bin + 1) * numbers.length) / BINS) - 1] ?? start;
    return {
      label: `${shortNumber(start)}\u2013${shortNumber(last)}`,
      at: (start + last) / 2,
    };
  });
  return {
    groups,
    groupOf: (value) => {
      let bin = -1;
      while (bin + 1 < BINS && (starts[bin + 1] ?? 0) <= Number(value)) bin += 1;
      return bin;
    },
  };
}

/** A number with three significant digits at most. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/**
 * The share of the variance of `objectives` that the values of one parameter explain by themselves
 * (eta squared); undefined without variance.
 */
export function importanceOf(
  values: readonly (ParameterValue | undefined)[],
  objectives: readonly number[],
): number | undefined {
  const given = values.filter((value) => value !== undefined);
  const { groups, groupOf } = groupValues(given);
  const mean = objectives.reduce((sum, value) => sum + value, 0) / objectives.length;
  const sums = groups.map(() => ({ count: 0, sum: 0 }));
  let total = 0;
  values.forEach((value, index) => {
    const objective = objectives[index] ?? 0;
    total += (objective - mean) ** 2;
    const group = sums[groupOf(value)];
    if (group === undefined) return;
    group.count += 1;
    group.sum += objective;
  });
  if (!(total > 0)) return undefined;
  const between = sums.reduce(
    (sum, group) =>
      sum + (group.count > 0 ? group.count * (group.sum / group.count - mean) ** 2 : 0),
    0,
  );
  return Math.min(1, between / total);
}

import type { RealTimeConfig } from '../../../config/schema/root.js';
import {
  acceptsParameter,
  describeParameter,
  nearestName,
  type ParameterDeclaration,
  type ParameterDeclarations,
  type ParameterValue,
} from '../../../domain/parameters.js';
import type { SeededRandom } from '../../../domain/seeded-random.js';
import {
  dividedValues,
  factorValues,
  RANGE_VALUES_MAX,
  ratioValues,
  steppedValues,
} from './decimal-steps.js';

/** The section `sweep` of a configuration. */
export type SweepConfig = NonNullable<RealTimeConfig['sweep']>;

/** One parameter and the values that it takes. */
export interface ParameterAxis {
  readonly name: string;
  /** All of them, in order; undefined where they are drawn from a range. */
  readonly values: readonly ParameterValue[] | undefined;
  draw(random: SeededRandom): ParameterValue;
}

/** Something that keeps a sweep from running; `key` is that of the configuration. */
export interface PlanProblem {
  readonly key: string;
  readonly expected: string;
  readonly found: string;
  readonly nearest?: string;
}

/** The axes of a sweep, or everything that is wrong with them. */
export type AxesResult =
  | { readonly ok: true; readonly axes: readonly ParameterAxis[] }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

type Range = {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
  readonly count?: number;
  readonly scale: 'linear' | 'log';
};

/**
 * The values of every swept parameter, each accepted by what the strategy declares.
 *
 * Ranges in steps are exact decimals; the same value given twice counts once.
 */
export function parameterAxes(
  sweep: Pick<SweepConfig, 'method' | 'parameters'>,
  declarations: ParameterDeclarations,
): AxesResult {
  const problems: PlanProblem[] = [];
  const axes: ParameterAxis[] = [];
  const names = Object.keys(declarations);
  for (const [name, given] of Object.entries(sweep.parameters)) {
    const key = `sweep.parameters.${name}`;
    const declaration = Object.hasOwn(declarations, name) ? declarations[name] : undefined;
    if (declaration === undefined) {
      const nearest = nearestName(name, names);
      problems.push({
        key,
        expected: `a declared parameter (${names.join(', ') || 'none'})`,
        found: name,
        ...(nearest === undefined ? {} : { nearest }),
      });
      continue;
    }
    const fail = (expected: string, found: string) => {
      problems.push({ key, expected, found });
      return undefined;
    };
    const axis =
      'from' in given
        ? rangeAxis({ name, range: given, declaration, method: sweep.method }, fail)
        : listAxis({ name, values: given, declaration }, fail);
    if (axis !== undefined) axes.push(axis);
  }
  if (problems.length > 0) return { ok: false, problems };
  if (axes.length === 0) {
    const expected = 'at least one parameter';
    return { ok: false, problems: [{ key: 'sweep.parameters', expected, found: 'none' }] };
  }
  return { ok: true, axes };
}

type Fail = (expected: string, found: string) => undefined;

function listAxis(
  options: {
    readonly name: string;
    readonly values: readonly unknown[];
    readonly declaration: ParameterDeclaration;
  },
  fail: Fail,
): ParameterAxis | undefined {
  const { name, declaration } = options;
  const refused = options.values.filter((value) => !acceptsParameter(declaration, value));
  if (refused.length > 0) {
    const shown = refused.slice(0, 5).map((value) => JSON.stringify(value) ?? 'nothing');
    const more = refused.length > 5 ? ` and ${refused.length - 5} more` : '';
    return fail(describeParameter(declaration), shown.join(', ') + more);
  }
  return finiteAxis(name, options.values as readonly ParameterValue[]);
}

function finiteAxis(name: string, given: readonly ParameterValue[]): ParameterAxis {
  const values = [...new Set(given)];
  return {
    name,
    values,
    draw: (random) => values[random.integer(0, values.length - 1)] as ParameterValue,
  };
}

function rangeAxis(
  options: {
    readonly name: string;
    readonly range: Range;
    readonly declaration: ParameterDeclaration;
    readonly method: SweepConfig['method'];
  },
  fail: Fail,
): ParameterAxis | undefined {
  const { name, range, declaration, method } = options;
  if (declaration.kind !== 'number' && declaration.kind !== 'integer') {
    return fail(`a list of values, each ${describeParameter(declaration)}`, 'a range');
  }
  for (const end of [range.from, range.to]) {
    if (!acceptsParameter(declaration, end)) {
      return fail(describeParameter(declaration), String(end));
    }
  }
  const isDrawn = method === 'random' && range.step === undefined && range.count === undefined;
  if (isDrawn) return drawnAxis(name, range, declaration.kind === 'integer');
  const values = rangeValues(range, declaration.kind === 'integer', fail);
  if (values === undefined) return undefined;
  const refused = values.find((value) => !acceptsParameter(declaration, value));
  if (refused !== undefined) return fail(describeParameter(declaration), String(refused));
  return finiteAxis(name, values);
}

/** The values of a range in steps or parts; whole numbers where the parameter takes only those. */
function rangeValues(range: Range, isWhole: boolean, fail: Fail): readonly number[] | undefined {
  const { from, to, step, count, scale } = range;
  if (count !== undefined) {
    const values =
      scale === 'log' ? ratioValues({ from, to, count }) : dividedValues({ from, to, count });
    return isWhole ? values.map(Math.round) : values;
  }
  if (step === undefined) return fail('step or count, one of them', 'neither');
  if (scale === 'log' && step <= 1) {
    return fail('a step above 1, a factor on a log scale', String(step));
  }
  const stepped =
    scale === 'log' ? factorValues({ from, to, factor: step }) : steppedValues({ from, to, step });
  if (stepped.count > RANGE_VALUES_MAX) {
    return fail(`at most ${RANGE_VALUES_MAX} values`, String(stepped.count));
  }
  if (stepped.last !== to) {
    return fail(
      `a step that reaches ${to} from ${from}`,
      `${step}, which passes it after ${stepped.last}`,
    );
  }
  return stepped.values;
}

/** Values drawn from a range: uniform, or uniform in the logarithm. */
function drawnAxis(name: string, range: Range, isWhole: boolean): ParameterAxis {
  const { from, to, scale } = range;
  // A millionth of the range is finer than any effect, and short to read.
  const decimals = Math.min(20, Math.max(0, Math.ceil(-Math.log10((to - from) / 1e6))));
  const within = (value: number) => Math.min(to, Math.max(from, value));
  const draw = (random: SeededRandom): number => {
    if (to === from) return from;
    if (scale === 'log') {
      const value = from * (to / from) ** random.next();
      return within(isWhole ? Math.round(value) : Number(value.toPrecision(6)));
    }
    if (isWhole) return random.integer(from, to);
    return within(Number((from + (to - from) * random.next()).toFixed(decimals)));
  };
  return { name, values: undefined, draw };
}

import { HftError } from './errors.js';

/** What every parameter of a strategy declares beside its kind. */
interface Described {
  /** One sentence: what it does, and in which unit. */
  readonly description: string;
  /** Shown after the value: `ticks`, `lots`, `ms`. */
  readonly unit?: string;
}

/** A number with both ends of its range included. */
export interface NumberParameter extends Described {
  readonly kind: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** A whole number with both ends of its range included. */
export interface IntegerParameter extends Described {
  readonly kind: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** True or false. */
export interface BooleanParameter extends Described {
  readonly kind: 'boolean';
  readonly default: boolean;
}

/** One of a list of words. */
export interface ChoiceParameter<T extends string = string> extends Described {
  readonly kind: 'choice';
  readonly default: T;
  readonly choices: readonly T[];
}

/** Text, such as a symbol; at most `lengthMax` characters. */
export interface TextParameter extends Described {
  readonly kind: 'text';
  readonly default: string;
  readonly lengthMax: number;
}

/** What one parameter of a strategy may be. */
export type ParameterDeclaration =
  | NumberParameter
  | IntegerParameter
  | BooleanParameter
  | ChoiceParameter
  | TextParameter;

/** The parameters of a strategy, by name: its `static parameters`. */
export type ParameterDeclarations = Readonly<Record<string, ParameterDeclaration>>;

/** The value of a parameter. */
export type ParameterValue = number | boolean | string;

/** The type that a declaration's values have. */
export type ValueOf<D extends ParameterDeclaration> =
  D extends ChoiceParameter<infer T>
    ? T
    : D extends NumberParameter | IntegerParameter
      ? number
      : D extends BooleanParameter
        ? boolean
        : string;

/** The values of a set of declarations, typed by each. */
export type ParameterValues<P extends ParameterDeclarations> = {
  readonly [Name in keyof P]: ValueOf<P[Name]>;
};

/** Declares parameters: `static override parameters = { edge: parameter.integer({ ... }) }`. */
export const parameter = {
  number: (options: Omit<NumberParameter, 'kind'>): NumberParameter => ({
    kind: 'number',
    ...options,
  }),
  integer: (options: Omit<IntegerParameter, 'kind'>): IntegerParameter => ({
    kind: 'integer',
    ...options,
  }),
  boolean: (options: Omit<BooleanParameter, 'kind'>): BooleanParameter => ({
    kind: 'boolean',
    ...options,
  }),
  choice: <const T extends string>(
    options: Omit<ChoiceParameter<T>, 'kind'>,
  ): ChoiceParameter<T> => ({ kind: 'choice', ...options }),
  text: (options: Omit<TextParameter, 'kind' | 'lengthMax'> & { lengthMax?: number }) =>
    ({ kind: 'text', lengthMax: 256, ...options }) satisfies TextParameter,
};

/** One thing that is wrong with a value given for a parameter. */
export interface ParameterProblem {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
  /** The declared name that was probably meant. */
  readonly nearest?: string;
}

/** The values where all are right, or everything that is wrong. */
export type ParameterResult<P extends ParameterDeclarations> =
  | { readonly ok: true; readonly values: ParameterValues<P> }
  | { readonly ok: false; readonly problems: readonly ParameterProblem[] };

/** What a declaration accepts, in words: `a whole number from 1 to 100 (ticks)`. */
export function describeParameter(declaration: ParameterDeclaration): string {
  const unit = declaration.unit === undefined ? '' : ` (${declaration.unit})`;
  switch (declaration.kind) {
    case 'number':
      return `a number from ${declaration.min} to ${declaration.max}${unit}`;
    case 'integer':
      return `a whole number from ${declaration.min} to ${declaration.max}${unit}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${declaration.choices.join(', ')}`;
    case 'text':
      return `text of at most ${declaration.lengthMax} characters`;
  }
}

/** Whether `value` is one that `declaration` accepts. */
export function acceptsParameter(declaration: ParameterDeclaration, value: unknown): boolean {
  switch (declaration.kind) {
    case 'number':
    case 'integer':
      return (
        typeof value === 'number' &&
        (declaration.kind === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value)) &&
        value >= declaration.min &&
        value <= declaration.max
      );
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string' && declaration.choices.includes(value);
    case 'text':
      return typeof value === 'string' && value.length <= declaration.lengthMax;
  }
}

/** Fills defaults in and checks every given value; tells all problems at once. */
export function resolveParameters<P extends ParameterDeclarations>(
  declarations: P,
  given: Readonly<Record<string, unknown>>,
): ParameterResult<P> {
  const problems: ParameterProblem[] = [];
  const values: Record<string, ParameterValue> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const value = Object.hasOwn(given, name) ? given[name] : declaration.default;
    if (acceptsParameter(declaration, value)) values[name] = value as ParameterValue;
    else problems.push({ name, expected: describeParameter(declaration), found: show(value) });
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declarations, name)) continue;
    const nearest = nearestName(name, Object.keys(declarations));
    const names = Object.keys(declarations).join(', ') || 'none';
    problems.push({
      name,
      expected: `a declared parameter (${names})`,
      found: name,
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, values: Object.freeze(values) as ParameterValues<P> };
}

/** As resolveParameters, for one who has no place to show problems. Errors: HFT_PARAMETER. */
export function requireParameters<P extends ParameterDeclarations>(
  declarations: P,
  given: Readonly<Record<string, unknown>>,
): ParameterValues<P> {
  const result = resolveParameters(declarations, given);
  if (result.ok) return result.values;
  const text = result.problems.map(
    ({ name, expected, found, nearest }) =>
      `${name}: expected ${expected}, found ${found}` +
      (nearest === undefined ? '' : `; did you mean ${nearest}?`),
  );
  throw new HftError('HFT_PARAMETER', text.join('\n'));
}

/** The candidate that `word` is most likely a misspelling of; undefined where none is near. */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_\s]/g, '');
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain(word), plain(candidate), bestDistance);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** Insertions, deletions, changes and swaps of neighbours between two words, up to `most`. */
function editDistance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) >= most) return most;
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      let cost = Math.min(
        (row[j] ?? most) + 1,
        (next[j - 1] ?? most) + 1,
        (row[j - 1] ?? most) + change,
      );
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (isSwap) cost = Math.min(cost, (before[j - 2] ?? most) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? most;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

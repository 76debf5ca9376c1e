/** Carries the type of a schema's values; never set. */
declare const VALUE: unique symbol;

/** What a value must be; how it is written is in docs/configuration.md. */
export type SchemaKind =
  | { readonly kind: 'text'; readonly pattern?: RegExp; readonly hint?: string }
  | { readonly kind: 'secret' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'integer';
      readonly min: number;
      readonly max: number;
      readonly powerOfTwo?: true;
    }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  /** An amount with at most 8 decimals, as a bigint in 10^-8. */
  | { readonly kind: 'money'; readonly min: bigint }
  /** `5%`, `10bps` or `0.05`, in 10^-8 (so 5% is 5,000,000). */
  | { readonly kind: 'ratio'; readonly min: number; readonly max: number }
  /** Money, or a percentage of the capital. */
  | { readonly kind: 'limit' }
  /** `250ms`, `5s`, `1h30m`: nanoseconds. */
  | { readonly kind: 'duration'; readonly min: number; readonly max: number }
  /** `64MiB`, `1GB`, `4096`: bytes. */
  | { readonly kind: 'size'; readonly min: number; readonly max: number }
  /** ISO 8601 in UTC, to the nanosecond: nanoseconds since the epoch. */
  | { readonly kind: 'time' }
  /** Whatever YAML can say: the parameters of strategies, which check them. */
  | { readonly kind: 'free' }
  | { readonly kind: 'list'; readonly item: Schema; readonly min: number; readonly max: number }
  | {
      readonly kind: 'map';
      readonly value: Schema;
      readonly pattern: RegExp;
      readonly hint: string;
    }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>> }
  /** By the form in which it is written. */
  | {
      readonly kind: 'either';
      readonly scalar?: Schema;
      readonly list?: Schema;
      readonly object?: Schema;
    };

/** A schema whose values have the type T. */
export type Schema<T = unknown> = SchemaKind & { readonly [VALUE]?: T };

/** A key of an object. `isAlways` tells whether a valid object always has it. */
export interface Field<T = unknown, A extends boolean = boolean> {
  readonly schema: Schema<T>;
  readonly description: string;
  readonly isAlways: A;
  /** YAML text of the default. */
  readonly fallback?: string;
}

/** The type of a schema's values. */
export type ValueOfSchema<S> = S extends Schema<infer T> ? T : never;

type Always<F> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F];
type Fields = Readonly<Record<string, Field>>;
type FieldValue<F> = F extends Field<infer T, boolean> ? T : never;
/** The type of an object's values. */
export type ObjectValue<F extends Fields> = {
  readonly [K in Always<F>]: FieldValue<F[K]>;
} & { readonly [K in Exclude<keyof F, Always<F>>]?: FieldValue<F[K]> };

/** A key that must be there. */
export function required<T>(schema: Schema<T>, description: string): Field<T, true> {
  return { schema, description, isAlways: true };
}

/** A key that may be left out. */
export function optional<T>(schema: Schema<T>, description: string): Field<T, false> {
  return { schema, description, isAlways: false };
}

/** A key that has a value when it is left out. */
export function preset<T>(
  schema: Schema<T>,
  fallback: string,
  description: string,
): Field<T, true> {
  return { schema, description, isAlways: true, fallback };
}

const SECOND = 1_000_000_000;
/** 100 days: nanoseconds within it are exact as `number`. */
const DURATION_MAX = 100 * 86_400 * SECOND;

/** A percentage or limit that is a share of the capital. */
export type LimitValue =
  | { readonly kind: 'money'; readonly money: bigint }
  | { readonly kind: 'ratio'; readonly ratio: number };

/** Makers of schemas. */
export const is = {
  text: (options: { readonly pattern?: RegExp; readonly hint?: string } = {}): Schema<string> => ({
    kind: 'text',
    ...options,
  }),
  secret: (): Schema<string> => ({ kind: 'secret' }),
  choice: <const T extends string>(...choices: readonly T[]): Schema<T> => ({
    kind: 'choice',
    choices,
  }),
  boolean: (): Schema<boolean> => ({ kind: 'boolean' }),
  integer: (min: number, max: number): Schema<number> => ({ kind: 'integer', min, max }),
  powerOfTwo: (min: number, max: number): Schema<number> => ({
    kind: 'integer',
    min,
    max,
    powerOfTwo: true,
  }),
  number: (min: number, max: number): Schema<number> => ({ kind: 'number', min, max }),
  money: (min: bigint): Schema<bigint> => ({ kind: 'money', min }),
  ratio: (min: number, max: number): Schema<number> => ({ kind: 'ratio', min, max }),
  limit: (): Schema<LimitValue> => ({ kind: 'limit' }),
  duration: (min = 0, max = DURATION_MAX): Schema<number> => ({ kind: 'duration', min, max }),
  size: (min: number, max: number): Schema<number> => ({ kind: 'size', min, max }),
  time: (): Schema<bigint> => ({ kind: 'time' }),
  free: (): Schema<unknown> => ({ kind: 'free' }),
  list: <T>(
    item: Schema<T>,
    { min = 0, max = 10_000 }: { readonly min?: number; readonly max?: number } = {},
  ): Schema<readonly T[]> => ({ kind: 'list', item, min, max }),
  map: <T>(
    value: Schema<T>,
    { pattern, hint }: { readonly pattern: RegExp; readonly hint: string },
  ): Schema<Readonly<Record<string, T>>> => ({ kind: 'map', value, pattern, hint }),
  object: <F extends Fields>(fields: F): Schema<ObjectValue<F>> => ({ kind: 'object', fields }),
  either: <A = never, B = never, C = never>(forms: {
    readonly scalar?: Schema<A>;
    readonly list?: Schema<B>;
    readonly object?: Schema<C>;
  }): Schema<A | B | C> => ({ kind: 'either', ...forms }),
};

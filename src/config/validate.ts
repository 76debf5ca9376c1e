import { nearestName } from '../domain/parameters.js';
import { type ConfigProblem, quoteKey, type SourcePosition } from './problems.js';
import {
  durationText,
  moneyText,
  ratioText,
  readDecimal,
  readDuration,
  readInteger,
  readMoney,
  readRatio,
  readSize,
  readTime,
  sizeText,
} from './scalars.js';
import type { Field, Schema } from './schema/kinds.js';
import {
  describeNode,
  readSource,
  type SourceMap,
  type SourceNode,
  type SourceScalar,
} from './source-tree.js';

/** Collects the problems of a validation, and where each key comes from. */
export interface Validation {
  readonly problems: ConfigProblem[];
  /** Positions of the values that were given, by key. */
  readonly positions: Map<string, SourcePosition>;
}

type Of<K extends Schema['kind']> = Extract<Schema, { kind: K }>;

/** What a schema wants, in words. */
export function describeSchema(schema: Schema): string {
  switch (schema.kind) {
    case 'text':
      return schema.hint ?? 'text';
    case 'secret':
      return 'a secret, as text';
    case 'choice':
      return `one of ${schema.choices.join(', ')}`;
    case 'boolean':
      return 'true or false';
    case 'integer': {
      const what = schema.powerOfTwo === true ? 'a power of two' : 'a whole number';
      return `${what} from ${schema.min} to ${schema.max}`;
    }
    case 'number':
      return `a number from ${schema.min} to ${schema.max}`;
    case 'money':
      return `an amount of at least ${moneyText(schema.min)}, with at most 8 decimals`;
    case 'ratio':
      return `a share from ${ratioText(schema.min)} to ${ratioText(schema.max)}, as 5% or 0.05`;
    case 'limit':
      return 'an amount of at least 1, or a share of the capital up to 100%, such as 5%';
    case 'duration':
      return (
        `a duration from ${durationText(schema.min)} to ${durationText(schema.max)}, ` +
        'such as 250ms or 1h30m'
      );
    case 'size':
      return `a size from ${sizeText(schema.min)} to ${sizeText(schema.max)}, such as 64MiB`;
    case 'time':
      return 'a time in UTC, such as 2026-01-31T09:30:00Z';
    case 'free':
      return 'a value';
    case 'list':
      return `a list of ${schema.min} to ${schema.max} values`;
    case 'map':
    case 'object':
      return 'a mapping';
    case 'either': {
      const forms = [schema.scalar, schema.list, schema.object];
      return forms
        .flatMap((form) => (form === undefined ? [] : [describeSchema(form)]))
        .join(', or ');
    }
  }
}

/** The value of `node` by `schema`; undefined where it has problems, which are then collected. */
export function validate(
  node: SourceNode,
  schema: Schema,
  key: string,
  validation: Validation,
): unknown {
  validation.positions.set(key, node.position);
  switch (schema.kind) {
    case 'object':
      return node.kind === 'map'
        ? readObject(node, schema, key, validation)
        : mismatch(node, schema, key, validation);
    case 'map':
      return node.kind === 'map'
        ? readMap(node, schema, key, validation)
        : mismatch(node, schema, key, validation);
    case 'list':
      return readList(node, schema, key, validation);
    case 'either': {
      const form = { scalar: schema.scalar, list: schema.list, map: schema.object }[node.kind];
      return form === undefined
        ? mismatch(node, schema, key, validation)
        : validate(node, form, key, validation);
    }
    case 'free':
      return freeValue(node);
    default: {
      const value = node.kind === 'scalar' ? readScalarValue(node, schema) : undefined;
      return value === undefined ? mismatch(node, schema, key, validation) : value;
    }
  }
}

function mismatch(
  node: SourceNode,
  schema: Schema,
  key: string,
  validation: Validation,
): undefined {
  const isSecret = schema.kind === 'secret' && node.kind === 'scalar' && node.text !== '';
  // Text where a section belongs may be a secret that slipped.
  const isContainer = schema.kind === 'object' || schema.kind === 'map' || schema.kind === 'list';
  const isMisplaced = isContainer && node.kind === 'scalar' && node.text !== '';
  const nearest =
    schema.kind === 'choice' && node.kind === 'scalar'
      ? nearestName(node.text, schema.choices)
      : undefined;
  validation.problems.push({
    position: node.position,
    key,
    expected: describeSchema(schema),
    found: isSecret || isMisplaced ? 'a value that is not shown' : describeNode(node),
    ...(nearest === undefined ? {} : { nearest }),
  });
  return undefined;
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

/** The value of a scalar; undefined where it doesn't fit. */
function readScalarValue({ text, isQuoted }: SourceScalar, schema: Schema): unknown {
  switch (schema.kind) {
    case 'text':
      if (text === '' && !isQuoted) return undefined;
      return schema.pattern === undefined || schema.pattern.test(text) ? text : undefined;
    case 'secret':
      // Within its limits nothing is known of a secret's form, but that it is one line.
      return text !== '' && text.length <= 8192 && !text.includes('\0') ? text : undefined;
    case 'choice':
      return schema.choices.includes(text) ? text : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'integer': {
      const value = within(readInteger(text), schema.min, schema.max);
      const fits = schema.powerOfTwo !== true || Number.isInteger(Math.log2(value ?? 0));
      return fits ? value : undefined;
    }
    case 'number':
      return readDecimal(text) === undefined
        ? undefined
        : within(Number(text.replaceAll('_', '')), schema.min, schema.max);
    case 'money': {
      const money = readMoney(text);
      return money !== undefined && money >= schema.min ? money : undefined;
    }
    case 'ratio':
      return within(readRatio(text), schema.min, schema.max);
    case 'limit':
      return readLimit(text);
    case 'duration':
      return within(readDuration(text), schema.min, schema.max);
    case 'size':
      return within(readSize(text), schema.min, schema.max);
    case 'time':
      return readTime(text);
    default:
      return undefined;
  }
}

function readLimit(text: string): unknown {
  if (/(%|bps?)$/.test(text)) {
    const ratio = within(readRatio(text), 1, 100_000_000);
    return ratio === undefined ? undefined : { kind: 'ratio', ratio };
  }
  // Below 1 an amount is far more likely a share without its sign; a limit must not guess.
  const money = readMoney(text);
  return money === undefined || money < 100_000_000n ? undefined : { kind: 'money', money };
}

function readList(
  node: SourceNode,
  schema: Of<'list'>,
  key: string,
  validation: Validation,
): unknown {
  if (node.kind !== 'list' || node.items.length < schema.min || node.items.length > schema.max) {
    if (node.kind !== 'list') return mismatch(node, schema, key, validation);
    const found = `${node.items.length}`;
    const { position } = node;
    validation.problems.push({ position, key, expected: describeSchema(schema), found });
    return undefined;
  }
  return node.items.map((item, index) =>
    validate(item, schema.item, `${key}[${index}]`, validation),
  );
}

function readMap(node: SourceMap, schema: Of<'map'>, key: string, validation: Validation): unknown {
  const result = Object.create(null) as Record<string, unknown>;
  for (const [name, entry] of node.entries) {
    const path = key === '' ? name : `${key}.${name}`;
    if (!schema.pattern.test(name)) {
      const { position } = entry;
      const found = JSON.stringify(quoteKey(name));
      const shown = key === '' ? quoteKey(name) : `${key}.${quoteKey(name)}`;
      validation.problems.push({ position, key: shown, expected: schema.hint, found });
      continue;
    }
    result[name] = validate(entry.value, schema.value, path, validation);
  }
  return result;
}

function readObject(
  node: SourceMap,
  schema: Of<'object'>,
  key: string,
  validation: Validation,
): unknown {
  const result: Record<string, unknown> = {};
  const at = (name: string) => (key === '' ? name : `${key}.${name}`);
  for (const [name, field] of Object.entries(schema.fields)) {
    const entry = node.entries.get(name);
    const isGiven = entry !== undefined && !isBlank(entry.value, field);
    const value = isGiven
      ? validate(entry.value, field.schema, at(name), validation)
      : missingValue(field, { node, key: at(name), validation });
    if (value !== undefined) result[name] = value;
  }
  for (const [name, entry] of node.entries) {
    if (Object.hasOwn(schema.fields, name)) continue;
    const nearest = nearestName(name, Object.keys(schema.fields));
    validation.problems.push({
      position: entry.position,
      key: at(quoteKey(name)),
      expected: 'a known key',
      found: JSON.stringify(quoteKey(name)),
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  return result;
}

/** `key:` with nothing after it: an optional key is left out, a section gets its defaults. */
function isBlank(node: SourceNode, field: Field): boolean {
  if (node.kind !== 'scalar' || node.isQuoted || node.text !== '') return false;
  return !field.isAlways || field.fallback !== undefined;
}

function missingValue(
  field: Field,
  { node, key, validation }: { node: SourceMap; key: string; validation: Validation },
): unknown {
  if (field.fallback !== undefined) {
    const position = { source: 'default', line: 0, column: 0 };
    const fallback = readSource(field.fallback, {
      source: 'default',
      env: {},
      problems: validation.problems,
    });
    const value = validate(atPosition(fallback, position), field.schema, key, {
      problems: validation.problems,
      positions: new Map(),
    });
    return value;
  }
  if (field.isAlways) {
    const { position } = node;
    const expected = describeSchema(field.schema);
    validation.problems.push({ position, key, expected, found: 'nothing' });
  }
  return undefined;
}

function atPosition(node: SourceNode | undefined, position: SourcePosition): SourceNode {
  if (node === undefined) return { kind: 'scalar', position, text: '', isQuoted: false };
  return { ...node, position };
}

/** The plain value of YAML's core schema; numbers that double cannot hold exactly stay text. */
export function freeValue(node: SourceNode): unknown {
  if (node.kind === 'list') return node.items.map(freeValue);
  if (node.kind === 'map') {
    const result = Object.create(null) as Record<string, unknown>;
    for (const [name, entry] of node.entries) result[name] = freeValue(entry.value);
    return result;
  }
  const { text, isQuoted } = node;
  if (isQuoted) return text;
  if (text === '' || text === 'null' || text === '~') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  return readDecimal(text) === undefined ? text : Number(text.replaceAll('_', ''));
}

import type { Environment } from './expand.js';
import type { ConfigProblem, SourcePosition } from './problems.js';
import type { Schema } from './schema/kinds.js';
import { readSource, SECRET_NAME, type SourceMap, type SourceNode } from './source-tree.js';

/** Variables with names of their own, and the keys that they set. */
export const SHORT_OVERRIDES: Readonly<Record<string, string>> = {
  HFT_ENVIRONMENT: 'environment',
  HFT_ENABLE_LIVE_TRADING: 'trading.enable_live_trading',
  HFT_MAX_MEMORY_MB: 'performance.max_memory_usage_mb',
  HFT_DATABASE_HOST: 'database.host',
  HFT_DATABASE_PASSWORD: 'database.password',
  HFT_REDIS_HOST: 'redis.host',
  HFT_REDIS_PASSWORD: 'redis.password',
};

const PREFIX = 'HFT__';

/**
 * Sets what the environment overrides: the variables above, then `HFT__SECTION__KEY` for any key
 * (`HFT__BACKTEST__DATA__0__FILE` for items of lists), which win. An empty variable sets nothing.
 */
export function applyOverrides(
  root: SourceMap,
  schema: Schema,
  { env, problems }: { readonly env: Environment; readonly problems: ConfigProblem[] },
): void {
  for (const [name, path] of Object.entries(SHORT_OVERRIDES)) {
    const text = env[name];
    if (text !== undefined && text !== '') {
      setAt(root, schema, { path: path.split('.'), name, text, problems });
    }
  }
  const names = Object.keys(env).filter((name) => name.toUpperCase().startsWith(PREFIX));
  for (const name of names.sort()) {
    const text = env[name];
    const path = name.slice(PREFIX.length).split('__');
    if (text !== undefined && text !== '') setAt(root, schema, { path, name, text, problems });
  }
}

interface Override {
  readonly path: readonly string[];
  readonly name: string;
  readonly text: string;
  readonly problems: ConfigProblem[];
}

function setAt(root: SourceMap, schema: Schema, override: Override): void {
  const { name, path, problems } = override;
  const position: SourcePosition = { source: name, line: 0, column: 0 };
  const fail = (expected: string, found: string) => {
    problems.push({ position, key: path.join('.').toLowerCase(), expected, found });
  };
  let node: SourceNode = root;
  let at: Schema | undefined = schema;
  for (const [index, segment] of path.entries()) {
    if (segment === '') {
      fail('HFT__SECTION__KEY', name);
      return;
    }
    at = formOf(at, node);
    const child: Schema | undefined = childSchema(at, segment);
    const isLast = index === path.length - 1;
    const made: SourceNode | undefined = isLast
      ? valueNode(override, child, position)
      : emptyNode(child, path[index + 1] ?? '', position);
    if (made === undefined) return;
    const next = place(node, { segment, made, isLast, position, at });
    if (next === undefined) {
      fail('the key of a mapping, or the next index of a list', segment);
      return;
    }
    node = next;
    at = child;
  }
}

/** Which of the forms of an `either` an override goes into: the one that is there, or a mapping. */
function formOf(schema: Schema | undefined, node: SourceNode): Schema | undefined {
  if (schema?.kind !== 'either') return schema;
  return node.kind === 'list' ? schema.list : schema.object;
}

function childSchema(schema: Schema | undefined, segment: string): Schema | undefined {
  if (schema === undefined) return undefined;
  if (schema.kind === 'map') return schema.value;
  if (schema.kind === 'list') return schema.item;
  if (schema.kind !== 'object') return undefined;
  const name = matching(Object.keys(schema.fields), segment);
  return name === undefined ? undefined : schema.fields[name]?.schema;
}

/** Variables can't spell small letters everywhere, nor -: keys are compared without either. */
function matching(names: Iterable<string>, segment: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-./:]/g, '_');
  for (const name of names) if (plain(name) === plain(segment)) return name;
  return undefined;
}

function emptyNode(
  schema: Schema | undefined,
  following: string,
  position: SourcePosition,
): SourceNode {
  const isList =
    schema?.kind === 'list' ||
    (schema?.kind === 'either' && /^\d+$/.test(following) && schema.list);
  if (isList) return { kind: 'list', position, items: [] };
  return { kind: 'map', position, entries: new Map() };
}

function place(
  node: SourceNode,
  step: {
    readonly segment: string;
    readonly made: SourceNode;
    readonly isLast: boolean;
    readonly position: SourcePosition;
    readonly at: Schema | undefined;
  },
): SourceNode | undefined {
  const { segment, made, isLast, position, at } = step;
  if (node.kind === 'list') {
    const index = /^\d{1,6}$/.test(segment) ? Number(segment) : -1;
    if (index < 0 || index > node.items.length) return undefined;
    const next = isLast ? made : (node.items[index] ?? made);
    node.items[index] = next;
    return next;
  }
  if (node.kind !== 'map') return undefined;
  const fields = at?.kind === 'object' ? Object.keys(at.fields) : [];
  const name =
    matching(node.entries.keys(), segment) ?? matching(fields, segment) ?? segment.toLowerCase();
  const entry = node.entries.get(name);
  const isKept = !isLast && entry !== undefined && entry.value.kind !== 'scalar';
  if (isKept) return entry.value;
  node.entries.set(name, { position, value: made });
  return made;
}

/** The node of an override's text: as it is for a scalar, as YAML where more is wanted. */
function valueNode(
  { name, text, problems }: Override,
  schema: Schema | undefined,
  position: SourcePosition,
): SourceNode | undefined {
  const isHidden = SECRET_NAME.test(name);
  const scalar: SourceNode = { kind: 'scalar', position, text, isQuoted: false, isHidden };
  const kind = schema?.kind;
  const isStructured =
    kind === 'list' || kind === 'map' || kind === 'object' || kind === 'either' || kind === 'free';
  if (!isStructured) return scalar;
  if (!/^\s*[[{]/.test(text)) {
    if (kind !== 'list') return scalar;
    const items = text.split(',').map((item) => ({ ...scalar, text: item.trim() }));
    return { kind: 'list', position, items };
  }
  const found: ConfigProblem[] = [];
  // What comes from a variable isn't expanded again: `${` in it stands for itself.
  const plain = text.replaceAll('${', '$${');
  const node = readSource(plain, { source: name, env: {}, problems: found });
  problems.push(...found.map((problem) => ({ ...problem, position })));
  return node === undefined ? undefined : repositioned(node, position);
}

function repositioned(node: SourceNode, position: SourcePosition): SourceNode {
  if (node.kind === 'scalar') return { ...node, position };
  if (node.kind === 'list') {
    return { ...node, position, items: node.items.map((item) => repositioned(item, position)) };
  }
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { position, value: repositioned(entry.value, position) }] as const,
  );
  return { kind: 'map', position, entries: new Map(entries) };
}

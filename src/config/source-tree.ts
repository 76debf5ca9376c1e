import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from 'yaml';
import { type Environment, expandVariables } from './expand.js';
import { type ConfigProblem, quote, quoteKey, type SourcePosition } from './problems.js';

/** A scalar with the text that it was written as: numbers are read from it exactly. */
export interface SourceScalar {
  readonly kind: 'scalar';
  readonly position: SourcePosition;
  readonly text: string;
  /** Written in quotes, or as a block: text, whatever it looks like. */
  readonly isQuoted: boolean;
  /** It comes from a variable whose name speaks of a secret: never shown. */
  readonly isHidden?: boolean;
}

/** A list of the source. */
export interface SourceList {
  readonly kind: 'list';
  readonly position: SourcePosition;
  readonly items: SourceNode[];
}

/** A key with its value. */
export interface SourceEntry {
  readonly position: SourcePosition;
  value: SourceNode;
}

/** A mapping of the source. */
export interface SourceMap {
  readonly kind: 'map';
  readonly position: SourcePosition;
  readonly entries: Map<string, SourceEntry>;
}

export type SourceNode = SourceScalar | SourceList | SourceMap;

/** Nodes that a document may have, aliases counted as often as they are used. */
const NODES_MAX = 200_000;
const DEPTH_MAX = 64;
/** Names whose values are secrets, wherever they stand. */
export const SECRET_NAME = /secret|passw|passphrase|token|api[-_]?key|private|credential|auth/i;

interface Reading {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly source: string;
  readonly env: Environment;
  readonly problems: ConfigProblem[];
  nodes: number;
}

/** A YAML text as a tree with positions, variables filled in; what is wrong goes to `problems`. */
export function readSource(
  text: string,
  {
    source,
    env,
    problems,
  }: { readonly source: string; readonly env: Environment; readonly problems: ConfigProblem[] },
): SourceNode | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
    merge: true,
    logLevel: 'error',
  });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.push({
      position: { source, line: Math.max(1, line), column: Math.max(1, col) },
      key: '',
      expected: 'valid YAML',
      // Not the message: it may quote what stands there, and that may be a secret.
      found: error.code.toLowerCase().replaceAll('_', ' '),
    });
  }
  if (document.errors.length > 0) return undefined;
  const reading: Reading = { document, lines, source, env, problems, nodes: 0 };
  return readNode(document.contents, { reading, key: '', depth: 0 });
}

interface Place {
  readonly reading: Reading;
  readonly key: string;
  readonly depth: number;
}

function positionOf(node: unknown, reading: Reading): SourcePosition {
  const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
  const { line, col } = reading.lines.linePos(range?.[0] ?? 0);
  return { source: reading.source, line: Math.max(1, line), column: Math.max(1, col) };
}

function report(node: unknown, place: Place, expected: string, found: string): undefined {
  const { reading, key } = place;
  reading.problems.push({ position: positionOf(node, reading), key, expected, found });
  return undefined;
}

function readNode(given: unknown, place: Place): SourceNode | undefined {
  const { reading, depth } = place;
  const node = isAlias(given) ? given.resolve(reading.document) : given;
  if (isAlias(given) && node === undefined) return report(given, place, 'a known anchor', 'none');
  reading.nodes += 1;
  if (reading.nodes === NODES_MAX + 1) {
    return report(given, place, `at most ${NODES_MAX} values`, 'more');
  }
  if (reading.nodes > NODES_MAX) return undefined;
  if (depth > DEPTH_MAX) return report(given, place, `at most ${DEPTH_MAX} levels`, 'more');
  if (isScalar(node)) return readScalar(node, place);
  const position = positionOf(given, reading);
  if (isSeq(node)) {
    const items = node.items.flatMap((item, index) => {
      const read = readNode(item, { reading, key: `${place.key}[${index}]`, depth: depth + 1 });
      return read === undefined ? [] : [read];
    });
    return { kind: 'list', position, items };
  }
  if (isMap(node)) {
    const entries = new Map<string, SourceEntry>();
    for (const pair of node.items) readPair(pair as Pair, entries, place);
    return { kind: 'map', position, entries };
  }
  if (node === null || node === undefined) {
    return { kind: 'scalar', position, text: '', isQuoted: false };
  }
  return report(given, place, 'a value', 'something else');
}

function readPair(pair: Pair, entries: Map<string, SourceEntry>, place: Place): void {
  const { reading, key, depth } = place;
  if (!isScalar(pair.key)) {
    report(pair.key, place, 'a plain key', 'a list or mapping as key');
    return;
  }
  const name = sourceText(pair.key);
  if (name === '<<' && pair.key.type === 'PLAIN') {
    readMerge(pair.value as Node | null, entries, place);
    return;
  }
  const path = key === '' ? quoteKey(name) : `${key}.${quoteKey(name)}`;
  const value = readNode(pair.value, { reading, key: path, depth: depth + 1 });
  // A key of its own goes before what was merged in.
  if (value !== undefined) entries.set(name, { position: positionOf(pair.key, reading), value });
}

/** `<<: *base`: keys that the mapping doesn't have itself. */
function readMerge(value: Node | null, entries: Map<string, SourceEntry>, place: Place): void {
  const merged = readNode(value, { ...place, depth: place.depth + 1 });
  const sources = merged?.kind === 'list' ? merged.items : [merged];
  for (const source of sources) {
    if (source?.kind !== 'map') {
      report(value, place, 'a mapping to merge', 'none');
      continue;
    }
    for (const [name, entry] of source.entries) {
      if (!entries.has(name)) entries.set(name, entry);
    }
  }
}

/** The text of a scalar as it was written: `1.50` stays `1.50`. */
function sourceText(scalar: Scalar): string {
  if (scalar.type === 'PLAIN' && scalar.source !== undefined) return scalar.source;
  return typeof scalar.value === 'string' ? scalar.value : String(scalar.value ?? '');
}

function readScalar(scalar: Scalar, place: Place): SourceNode | undefined {
  const { reading } = place;
  const expansion = expandVariables(sourceText(scalar), reading.env);
  if (!expansion.ok) return report(scalar, place, expansion.expected, expansion.found);
  return {
    kind: 'scalar',
    position: positionOf(scalar, reading),
    text: expansion.text,
    isQuoted: scalar.type !== 'PLAIN',
    isHidden: expansion.isChanged && SECRET_NAME.test(sourceText(scalar)),
  };
}

/** What stands in a place, for a problem; a scalar of a secret is never shown. */
export function describeNode(node: SourceNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  if (node.text === '' && !node.isQuoted) return 'nothing';
  return node.isHidden === true ? 'a value that is not shown' : quote(node.text);
}

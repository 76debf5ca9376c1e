import { HftError } from '../../../domain/errors.js';

/** One element of an XML document: its attributes and children; text content is not kept. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** From 1. */
  readonly line: number;
}

const SKIPPED =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^[>]*(?:\[[^\]]*\])?[^>]*>/;
const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/;
const TOKEN = new RegExp(`${SKIPPED.source}|${TAG.source}|<`, 'g');
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
}

/**
 * The root of an XML document of elements and attributes. Nothing is fetched or expanded but the
 * five entities of XML and character numbers.
 *
 * Errors: HFT_DATA_FORMAT with `file:line`.
 */
export function readXmlElements(text: string, file: string): XmlElement {
  const fail = (line: number, what: string): never => {
    throw new HftError('HFT_DATA_FORMAT', `${file}:${line}: ${what}`);
  };
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(TOKEN)) {
    line += countLines(text, counted, match.index);
    counted = match.index;
    const [token, slash, name, attributes, empty] = match;
    if (token === '<') fail(line, 'not well-formed XML');
    if (name === undefined) continue;
    if (slash === '/') {
      if (open.pop()?.name !== name) fail(line, `</${name}> closes nothing`);
      continue;
    }
    const parent = open.at(-1);
    if (parent === undefined && root !== undefined) fail(line, 'a second root element');
    const unknown = (entity: string) => fail(line, `unknown entity &${entity};`);
    const element = { name, line, attributes: toMap(attributes ?? '', unknown), children: [] };
    parent?.children.push(element);
    root ??= element;
    if (empty !== '/') open.push(element);
  }
  const left = open.at(-1);
  if (left !== undefined) fail(left.line, `<${left.name}> is never closed`);
  return root ?? fail(line, 'no XML element');
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    lines += 1;
  }
  return lines;
}

function toMap(attributes: string, unknown: (entity: string) => never): Map<string, string> {
  const map = new Map<string, string>();
  for (const [, name, double, single] of attributes.matchAll(ATTRIBUTE)) {
    const raw = double ?? single ?? '';
    const value = raw.replace(/&([^;]*);/g, (_whole, entity: string) => {
      const code = /^#(\d{1,4})$/.exec(entity)?.[1];
      return code === undefined
        ? (ENTITIES[entity] ?? unknown(entity))
        : String.fromCharCode(Number(code));
    });
    if (name !== undefined) map.set(name, value);
  }
  return map;
}

import type { FixDictionary, FixField, FixStructure } from '../dictionary/fix-dictionary.js';
import { maskField } from './secret-fields.js';
import type { RawField, RawMessage } from './split-messages.js';

/** A field with its name and what its value means. */
export interface DescribedField {
  readonly tag: number;
  readonly name?: string;
  /** Secrets are masked. */
  readonly value: string;
  readonly meaning?: string;
  /** The entries, where the field counts a repeating group. */
  readonly entries?: readonly (readonly DescribedField[])[];
}

/** Something wrong with a message; `offset` is from the first byte of the input. */
export interface DescribedFault {
  readonly what: string;
  readonly tag?: number;
  readonly offset: number;
}

/** A message with names and meanings. */
export interface DescribedMessage {
  readonly beginString: string;
  readonly msgType: string;
  readonly name?: string;
  readonly offset: number;
  readonly size: number;
  readonly fields: readonly DescribedField[];
  readonly faults: readonly DescribedFault[];
}

const MULTIPLE = new Set(['MULTIPLEVALUESTRING', 'MULTIPLESTRINGVALUE', 'MULTIPLECHARVALUE']);
const DEPTH_MAX = 16;
const USER_TAGS_MIN = 5000;

const FLOAT = /^-?(?:\d+\.?\d*|\.\d+)$/;
const INT = /^-?\d+$/;
const STAMP = /^\d{8}-([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,12})?$/;
/** How the text of each type looks; a type that is not here takes any text. */
const FORMATS: ReadonlyMap<string, RegExp> = new Map([
  ...['INT', 'LENGTH', 'SEQNUM', 'NUMINGROUP', 'TAGNUM'].map((t): [string, RegExp] => [t, INT]),
  ...['PRICE', 'QTY', 'AMT', 'FLOAT', 'PRICEOFFSET', 'PERCENTAGE'].map((t): [string, RegExp] => [
    t,
    FLOAT,
  ]),
  ['BOOLEAN', /^[YN]$/],
  ['CHAR', /^.$/s],
  ['UTCTIMESTAMP', STAMP],
]);

/** Names the fields of `raw`, nests its groups and lists what is wrong with it. */
export function describeMessage(raw: RawMessage, dictionary: FixDictionary): DescribedMessage {
  return new Description(raw, dictionary).run();
}

class Description {
  readonly #raw: RawMessage;
  readonly #dictionary: FixDictionary;
  readonly #faults: DescribedFault[];
  #at = 0;

  constructor(raw: RawMessage, dictionary: FixDictionary) {
    this.#raw = raw;
    this.#dictionary = dictionary;
    this.#faults = [...raw.faults];
  }

  run(): DescribedMessage {
    const { fields, offset, size } = this.#raw;
    const msgType = fields.find((field) => field.tag === 35);
    const message = this.#dictionary.messages.get(msgType?.value ?? '');
    if (msgType === undefined) this.#fault('MsgType(35) is missing', offset, 35);
    else if (message === undefined) {
      this.#fault(`MsgType(35) '${toText(msgType.value)}' is unknown`, msgType.offset, 35);
    }
    const [, , third] = fields;
    if (third !== undefined && third.tag !== 35) {
      this.#fault('MsgType(35) is not the third field', third.offset, third.tag);
    }
    const described: DescribedField[] = [];
    const seen = new Set<number>();
    while (this.#at < fields.length) {
      const next = this.#takeMember(message?.structure, seen);
      if (next !== undefined) described.push(next);
    }
    const { header, trailer } = this.#dictionary;
    for (const part of [header, message?.structure ?? new Map(), trailer])
      this.#require(part, seen);
    return {
      beginString: fields[0]?.value ?? '',
      msgType: msgType?.value ?? '',
      ...(message === undefined ? {} : { name: message.name }),
      offset,
      size,
      fields: described,
      faults: this.#faults.sort((a, b) => a.offset - b.offset),
    };
  }

  #fault(what: string, offset: number, tag: number): void {
    this.#faults.push({ what, tag, offset });
  }

  #takeMember(body: FixStructure | undefined, seen: Set<number>): DescribedField | undefined {
    const field = this.#raw.fields[this.#at];
    if (field === undefined) return undefined;
    const { header, trailer } = this.#dictionary;
    const member = body?.get(field.tag) ?? header.get(field.tag) ?? trailer.get(field.tag);
    if (member === undefined && body !== undefined) this.#refuse(field);
    if (seen.has(field.tag)) {
      this.#fault(`${this.#label(field.tag)} appears more than once`, field.offset, field.tag);
    }
    seen.add(field.tag);
    return this.#takeField(field, member?.group, 0);
  }

  #refuse(field: RawField): void {
    const known = this.#dictionary.fields.get(field.tag);
    const kind = field.tag >= USER_TAGS_MIN ? 'user-defined tag' : 'tag';
    const what =
      known === undefined
        ? `${kind} ${field.tag} is unknown`
        : `${known.name}(${field.tag}) does not belong to this message`;
    this.#fault(what, field.offset, field.tag);
  }

  #takeField(field: RawField, group: FixStructure | undefined, depth: number): DescribedField {
    this.#at += 1;
    const definition = this.#dictionary.fields.get(field.tag);
    this.#checkValue(field, definition);
    const meaning = meaningOf(field, definition);
    const described = {
      tag: field.tag,
      ...(definition === undefined ? {} : { name: definition.name }),
      value: toText(maskField(field.tag, field.value)),
      ...(meaning === undefined ? {} : { meaning }),
    };
    if (group === undefined || depth === DEPTH_MAX) return described;
    return { ...described, entries: this.#takeEntries(field, group, depth + 1) };
  }

  #checkValue(field: RawField, definition: FixField | undefined): void {
    const label = this.#label(field.tag);
    if (field.value === '') {
      this.#fault(`${label} has no value`, field.offset, field.tag);
      return;
    }
    if (definition === undefined) return;
    if (FORMATS.get(definition.type)?.test(field.value) === false) {
      const shown = toText(maskField(field.tag, field.value));
      this.#fault(`${label} '${shown}' is no ${definition.type}`, field.offset, field.tag);
    } else if (!partsOf(field, definition).every((part) => isListed(part, definition))) {
      const shown = toText(maskField(field.tag, field.value));
      this.#fault(`${label} '${shown}' is none of its values`, field.offset, field.tag);
    }
  }

  #takeEntries(count: RawField, group: FixStructure, depth: number): DescribedField[][] {
    const entries: DescribedField[][] = [];
    const [delimiter] = group.keys();
    let seen = new Set<number>();
    for (;;) {
      const field = this.#raw.fields[this.#at];
      const member = field === undefined ? undefined : group.get(field.tag);
      if (field === undefined || member === undefined) break;
      if (field.tag === delimiter || entries.length === 0) {
        if (entries.length > 0) this.#require(group, seen);
        if (field.tag !== delimiter) {
          const what = `a group of ${this.#label(count.tag)} does not begin with`;
          this.#fault(`${what} ${this.#label(delimiter ?? 0)}`, field.offset, field.tag);
        }
        entries.push([]);
        seen = new Set();
      } else if (seen.has(field.tag)) {
        this.#fault(`${this.#label(field.tag)} appears twice in a group`, field.offset, field.tag);
      }
      seen.add(field.tag);
      entries.at(-1)?.push(this.#takeField(field, member.group, depth));
    }
    if (entries.length > 0) this.#require(group, seen);
    if (Number(count.value) !== entries.length) {
      const what = `${this.#label(count.tag)} is ${toText(count.value)}, the group has`;
      this.#fault(`${what} ${entries.length}`, count.offset, count.tag);
    }
    return entries;
  }

  #require(structure: FixStructure, seen: ReadonlySet<number>): void {
    for (const member of structure.values()) {
      if (!member.isRequired || seen.has(member.tag)) continue;
      // What is missing stands nowhere: the position is that of the field behind.
      const at = this.#raw.fields[Math.min(this.#at, this.#raw.fields.length - 1)];
      const offset = at?.offset ?? this.#raw.offset;
      this.#fault(`${this.#label(member.tag)} is missing`, offset, member.tag);
    }
  }

  #label(tag: number): string {
    const name = this.#dictionary.fields.get(tag)?.name;
    return name === undefined ? `tag ${tag}` : `${name}(${tag})`;
  }
}

function partsOf(field: RawField, definition: FixField): string[] {
  return MULTIPLE.has(definition.type) ? field.value.split(' ') : [field.value];
}

function isListed(part: string, definition: FixField): boolean {
  return definition.values.size === 0 || definition.values.has(part);
}

function meaningOf(field: RawField, definition: FixField | undefined): string | undefined {
  if (definition === undefined || definition.values.size === 0) return undefined;
  const meanings = partsOf(field, definition).map((part) => definition.values.get(part) ?? '?');
  return meanings.includes('?') ? undefined : meanings.join(' ');
}

/** Values are bytes; most are UTF-8, and what is none stays readable. Control bytes are shown. */
function toText(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : char;
  }).join('');
}

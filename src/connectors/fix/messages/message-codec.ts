import { HftError } from '../../../domain/errors.js';
import { FixMessageView } from './fix-message-view.js';
import type { FixBody, FixMessage, FixMessageName, OtherFixMessage } from './fix-messages.js';
import { readFixTime, writeFixTime } from './fix-time.js';
import {
  type EntryShape,
  type FieldKind,
  type FieldShape,
  MESSAGE_SHAPES,
} from './message-shapes.js';

/** A field on the wire. */
export type WireField = readonly [tag: number, value: string];

/** The header and trailer, which are the session's. Source: FIX 5.0 SP2, StandardHeader. */
const SESSION_TAGS: ReadonlySet<number> = new Set([
  ...[8, 9, 10, 34, 35, 43, 49, 50, 52, 56, 57, 89, 90, 91, 93, 97, 115, 116, 122, 128, 129],
  ...[142, 143, 144, 145, 212, 213, 347, 369, 627, 628, 629, 630, 1128, 1129, 1156],
]);
const NAMES: ReadonlyMap<string, FixMessageName> = new Map(
  Object.entries(MESSAGE_SHAPES).map(([name, shape]) => [shape.msgType, name as FixMessageName]),
);
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** Nothing that is read keeps it: one serves all messages. */
const scratch = new FixMessageView();

type Fields = Readonly<Record<string, unknown>>;

/** The MsgType(35) of the message named `name`. */
export function msgTypeOf(name: FixMessageName): string {
  return MESSAGE_SHAPES[name].msgType;
}

/**
 * The typed message in `bytes`, one whole message.
 *
 * Errors: HFT_DATA_FORMAT where the bytes are no message, or a field is not of its type.
 */
export function decodeFixMessage(bytes: Uint8Array): FixMessage | OtherFixMessage {
  const view = scratch.wrap(bytes);
  const msgType = view.getString(35);
  if (msgType === undefined) throw new HftError('HFT_DATA_FORMAT', 'MsgType(35) is missing');
  const fields: WireField[] = [];
  for (let at = 0; at < view.size; at += 1) {
    const tag = view.tagAt(at);
    if (!SESSION_TAGS.has(tag)) fields.push([tag, view.textAt(at)]);
  }
  const name = NAMES.get(msgType);
  if (name === undefined) return { type: 'Other', msgType, fields };
  const shape: EntryShape = MESSAGE_SHAPES[name].fields;
  const message = readEntry({ fields, begin: 0, end: fields.length }, shape);
  return { type: name, ...message } as unknown as FixMessage;
}

/**
 * The fields of the message `name` behind its header, in their order: what `FixSession.send` takes
 * beside `msgTypeOf(name)`.
 *
 * Errors: HFT_ARGUMENT naming the field that is not of its type or would break the message.
 */
export function encodeFixBody<Name extends FixMessageName>(
  name: Name,
  body: FixBody<Name>,
  timeDigits: 0 | 3 | 6 | 9 = 3,
): WireField[] {
  const out: WireField[] = [];
  writeEntry(body as Fields, MESSAGE_SHAPES[name].fields, { path: name, timeDigits, out });
  return out;
}

interface FieldSpan {
  readonly fields: readonly WireField[];
  readonly begin: number;
  readonly end: number;
}

/** A shape as reading and writing want it; made once. */
interface ShapeTables {
  readonly byTag: ReadonlyMap<number, { readonly name: string; readonly field: FieldShape }>;
  readonly inOrder: readonly (readonly [name: string, field: FieldShape])[];
}
const tablesOfShapes = new WeakMap<EntryShape, ShapeTables>();

function tablesOf(shape: EntryShape): ShapeTables {
  const known = tablesOfShapes.get(shape);
  if (known !== undefined) return known;
  const inOrder = Object.entries(shape);
  const byTag = new Map(inOrder.map(([name, field]) => [field[0], { name, field }]));
  tablesOfShapes.set(shape, { byTag, inOrder });
  return { byTag, inOrder };
}

function readEntry(span: FieldSpan, shape: EntryShape): Fields {
  const { byTag } = tablesOf(shape);
  const entry: Record<string, unknown> = {};
  const rest: WireField[] = [];
  for (let at = span.begin; at < span.end; ) {
    const field = span.fields[at];
    if (field === undefined) break;
    const known = byTag.get(field[0]);
    at += 1;
    if (known === undefined || entry[known.name] !== undefined) {
      rest.push(field);
    } else if (known.field[1] === 'group') {
      // Whatever is no field of the entry around it belongs to the group: venues add their own.
      const begin = at;
      while (at < span.end && !byTag.has(span.fields[at]?.[0] ?? 0)) at += 1;
      entry[known.name] = readGroup({ ...span, begin, end: at }, field, known.field[2]);
    } else {
      entry[known.name] = readValue(field, known.field[1]);
    }
  }
  return rest.length === 0 ? entry : { ...entry, fields: rest };
}

function readGroup(span: FieldSpan, count: WireField, shape: EntryShape): Fields[] {
  const entries: Fields[] = [];
  const delimiter = span.fields[span.begin]?.[0];
  let begin = span.begin;
  for (let at = begin + 1; at <= span.end; at += 1) {
    if (at < span.end && span.fields[at]?.[0] !== delimiter) continue;
    if (begin < span.end) entries.push(readEntry({ ...span, begin, end: at }, shape));
    begin = at;
  }
  if (Number(count[1]) !== entries.length) {
    const what = `group ${count[0]} has ${entries.length} entries, not ${count[1]}`;
    throw new HftError('HFT_DATA_FORMAT', what);
  }
  return entries;
}

function readValue([tag, text]: WireField, kind: FieldKind): unknown {
  switch (kind) {
    case 'string':
      return text;
    case 'char':
      if (text.length === 1) return text;
      break;
    case 'int':
      if (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
      break;
    case 'decimal':
      if (/^-?(?:\d+\.?\d*|\.\d+)$/.test(text)) return text;
      break;
    case 'boolean':
      if (text === 'Y' || text === 'N') return text === 'Y';
      break;
    case 'time': {
      const time = readFixTime(text);
      if (time !== undefined) return time;
      break;
    }
  }
  throw new HftError('HFT_DATA_FORMAT', `field ${tag} is '${text}', which is no ${kind}`);
}

interface Output {
  /** For errors: `NewOrderSingle.noPartyIDs[0]`. */
  readonly path: string;
  readonly timeDigits: 0 | 3 | 6 | 9;
  readonly out: WireField[];
}

function writeEntry(entry: Fields, shape: EntryShape, output: Output): void {
  for (const name of Object.keys(entry)) {
    if (name === 'fields' || name === 'type' || Object.hasOwn(shape, name)) continue;
    throw new HftError('HFT_ARGUMENT', `${output.path} has no field ${name}`);
  }
  for (const [name, field] of tablesOf(shape).inOrder) {
    const value = entry[name];
    if (value === undefined) continue;
    if (field[1] === 'group') {
      writeGroup(value, field, { ...output, path: `${output.path}.${name}` });
    } else {
      const text = writeValue(value, field[1], output.timeDigits);
      if (text === undefined) {
        const what = `${output.path}.${name} is ${String(value)}, which is no ${field[1]}`;
        throw new HftError('HFT_ARGUMENT', what);
      }
      output.out.push([field[0], text]);
    }
  }
  for (const [tag, text] of (entry['fields'] as readonly WireField[] | undefined) ?? []) {
    const isTag = Number.isInteger(tag) && tag > 0 && !SESSION_TAGS.has(tag);
    if (!isTag || !isText(text)) {
      throw new HftError('HFT_ARGUMENT', `${output.path}: field ${tag} cannot be sent`);
    }
    output.out.push([tag, text]);
  }
}

function writeGroup(value: unknown, field: FieldShape, output: Output): void {
  if (field[1] !== 'group' || !Array.isArray(value)) {
    throw new HftError('HFT_ARGUMENT', `${output.path} is no list of entries`);
  }
  const delimiter = Object.values(field[2])[0]?.[0];
  output.out.push([field[0], String(value.length)]);
  for (const [number, entry] of value.entries()) {
    const path = `${output.path}[${number}]`;
    const begin = output.out.length;
    writeEntry(entry as Fields, field[2], { ...output, path });
    if (output.out[begin]?.[0] !== delimiter) {
      throw new HftError('HFT_ARGUMENT', `${path} does not begin with field ${delimiter}`);
    }
  }
}

/** SOH would end the value and begin a field of the caller's making. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\u0001');
}

function writeValue(value: unknown, kind: FieldKind, digits: 0 | 3 | 6 | 9): string | undefined {
  switch (kind) {
    case 'string':
      return isText(value) ? value : undefined;
    case 'char':
      return isText(value) && value.length === 1 ? value : undefined;
    case 'int':
      return Number.isSafeInteger(value) ? String(value) : undefined;
    case 'decimal':
      return typeof value === 'string' && DECIMAL.test(value) ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? (value ? 'Y' : 'N') : undefined;
    case 'time':
      return typeof value === 'bigint' ? writeFixTime(value, digits) : undefined;
  }
}

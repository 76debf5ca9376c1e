import type { FixField } from './ports.js';

const SOH = '\u0001';
/** Data fields may hold an SOH: they are as long as the field before them says. */
const LENGTH_OF_DATA = new Map([
  [93, 89],
  ...[90, 95, 212, 348, 350, 352, 354, 356, 358, 360, 362, 364, 445].map(
    (tag): [number, number] => [tag, tag + 1],
  ),
]);

/** A message as it came: its fields in the order of the wire. */
export class ReceivedMessage {
  readonly fields: readonly FixField[];

  constructor(text: string) {
    this.fields = fieldsOf(text);
  }

  get msgType(): string {
    return this.get(35) ?? '';
  }

  /** The first field `tag`. */
  get(tag: number): string | undefined {
    return this.fields.find(([found]) => found === tag)?.[1];
  }

  /** All fields `tag`, as of a repeating group. */
  all(tag: number): string[] {
    return this.fields.filter(([found]) => found === tag).map(([, value]) => value);
  }
}

function fieldsOf(text: string): FixField[] {
  const fields: FixField[] = [];
  let at = 0;
  let data: { readonly tag: number; readonly size: number } | undefined;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    const tag = Number(text.slice(at, equals));
    const begin = equals + 1;
    const found = data?.tag === tag ? begin + data.size : text.indexOf(SOH, begin);
    const end = found < 0 ? text.length : found;
    const value = text.slice(begin, end);
    fields.push([tag, value]);
    const dataTag = LENGTH_OF_DATA.get(tag);
    data = dataTag === undefined ? undefined : { tag: dataTag, size: Number(value) };
    at = end + 1;
  }
  return fields;
}

/** A field as it stands in the text; its value is one character a byte (latin1). */
export interface RawField {
  readonly tag: number;
  readonly value: string;
  /** Where the field begins, from the first byte of the input. */
  readonly offset: number;
}

/** What is wrong with the bytes of a message, and where. */
export interface RawFault {
  readonly what: string;
  readonly offset: number;
}

/** One message of the input, and what was found wrong with its bytes. */
export interface RawMessage {
  readonly offset: number;
  readonly size: number;
  readonly fields: readonly RawField[];
  readonly faults: readonly RawFault[];
}

/** The most bytes of one message; a longer one is cut off there, with a fault. */
export const RAW_MESSAGE_BYTES_MAX = 16 << 20;

const SOH = '\x01';
const BEGIN = new RegExp(`8=([A-Za-z0-9.]{1,16})(${SOH}|\\||\\^A)9=`, 'g');
const DATA_TAG: ReadonlyMap<number, number> = new Map([
  ...[90, 95, 212, 348, 350, 352, 354, 356, 358, 360, 362, 364, 445, 618, 621]
    .concat([1184, 1277, 1280, 1282, 1401, 1403])
    .map((tag): [number, number] => [tag, tag + 1]),
  [93, 89],
]);

/**
 * Finds the messages in `input`, whose fields end with SOH, `|` or `^A` each; whatever stands
 * before, between and behind them (the prefix of a log line) is passed over.
 *
 * BodyLength and CheckSum are compared with the message as it was on the wire, whatever stands for
 * its SOHs here.
 */
export function splitMessages(input: Uint8Array): RawMessage[] {
  const text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('latin1');
  const messages: RawMessage[] = [];
  const begin = new RegExp(BEGIN);
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const message = new MessageSplit(text, match.index, match[2] ?? SOH).run();
    messages.push(message);
    begin.lastIndex = message.offset + Math.max(message.size, 2);
  }
  return messages;
}

class MessageSplit {
  readonly #text: string;
  readonly #begin: number;
  readonly #separator: string;
  readonly #limit: number;
  readonly #fields: RawField[] = [];
  readonly #faults: RawFault[] = [];
  #at: number;

  constructor(text: string, begin: number, separator: string) {
    this.#text = text;
    this.#begin = begin;
    this.#separator = separator;
    this.#limit = Math.min(text.length, begin + RAW_MESSAGE_BYTES_MAX);
    this.#at = begin;
  }

  run(): RawMessage {
    let isWhole = false;
    while (!isWhole && this.#at < this.#limit) {
      if (!this.#takeField()) break;
      isWhole = this.#fields.at(-1)?.tag === 10;
    }
    if (isWhole) this.#compare();
    else this.#fault('the message ends without CheckSum(10)', this.#at);
    return {
      offset: this.#begin,
      size: this.#at - this.#begin,
      fields: this.#fields,
      faults: this.#faults,
    };
  }

  #fault(what: string, offset: number): void {
    this.#faults.push({ what, offset });
  }

  #takeField(): boolean {
    const offset = this.#at;
    const equals = this.#text.indexOf('=', offset);
    const name = equals < 0 ? '' : this.#text.slice(offset, Math.min(equals, offset + 12));
    if (!/^[1-9][0-9]{0,8}$/.test(name)) return this.#skipBroken(offset);
    const tag = Number(name);
    const end = this.#valueEnd(tag, equals + 1);
    if (end === undefined) return false;
    this.#fields.push({ tag, value: this.#text.slice(equals + 1, end), offset });
    this.#at = end;
    if (this.#text.startsWith(this.#separator, end)) this.#at += this.#separator.length;
    return true;
  }

  /** A field without a tag: its bytes are passed over, unless the message can't go on. */
  #skipBroken(offset: number): boolean {
    const end = this.#text.indexOf(this.#separator, offset);
    const piece = end < 0 ? '' : this.#text.slice(offset, end);
    const isLast = end < 0 || end > this.#limit || /[\r\n]|8=FIX/.test(piece);
    if (isLast) return false;
    this.#fault('a field without a tag', offset);
    this.#at = end + this.#separator.length;
    return true;
  }

  /** Where the value that begins at `from` ends; undefined where the message breaks off in it. */
  #valueEnd(tag: number, from: number): number | undefined {
    const last = this.#fields.at(-1);
    if (last !== undefined && DATA_TAG.get(last.tag) === tag && /^\d{1,9}$/.test(last.value)) {
      const end = from + Number(last.value);
      if (this.#text.startsWith(this.#separator, end)) return end;
      this.#fault(`the data of ${tag} does not end where ${last.tag} says`, from);
    }
    const separator = this.#text.indexOf(this.#separator, from);
    const stop = separator < 0 ? this.#limit : separator;
    // The last field of a line of a log may have lost its separator.
    const lineEnd = this.#text.slice(from, stop).search(/[\r\n]/);
    if (tag === 10 && lineEnd >= 0) return from + lineEnd;
    if (tag === 10 && separator < 0) return this.#limit;
    const next = this.#text.slice(from, stop).search(/[\r\n](?:.*[^0-9])?8=FIX/);
    const isCut = separator < 0 || (this.#separator !== SOH && lineEnd >= 0) || next >= 0;
    if (!isCut) return separator;
    this.#at = from + (next >= 0 ? next : lineEnd >= 0 ? lineEnd : stop - from);
    return undefined;
  }

  /** Compares BodyLength(9) and CheckSum(10) with the fields. */
  #compare(): void {
    const [begin, length] = this.#fields;
    const trailer = this.#fields.at(-1);
    if (begin === undefined || length === undefined || trailer === undefined) return;
    const wire = (field: RawField) =>
      `${this.#text.slice(field.offset, field.offset + tagSize(field))}${field.value}`;
    let bytes = 0;
    let sum = 0;
    for (const field of this.#fields.slice(0, -1)) {
      const text = wire(field);
      for (let at = 0; at < text.length; at += 1) sum += text.charCodeAt(at);
      sum += 1;
      if (field !== begin && field !== length) bytes += text.length + 1;
    }
    if (Number(length.value) !== bytes || !/^\d{1,9}$/.test(length.value)) {
      this.#fault(`BodyLength(9) is ${length.value}, the body has ${bytes} bytes`, length.offset);
    }
    const wanted = String(sum % 256).padStart(3, '0');
    if (trailer.value !== wanted) {
      this.#fault(`CheckSum(10) is ${trailer.value}, the bytes sum to ${wanted}`, trailer.offset);
    }
  }
}

/** The bytes of the tag and its `=`. */
function tagSize(field: RawField): number {
  return String(field.tag).length + 1;
}

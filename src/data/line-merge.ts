import { compareTimes, parseSecondsText, type SplitTime } from './time-text.js';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;
const MARKS = [' <-> ', ' <- ', ' -> '] as const;

/**
 * Merges cryptofeed captures line by line, by the time of each line; at equal times the earlier
 * input goes first. A line without a time stays behind the line before it.
 *
 * While only one input is left its chunks pass through as they are.
 */
export async function* mergeCryptofeed(
  inputs: readonly AsyncIterable<Buffer>[],
): AsyncGenerator<Buffer> {
  const cursors = inputs.map((input) => new LineCursor(input));
  try {
    for (const cursor of cursors) await cursor.advance();
    let open = cursors.filter((cursor) => cursor.line !== undefined);
    while (open.length > 1) {
      const first = open.reduce((best, cursor) =>
        compareTimes(cursor.time, best.time) < 0 ? cursor : best,
      );
      const others = open.filter((cursor) => cursor !== first);
      const limit = others.reduce((best, cursor) =>
        compareTimes(cursor.time, best.time) < 0 ? cursor : best,
      );
      yield* runUntil(first, limit.time, open.indexOf(first) < open.indexOf(limit));
      open = open.filter((cursor) => cursor.line !== undefined);
    }
    const last = open[0];
    if (last !== undefined) yield* last.rest();
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

/** The lines of `cursor` that come before `limit` (or at it, where it has precedence). */
async function* runUntil(
  cursor: LineCursor,
  limit: SplitTime,
  hasPrecedence: boolean,
): AsyncGenerator<Buffer> {
  const lines: Buffer[] = [];
  let bytes = 0;
  do {
    if (cursor.line === undefined) break;
    lines.push(cursor.line);
    bytes += cursor.line.length;
    if (bytes > 1 << 20) {
      yield Buffer.concat(lines.splice(0));
      bytes = 0;
    }
    await cursor.advance();
  } while (isBefore(cursor.time, limit, hasPrecedence));
  if (lines.length > 0) yield Buffer.concat(lines);
}

function isBefore(time: SplitTime, limit: SplitTime, hasPrecedence: boolean): boolean {
  const order = compareTimes(time, limit);
  return order < 0 || (order === 0 && hasPrecedence);
}

/** Steps through the lines of one input. */
class LineCursor {
  readonly #iterator: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #isEnded = false;
  /** The present line with its line feed; undefined at the end. */
  line: Buffer | undefined;
  time: SplitTime = { seconds: 0, nanos: 0 };

  constructor(input: AsyncIterable<Buffer>) {
    this.#iterator = input[Symbol.asyncIterator]();
  }

  async advance(): Promise<void> {
    let feed = this.#chunk.indexOf(LINE_FEED, this.#at);
    while (feed < 0 && !this.#isEnded) {
      await this.#refill();
      feed = this.#chunk.indexOf(LINE_FEED, this.#at);
    }
    const end = feed < 0 ? this.#chunk.length : feed + 1;
    if (end === this.#at) {
      this.line = undefined;
      return;
    }
    const line = this.#chunk.subarray(this.#at, end);
    this.#at = end;
    // The last line of a file may lack its line feed; another file's line follows it here.
    this.line = feed < 0 ? Buffer.concat([line, Buffer.from('\n')]) : line;
    this.time = timeOfLine(this.line) ?? this.time;
  }

  /** Everything from the present line on. */
  async *rest(): AsyncGenerator<Buffer> {
    if (this.line !== undefined) yield this.line;
    if (this.#at < this.#chunk.length) yield this.#chunk.subarray(this.#at);
    this.#at = this.#chunk.length;
    if (!this.#isEnded) yield* { [Symbol.asyncIterator]: () => this.#iterator };
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #refill(): Promise<void> {
    const next = await this.#iterator.next();
    if (next.done === true) {
      this.#isEnded = true;
      return;
    }
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    this.#at = 0;
  }
}

function timeOfLine(line: Buffer): SplitTime | undefined {
  const first = line[0] ?? 0;
  if (first >= ZERO && first <= ZERO + 9) return parseSecondsText(line, 0, line.length);
  const space = line.indexOf(SPACE);
  if (space < 0) return undefined;
  const head = line.toString('latin1', space, space + 5);
  const mark = MARKS.find((text) => head.startsWith(text));
  if (mark === undefined) return undefined;
  return parseSecondsText(line, space + mark.length, line.length);
}

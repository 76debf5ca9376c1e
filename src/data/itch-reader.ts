import { BlockBuffer } from './block-buffer.js';
import {
  type CaptureEntry,
  type CaptureFaults,
  type CaptureReader,
  createEntry,
} from './capture-entry.js';

const PREFIX_BYTES = 2;
/** A system event, the shortest message: type, locate, tracking number, time, event code. */
const MESSAGE_BYTES_MIN = 11;
const TIME_AT = 5;

/**
 * The fixed length of each message type in bytes. Source: TotalView-ITCH 5.0, message formats.
 */
export const ITCH_BYTES_BY_TYPE: Readonly<Record<string, number>> = {
  S: 12,
  R: 39,
  H: 25,
  Y: 20,
  L: 26,
  V: 35,
  W: 12,
  K: 28,
  J: 35,
  h: 21,
  A: 36,
  F: 40,
  E: 31,
  C: 36,
  X: 23,
  D: 19,
  U: 35,
  P: 44,
  Q: 40,
  B: 19,
  I: 50,
  N: 20,
  O: 48,
};

/**
 * Reads a daily ITCH file: messages with a 16-bit big-endian length. An entry is one message
 * without its length; its time is nanoseconds after midnight.
 *
 * Source: Nasdaq TotalView-ITCH 5.0, daily file framing.
 */
export class ItchReader implements CaptureReader {
  readonly #buffer = new BlockBuffer();
  readonly #entry = createEntry();
  #isFinished = false;
  #isTorn = false;
  #faultCount = 0;
  #firstFault: string | undefined;

  get faults(): CaptureFaults {
    return { count: this.#faultCount, first: this.#firstFault, isTorn: this.#isTorn };
  }

  push(chunk: Buffer): void {
    this.#buffer.push(chunk);
  }

  finish(): void {
    this.#isFinished = true;
  }

  next(): CaptureEntry | undefined {
    for (;;) {
      const prefix = this.#buffer.peek(PREFIX_BYTES);
      const length = prefix === undefined ? 0 : this.#lengthAfter(prefix);
      const whole = this.#buffer.peek(PREFIX_BYTES + length);
      if (prefix === undefined || whole === undefined) return this.#endOfChunk();
      const offset = this.#buffer.offset;
      this.#buffer.consume(PREFIX_BYTES + length);
      // A length of zero marks the end of a session.
      if (length === 0) continue;
      if (length < MESSAGE_BYTES_MIN) {
        this.#addFault(`offset ${offset}: a message of ${length} bytes`);
        continue;
      }
      return this.#give(whole);
    }
  }

  /** The length of the message after its prefix, which may be zero where the type tells it. */
  #lengthAfter(prefix: Buffer): number {
    const length = prefix.readUInt16BE(0);
    if (length !== 0) return length;
    const withType = this.#buffer.peek(PREFIX_BYTES + 1);
    // One byte more is asked for than there is: the caller waits for the next chunk.
    if (withType === undefined) return this.#isFinished ? 0 : 1;
    return ITCH_BYTES_BY_TYPE[String.fromCharCode(withType[PREFIX_BYTES] ?? 0)] ?? 0;
  }

  #give(whole: Buffer): CaptureEntry {
    const entry = this.#entry;
    const nanos = whole.readUIntBE(PREFIX_BYTES + TIME_AT, 6);
    entry.seconds = Math.floor(nanos / 1e9);
    entry.nanos = nanos % 1e9;
    entry.bytes = whole;
    entry.start = PREFIX_BYTES;
    entry.end = whole.length;
    return entry;
  }

  #endOfChunk(): undefined {
    if (this.#isFinished && !this.#isTorn && this.#buffer.pending > 0) {
      this.#isTorn = true;
      this.#addFault(`offset ${this.#buffer.offset}: the file ends inside a message`);
    }
    return undefined;
  }

  #addFault(fault: string): void {
    this.#faultCount += 1;
    this.#firstFault ??= fault;
  }
}

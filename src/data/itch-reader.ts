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
      const length = prefix === undefined ? 0 : prefix.readUInt16BE(0);
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

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { fieldText } from '../../connectors/fix/messages/field-text.js';
import { HftError } from '../../domain/errors.js';

const BYTES = 8;

/**
 * How far the application has taken a session's messages: MsgSeqNum(34) of the last one, in a file
 * of 8 bytes. Written by one system call a batch, it survives the death of the process.
 */
export class ReceivedPosition {
  readonly #fd: number;
  readonly #bytes = Buffer.alloc(BYTES);
  #last: number;
  #written: number;

  /** Errors: HFT_DATA_FILE. */
  constructor(path: string) {
    try {
      this.#fd = openSync(path, 'a+', 0o600);
      closeSync(this.#fd);
      this.#fd = openSync(path, 'r+');
      readSync(this.#fd, this.#bytes, 0, BYTES, 0);
    } catch (error) {
      throw new HftError('HFT_DATA_FILE', `cannot use ${path}`, { cause: error });
    }
    this.#last = this.#bytes.readDoubleLE(0);
    if (!Number.isSafeInteger(this.#last) || this.#last < 0) this.#last = 0;
    this.#written = this.#last;
  }

  /** 0: nothing is known, or nothing was left over. */
  get last(): number {
    return this.#last;
  }

  /** Everything up to `last` was taken, or counts as taken. */
  set(last: number): void {
    this.#last = last;
    this.write();
  }

  /** A message was taken. */
  take(message: string): void {
    const number = Number(fieldText(message, 34));
    if (Number.isSafeInteger(number) && number > 0) this.#last = number;
  }

  /** Keeps what was taken. */
  write(): void {
    if (this.#last === this.#written) return;
    this.#bytes.writeDoubleLE(this.#last, 0);
    writeSync(this.#fd, this.#bytes, 0, BYTES, 0);
    this.#written = this.#last;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Gathers a byte stream that arrives in chunks, so that records can be read whole. */
export class BlockBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #offset = 0;

  /** The offset in the stream of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes that are there but not consumed. */
  get pending(): number {
    return this.#bytes.length - this.#at;
  }

  push(chunk: Buffer): void {
    const rest = this.#bytes.subarray(this.#at);
    this.#bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
  }

  /** The next `size` bytes, not consumed; undefined when they are not there yet. */
  peek(size: number): Buffer | undefined {
    if (this.pending < size) return undefined;
    return this.#bytes.subarray(this.#at, this.#at + size);
  }

  consume(size: number): void {
    this.#at += size;
    this.#offset += size;
  }

  /** Where `mark` begins in what is there, from the next byte on; -1 if nowhere. */
  find(mark: Uint8Array, from: number): number {
    const found = this.#bytes.indexOf(mark, this.#at + from);
    return found < 0 ? -1 : found - this.#at;
  }
}

import { GeneratorFraming } from '#dist/addon/market-generator.js';
import type { WireFormat } from '#dist/domain/market-data.js';
import type {
  FillLimits,
  FillResult,
  FrameSource,
  SnapshotRequest,
} from '#dist/venues/loopback/frame-source.js';
import { generatedMarket } from '../frames.js';

const CHUNK_BYTES = 1 << 20;

/**
 * A generated market that was written to memory beforehand, so that the server costs next to
 * nothing while it is measured against. Snapshots are of its beginning.
 */
export class PreparedSource implements FrameSource {
  readonly wireFormat: WireFormat;
  readonly symbols: readonly string[];
  readonly #chunks: { readonly bytes: Buffer; readonly ends: Uint32Array }[] = [];
  readonly #snapshot: Buffer | undefined;
  #chunk = 0;
  #frame = 0;

  constructor(wireFormat: WireFormat, seed: number, frames: number) {
    const market = generatedMarket(wireFormat, seed);
    this.wireFormat = wireFormat;
    this.symbols = market.instruments().map((instrument) => instrument.symbol);
    this.#snapshot = market.snapshot(0, 5000);
    for (let left = frames; left > 0; ) {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      const filled = market.fill(
        buffer,
        GeneratorFraming.WebSocket,
        left,
        Number.POSITIVE_INFINITY,
      );
      left -= filled.frames;
      const bytes = buffer.subarray(0, filled.bytes);
      this.#chunks.push({ bytes, ends: frameEnds(bytes, filled.frames) });
    }
  }

  fill(buffer: Uint8Array, limits: FillLimits): FillResult {
    const chunk = this.#chunks[this.#chunk];
    if (chunk === undefined) return { bytes: 0, frames: 0, nextNs: undefined, isEnded: true };
    const start = this.#frame === 0 ? 0 : (chunk.ends[this.#frame - 1] ?? 0);
    let last = this.#frame;
    while (
      last < chunk.ends.length &&
      last - this.#frame < limits.framesMax &&
      (chunk.ends[last] ?? 0) - start <= buffer.length
    ) {
      last += 1;
    }
    const end = last === 0 ? 0 : (chunk.ends[last - 1] ?? 0);
    buffer.set(chunk.bytes.subarray(start, end));
    const frames = last - this.#frame;
    this.#frame = last;
    if (last === chunk.ends.length) {
      this.#chunk += 1;
      this.#frame = 0;
    }
    return { bytes: end - start, frames, nextNs: 0, isEnded: false };
  }

  async ready(): Promise<void> {}

  restSnapshot(request: SnapshotRequest): Uint8Array | undefined {
    return this.symbols.includes(request.symbol) ? this.#snapshot : undefined;
  }

  beginBooks(): void {}

  close(): void {}
}

/** Where each unmasked frame ends: its header says how long it is. */
function frameEnds(bytes: Buffer, frames: number): Uint32Array {
  const ends = new Uint32Array(frames);
  let at = 0;
  for (let i = 0; i < frames; i += 1) {
    const short = bytes.readUInt8(at + 1);
    if (short < 126) at += 2 + short;
    else if (short === 126) at += 4 + bytes.readUInt16BE(at + 2);
    else at += 10 + Number(bytes.readBigUInt64BE(at + 2));
    ends[i] = at;
  }
  return ends;
}

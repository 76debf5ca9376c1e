import { loadAddon } from '../../src/addon/addon.js';
import {
  type GeneratedBook,
  type GeneratedInstrument,
  GeneratorFraming,
  type NativeGeneratorOptions,
  type NativeMarketGenerator,
} from '../../src/addon/market-generator.js';
import { WIRE_FORMATS, type WireFormat } from '../../src/domain/market-data.js';

const HEADER_BYTES = 32;

/** A generated market as single frames, with its truth. */
export class GeneratedMarket {
  readonly #generator: NativeMarketGenerator;

  constructor(options: {
    readonly wireFormat: WireFormat;
    readonly seed: number;
    readonly native?: Partial<NativeGeneratorOptions>;
  }) {
    this.#generator = new (loadAddon().NativeMarketGenerator)({
      ...options.native,
      format: WIRE_FORMATS.indexOf(options.wireFormat),
      seed: options.seed,
    });
  }

  get instruments(): readonly GeneratedInstrument[] {
    return this.#generator.instruments();
  }

  /** The next `count` frames, one by one: the market has moved no further than the frame given. */
  *frames(count: number): Generator<Buffer> {
    const buffer = Buffer.alloc(1 << 22);
    for (let i = 0; i < count; i += 1) {
      const filled = this.#generator.fill(
        buffer,
        GeneratorFraming.Records,
        1,
        Number.POSITIVE_INFINITY,
      );
      if (filled.frames !== 1) throw new Error(`a frame needs ${filled.bytesNeeded} bytes`);
      const bytes = buffer.readUInt32LE(0);
      yield Buffer.from(buffer.subarray(HEADER_BYTES, HEADER_BYTES + bytes));
    }
  }

  snapshot(symbol: string): Buffer {
    const body = this.#generator.snapshot(this.#indexOf(symbol), 100_000);
    if (body === undefined) throw new Error('this venue sends its snapshots on the stream');
    return body;
  }

  beginSession(): void {
    this.#generator.beginSession();
  }

  truth(symbol: string, depth: number): GeneratedBook {
    return this.#generator.truth(this.#indexOf(symbol), depth);
  }

  #indexOf(symbol: string): number {
    const index = this.instruments.findIndex((instrument) => instrument.symbol === symbol);
    if (index < 0) throw new Error(`no instrument ${symbol}`);
    return index;
  }
}

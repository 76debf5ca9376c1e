import { loadAddon } from '../../addon/addon.js';
import { GeneratorFraming, type NativeMarketGenerator } from '../../addon/market-generator.js';
import { WIRE_FORMATS, type WireFormat } from '../../domain/market-data.js';
import type {
  FillLimits,
  FillResult,
  FrameSource,
  SnapshotRequest,
  SourceInstrument,
} from './frame-source.js';

/** What market a GeneratorSource makes. */
export interface GeneratorSourceOptions {
  readonly wireFormat: WireFormat;
  readonly seed: number;
  /** Instruments; named as the venue names its most traded ones. */
  readonly symbolCount: number;
  /** Frames a second of the market's own time (speed `recorded`). */
  readonly framesPerSecond?: number;
}

/** The native limit of a snapshot: every level of any generated book. */
const ALL_LEVELS = 1_000_000;
const FRAMES_MAX = 2 ** 53 - 1;

/** Plays a generated market without end. Equal options play equal frames. */
export class GeneratorSource implements FrameSource {
  readonly wireFormat: WireFormat;
  readonly symbols: readonly string[];
  readonly instruments: readonly SourceInstrument[];
  readonly #generator: NativeMarketGenerator;

  /** Errors: HFT_ARGUMENT for a format that cannot be generated, or too many symbols. */
  constructor(options: GeneratorSourceOptions) {
    this.#generator = new (loadAddon().NativeMarketGenerator)({
      format: WIRE_FORMATS.indexOf(options.wireFormat),
      seed: options.seed,
      instrumentCount: options.symbolCount,
      ...(options.framesPerSecond === undefined
        ? {}
        : { framesPerSecond: options.framesPerSecond }),
    });
    this.wireFormat = options.wireFormat;
    this.instruments = this.#generator.instruments();
    this.symbols = this.instruments.map(({ symbol }) => symbol);
  }

  fill(buffer: Uint8Array, limits: FillLimits): FillResult {
    const framesMax = Math.min(FRAMES_MAX, limits.framesMax);
    const { WebSocket } = GeneratorFraming;
    const filled = this.#generator.fill(buffer, WebSocket, framesMax, limits.untilNs);
    return { ...filled, isEnded: false };
  }

  async ready(): Promise<void> {}

  restSnapshot(request: SnapshotRequest): Uint8Array | undefined {
    const index = this.symbols.indexOf(request.symbol);
    // The generated market tells levels; it keeps its single orders to itself.
    if (index < 0 || request.isL3) return undefined;
    return this.#generator.snapshot(index, request.levels === 0 ? ALL_LEVELS : request.levels);
  }

  beginBooks(): void {
    // Binance answers snapshots over REST, and Alpaca has none.
    if (this.wireFormat.startsWith('binance') || this.wireFormat.startsWith('alpaca')) return;
    this.#generator.beginSession();
  }

  close(): void {}
}

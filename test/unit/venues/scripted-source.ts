import type { WireFormat } from '../../../src/domain/market-data.js';
import type {
  FillLimits,
  FillResult,
  FrameSource,
  SnapshotRequest,
} from '../../../src/venues/loopback/frame-source.js';
import { encodeFrame, Opcode } from '../../../src/venues/loopback/ws-frames.js';

/** A source whose frame number i is `frameOf(i)`, one a millisecond of its own time. */
export class ScriptedSource implements FrameSource {
  readonly wireFormat: WireFormat;
  readonly symbols: readonly string[];
  readonly #frameOf: (index: number) => string;
  readonly #count: number;
  /** Frames given so far; a snapshot says the same number. */
  position = 0;
  isClosed = false;
  bookSessions = 0;

  constructor(options: {
    readonly wireFormat: WireFormat;
    readonly symbols: readonly string[];
    readonly count: number;
    readonly frameOf: (index: number) => string;
  }) {
    this.wireFormat = options.wireFormat;
    this.symbols = options.symbols;
    this.#frameOf = options.frameOf;
    this.#count = options.count;
  }

  fill(buffer: Uint8Array, limits: FillLimits): FillResult {
    let bytes = 0;
    let frames = 0;
    const opcode = this.wireFormat === 'alpaca-msgpack' ? Opcode.Binary : Opcode.Text;
    while (frames < limits.framesMax && this.position < this.#count) {
      if (this.position * 1e6 > limits.untilNs) break;
      const frame = encodeFrame(Buffer.from(this.#frameOf(this.position), 'latin1'), opcode);
      if (bytes + frame.length > buffer.length) break;
      buffer.set(frame, bytes);
      bytes += frame.length;
      frames += 1;
      this.position += 1;
    }
    return {
      bytes,
      frames,
      nextNs: this.position * 1e6,
      isEnded: this.position >= this.#count,
    };
  }

  async ready(): Promise<void> {}

  restSnapshot(request: SnapshotRequest): Uint8Array | undefined {
    if (!this.symbols.includes(request.symbol)) return undefined;
    return Buffer.from(JSON.stringify({ ...request, position: this.position }));
  }

  beginBooks(): void {
    this.bookSessions += 1;
  }

  close(): void {
    this.isClosed = true;
  }
}

const BINANCE_SYMBOLS = ['BTCUSDT', 'ETHUSDT'] as const;
const BINANCE_STREAMS = [
  ['depth@100ms', 'depthUpdate'],
  ['trade', 'trade'],
  ['bookTicker', 'bookTicker'],
] as const;

/** Combined Binance frames of two symbols and three channels in turn; `n` is their number. */
export function binanceSource(count: number): ScriptedSource {
  return new ScriptedSource({
    wireFormat: 'binance-spot',
    symbols: BINANCE_SYMBOLS,
    count,
    frameOf: (index) => {
      const symbol = BINANCE_SYMBOLS[index % 2] ?? '';
      const [stream, event] = BINANCE_STREAMS[Math.floor(index / 2) % 3] ?? ['', ''];
      const data = { e: event, s: symbol, n: index };
      return JSON.stringify({ stream: `${symbol.toLowerCase()}@${stream}`, data });
    },
  });
}

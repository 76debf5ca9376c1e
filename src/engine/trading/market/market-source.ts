import { basename } from 'node:path';
import type { ConfigurationManager } from '../../../config/configuration-manager.js';
import type { RealTimeConfig } from '../../../config/schema/root.js';
import { openCapture } from '../../../data/capture-files.js';
import { generateMarket } from '../../../data/generate-capture.js';
import { type SessionFacts, sessionFacts } from '../../../data/session-day.js';
import type { WireFormat } from '../../../domain/market-data.js';
import type { InstrumentConfig } from '../../stream-processor.js';

type Source = RealTimeConfig['backtest']['data'][number];
type Generated = NonNullable<Exclude<Source, string>['generate']>;

/** A generated frame takes about so many bytes: for progress beside files. */
const GENERATED_FRAME_BYTES = 200;
const NO_FACTS: SessionFacts = {
  midnightMs: 0,
  symbol: '',
  rows: Buffer.alloc(0),
  itchMessagesMax: 0,
};

/** One entry of `backtest.data`, which can be read any number of times. */
export interface MarketSource {
  /** For people: the file's name, or what is generated. */
  readonly name: string;
  readonly feed: string;
  readonly isGenerated: boolean;
  open(signal: AbortSignal | undefined): Promise<OpenSource>;
}

/** One reading of a source. */
export interface OpenSource {
  readonly format: string;
  /** What the format's own frames are; absent where they tell it themselves. */
  readonly wireFormat?: WireFormat;
  readonly facts: SessionFacts;
  /** Instruments that are known without reading on; undefined where they must be learned. */
  readonly instruments?: readonly InstrumentConfig[];
  /** Of the bytes on disk, or of an estimate. */
  readonly sizeBytes: number;
  readonly bytesRead: () => number;
  /** Each chunk is valid until the next one is asked for. */
  readonly chunks: AsyncIterator<Uint8Array>;
}

/** The sources that `backtest.data` names, in its order. */
export function marketSources({
  config,
  resolvePath,
}: Pick<ConfigurationManager, 'config'> & {
  readonly resolvePath: (path: string) => string;
}): MarketSource[] {
  return config.backtest.data.map((entry): MarketSource => {
    const source = typeof entry === 'string' ? { file: entry, feed: 'market' } : entry;
    const { file, feed } = source;
    if (file === undefined) {
      const generated = 'generate' in source ? source.generate : undefined;
      return generatedSource(generated as Generated, feed);
    }
    const symbol = 'symbol' in source ? source.symbol : undefined;
    return {
      name: basename(file),
      feed,
      isGenerated: false,
      open: (signal) => openFile(resolvePath(file), symbol, signal),
    };
  });
}

async function openFile(
  path: string,
  symbol: string | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenSource> {
  const capture = await openCapture([path], {
    withSiblings: true,
    reusesBuffer: true,
    ...(signal === undefined ? {} : { signal }),
  });
  const { format } = capture;
  const facts = await sessionFacts(format, path);
  return {
    format,
    ...(format === 'itch' || format === 'lobster' ? { wireFormat: format } : {}),
    facts: { ...facts, symbol: symbol ?? facts.symbol },
    sizeBytes: capture.sizeBytes ?? 0,
    bytesRead: capture.bytesRead,
    chunks: capture.chunks[Symbol.asyncIterator](),
  };
}

function generatedSource(generated: Generated, feed: string): MarketSource {
  const { format, seed, symbols, frames } = generated;
  return {
    name: `generated ${format} (seed ${seed})`,
    feed,
    isGenerated: true,
    open: async () => {
      const market = generateMarket({
        wireFormat: format,
        seed,
        symbolCount: symbols,
        messages: frames,
        framesPerSecond: generated.frames_per_second,
      });
      const chunks = market.chunks[Symbol.iterator]();
      return {
        format: 'recording',
        facts: NO_FACTS,
        instruments: market.instruments,
        sizeBytes: frames * GENERATED_FRAME_BYTES,
        bytesRead: () => market.messages() * GENERATED_FRAME_BYTES,
        chunks: {
          next: async () => chunks.next(),
          return: async () => chunks.return?.() ?? { done: true, value: undefined },
        },
      };
    },
  };
}

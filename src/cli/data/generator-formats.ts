import type { WritableFormat } from '../../data/capture-writer.js';
import { STREAM_FORMATS, type WireFormat } from '../../domain/market-data.js';

/** Names of `data generate --format`: wire formats, and capture formats with a usual one. */
export const GENERATOR_FORMATS = [
  ...STREAM_FORMATS,
  'itch',
  'hftbacktest',
  'cryptofeed',
  'recording',
] as const;
export type GeneratorFormat = (typeof GENERATOR_FORMATS)[number];

/** How a generated market lies in a file; docs/cli.md has the table. */
export interface GeneratedFile {
  readonly wireFormat: WireFormat;
  readonly container: WritableFormat;
  /** Instruments where none are asked for; undefined: by the number of messages. */
  readonly symbolCount: number | undefined;
}

const SYMBOLS_DEFAULT = 3;

/** What a format name stands for. */
export function generatedFile(format: GeneratorFormat): GeneratedFile {
  switch (format) {
    case 'itch':
      return { wireFormat: 'itch', container: 'itch', symbolCount: undefined };
    case 'alpaca-msgpack':
      return { wireFormat: format, container: 'recording', symbolCount: SYMBOLS_DEFAULT };
    case 'recording':
      return { wireFormat: 'binance-spot', container: 'recording', symbolCount: SYMBOLS_DEFAULT };
    case 'hftbacktest':
      // A snapshot in this format has no symbol: only with one instrument is it clear whose it is.
      return { wireFormat: 'binance-futures', container: 'hftbacktest', symbolCount: 1 };
    case 'cryptofeed':
      return {
        wireFormat: 'coinbase-exchange',
        container: 'cryptofeed',
        symbolCount: SYMBOLS_DEFAULT,
      };
    default:
      return { wireFormat: format, container: 'cryptofeed', symbolCount: SYMBOLS_DEFAULT };
  }
}

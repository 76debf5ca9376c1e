import type { WireFormat } from '../../domain/market-data.js';

/** How generated frames lie in a file. */
export type GeneratedContainer = 'hftbacktest' | 'cryptofeed' | 'itch' | 'recording';

/** A name for `hft data generate --format`: a wire format, or a capture format with its usual one. */
export const GENERATOR_FORMATS = [
  'binance-spot',
  'binance-futures',
  'coinbase-exchange',
  'coinbase-advanced',
  'kraken-v1',
  'kraken-v2',
  'alpaca-json',
  'alpaca-msgpack',
  'itch',
  'hftbacktest',
  'cryptofeed',
  'recording',
] as const;
export type GeneratorFormat = (typeof GENERATOR_FORMATS)[number];

/** The wire format and container that a format name stands for; docs/cli.md has the table. */
export function generatedFile(format: GeneratorFormat): {
  readonly wireFormat: WireFormat;
  readonly container: GeneratedContainer;
} {
  switch (format) {
    case 'itch':
      return { wireFormat: 'itch', container: 'itch' };
    case 'alpaca-msgpack':
      return { wireFormat: 'alpaca-msgpack', container: 'recording' };
    case 'recording':
      return { wireFormat: 'binance-spot', container: 'recording' };
    case 'cryptofeed':
      return { wireFormat: 'coinbase-exchange', container: 'cryptofeed' };
    case 'hftbacktest':
      return { wireFormat: 'binance-futures', container: 'hftbacktest' };
    case 'kraken-v1':
    case 'coinbase-exchange':
      return { wireFormat: format, container: 'cryptofeed' };
    default:
      return { wireFormat: format, container: 'hftbacktest' };
  }
}

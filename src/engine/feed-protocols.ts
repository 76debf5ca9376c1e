import { alpacaMsgpackStream, alpacaStream } from '../connectors/alpaca/stream.js';
import { binanceFuturesStream, binanceStream } from '../connectors/binance/stream.js';
import { coinbaseAdvancedStream, coinbaseStream } from '../connectors/coinbase/stream.js';
import { krakenStream, krakenV1Stream } from '../connectors/kraken/stream.js';
import type { FeedProtocol, FeedType } from '../domain/feed.js';

/** How each venue's stream is spoken to: the one line that a new venue adds here. */
export const FEED_PROTOCOLS: Readonly<Record<FeedType, FeedProtocol>> = {
  binance: binanceStream,
  'binance-futures': binanceFuturesStream,
  coinbase: coinbaseStream,
  'coinbase-advanced': coinbaseAdvancedStream,
  kraken: krakenStream,
  'kraken-v1': krakenV1Stream,
  alpaca: alpacaStream,
  'alpaca-msgpack': alpacaMsgpackStream,
};

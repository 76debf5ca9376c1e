import type { FeedChannel, FeedProtocol } from '../../domain/feed.js';

const CHANNELS: Readonly<Record<FeedChannel, string>> = {
  book: 'orderbooks',
  trades: 'trades',
  quotes: 'quotes',
  bars: 'bars',
};

function makeProtocol(wireFormat: 'alpaca-json' | 'alpaca-msgpack'): FeedProtocol {
  return {
    wireFormat,
    defaultUrl: 'wss://stream.data.alpaca.markets/v2/iex',
    streamUrl: (baseUrl) => baseUrl,
    subscribe: (subscription, credentials) => [
      JSON.stringify({
        action: 'auth',
        key: credentials?.apiKey ?? '',
        secret: credentials?.secretKey ?? '',
      }),
      JSON.stringify({
        action: 'subscribe',
        ...Object.fromEntries(
          subscription.channels.map((channel) => [CHANNELS[channel], subscription.symbols]),
        ),
      }),
    ],
    resubscribe: (symbol) =>
      ['unsubscribe', 'subscribe'].map((action) =>
        JSON.stringify({ action, orderbooks: [symbol] }),
      ),
    snapshotUrl: () => undefined,
  };
}

/** Alpaca market data v2 as JSON. */
export const alpacaStream: FeedProtocol = makeProtocol('alpaca-json');

/** Alpaca market data v2 as MessagePack (the Content-Type header of the upgrade asks for it). */
export const alpacaMsgpackStream: FeedProtocol = makeProtocol('alpaca-msgpack');

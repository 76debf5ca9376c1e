import type {
  FeedChannel,
  FeedProtocol,
  FeedRequest,
  FeedSubscription,
} from '../../domain/feed.js';

const EXCHANGE_CHANNELS: Readonly<Record<FeedChannel, readonly string[]>> = {
  book: ['level2_batch', 'heartbeat'],
  trades: ['matches'],
  quotes: ['ticker'],
  bars: [],
};

const ADVANCED_CHANNELS: Readonly<Record<FeedChannel, string>> = {
  book: 'level2',
  trades: 'market_trades',
  quotes: 'ticker',
  bars: 'candles',
};

/** Coinbase Exchange: the public feed. The book's snapshot comes on the stream. */
export const coinbaseStream: FeedProtocol = {
  wireFormat: 'coinbase-exchange',
  defaultUrl: 'wss://ws-feed.exchange.coinbase.com',
  streamUrl: (baseUrl) => baseUrl,
  subscribe: (subscription) => [
    JSON.stringify({
      type: 'subscribe',
      product_ids: subscription.symbols,
      channels: subscription.channels.flatMap((channel) => EXCHANGE_CHANNELS[channel]),
    }),
  ],
  resubscribe: (symbol) =>
    ['unsubscribe', 'subscribe'].map((type) =>
      JSON.stringify({ type, product_ids: [symbol], channels: ['level2_batch'] }),
    ),
  snapshotUrl: () => undefined,
};

function advancedRequest(type: string, channel: string, symbols: readonly string[]): FeedRequest {
  return JSON.stringify({ type, product_ids: symbols, channel });
}

/** Coinbase Advanced Trade: one channel a subscribe message, heartbeats always. */
export const coinbaseAdvancedStream: FeedProtocol = {
  wireFormat: 'coinbase-advanced',
  defaultUrl: 'wss://advanced-trade-ws.coinbase.com',
  streamUrl: (baseUrl) => baseUrl,
  subscribe: (subscription: FeedSubscription) => [
    advancedRequest('subscribe', 'heartbeats', subscription.symbols),
    ...subscription.channels.map((channel) =>
      advancedRequest('subscribe', ADVANCED_CHANNELS[channel], subscription.symbols),
    ),
  ],
  resubscribe: (symbol) =>
    ['unsubscribe', 'subscribe'].map((type) => advancedRequest(type, 'level2', [symbol])),
  snapshotUrl: () => undefined,
};

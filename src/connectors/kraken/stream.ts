import type {
  FeedChannel,
  FeedProtocol,
  FeedRequest,
  FeedSubscription,
} from '../../domain/feed.js';

const V2_CHANNELS: Readonly<Record<FeedChannel, string>> = {
  book: 'book',
  trades: 'trade',
  quotes: 'ticker',
  bars: 'ohlc',
};
const V1_CHANNELS: Readonly<Record<FeedChannel, string>> = {
  book: 'book',
  trades: 'trade',
  quotes: 'spread',
  bars: 'ohlc',
};

function v2Request(
  method: string,
  channel: FeedChannel,
  subscription: FeedSubscription,
): FeedRequest {
  const params: Record<string, unknown> = {
    channel: V2_CHANNELS[channel],
    symbol: subscription.symbols,
  };
  if (channel === 'book') params['depth'] = subscription.bookDepth;
  if (channel === 'quotes') params['event_trigger'] = 'bbo';
  if (channel === 'bars') params['interval'] = 1;
  return JSON.stringify({ method, params });
}

function v1Request(
  event: string,
  channel: FeedChannel,
  subscription: FeedSubscription,
): FeedRequest {
  return JSON.stringify({
    event,
    pair: subscription.symbols,
    subscription:
      channel === 'book'
        ? { name: 'book', depth: subscription.bookDepth }
        : { name: V1_CHANNELS[channel] },
  });
}

/** Kraken WebSocket v2: snapshots and checksums come on the stream. */
export const krakenStream: FeedProtocol = {
  wireFormat: 'kraken-v2',
  defaultUrl: 'wss://ws.kraken.com/v2',
  streamUrl: (baseUrl) => baseUrl,
  subscribe: (subscription) =>
    subscription.channels.map((channel) => v2Request('subscribe', channel, subscription)),
  resubscribe: (symbol, subscription) =>
    ['unsubscribe', 'subscribe'].map((method) =>
      v2Request(method, 'book', { ...subscription, symbols: [symbol] }),
    ),
  snapshotUrl: () => undefined,
  ping: { intervalMs: 30_000, request: '{"method":"ping"}' },
};

/** Kraken WebSocket v1, frozen by the venue: for recordings and old deployments. */
export const krakenV1Stream: FeedProtocol = {
  wireFormat: 'kraken-v1',
  defaultUrl: 'wss://ws.kraken.com',
  streamUrl: (baseUrl) => baseUrl,
  subscribe: (subscription) =>
    subscription.channels.map((channel) => v1Request('subscribe', channel, subscription)),
  resubscribe: (symbol, subscription) =>
    ['unsubscribe', 'subscribe'].map((event) =>
      v1Request(event, 'book', { ...subscription, symbols: [symbol] }),
    ),
  snapshotUrl: () => undefined,
  ping: { intervalMs: 30_000, request: '{"event":"ping"}' },
};

import type {
  FeedChannel,
  FeedProtocol,
  FeedRequest,
  FeedSubscription,
} from '../../domain/feed.js';

/** REST levels a side of a spot snapshot: the most that the venue gives. */
const SPOT_SNAPSHOT_LEVELS = 5000;
const FUTURES_SNAPSHOT_LEVELS = 1000;

function streamNames(subscription: FeedSubscription, tradeChannel: string): string[] {
  const channelNames: Record<FeedChannel, string> = {
    book: 'depth@100ms',
    trades: tradeChannel,
    quotes: 'bookTicker',
    bars: 'kline_1m',
  };
  return subscription.symbols.flatMap((symbol) =>
    subscription.channels.map((channel) => `${symbol.toLowerCase()}@${channelNames[channel]}`),
  );
}

function httpBase(baseUrl: string): URL {
  const url = new URL(baseUrl);
  url.protocol = url.protocol === 'wss:' ? 'https:' : 'http:';
  return url;
}

function makeProtocol(options: {
  readonly wireFormat: 'binance-spot' | 'binance-futures';
  readonly defaultUrl: string;
  readonly restHosts: Readonly<Record<string, string>>;
  readonly snapshotPath: string;
  readonly snapshotLevels: number;
  /** USD-M futures have no official `trade` stream. */
  readonly tradeChannel: 'trade' | 'aggTrade';
}): FeedProtocol {
  return {
    wireFormat: options.wireFormat,
    defaultUrl: options.defaultUrl,
    // Combined streams: bookTicker and partial depth carry no event type or symbol otherwise.
    streamUrl: (baseUrl, subscription) => {
      const url = new URL(baseUrl);
      url.pathname = `${url.pathname.replace(/\/+$/, '')}/stream`;
      const names = streamNames(subscription, options.tradeChannel).map(encodeURIComponent);
      url.search = `?streams=${names.join('/')}`;
      return url.href.replaceAll('%40', '@');
    },
    subscribe: () => [],
    resubscribe: (): readonly FeedRequest[] => [],
    snapshotUrl: (baseUrl, symbol) => {
      const url = httpBase(baseUrl);
      const restHost = options.restHosts[url.hostname];
      if (restHost !== undefined) {
        url.hostname = restHost;
        url.port = '';
      }
      url.pathname = options.snapshotPath;
      url.search = `?symbol=${encodeURIComponent(symbol)}&limit=${options.snapshotLevels}`;
      return url.href;
    },
  };
}

/** Binance spot streams. Source: web-socket-streams.md and "How to manage a local order book". */
export const binanceStream: FeedProtocol = makeProtocol({
  wireFormat: 'binance-spot',
  defaultUrl: 'wss://stream.binance.com:9443',
  restHosts: {
    'stream.binance.com': 'api.binance.com',
    'data-stream.binance.vision': 'data-api.binance.vision',
  },
  snapshotPath: '/api/v3/depth',
  snapshotLevels: SPOT_SNAPSHOT_LEVELS,
  tradeChannel: 'trade',
});

/** Binance USD-M futures streams: books and quotes come from the `public` path. */
export const binanceFuturesStream: FeedProtocol = makeProtocol({
  wireFormat: 'binance-futures',
  defaultUrl: 'wss://fstream.binance.com/public',
  restHosts: { 'fstream.binance.com': 'fapi.binance.com' },
  snapshotPath: '/fapi/v1/depth',
  snapshotLevels: FUTURES_SNAPSHOT_LEVELS,
  tradeChannel: 'aggTrade',
});

import type {
  MarketView,
  PanelBook,
  PanelLevel,
  TradingView,
} from '../../../src/cli/terminal/market-view.js';

function levels(start: number, step: number, count: number): PanelLevel[] {
  return Array.from({ length: count }, (_, index) => {
    const size = 0.25 * (1 + ((index * 7) % 11));
    return { price: (start + step * index).toFixed(2), qty: size.toFixed(3), size };
  });
}

/** A book as the view shows it, `depth` levels a side. */
export function sampleBook(symbol: string, depth = 10, change: Partial<PanelBook> = {}): PanelBook {
  return {
    symbol,
    state: 'trusted',
    reason: 'none',
    mid: '61800.055',
    spread: '0.11',
    bids: levels(61800, -0.01, depth),
    asks: levels(61800.11, 0.01, depth),
    lastTrade: { price: '61800.11', qty: '0.125', isBuy: true },
    ...change,
  };
}

/** A whole view with everything above zero. */
export function sampleView(change: Partial<MarketView> = {}): MarketView {
  return {
    program: 'hft demo',
    source: 'generator binance-spot, seed 7',
    transport: 'native',
    connection: 'connected',
    isConnected: true,
    uptimeMs: 65_000,
    eventsPerSecond: 1_234_567,
    framesPerSecond: 987_654,
    bytesPerSecond: 210_000_000,
    events: 80_246_913,
    frames: 64_197_530,
    bytes: 13_650_000_000,
    books: [
      sampleBook('BTCUSDT'),
      sampleBook('ETHUSDT', 10, { state: 'suspect', reason: 'stale' }),
      sampleBook('SOLUSDT', 3, { state: 'broken', reason: 'sequence-gap' }),
    ],
    hops: [
      { hop: 'decode', p50Ns: 180, p99Ns: 1250, maxNs: 86_000 },
      { hop: 'publish', p50Ns: 240, p99Ns: 1900, maxNs: 120_000 },
      { hop: 'handle', p50Ns: 5100, p99Ns: 21_000, maxNs: 1_400_000 },
      { hop: 'total', p50Ns: 5400, p99Ns: 23_000, maxNs: 1_500_000 },
    ],
    gaps: 2,
    resyncs: 2,
    reconnects: 1,
    checksumsVerified: 1518,
    checksumsFailed: 0,
    decodeErrors: { malformed: 3, truncated: 0 },
    dropped: { conflated: 12_345 },
    strategy: 'OrderFlowImbalance',
    signals: [
      { symbol: 'BTCUSDT', value: 0.42, text: '+0.42' },
      { symbol: 'ETHUSDT', value: -0.31, text: '-0.31' },
      { symbol: 'SOLUSDT', value: 0, text: ' 0.00' },
    ],
    ...change,
  };
}

/** A maker with a position, two limits in use and a few fills. */
export function sampleTrading(change: Partial<TradingView> = {}): TradingView {
  const fill = (time: string, isBuy: boolean, qty: string) => ({
    ...{ time, isBuy, qty, strategy: 'maker', symbol: 'BTCUSDT', price: '61800.11' },
    isMaker: true,
  });
  return {
    currency: 'USDT',
    profit: 1234.56,
    unrealised: -7.5,
    fees: -12.25,
    positions: [
      { symbol: 'BTCUSDT', quantity: 0.12 },
      { symbol: 'ETHUSDT', quantity: -1.5 },
    ],
    sent: 1234,
    replaced: 45_678,
    working: 6,
    fillCount: 456,
    makerFills: 432,
    refused: 3,
    rejected: 1,
    limits: [
      { name: 'POSITION_LIMIT', share: 0.42 },
      { name: 'LOSS_LIMIT', share: 0.081 },
    ],
    fills: [fill('12:30:05', true, '0.125'), fill('12:30:04', false, '0.050')],
    stopped: [],
    isKilled: false,
    ...change,
  };
}

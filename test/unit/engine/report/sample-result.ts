import { SeededRandom } from '../../../../src/domain/seeded-random.js';
import {
  type BacktestResult,
  RESULT_SCHEMA,
  type ResultFill,
  type ResultOrders,
  type ResultRow,
} from '../../../../src/engine/report/backtest-result.js';
import { toMoneyText } from '../../../../src/engine/report/money.js';

const START = Date.UTC(2026, 0, 31, 9, 30);
const SAMPLES = 3600;

const ORDERS: ResultOrders = {
  submitted: 4210,
  refusedByRisk: 12,
  rejectedByVenue: 31,
  replaced: 1822,
  canceled: 2760,
  expired: 3,
  filled: 1301,
  partiallyFilled: 103,
  fills: 1544,
  makerFills: 1390,
  turnover: '1834220.5',
};

function row(strategyId: string, symbol: string, scale: bigint): ResultRow {
  const cents = (value: bigint) => toMoneyText(value * scale * 1_000_000n);
  return {
    strategyId,
    symbol,
    attribution: {
      spread: cents(61_240n),
      slippage: cents(-8_430n),
      inventory: cents(-12_715n),
      fees: cents(11_020n),
      total: cents(29_075n),
    },
    orders: ORDERS,
    realised: cents(41_000n),
    unrealised: cents(-905n),
    roundTrips: 412,
    profitableRoundTrips: 251,
  };
}

/** A made-up result with all that a report shows; equal on every call. */
export function sampleResult(change: Partial<BacktestResult> = {}): BacktestResult {
  const random = new SeededRandom(2026);
  const timeMs: number[] = [];
  const equity: number[] = [];
  const mid: (number | null)[] = [];
  const position: number[] = [];
  const fills: ResultFill[] = [];
  let price = 64_120;
  let held = 0;
  let value = 100_000;
  for (let i = 0; i < SAMPLES; i += 1) {
    const at = START + i * 1000;
    const step = random.normal() * 3;
    price += step;
    value += held * step * 0.9 + 0.09 + random.normal() * 0.35;
    timeMs.push(at);
    equity.push(value);
    mid.push(i >= 1500 && i < 1620 ? null : Number(price.toFixed(2)));
    position.push(held);
    if (random.next() > 0.4 || (i >= 1500 && i < 1620)) continue;
    const isBuy = held > 1 ? false : held < -1 ? true : random.next() < 0.5;
    const quantity = random.integer(1, 5) / 10;
    held = Number((held + (isBuy ? quantity : -quantity)).toFixed(1));
    fills.push({
      timeMs: at,
      strategyId: 'maker',
      symbol: 'BTCUSDT',
      side: isBuy ? 'BUY' : 'SELL',
      price: (price + (isBuy ? -1 : 1)).toFixed(2),
      quantity: String(quantity),
      isMaker: random.next() < 0.9,
      fee: '0.12',
      clOrdID: fills.length + 1,
    });
  }
  const total = row('', '', 3n);
  return {
    schema: RESULT_SCHEMA,
    title: 'Market making, January',
    mode: 'backtest',
    run: {
      version: '0.1.0',
      configFile: 'examples/configs/market-making.yaml',
      seed: 1,
      stateHash: '9f86d081884c7d65',
      startTime: new Date(START).toISOString(),
      endTime: new Date(START + SAMPLES * 1000).toISOString(),
      marketEvents: 8_214_771,
      wallSeconds: 3.42,
    },
    currency: 'USDT',
    capital: '100000',
    finalEquity: toMoneyText(BigInt(Math.round(value * 1e8))),
    data: [
      {
        name: 'spot_btcusdt.gz',
        feed: 'binance',
        format: 'binance-spot',
        symbols: ['BTCUSDT'],
        frames: 8_214_771,
        firstTime: new Date(START).toISOString(),
        lastTime: new Date(START + SAMPLES * 1000).toISOString(),
        gaps: 1,
        isGenerated: false,
      },
    ],
    strategies: [
      {
        strategyId: 'maker',
        className: 'SimpleMarketMaker',
        symbols: ['BTCUSDT', 'ETHUSDT'],
        parameters: { halfSpreadTicks: 2, orderLots: 100, inventoryLotsMax: 1000 },
      },
      {
        strategyId: 'trend',
        className: 'Momentum',
        symbols: ['BTCUSDT'],
        parameters: { entry: 1.5, positionLots: 50 },
        stopped: 'it threw: cannot read a book of an unknown instrument',
      },
    ],
    assumptions: {
      latency: 'Constant: an order takes 5 ms to the exchange, its answer 5 ms back.',
      queue: 'Power (3): a cancel ahead of us is likelier the longer the queue behind us is.',
      fills: 'A trade fills what it exceeds the queue by; what we take is gone until it changes.',
      fees: 'Resting orders pay 0.02% of the value, taking orders 0.05%.',
    },
    total,
    byStrategy: [row('maker', '', 2n), row('trend', '', 1n)],
    bySymbol: [row('', 'BTCUSDT', 2n), row('', 'ETHUSDT', 1n)],
    rows: [row('maker', 'BTCUSDT', 1n), row('maker', 'ETHUSDT', 1n), row('trend', 'BTCUSDT', 1n)],
    series: { timeMs, equity },
    symbolSeries: [{ symbol: 'BTCUSDT', timeMs, mid, position }],
    fills,
    fillsTotal: fills.length,
    riskEvents: [
      {
        timeMs: START + 61_000,
        kind: 'refused',
        violation: 'POSITION_LIMIT',
        scope: 'symbol BTCUSDT',
        message: 'position of 52,310.00 would pass the limit of 50,000.00 by 2,310.00',
        count: 12,
      },
      {
        timeMs: START + 1_900_000,
        kind: 'warning',
        violation: 'DRAWDOWN_LIMIT',
        scope: 'global',
        message: 'drawdown of 402.11 is above 80% of the limit of 500.00',
        count: 1,
      },
    ],
    riskEventsTotal: 13,
    warnings: [
      {
        kind: 'data-gap',
        severity: 'serious',
        message: 'BTCUSDT has no data for 120 s from 09:55:00; books were not trusted meanwhile.',
        count: 1,
      },
      {
        kind: 'strategy-stopped',
        severity: 'serious',
        message: 'trend was stopped at 10:11:07: it threw.',
        count: 1,
      },
      {
        kind: 'short-period',
        severity: 'note',
        message: 'One hour is too short to extrapolate from.',
        count: 1,
      },
    ],
    ...change,
  };
}

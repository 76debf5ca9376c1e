import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openByteSink } from '../../../src/data/byte-sink.js';
import { generateCapture } from '../../../src/data/generate-capture.js';
import type { BacktestResult } from '../../../src/engine/report/backtest-result.js';
import { BacktestProject } from '../../unit/engine/trading/backtest-project.js';
import { itchMessages, itchSymbols } from './itch-messages.js';
import {
  type Behind,
  type Level,
  ReferenceExchange,
  type ReferenceFill,
  type ReferenceRequest,
  type Side,
} from './reference-exchange.js';

const project = new BacktestProject();
afterAll(() => project.remove());

const SHARED = process.env['HFT_FIXTURES'] ?? join(import.meta.dirname, '../../../../shared/data');
const PROBE = join(import.meta.dirname, 'probe-strategy.mjs');
const DEPTH = 20;
const ORDER_NS = 1_500_000n;
const MIDNIGHT_NS = BigInt(Date.UTC(2020, 0, 30, 5)) * 1_000_000n;
const RESPONSE_NS = 700_000n;

const ratio = (part: number, other: number) => (part + other === 0 ? 1 : part / (part + other));
const MODELS: readonly [string, (unit: number) => Behind][] = [
  ['{model: risk_averse}', () => () => 1],
  ['{model: identity}', () => (front, back) => ratio(back, front)],
  ['{model: power, power: 3}', () => power(3)],
  ['{model: power, power: 0.5}', () => power(0.5)],
  [
    '{model: logarithm}',
    (unit) => (front, back) => ratio(Math.log1p(back / unit), Math.log1p(front / unit)),
  ],
];

const CAPTURES = [
  ['futures of Binance', 'hftbacktest/usdm_btcusdt_20240808.first60s.gz', MODELS],
  ['levels of Coinbase', 'cryptofeed/COINBASE.ws.28.0', MODELS.slice(2, 3)],
  [
    'levels of LOBSTER',
    'lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv',
    MODELS.slice(4),
  ],
] as const;

function power(exponent: number): Behind {
  return (front, back) => ratio(ratio(back, front) ** exponent, ratio(front, back) ** exponent);
}

type Entry = Readonly<Record<string, unknown>> & { readonly kind: string; readonly time: bigint };

interface Trade {
  readonly aggressor: 0 | Side;
  readonly ticks: number;
  readonly lots: number;
}

/** One backtest of the probe, with the market and the requests that it saw. */
async function probe(data: string, simulation: string) {
  const entries: Entry[] = [];
  const note = (kind: string, fields: object = {}) => {
    entries.push({ kind, ...fields } as Entry);
  };
  const result = await project.run(
    {
      trading: '{currency: USD, capital: 50000000, max_orders_per_second: 1000000}',
      risk_limits: '{price_collar: 100%}',
      stream_processing: `{book_levels: ${DEPTH}}`,
      strategies: `{probe: {module: ${PROBE}, class: Probe}}`,
      simulation: `{latency: {order: 1500us, response: 700us}, ${simulation}}`,
      backtest: `{data: [${data}], seed: 5}`,
    },
    { openLog: () => ({ debug: note, info: note, warn: note, error: note }) },
  );
  return { result, entries };
}

function instrumentsOf(entries: readonly Entry[]) {
  return entries
    .filter(({ kind }) => kind === 'instrument')
    .map((entry) => ({
      symbol: entry['symbol'] as string,
      scale: [entry['priceDecimals'] as number, entry['qtyDecimals'] as number] as const,
    }));
}

/** Lets the requests come that are due, each at its time. */
class Requests {
  readonly #waiting: Entry[] = [];

  constructor(readonly exchanges: readonly ReferenceExchange[]) {}

  send(entry: Entry): void {
    this.#waiting.push(entry);
  }

  arrive(until: bigint): void {
    for (;;) {
      const [entry] = this.#waiting;
      if (entry === undefined || entry.time + ORDER_NS > until) return;
      this.#waiting.shift();
      const exchange = this.exchanges[entry['at'] as number];
      if (exchange === undefined) continue;
      exchange.time = entry.time + ORDER_NS;
      exchange.request(entry as unknown as ReferenceRequest);
    }
  }
}

/** What is not reported by the end of the data is in no result. */
function reportedFills(entries: readonly Entry[], exchanges: readonly ReferenceExchange[]) {
  const end = entries.at(-1)?.time ?? 0n;
  return exchanges.map(({ fills }) => fills.filter(({ time }) => time + RESPONSE_NS <= end));
}

function playLevels(entries: readonly Entry[], exchanges: readonly ReferenceExchange[]) {
  const requests = new Requests(exchanges);
  for (const entry of entries) {
    const { kind, time } = entry;
    const exchange = exchanges[entry['at'] as number];
    if (exchange === undefined || kind === 'instrument') continue;
    if (kind !== 'book' && kind !== 'trade') {
      requests.send(entry);
      continue;
    }
    requests.arrive(time);
    exchange.time = time;
    if (kind === 'trade') {
      const { aggressor, ticks, lots } = entry as unknown as Trade;
      exchange.trade(aggressor, ticks, lots);
    } else if (entry['state'] === 'broken') exchange.lose();
    else exchange.book(entry['bids'] as Level[], entry['asks'] as Level[]);
  }
}

/** Plays the single orders of an ITCH file. */
function playOrders(
  file: Buffer,
  entries: readonly Entry[],
  exchanges: readonly ReferenceExchange[],
) {
  const requests = new Requests(exchanges);
  for (const entry of entries) {
    if (['new', 'replace', 'cancel'].includes(entry.kind)) requests.send(entry);
  }
  const orders = new Map<bigint, { side: Side; ticks: number; lots: number; arrival: number }>();
  const symbols = itchSymbols(file);
  const instruments = instrumentsOf(entries);
  for (const message of itchMessages(file)) {
    const symbol = symbols.get(message.locate);
    const exchange = exchanges[instruments.findIndex((each) => each.symbol === symbol)];
    if (exchange === undefined) throw new Error(`locate ${message.locate} has no instrument`);
    const time = MIDNIGHT_NS + message.time;
    requests.arrive(time);
    exchange.time = time;
    const { type, ref, newRef, side, ticks, lots } = message;
    const move = (of: { side: Side; ticks: number }, change: number) =>
      exchange.setLevel(of.side, of.ticks, (exchange.levels[of.side].get(of.ticks) ?? 0) + change);
    const order = orders.get(ref);
    if (type === 'P') exchange.trade(0, ticks, lots);
    if (type === 'A' || type === 'F') {
      orders.set(ref, { side, ticks, lots, arrival: exchange.nextArrival() });
      move({ side, ticks }, lots);
    }
    if (type === 'P' || order === undefined) continue;
    const less = type === 'D' || type === 'U' ? order.lots : lots;
    if (type === 'E' || type === 'C')
      exchange.executed(order.side, order.ticks, less, order.arrival);
    order.lots -= less;
    move(order, -less);
    if (order.lots === 0) orders.delete(ref);
    if (type !== 'U') continue;
    const added = { side: order.side, ticks, lots, arrival: exchange.nextArrival() };
    orders.set(newRef, added);
    move(added, lots);
  }
}

/** The fills of one symbol, as the reference has them; the fee in 10^-8. */
function fillsOf(result: BacktestResult, symbol: string, scale: readonly [number, number]) {
  const whole = (text: string, decimals: number) => Math.round(Number(text) * 10 ** decimals);
  return result.fills
    .filter((fill) => fill.symbol === symbol)
    .map((fill) => ({
      side: fill.side === 'BUY' ? 1 : 2,
      ticks: whole(fill.price, scale[0]),
      lots: whole(fill.quantity, scale[1]),
      isMaker: fill.isMaker,
      fee: whole(fill.fee, 8),
    }));
}

/** The result tells times in milliseconds, to the microsecond. */
function expectSameTimes(
  fills: readonly { timeMs: number }[],
  reference: readonly ReferenceFill[],
) {
  for (const [index, { timeMs }] of fills.entries()) {
    const microseconds = Number((reference[index]?.time ?? 0n) / 1000n);
    expect(Math.abs(timeMs * 1000 - microseconds)).toBeLessThan(1.5);
  }
}

/** As the documentation has fees: rates of the exact value, and a sum a unit, rounded up each. */
function expected({ side, ticks, lots, isMaker }: ReferenceFill, [p, q]: readonly number[]) {
  const up = (value: bigint, by: bigint) => value / by + (value > 0n && value % by > 0n ? 1n : 0n);
  const rate = isMaker ? -5_000n : 40_000n;
  const value = BigInt(lots) * BigInt(ticks) * rate;
  const perUnit = BigInt(lots) * 300_000n;
  const fee = up(value, 10n ** BigInt((p ?? 0) + (q ?? 0))) + up(perUnit, 10n ** BigInt(q ?? 0));
  return { side, ticks, lots, isMaker, fee: Number(fee) };
}

function expectSameFills(
  result: BacktestResult,
  entries: readonly Entry[],
  exchanges: readonly ReferenceExchange[],
) {
  const reference = reportedFills(entries, exchanges);
  let makers = 0;
  for (const [index, { symbol, scale }] of instrumentsOf(entries).entries()) {
    const fills = reference[index] ?? [];
    expect(fillsOf(result, symbol, scale)).toEqual(fills.map((fill) => expected(fill, scale)));
    expectSameTimes(
      result.fills.filter((fill) => fill.symbol === symbol),
      fills,
    );
    makers += fills.filter(({ isMaker }) => isMaker).length;
  }
  expect(makers).toBeGreaterThan(20);
  expect(result.fills.length).toBeGreaterThan(makers);
}

const FEES = 'fees: {maker: -0.5bps, taker: 4bps, per_unit: 0.003}';

describe.skipIf(!existsSync(SHARED))('the fills of a backtest, beside a plain reference', () => {
  it.each(
    CAPTURES.flatMap(([what, file, models]) =>
      models.map(([queue, behind]) => [what, queue, file, behind] as const),
    ),
  )('of %s with %s', async (_what, queue, file, behind) => {
    const { result, entries } = await probe(join(SHARED, file), `queue: ${queue}, ${FEES}`);
    const instruments = instrumentsOf(entries);
    const exchanges = instruments.map(
      ({ scale }) => new ReferenceExchange(behind(10 ** scale[1]), DEPTH),
    );
    playLevels(entries, exchanges);

    expectSameFills(result, entries, exchanges);
  });
});

describe('the fills of a backtest with fifo, beside a plain reference', () => {
  it('of ITCH', async () => {
    const path = join(project.folder, '01302020.NASDAQ_ITCH50');
    const sink = await openByteSink(path);
    const market = { wireFormat: 'itch', container: 'itch', seed: 7, symbolCount: 2 } as const;
    await generateCapture(sink, { ...market, messages: 12_000 });
    await sink.close();
    const { result, entries } = await probe(path, `queue: {model: fifo}, ${FEES}`);
    const exchanges = instrumentsOf(entries).map(() => new ReferenceExchange('exact', DEPTH));
    playOrders(readFileSync(path), entries, exchanges);

    expectSameFills(result, entries, exchanges);
    expect(result.assumptions.queue).toContain('first in, first out');
  });

  it.each([
    [
      'levels',
      `{file: ${join(SHARED, CAPTURES[1][1])}}`,
      /COINBASE.ws.28.0 tells BAND-GBP by price/,
    ],
    ['a generated market', '{generate: {frames: 100}}', /is generated as price levels/],
  ])('is refused by name with %s', async (_what, data, message) => {
    await expect(probe(data, 'queue: {model: fifo}')).rejects.toThrow(message);
  });
});

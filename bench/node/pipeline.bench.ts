// Frames in memory through decoder, book and ring to a JavaScript handler, with 0, 1 and 2 workers.
import { type BookView, MessageHandler, StreamProcessor, type TradeView } from 'hft-trading-system';
import { generatedMarket, takeFrames } from '../frames.js';
import { median, Report } from '../report.js';

const FRAMES = 300_000;
const CHUNK_BYTES = 1 << 20;

class Counter extends MessageHandler {
  books = 0;
  trades = 0;
  override onBook(_book: BookView): void {
    this.books += 1;
  }
  override onTrade(_trade: TradeView): void {
    this.trades += 1;
  }
}

const market = generatedMarket('binance-spot', 1);
const snapshot = market.snapshot(0, 5000) ?? Buffer.alloc(0);
const [instrument] = market.instruments();
if (instrument === undefined) throw new Error('the market has no instrument');
const frames = takeFrames(market, FRAMES);
const lines = Buffer.concat(
  [snapshot, ...frames].map((frame, i) => {
    return Buffer.concat([
      Buffer.from(`${1_700_000_000_000_000_000n + BigInt(i)} `),
      frame,
      Buffer.from('\n'),
    ]);
  }),
);
const trades = frames.filter((frame) => frame.includes('"e":"trade"')).length;

async function run(workers: number): Promise<number> {
  const stream = new StreamProcessor({
    instruments: [instrument].flatMap((i) => (i === undefined ? [] : [i])),
    workers,
    depth: 5,
    queueSize: 65_536,
    stamps: false,
  });
  const counter = new Counter();
  stream.subscribe(counter);
  const feed = stream.openCapture({ captureFormat: 'hftbacktest', wireFormat: 'binance-spot' });
  const start = process.hrtime.bigint();
  for (let at = 0; at < lines.length; at += CHUNK_BYTES) {
    await feed.push(lines.subarray(at, at + CHUNK_BYTES));
  }
  await feed.finish();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (counter.trades !== trades) throw new Error(`${counter.trades} trades of ${trades}`);
  if (stream.statistics().quotesDisagreed !== 0) throw new Error('a book disagreed with its quote');
  stream.close();
  return FRAMES / seconds;
}

const report = new Report();
for (const workers of [0, 1, 2]) {
  const rates: number[] = [];
  await run(workers);
  for (let i = 0; i < 5; i += 1) rates.push(await run(workers));
  report.add({
    name: `pipeline/capture to JavaScript handler, ${workers} workers`,
    unit: 'frames/s',
    value: median(rates),
    runs: rates.length,
    input: `${FRAMES} generated Binance spot frames, seed 1 (20 % depth, 40 % trades, 40 % tickers)`,
  });
}
report.write();

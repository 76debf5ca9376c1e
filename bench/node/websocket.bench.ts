// WebSocket frame to strategy callback on one thread, with an order entered on every event: frames
// from a loopback venue on another thread, through a real socket, decoder, book and ring.
import { Worker } from 'node:worker_threads';
import {
  type BookView,
  type FeedDrive,
  type FeedTransport,
  type LatencyFigures,
  MessageHandler,
  type QuoteView,
  RealTimeDataFeed,
  StreamProcessor,
  type TradeView,
} from 'hft-trading-system';
import { OrderEntry } from '#dist/engine/order-entry.js';
import type { PlaySpeed } from '#dist/venues/loopback/pacer.js';
import { median, Report } from '../report.js';

const INPUT =
  'generated Binance spot market, seed 1: 20 % depth frames of 25 levels, 40 % trades, 40 % tickers';

/** Counts events and enters an order on each. */
class Trader extends MessageHandler {
  events = 0;
  readonly #entry: OrderEntry;

  constructor(entry: OrderEntry) {
    super();
    this.#entry = entry;
  }
  override onBook(book: BookView): void {
    this.events += 1;
    this.#entry.limit(0, 1, 1, book.bidTicks);
  }
  override onTrade(trade: TradeView): void {
    this.events += 1;
    this.#entry.limit(0, 1, 1, trade.priceTicks);
  }
  override onQuote(quote: QuoteView): void {
    this.events += 1;
    this.#entry.limit(0, 1, 1, quote.bidTicks);
  }
}

interface Served {
  readonly url: string;
  readonly symbols: readonly string[];
  readonly snapshot: Uint8Array;
}

async function run(options: {
  readonly frames: number;
  readonly speed: PlaySpeed;
  readonly transport: FeedTransport;
  readonly drive: FeedDrive;
}): Promise<{ readonly perSecond: number; readonly handle: LatencyFigures }> {
  const { frames, speed, transport, drive } = options;
  const worker = new Worker(new URL('./websocket-server.js', import.meta.url), {
    workerData: { frames, speed },
  });
  const served = await new Promise<Served>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const entry = new OrderEntry({ instruments: 1, orderQtyMax: 100, collarTicks: 1e9 });
  entry.setBook({ instrument: 0, isTrusted: true, bidTicks: 1, askTicks: 1e9, sequence: 0 });
  const stream = new StreamProcessor({
    instruments: [
      { symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 5, priceDigits: 8, qtyDigits: 8 },
    ],
    depth: 5,
  });
  const trader = new Trader(entry);
  stream.subscribe(trader);
  const feed = new RealTimeDataFeed(
    { type: 'binance', url: served.url, symbols: served.symbols, transport, drive },
    stream,
  );
  // At this pace the market runs away from a snapshot that is fetched: the book begins with one.
  stream.pushSnapshot(feed.connection, 'BTCUSDT', served.snapshot);
  feed.start();
  let start = 0n;
  await new Promise<void>((resolve) => {
    const poll = setInterval(() => {
      const seen = stream.framesPushed(feed.connection);
      // Past the start-up: the snapshot is in, the compiler has seen the code.
      if (start === 0n && seen > frames / 10) start = process.hrtime.bigint();
      if (seen >= frames) {
        clearInterval(poll);
        resolve();
      }
    }, 1);
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const statistics = stream.statistics();
  if (statistics.gaps !== 0 || statistics.quotesDisagreed !== 0 || trader.events < frames * 0.9) {
    throw new Error(`the stream was not sound: ${JSON.stringify(statistics)}`);
  }
  feed.close();
  stream.close();
  worker.postMessage('close');
  await new Promise((resolve) => worker.once('exit', resolve));
  return { perSecond: (frames * 0.9) / seconds, handle: statistics.latency.handle };
}

const report = new Report();

for (const [transport, drive] of [
  ['native', 'event'],
  ['native', 'spin'],
  ['ws', 'event'],
] as const) {
  const rates: number[] = [];
  const frames = transport === 'ws' ? 400_000 : 1_200_000;
  for (let i = 0; i < 5; i += 1) {
    const { perSecond } = await run({ frames, speed: { kind: 'maximum' }, transport, drive });
    rates.push(perSecond);
  }
  report.add({
    name: `websocket/frame to strategy and order, maximum, ${transport} ${drive}`,
    unit: 'messages/s',
    value: median(rates),
    runs: rates.length,
    input: INPUT,
  });
}

for (const rate of [100_000, 1_000_000]) {
  for (const drive of ['event', 'spin'] as const) {
    const means: number[] = [];
    let best: LatencyFigures | undefined;
    for (let i = 0; i < 5; i += 1) {
      const { handle } = await run({
        frames: rate,
        speed: { kind: 'rate', framesPerSecond: rate },
        transport: 'native',
        drive,
      });
      means.push(handle.mean);
      if (best === undefined || handle.mean < best.mean) best = handle;
    }
    report.add({
      name: `websocket/read to order accepted at ${rate / 1000} k/s, ${drive === 'spin' ? 'spinning' : 'event-driven'}`,
      unit: 'ns',
      value: median(means),
      ...(best === undefined ? {} : { p50: best.p50, p99: best.p99, max: best.max }),
      runs: means.length,
      input: `${INPUT}; value is the median of the runs' means; p50/p99/max of the best run`,
    });
  }
}
report.write();

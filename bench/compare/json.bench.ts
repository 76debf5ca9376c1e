// The same recorded frames through the native pipeline, through JSON.parse with a JavaScript book,
// and through ccxt's own order-book path.
import { createRequire } from 'node:module';
import {
  type BookView,
  ConnectionEvent,
  MessageHandler,
  StreamProcessor,
} from 'hft-trading-system';
import { binanceFuturesFrames } from '../frames.js';
import { median, Report, time } from '../report.js';

const { frames, snapshot, input } = binanceFuturesFrames();
const depth = frames.filter((frame) => frame.includes('depthUpdate'));
const report = new Report();
const runs = 7;
const CHUNK_BYTES = 256 << 10;

interface DepthData {
  readonly U: number;
  readonly u: number;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
}
interface Frame {
  readonly data: Readonly<Record<string, unknown>> & DepthData;
}

/** What a user writes in an hour: two maps and a best price that is searched when it goes. */
class MapBook {
  readonly #sides = [new Map<number, number>(), new Map<number, number>()] as const;
  best: readonly [number, number] = [Number.NaN, Number.NaN];

  apply(index: 0 | 1, levels: readonly (readonly [string, string])[]): void {
    const side = this.#sides[index];
    for (const [price, qty] of levels) {
      const number = Number(qty);
      if (number === 0) side.delete(Number(price));
      else side.set(Number(price), number);
    }
  }
  top(): void {
    let bid = Number.NEGATIVE_INFINITY;
    for (const price of this.#sides[0].keys()) if (price > bid) bid = price;
    let ask = Number.POSITIVE_INFINITY;
    for (const price of this.#sides[1].keys()) if (price < ask) ask = price;
    this.best = [bid, ask];
  }
}

class Last extends MessageHandler {
  bid = 0;
  ask = 0;
  override onBook(book: BookView): void {
    this.bid = book.bid;
    this.ask = book.ask;
  }
}

function repeat(work: () => void): number {
  work();
  const times: number[] = [];
  for (let i = 0; i < runs; i += 1) times.push(time(work));
  return median(times);
}

function add(name: string, ns: number, count: number): number {
  report.add({ name, unit: 'ns/frame', value: ns / count, runs, input });
  return ns / count;
}

/** The frames as a capture in memory: what `hft data replay` plays. */
function linesOf(list: readonly Buffer[]): Buffer {
  return Buffer.from(
    list.map((frame, i) => `${1_700_000_000_000_000_000n + BigInt(i)} ${frame}\n`).join(''),
  );
}

const last = new Last();

function openStream(stamps: boolean): { readonly stream: StreamProcessor } {
  const stream = new StreamProcessor({
    instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 }],
    depth: 1,
    stamps,
  });
  stream.subscribe(last);
  return { stream };
}

interface Replayed {
  readonly ns: number;
  /** Mean cost of decoding a frame, in nanoseconds, one clock read included. */
  readonly decodeNs: number;
}

/** Replays of a capture into one stream, each as after a new connection; the first is warm-up. */
async function replay(lines: Buffer, stamps: boolean): Promise<Replayed> {
  const { stream } = openStream(stamps);
  const times: number[] = [];
  for (let i = 0; i < runs + 1; i += 1) {
    const feed = stream.openCapture({
      captureFormat: 'hftbacktest',
      wireFormat: 'binance-futures',
    });
    if (i > 0) stream.pushEvent(0, ConnectionEvent.Disconnected);
    const start = process.hrtime.bigint();
    for (let at = 0; at < lines.length; at += CHUNK_BYTES) {
      await feed.push(lines.subarray(at, at + CHUNK_BYTES));
    }
    await feed.finish();
    if (i > 0) times.push(Number(process.hrtime.bigint() - start));
  }
  const { latency, gaps } = stream.statistics();
  if (gaps > runs) throw new Error(`${gaps} gaps in ${runs} replays`);
  stream.close();
  return { ns: median(times), decodeNs: latency.decode.mean };
}

const recorded = linesOf([...frames.slice(0, 7), snapshot, ...frames.slice(7)]);
const decode = (await replay(recorded, true)).decodeNs;
add('compare/native decode, frames in recorded order', decode * frames.length, frames.length);
const native = add(
  'compare/native decode + book, frames in recorded order',
  (await replay(recorded, false)).ns,
  frames.length,
);

function pushAll(): number {
  const times: number[] = [];
  for (let i = 0; i < runs + 1; i += 1) {
    const { stream } = openStream(false);
    const connection = stream.connect('binance-futures');
    const ns = time(() => {
      for (const frame of frames) stream.push(connection, frame);
    });
    if (i > 0) times.push(ns);
    stream.close();
  }
  return median(times);
}
add('compare/native, frames pushed one by one from JavaScript', pushAll(), frames.length);

let parsedLevels = 0;
const parse = add(
  'compare/JSON.parse with numbers, all frames',
  repeat(() => {
    for (const frame of frames) {
      const { data } = JSON.parse(frame.toString('latin1')) as Frame;
      if (data.b !== undefined && typeof data.b !== 'string') {
        for (const [price, qty] of data.b) parsedLevels += Number(price) * Number(qty) > 0 ? 1 : 0;
        for (const [price, qty] of data.a) parsedLevels += Number(price) * Number(qty) > 0 ? 1 : 0;
      } else {
        parsedLevels += Number(data['p'] ?? data['b']) > 0 ? 1 : 0;
        parsedLevels += Number(data['q'] ?? data['B']) > 0 ? 1 : 0;
      }
    }
  }),
  frames.length,
);

const mapBook = new MapBook();
const scripted = add(
  'compare/JSON.parse + JavaScript book, depth frames',
  repeat(() => {
    for (const frame of depth) {
      const { data } = JSON.parse(frame.toString('latin1')) as Frame;
      mapBook.apply(0, data.b);
      mapBook.apply(1, data.a);
      mapBook.top();
    }
  }),
  depth.length,
);

const nativeDepth = add(
  'compare/native decode + book, depth frames',
  (await replay(linesOf([...depth.slice(0, 7), snapshot, ...depth.slice(7)]), false)).ns,
  depth.length,
);

interface CcxtBook {
  reset(snapshot: object): void;
  limit(): object;
  readonly bids: { storeArray(level: number[]): void };
  readonly asks: { storeArray(level: number[]): void };
}
const require = createRequire(import.meta.url);
const ccxt = require('ccxt') as {
  pro: {
    binanceusdm: new () => {
      orderBook(snapshot: object, limit?: number): CcxtBook;
      handleOrderBookMessage(client: object, message: object, book: CcxtBook): unknown;
    };
  };
};
const exchange = new ccxt.pro.binanceusdm();
const level = ([price, qty]: readonly [string, string]): number[] => [Number(price), Number(qty)];
const start = JSON.parse(snapshot.toString()) as {
  bids: [string, string][];
  asks: [string, string][];
};
const ccxtNs = add(
  'compare/ccxt order-book path, depth frames',
  repeat(() => {
    const book = exchange.orderBook({ bids: start.bids.map(level), asks: start.asks.map(level) });
    for (const frame of depth) {
      const { data } = JSON.parse(frame.toString('latin1')) as Frame;
      exchange.handleOrderBookMessage({}, data, book);
      book.limit();
    }
  }),
  depth.length,
);

const ratio = (name: string, value: number): void =>
  report.add({ name, unit: 'x', value, runs, input });
ratio('compare/JSON.parse with numbers over native decode', parse / decode);
ratio('compare/JSON.parse with numbers over native decode + book', parse / native);
ratio('compare/JavaScript book over native, depth frames', scripted / nativeDepth);
ratio('compare/ccxt over native, depth frames', ccxtNs / nativeDepth);
ratio('compare/ccxt a depth frame over native a frame in recorded order', ccxtNs / native);
if (parsedLevels === 0 || !(last.bid < last.ask)) throw new Error('the answers are wrong');
report.write();

// What a feed does when its venue misbehaves: frames are dropped, and the connection is cut once.
// A book says `broken` or `suspect` until it is right again; it is never wrong while `trusted`.
//
//   npm run examples

import {
  type BookView,
  GeneratorSource,
  LoopbackServer,
  MessageHandler,
  RealTimeDataFeed,
  StreamProcessor,
} from 'hft-trading-system';

/** Prints every change of a book's state. */
class StatePrinter extends MessageHandler {
  readonly seen = new Map<string, string>();

  override onBook(book: BookView): void {
    const state = book.reason === 'none' ? book.state : `${book.state} (${book.reason})`;
    if (this.seen.get(book.symbol) === state) return;
    this.seen.set(book.symbol, state);
    console.log(`${book.symbol} is ${state}`);
  }
}

const venue = new LoopbackServer({
  source: new GeneratorSource({ wireFormat: 'binance-futures', seed: 7, symbolCount: 1 }),
  speed: { kind: 'rate', framesPerSecond: 5000 },
  // Equal seeds give equal faults; only the first connection has them.
  faults: { seed: 42, dropRate: 0.0005, disconnectAfter: 4000, faultyConnections: 1 },
});
await venue.listen();

const stream = new StreamProcessor({ symbols: ['BTCUSDT'] });
const printer = new StatePrinter();
stream.subscribe(printer);
const feed = new RealTimeDataFeed(
  { type: 'binance-futures', url: venue.url, symbols: ['BTCUSDT'], snapshotIntervalMs: 100 },
  stream,
  { onState: (state) => console.log('feed is', state) },
);
feed.start();

const isMended = () =>
  feed.statistics().connects === 2 && printer.seen.get('BTCUSDT') === 'trusted';
const deadline = Date.now() + 20_000;
while (!isMended() && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const { gaps, resyncs } = stream.statistics();
const { connects, snapshotRequests } = feed.statistics();
feed.close();
stream.close();
await venue.close();

console.log({ gaps, resyncs, connects, snapshotRequests, dropped: venue.counts().faults.dropped });
if (!isMended() && connects < 2) throw new Error('the feed did not recover');

// A strategy of one's own on a live feed. The venue is generated and plays on 127.0.0.1; point
// `url` at a real one (or leave it out) and nothing else changes.
//
//   npm run examples

import {
  type BookView,
  GeneratorSource,
  LoopbackServer,
  RealTimeDataFeed,
  Side,
  Strategy,
  StreamProcessor,
  type TradeView,
} from 'hft-trading-system';

/** Watches the spread, and who takes. State lives in fields: nothing is allocated per event. */
class SpreadWatch extends Strategy {
  books = 0;
  widestTicks = 0;
  buys = 0;
  sells = 0;

  override onBook(book: BookView): void {
    // Only a trusted book says anything; `book` itself is valid during this call only.
    if (!book.isTrusted) return;
    this.books += 1;
    const spread = book.askTicks - book.bidTicks;
    if (spread > this.widestTicks) this.widestTicks = spread;
  }

  override onTrade(trade: TradeView): void {
    if (trade.side === Side.Buy) this.buys += trade.qty;
    else this.sells += trade.qty;
  }
}

const venue = new LoopbackServer({
  source: new GeneratorSource({ wireFormat: 'binance-spot', seed: 7, symbolCount: 1 }),
  speed: { kind: 'rate', framesPerSecond: 20_000 },
});
await venue.listen();

const stream = new StreamProcessor({ symbols: ['BTCUSDT'] });
const strategy = new SpreadWatch();
stream.subscribe(strategy);
const feed = new RealTimeDataFeed(
  { type: 'binance', url: venue.url, symbols: ['BTCUSDT'] },
  stream,
  { onState: (state) => console.log('feed is', state) },
);
strategy.onStart();
feed.start();

// A strategy usually runs for ever; this one has seen enough after a thousand books.
while (strategy.books < 1000) await new Promise((resolve) => setTimeout(resolve, 20));

const { publish } = stream.statistics().latency;
feed.close();
strategy.onStop();
stream.close();
await venue.close();

console.log(`widest spread ${strategy.widestTicks} ticks`);
console.log(`bought ${strategy.buys.toFixed(3)}, sold ${strategy.sells.toFixed(3)}`);
console.log(`from socket to event: median ${publish.p50} ns, p99 ${publish.p99} ns`);

// Plays recorded data through the pipeline of live trading, as fast as it goes. With a file name as
// argument it reads that capture (plain text); without one it makes a small Kraken session itself.
//
//   npm run examples

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type BookView, MessageHandler, StreamProcessor } from 'hft-trading-system';

/** Prints every change of the best prices. */
class TouchPrinter extends MessageHandler {
  #last = '';

  override onBook(book: BookView): void {
    const touch = `${book.symbol} ${book.bid} / ${book.ask} ${book.state}`;
    if (touch !== this.#last) console.log(touch);
    this.#last = touch;
  }
}

// cryptofeed's raw format: seconds, a colon, the frame as it came.
const session = [
  'wss://ws.kraken.com <-> 1618678132.0',
  '1618678133.1: [7,{"as":[["101.0","2.0","1618678133.0"],["102.0","5.0","1618678133.0"]],' +
    '"bs":[["100.0","1.0","1618678133.0"],["99.0","3.0","1618678133.0"]]},"book-10","XBT/USD"]',
  '1618678133.2: [7,{"b":[["100.5","0.7","1618678133.2"]]},"book-10","XBT/USD"]',
  '1618678133.3: [7,{"a":[["101.0","0.0","1618678133.3"]]},"book-10","XBT/USD"]',
  '',
].join('\n');

const [path] = process.argv.slice(2);
const bytes = path === undefined ? Readable.from([Buffer.from(session)]) : createReadStream(path);

const stream = new StreamProcessor({ discover: true });
stream.subscribe(new TouchPrinter());
const capture = stream.openCapture({ captureFormat: 'cryptofeed' });
for await (const chunk of bytes) await capture.push(chunk as Buffer);
await capture.finish();

const { frames, gaps, checksumsVerified } = stream.statistics();
console.log({ frames, gaps, checksumsVerified, wireFormats: capture.counts().wireFormats });
stream.close();

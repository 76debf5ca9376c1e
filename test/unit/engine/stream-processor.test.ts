import { describe, expect, it } from 'vitest';
import { MessageHandler } from '../../../src/domain/message-handler.js';
import type { BookView, MarketDataMessage, TradeView } from '../../../src/domain/views.js';
import { StreamProcessor } from '../../../src/engine/stream-processor.js';
import { GeneratedMarket } from '../../support/generated-market.js';

const SNAPSHOT =
  '{"lastUpdateId":100,"bids":[["10.00","1.5"],["9.99","2"]],"asks":[["10.01","3"]]}';

function delta(first: number, last: number, bids: string, asks = ''): Buffer {
  return Buffer.from(
    `{"stream":"abcusdt@depth@100ms","data":{"e":"depthUpdate","E":1700000000123,"s":"ABCUSDT",` +
      `"U":${first},"u":${last},"b":[${bids}],"a":[${asks}]}}`,
  );
}

class Recorder extends MessageHandler {
  readonly books: string[] = [];
  readonly messages: MarketDataMessage[] = [];
  readonly trades: string[] = [];

  override onBook(book: BookView): void {
    this.books.push(
      `${book.sequence} ${book.bid}x${book.bidQty} ${book.ask}x${book.askQty} ` +
        `${book.state}/${book.reason}`,
    );
    this.messages.push(book.copy());
  }
  override onTrade(trade: TradeView): void {
    this.trades.push(`${trade.sequence} ${trade.side} ${trade.priceTicks}/${trade.qtyLots}`);
  }
}

function open(options: { workers?: number; depth?: number; queueSize?: number } = {}) {
  const stream = new StreamProcessor({
    instruments: [{ symbol: 'ABCUSDT', priceDecimals: 2, qtyDecimals: 1 }],
    ...options,
  });
  const recorder = new Recorder();
  stream.subscribe(recorder);
  return { stream, recorder, connection: stream.connect('binance-spot') };
}

async function settle(stream: StreamProcessor): Promise<void> {
  while (!stream.isIdle) {
    await new Promise((resolve) => setImmediate(resolve));
    stream.drain();
  }
}

describe('StreamProcessor', () => {
  it('hands a book to its handler with levels as of the event', () => {
    const { stream, recorder, connection } = open();
    stream.pushSnapshot(connection, 'ABCUSDT', Buffer.from(SNAPSHOT));
    stream.push(connection, delta(101, 102, '["10.00","0"]', '["10.01","0.5"]'));
    expect(recorder.books).toEqual([
      '100 10x1.5 10.01x3 trusted/none',
      '102 9.99x2 10.01x0.5 trusted/none',
    ]);
    expect(recorder.messages[0]?.bids).toEqual([
      [10, 1.5],
      [9.99, 2],
    ]);
    expect(recorder.messages[1]?.exchangeTime).toBe(1700000000123000000n);
    stream.close();
  });

  it('breaks a book on a gap and mends it with the next snapshot', () => {
    const { stream, recorder, connection } = open();
    stream.pushSnapshot(connection, 'ABCUSDT', Buffer.from(SNAPSHOT));
    stream.push(connection, delta(105, 106, '["10.00","9"]'));
    expect(recorder.books.at(-1)).toMatch(/broken\/sequence-gap$/);
    stream.pushSnapshot(
      connection,
      'ABCUSDT',
      Buffer.from('{"lastUpdateId":106,"bids":[["9.98","4"]],"asks":[["10.01","3"]]}'),
    );
    expect(recorder.books.at(-1)).toBe('106 9.98x4 10.01x3 trusted/none');
    expect(stream.statistics()).toMatchObject({ gaps: 1, resyncs: 1 });
    stream.close();
  });

  it('applies nothing of a frame that is damaged anywhere', () => {
    const { stream, recorder, connection } = open();
    stream.pushSnapshot(connection, 'ABCUSDT', Buffer.from(SNAPSHOT));
    const frame = delta(101, 101, '["10.00","7"],["9.97","1"]');
    for (let length = 0; length < frame.length; length += 1) {
      stream.push(connection, frame.subarray(0, length));
    }
    const errors = Object.values(stream.statistics().decodeErrors).reduce((a, b) => a + b, 0);
    expect(errors).toBe(frame.length);
    expect(recorder.books.at(-1)).toMatch(/^100 10x1.5 10.01x3 (suspect|broken)/);
    stream.close();
  });

  it('keeps the same bytes in and out of its counters', () => {
    const market = new GeneratedMarket({ wireFormat: 'binance-spot', seed: 3 });
    const { stream, connection } = open();
    let bytes = 0;
    for (const frame of market.frames(2000)) {
      stream.push(connection, frame);
      bytes += frame.length;
    }
    const counted = stream.statistics();
    expect(counted.frames).toBe(2000);
    expect(counted.bytes).toBe(bytes);
    stream.close();
  });

  it.each([0, 1, 2])('gives equal events with %i workers', async (workers) => {
    const market = new GeneratedMarket({ wireFormat: 'kraken-v2', seed: 5 });
    const stream = new StreamProcessor({ discover: true, workers, queueSize: 65536 });
    const recorder = new Recorder();
    stream.subscribe(recorder);
    const connection = stream.connect('kraken-v2');
    for (const frame of market.frames(3000)) {
      while (!stream.push(connection, frame)) await settle(stream);
    }
    await settle(stream);
    const inline = new StreamProcessor({ discover: true });
    const expected = new Recorder();
    inline.subscribe(expected);
    const other = inline.connect('kraken-v2');
    const again = new GeneratedMarket({ wireFormat: 'kraken-v2', seed: 5 });
    for (const frame of again.frames(3000)) inline.push(other, frame);
    expect(recorder.books).toEqual(expected.books);
    expect(recorder.trades).toEqual(expected.trades);
    expect(stream.statistics().conflated).toBe(0);
    stream.close();
    inline.close();
  });

  it('conflates books and keeps every trade when the consumer is slow', async () => {
    const market = new GeneratedMarket({ wireFormat: 'binance-spot', seed: 8 });
    const stream = new StreamProcessor({
      instruments: market.instruments,
      workers: 1,
      queueSize: 64,
    });
    const recorder = new Recorder();
    const connection = stream.connect('binance-spot');
    for (const { symbol } of market.instruments) {
      while (!stream.pushSnapshot(connection, symbol, market.snapshot(symbol)));
    }
    let trades = 0;
    const pending: Buffer[] = [];
    for (const frame of market.frames(5000)) {
      if (frame.includes('"e":"trade"')) trades += 1;
      pending.push(frame);
    }
    stream.subscribe(recorder);
    for (const frame of pending) {
      while (!stream.push(connection, frame)) {
        await new Promise((resolve) => setImmediate(resolve));
        stream.drain(8);
      }
    }
    await settle(stream);
    const counted = stream.statistics();
    expect(recorder.trades.length).toBe(trades);
    expect(counted.events['trade']).toBe(trades);
    expect(recorder.books.length + counted.conflated).toBe(
      (counted.events['book'] ?? 0) + (counted.events['state'] ?? 0),
    );
    for (const { symbol } of market.instruments) {
      const truth = market.truth(symbol, 1);
      const last = recorder.messages.filter((message) => message.symbol === symbol).at(-1);
      expect(last?.state).toBe('trusted');
      expect(last?.sequence).toBeLessThanOrEqual(truth.updateId);
    }
    stream.close();
  });

  it('counts the event on which a handler threw as handled', () => {
    const { stream, connection } = open();
    class Thrower extends MessageHandler {
      calls = 0;
      override onBook(): void {
        this.calls += 1;
        if (this.calls === 1) throw new Error('planted');
      }
    }
    const thrower = new Thrower();
    stream.subscribe(thrower);
    expect(() => stream.pushSnapshot(connection, 'ABCUSDT', Buffer.from(SNAPSHOT))).toThrow(
      'planted',
    );
    stream.push(connection, delta(101, 101, '["9.00","1"]'));
    expect(thrower.calls).toBe(2);
    stream.close();
  });

  it('gives a handler that drains while it handles nothing twice', () => {
    const { stream, recorder, connection } = open();
    class Reentrant extends MessageHandler {
      override onBook(): void {
        expect(stream.drain()).toBe(0);
      }
    }
    stream.subscribe(new Reentrant());
    stream.pushSnapshot(connection, 'ABCUSDT', Buffer.from(SNAPSHOT));
    stream.push(connection, delta(101, 101, '["9.00","1"]'));
    expect(recorder.books.length).toBe(2);
    stream.close();
  });

  it('refuses a queue size that is no power of two', () => {
    expect(() => new StreamProcessor({ queueSize: 100 })).toThrow(
      expect.objectContaining({ code: 'HFT_ARGUMENT' }),
    );
  });

  it('starts and stops workers a hundred times', () => {
    for (let i = 0; i < 100; i += 1) {
      const stream = new StreamProcessor({ workers: 2, queueSize: 64, native: { levelsMax: 64 } });
      stream.close();
    }
  });
});

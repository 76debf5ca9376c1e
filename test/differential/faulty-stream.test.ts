import { describe, expect, it } from 'vitest';
import type { WireFormat } from '../../src/domain/market-data.js';
import { MessageHandler } from '../../src/domain/message-handler.js';
import type { BookView } from '../../src/domain/views.js';
import { StreamProcessor } from '../../src/engine/stream-processor.js';
import { seededRandom } from '../../src/venues/loopback/random.js';
import { GeneratedMarket } from '../support/generated-market.js';

const FRAMES = 6000;
/** Frames between two snapshots of every book. */
const RESYNC_FRAMES = 200;

/** Remembers every book that was shown as trusted. */
class TrustedBooks extends MessageHandler {
  readonly seen: { readonly key: string; readonly top: string }[] = [];
  trusted = 0;
  untrusted = 0;

  override onBook(book: BookView): void {
    if (!book.isTrusted) {
      this.untrusted += 1;
      return;
    }
    this.trusted += 1;
    const levels: string[] = [];
    for (let i = 0; i < book.bidCount; i += 1) {
      levels.push(`${book.bidTicksAt(i)}:${book.bidLotsAt(i)}`);
    }
    levels.push('|');
    for (let i = 0; i < book.askCount; i += 1) {
      levels.push(`${book.askTicksAt(i)}:${book.askLotsAt(i)}`);
    }
    // Venues without ids are told apart by their time.
    const at = book.sequence === 0 ? book.exchangeTime : book.sequence;
    this.seen.push({ key: `${book.symbol} ${at}`, top: levels.join(' ') });
  }
}

function open(market: GeneratedMarket, wireFormat: WireFormat) {
  const stream = new StreamProcessor({ instruments: market.instruments, depth: 10 });
  const books = new TrustedBooks();
  stream.subscribe(books);
  return { stream, books, connection: stream.connect(wireFormat) };
}

const hasRestSnapshots = (format: WireFormat): boolean => format.startsWith('binance');

/** Every book of the sound stream, by symbol, update id and time. */
function soundBooks(wireFormat: WireFormat, seed: number): Map<string, Set<string>> {
  const market = new GeneratedMarket({ wireFormat, seed });
  const { stream, books, connection } = open(market, wireFormat);
  if (hasRestSnapshots(wireFormat)) {
    for (const { symbol } of market.instruments) {
      stream.pushSnapshot(connection, symbol, market.snapshot(symbol));
    }
  }
  let frames = 0;
  for (const frame of market.frames(FRAMES)) {
    // A futures snapshot makes the market move (its ids must lie inside a delta): ask as often here.
    if (hasRestSnapshots(wireFormat) && frames > 0 && frames % RESYNC_FRAMES === 0) {
      for (const { symbol } of market.instruments) market.snapshot(symbol);
    }
    frames += 1;
    stream.push(connection, frame);
  }
  stream.close();
  const byKey = new Map<string, Set<string>>();
  for (const { key, top } of books.seen) {
    const tops = byKey.get(key) ?? new Set();
    byKey.set(key, tops.add(top));
  }
  return byKey;
}

/** The top of a generated book, as TrustedBooks writes it. */
function trueTop(market: GeneratedMarket, symbol: string): { key: string; top: string } {
  const { updateId, bids, asks } = market.truth(symbol, 10);
  const text = (levels: readonly (readonly [number, number])[]): string =>
    levels.map(([price, qty]) => `${price}:${qty}`).join(' ');
  return { key: `${symbol} ${updateId}`, top: `${text(bids)} | ${text(asks)}` };
}

/** Plays the same stream with frames dropped, doubled, swapped and cut. */
function playFaulty(
  wireFormat: WireFormat,
  seed: number,
  rate: number,
  sound: Map<string, Set<string>> = new Map(),
): TrustedBooks {
  const market = new GeneratedMarket({ wireFormat, seed });
  const { stream, books, connection } = open(market, wireFormat);
  const random = seededRandom(seed * 31 + 7);
  const resynchronise = (): void => {
    if (!hasRestSnapshots(wireFormat)) return;
    for (const { symbol } of market.instruments) {
      // A snapshot may be of a moment between two deltas: the generator knows what is true then.
      const body = market.snapshot(symbol);
      const { key, top } = trueTop(market, symbol);
      sound.set(key, (sound.get(key) ?? new Set()).add(top));
      stream.pushSnapshot(connection, symbol, body);
    }
  };
  resynchronise();
  let held: Buffer | undefined;
  let frames = 0;
  for (const frame of market.frames(FRAMES)) {
    if (frames > 0 && frames % RESYNC_FRAMES === 0) resynchronise();
    frames += 1;
    const fate = random();
    if (fate < rate) continue;
    if (fate < 2 * rate) stream.push(connection, frame);
    if (fate < 3 * rate && held === undefined) {
      held = frame;
      continue;
    }
    const isCut = fate < 4 * rate;
    stream.push(connection, isCut ? frame.subarray(0, Math.floor(random() * frame.length)) : frame);
    if (held !== undefined) stream.push(connection, held);
    held = undefined;
  }
  stream.close();
  return books;
}

describe('a faulty stream', () => {
  const formats = [
    'binance-spot',
    'binance-futures',
    'kraken-v1',
    'kraken-v2',
    'coinbase-advanced',
  ];
  const cases = formats.flatMap((format) => [1, 2, 3].map((seed) => [format as WireFormat, seed]));

  it.each(cases as [WireFormat, number][])(
    '%s (seed %i) never shows a wrong book as trusted',
    (wireFormat, seed) => {
      const sound = soundBooks(wireFormat, seed);
      const faulty = playFaulty(wireFormat, seed, 0.002, sound);
      const wrong = faulty.seen.filter(({ key, top }) => !sound.get(key)?.has(top));
      expect(wrong.slice(0, 3)).toEqual([]);
      expect(faulty.trusted).toBeGreaterThan(0);
      expect(faulty.untrusted).toBeGreaterThan(0);
    },
  );

  it('binance-spot trusts its books again after each snapshot', () => {
    const books = playFaulty('binance-spot', 4, 0.001);
    expect(books.trusted).toBeGreaterThan(200);
  });
});

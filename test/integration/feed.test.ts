import { afterEach, describe, expect, it } from 'vitest';
import { FEED_TYPES, type FeedType } from '../../src/domain/feed.js';
import type { DataFeedConfig } from '../../src/domain/feed-config.js';
import { MessageHandler } from '../../src/domain/message-handler.js';
import type { BookView } from '../../src/domain/views.js';
import { FEED_PROTOCOLS } from '../../src/engine/feed-protocols.js';
import { RealTimeDataFeed } from '../../src/engine/real-time-data-feed.js';
import { StreamProcessor, type StreamProcessorOptions } from '../../src/engine/stream-processor.js';
import type { FaultOptions } from '../../src/venues/loopback/faults.js';
import { GeneratorSource } from '../../src/venues/loopback/generator-source.js';
import { LoopbackServer } from '../../src/venues/loopback/server.js';

/** The newest state of every book, and what states it went through. */
class Books extends MessageHandler {
  readonly states = new Map<string, string>();
  readonly reasons = new Set<string>();
  trusted = 0;

  override onBook(book: BookView): void {
    this.states.set(book.symbol, book.state);
    this.reasons.add(book.reason);
    if (book.isTrusted) this.trusted += 1;
  }
}

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function open(
  type: FeedType,
  options: {
    faults?: FaultOptions;
    config?: Partial<DataFeedConfig>;
    workers?: number;
    framesPerSecond?: number;
    stream?: StreamProcessorOptions;
  } = {},
) {
  const source = new GeneratorSource({
    wireFormat: FEED_PROTOCOLS[type].wireFormat,
    seed: 11,
    symbolCount: 2,
    framesPerSecond: options.framesPerSecond ?? 2000,
  });
  const server = new LoopbackServer({
    source,
    speed: { kind: 'recorded' },
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  await server.listen();
  closers.push(() => server.close());
  const stream = new StreamProcessor({
    symbols: source.symbols,
    depth: 5,
    staleAfterMs: 300,
    workers: options.workers ?? 0,
    ...options.stream,
  });
  closers.push(() => stream.close());
  const books = new Books();
  stream.subscribe(books);
  const errors: Error[] = [];
  const feed = new RealTimeDataFeed(
    {
      type,
      url: server.url,
      symbols: source.symbols,
      credentials: { apiKey: 'key', secretKey: 'secret' },
      reconnectDelayMs: 20,
      snapshotIntervalMs: 50,
      reconnectAfterMs: 1000,
      ...options.config,
    },
    stream,
    { onError: (error) => errors.push(error) },
  );
  closers.push(() => feed.close());
  feed.start();
  const isSound = (): boolean =>
    books.states.size === source.symbols.length &&
    [...books.states.values()].every((state) => state === 'trusted');
  return { server, stream, books, feed, errors, isSound, symbols: source.symbols };
}

describe('RealTimeDataFeed', () => {
  it.each(FEED_TYPES.map((type) => [type]))('%s: brings every book into step', async (type) => {
    const { stream, isSound, books, feed } = await open(type);
    await until(() => isSound() && books.trusted > 200, 'trusted books');
    const counted = stream.statistics();
    expect(Object.values(counted.decodeErrors)).toEqual(expect.arrayContaining([0]));
    expect(Object.values(counted.decodeErrors).reduce((a, b) => a + b, 0)).toBe(0);
    expect(counted.checksumsFailed).toBe(0);
    expect(counted.quotesDisagreed).toBe(0);
    expect(feed.statistics()).toMatchObject({ state: 'connected', connects: 1, disconnects: 0 });
  });

  it.each([['native'], ['ws']] as const)('%s: works through this transport', async (transport) => {
    const { isSound, books } = await open('binance', { config: { transport } });
    await until(() => isSound() && books.trusted > 100, 'trusted books');
  });

  it('works on workers', async () => {
    const { isSound, books } = await open('kraken', { workers: 2 });
    await until(() => isSound() && books.trusted > 100, 'trusted books');
  });

  it.each([
    ['inline, a short ring', { queueSize: 64 }],
    ['a worker, a short ring', { workers: 1, queueSize: 64 }],
    ['a worker, a short frame queue', { workers: 1, native: { queueBytes: 262_144 } }],
  ] as [string, StreamProcessorOptions][])('loses no frame: %s', async (_name, stream) => {
    // Every loss would show as a gap in the update ids.
    const opened = await open('binance', {
      framesPerSecond: 100_000,
      stream: { staleAfterMs: 0, ...stream },
    });
    await until(opened.isSound, 'trusted books');
    const from = opened.stream.framesPushed(opened.feed.connection);
    await until(
      () => opened.stream.framesPushed(opened.feed.connection) > from + 60_000,
      '60,000 frames',
    );
    expect(opened.stream.statistics()).toMatchObject({ gaps: 0, quotesDisagreed: 0 });
    expect(opened.feed.statistics()).toMatchObject({ disconnects: 0, state: 'connected' });
  });

  it('works spinning', async () => {
    const { isSound, books } = await open('coinbase', { config: { drive: 'spin' } });
    await until(() => isSound() && books.trusted > 100, 'trusted books');
  });

  it.each([['fin'], ['rst']] as const)(
    'connects anew after a %s and resynchronises',
    async (by) => {
      const { isSound, books, feed } = await open('binance', {
        faults: { seed: 1, disconnectAfter: 800, disconnectBy: by, faultyConnections: 2 },
      });
      await until(() => feed.statistics().disconnects === 2 && isSound(), 'sound after two losses');
      expect(books.reasons).toContain('disconnected');
      expect(feed.statistics()).toMatchObject({ connects: 3, state: 'connected' });
    },
  );

  it('calls books stale in a silence, then gives the connection up', async () => {
    const { isSound, books, feed, errors } = await open('coinbase-advanced', {
      faults: { seed: 1, silentAfter: 500, isSilenceTotal: true, faultyConnections: 1 },
    });
    await until(() => books.reasons.has('stale'), 'stale books');
    await until(() => feed.statistics().silences === 1 && isSound(), 'sound after a silence');
    expect(errors.map((error) => (error as { code?: string }).code)).toContain('HFT_TIMEOUT');
  });

  it.each([
    ['binance'],
    ['binance-futures'],
    ['kraken'],
    ['kraken-v1'],
    ['coinbase-advanced'],
  ] as const)(
    '%s: asks for a snapshot after lost, doubled, swapped and cut frames',
    async (type) => {
      const { isSound, stream, feed } = await open(type, {
        faults: {
          seed: 5,
          dropRate: 0.002,
          duplicateRate: 0.002,
          reorderRate: 0.002,
          truncateRate: 0.002,
        },
      });
      await until(() => stream.statistics().resyncs >= 3, 'three resynchronisations');
      await until(isSound, 'sound books');
      expect(feed.statistics().snapshotRequests).toBeGreaterThan(2);
    },
  );

  it('survives a snapshot that comes late', async () => {
    const { isSound } = await open('binance', { faults: { seed: 1, snapshotDelayMs: 700 } });
    await until(isSound, 'trusted books');
  });

  it('keeps trying while nobody listens, and closes at once', async () => {
    const { server, feed, errors } = await open('binance');
    await until(() => feed.state === 'connected', 'connected');
    await server.close();
    await until(() => feed.statistics().failures >= 2, 'failed attempts');
    feed.close();
    expect(feed.state).toBe('closed');
    expect(errors.length).toBeGreaterThan(0);
  });
});

import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultOptions } from '../../../src/venues/loopback/faults.js';
import { LoopbackServer, type LoopbackServerOptions } from '../../../src/venues/loopback/server.js';
import { connect, numbersOf, type TestClient } from './client.js';
import { binanceSource, ScriptedSource } from './scripted-source.js';

const ALL =
  '/stream?streams=btcusdt@depth/btcusdt@trade/btcusdt@bookTicker/' +
  'ethusdt@depth/ethusdt@trade/ethusdt@bookTicker';

const open: LoopbackServer[] = [];
const clients: TestClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(
  options: Partial<LoopbackServerOptions> & Pick<LoopbackServerOptions, 'source'>,
): Promise<LoopbackServer> {
  const server = new LoopbackServer({ speed: { kind: 'maximum' }, ...options });
  await server.listen();
  open.push(server);
  return server;
}

async function join(server: LoopbackServer, path: string): Promise<TestClient> {
  const client = await connect(`${server.url}${path}`);
  clients.push(client);
  return client;
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('LoopbackServer', () => {
  it('plays every frame in order to a client that wants all', async () => {
    const server = await serve({ source: binanceSource(20_000) });
    const client = await join(server, ALL);

    const messages = await client.until((all) => all.length === 20_000);

    expect(numbersOf(messages)).toEqual(countTo(20_000));
    expect(server.counts()).toMatchObject({ dataFrames: 20_000, connections: 1, isEnded: true });
  });

  it('waits while nobody listens', async () => {
    const source = binanceSource(10);
    const server = await serve({ source });
    const client = await join(server, '/ws');

    client.send({ method: 'LIST_SUBSCRIPTIONS', id: 1 });
    await client.until((all) => all.length === 1);
    expect(source.position).toBe(0);

    client.send({ method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 2 });
    await client.until((all) => numbersOf(all).length === 2);
  });

  it('gives two clients the same stream', async () => {
    const source = binanceSource(5000);
    const server = await serve({ source, speed: { kind: 'rate', framesPerSecond: 20_000 } });
    const first = await join(server, ALL);
    const second = await join(server, ALL);

    const [a, b] = await Promise.all([
      first.until((all) => numbersOf(all.slice(-1))[0] === 4999),
      second.until((all) => numbersOf(all.slice(-1))[0] === 4999),
    ]);

    expect(numbersOf(a)).toEqual(countTo(5000));
    expect(numbersOf(b)).toEqual(countTo(5000).slice(-b.length));
  });

  it('gives only the streams that were asked for', async () => {
    const server = await serve({ source: binanceSource(600) });
    const client = await join(server, '/stream?streams=ethusdt@trade');

    const messages = await client.until((all) => numbersOf(all).at(-1) === 597);

    expect(messages.length).toBe(100);
    expect(messages.every((text) => text.includes('"stream":"ethusdt@trade"'))).toBe(true);
  });

  it('gives raw streams without the combined envelope', async () => {
    const server = await serve({ source: binanceSource(6) });
    const client = await join(server, '/ws/btcusdt@trade');

    const messages = await client.until((all) => all.length === 1);

    expect(JSON.parse(messages[0] ?? '')).toEqual({ e: 'trade', s: 'BTCUSDT', n: 2 });
  });

  it('paces by the times of the source', async () => {
    const source = binanceSource(60);
    const server = await serve({ source, speed: { kind: 'recorded', factor: 0.5 } });
    const start = performance.now();
    const client = await join(server, ALL);

    await client.until((all) => all.length === 60);

    // 59 intervals of a millisecond at half speed; a loaded machine only makes it longer.
    expect(performance.now() - start).toBeGreaterThan(110);
  });

  it('paces at a chosen rate', async () => {
    const server = await serve({
      source: binanceSource(100),
      speed: { kind: 'rate', framesPerSecond: 1000 },
    });
    const start = performance.now();
    const client = await join(server, ALL);

    await client.until((all) => all.length === 100);

    expect(performance.now() - start).toBeGreaterThan(95);
  });

  it('answers a REST snapshot of the point that its clients have been sent', async () => {
    const source = binanceSource(100_000);
    const server = await serve({ source, speed: { kind: 'rate', framesPerSecond: 50_000 } });
    const client = await join(server, ALL);
    await client.until((all) => all.length > 100);

    const answer = await fetch(
      `http://127.0.0.1:${server.port}/api/v3/depth?symbol=BTCUSDT&limit=5000`,
    );

    const body = (await answer.json()) as { position: number; levels: number };
    expect(body).toMatchObject({ symbol: 'BTCUSDT', levels: 5000 });
    // The client gets everything up to the snapshot, and what follows it.
    const messages = await client.until(
      (all) => (numbersOf(all.slice(-1))[0] ?? 0) > body.position,
    );
    expect(numbersOf(messages)).toEqual(countTo(messages.length));
    expect(server.counts().restSnapshots).toBe(1);
  });

  it('refuses REST requests as the venue does', async () => {
    const server = await serve({ source: binanceSource(1) });
    const ask = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
      return [answer.status, await answer.json()];
    };

    expect(await ask('/api/v3/depth')).toMatchObject([400, { code: -1102 }]);
    expect(await ask('/api/v3/depth?symbol=NONE')).toMatchObject([400, { code: -1121 }]);
    expect(await ask('/fapi/v1/depth?symbol=BTCUSDT&limit=7')).toMatchObject([
      400,
      { code: -4021 },
    ]);
    expect(await ask('/products/NONE/book?level=2')).toMatchObject([404, { message: 'NotFound' }]);
    expect(await ask('/api/v3/depth', { method: 'POST' })).toMatchObject([405, {}]);
    expect(await ask('/nothing')).toMatchObject([404, {}]);
  });

  it('delays snapshots, but takes them when they are asked for', async () => {
    const source = binanceSource(1_000_000);
    const server = await serve({
      source,
      speed: { kind: 'rate', framesPerSecond: 20_000 },
      faults: { seed: 1, snapshotDelayMs: 50 },
    });
    const client = await join(server, ALL);
    await client.until((all) => all.length > 0);

    const answer = await fetch(`http://127.0.0.1:${server.port}/api/v3/depth?symbol=BTCUSDT`);

    const { position } = (await answer.json()) as { position: number };
    expect(position).toBeLessThan(source.position);
  });

  it('pings its clients and cuts one that does not answer', async () => {
    const server = await serve({ source: binanceSource(1), pingIntervalMs: 20 });
    const good = await join(server, '/ws');
    const pinged = new Promise<void>((resolve) => good.socket.once('ping', () => resolve()));
    // A client that shakes hands and then never answers anything.
    const mute = connectTcp(server.port, '127.0.0.1');
    mute.write(
      'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    mute.resume();
    const cut = new Promise<void>((resolve) => mute.once('close', () => resolve()));
    mute.on('error', () => {});

    await Promise.all([pinged, cut]);

    expect(good.socket.readyState).toBe(good.socket.OPEN);
    expect(server.counts().pings).toBeGreaterThanOrEqual(2);
  });

  it('cuts a client that takes nothing, and plays on for the others', async () => {
    const server = await serve({ source: binanceSource(300_000), slowClientMs: 100 });
    const slow = await join(server, ALL);
    slow.socket.pause();
    const quick = await join(server, ALL);

    await quick.until((all) => numbersOf(all.slice(-1))[0] === 299_999);

    expect(server.counts().openConnections).toBe(1);
  });

  it('closes its connections, port and source', async () => {
    const source = binanceSource(1_000_000);
    const server = await serve({ source });
    const client = await join(server, ALL);
    await client.until((all) => all.length > 10);

    await server.close();

    expect(await client.closed).toBe(1001);
    expect(source.isClosed).toBe(true);
    await expect(connect(server.url)).rejects.toThrow();
    open.length = 0;
  });

  it('refuses more connections than its limit', async () => {
    const server = await serve({ source: binanceSource(1), connectionsMax: 1 });
    await join(server, '/ws');

    await expect(connect(`${server.url}/ws`)).rejects.toThrow('503');
  });

  it('says that a port is taken', async () => {
    const server = await serve({ source: binanceSource(1) });
    const second = new LoopbackServer({
      source: binanceSource(1),
      speed: { kind: 'maximum' },
      port: server.port,
    });

    await expect(second.listen()).rejects.toMatchObject({ code: 'HFT_TRANSPORT' });
  });
});

describe('faults of a LoopbackServer', () => {
  async function playFaulty(faults: FaultOptions, count = 5000): Promise<string[]> {
    const server = await serve({ source: binanceSource(count), faults });
    const client = await join(server, ALL);
    const ended = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const counts = server.counts();
        const all = counts.dataFrames === client.messages.length;
        if (counts.isEnded && all) resolve();
      }, 5);
      timer.unref();
    });
    await ended;
    return [...client.messages];
  }

  it('are none without a rate', async () => {
    expect(numbersOf(await playFaulty({ seed: 1 }))).toEqual(countTo(5000));
  });

  it('drop frames', async () => {
    const numbers = numbersOf(await playFaulty({ seed: 1, dropRate: 0.1 }));

    expect(numbers.length).toBeGreaterThan(4300);
    expect(numbers.length).toBeLessThan(4700);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('duplicate frames', async () => {
    const numbers = numbersOf(await playFaulty({ seed: 2, duplicateRate: 0.1 }));

    expect(numbers.length).toBeGreaterThan(5300);
    expect([...new Set(numbers)]).toEqual(countTo(5000));
  });

  it('reorder neighbours and lose none', async () => {
    const numbers = numbersOf(await playFaulty({ seed: 3, reorderRate: 0.1 }));

    expect(numbers).not.toEqual(countTo(5000));
    expect([...numbers].sort((a, b) => a - b)).toEqual(countTo(5000));
    expect(numbers.every((number, index) => Math.abs(number - index) <= 1)).toBe(true);
  });

  it('truncate payloads', async () => {
    const messages = await playFaulty({ seed: 4, truncateRate: 0.1 });
    const broken = messages.filter((text) => !text.endsWith('}}'));

    expect(messages.length).toBe(5000);
    expect(broken.length).toBeGreaterThan(400);
  });

  it('are the same for the same seed', async () => {
    const faults = { seed: 5, dropRate: 0.1, duplicateRate: 0.1, reorderRate: 0.1 };

    expect(await playFaulty(faults)).toEqual(await playFaulty(faults));
    expect(await playFaulty(faults)).not.toEqual(await playFaulty({ ...faults, seed: 6 }));
  });

  it.each(['fin', 'rst'] as const)('end the connection by %s', async (disconnectBy) => {
    const server = await serve({
      source: binanceSource(100_000),
      faults: { seed: 1, disconnectAfter: 100, disconnectBy, faultyConnections: 1 },
    });
    const first = await join(server, ALL);
    expect(await first.closed).toBe(1006);
    if (disconnectBy === 'fin') expect(numbersOf(first.messages)).toEqual(countTo(100));

    const second = await join(server, ALL);
    await second.until((all) => all.length > 1000);
    expect(server.counts().faults.disconnects).toBe(1);
  });

  it('go silent while the connection stays open', async () => {
    const source = binanceSource(100_000);
    const server = await serve({ source, faults: { seed: 1, silentAfter: 100 } });
    const client = await join(server, ALL);
    await client.until((all) => all.length === 100);

    const pong = new Promise<void>((resolve) => client.socket.once('pong', () => resolve()));
    client.socket.ping();
    await pong;

    expect(client.messages.length).toBe(100);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect(server.counts().faults.silences).toBe(1);
  });

  it('are refused where the rates make no sense', async () => {
    const server = await serve({ source: binanceSource(1), faults: { seed: 1 } });
    expect(server.counts().faults.dropped).toBe(0);

    expect(
      () =>
        new LoopbackServer({
          source: binanceSource(1),
          speed: { kind: 'maximum' },
          faults: { seed: 1, dropRate: 0.7, reorderRate: 0.7 },
        }),
    ).toThrow('add up to 1.4');
  });
});

describe('venue protocols', () => {
  function quiet(
    wireFormat:
      | 'kraken-v2'
      | 'coinbase-exchange'
      | 'coinbase-advanced'
      | 'kraken-v1'
      | 'alpaca-json'
      | 'alpaca-msgpack',
    symbol: string,
    frame: string,
  ) {
    return new ScriptedSource({ wireFormat, symbols: [symbol], count: 3, frameOf: () => frame });
  }

  it('Kraken v2: acknowledges, and begins the books anew at each subscription', async () => {
    const frame = '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD"}]}';
    const source = quiet('kraken-v2', 'BTC/USD', frame);
    const server = await serve({ source });
    const client = await join(server, '/v2');
    const params = { channel: 'book', symbol: ['BTC/USD'], depth: 25 };

    client.send({ method: 'subscribe', params, req_id: 7 });
    const messages = await client.until((all) => all.length === 5);

    expect(JSON.parse(messages[0] ?? '')).toMatchObject({ channel: 'status' });
    expect(JSON.parse(messages[1] ?? '')).toMatchObject({
      method: 'subscribe',
      success: true,
      req_id: 7,
      result: { channel: 'book', depth: 25, symbol: 'BTC/USD' },
    });
    expect(messages.slice(2)).toEqual([frame, frame, frame]);
    expect(source.bookSessions).toBe(1);

    client.send({ method: 'unsubscribe', params });
    client.send({ method: 'subscribe', params });
    client.send({ method: 'ping', req_id: 8 });
    const last = await client.until((all) => all.length === 8);
    expect(JSON.parse(last[7] ?? '')).toMatchObject({ method: 'pong', req_id: 8 });
    expect(source.bookSessions).toBe(2);
  });

  it('Kraken v1: acknowledges a pair with its channel', async () => {
    const frame = '[1,{"a":[["1","1","1"]]},"book-10","XBT/USD"]';
    const server = await serve({ source: quiet('kraken-v1', 'XBT/USD', frame) });
    const client = await join(server, '/');

    client.send({ event: 'subscribe', pair: ['XBT/USD'], subscription: { name: 'book' } });
    const messages = await client.until((all) => all.length === 5);

    expect(JSON.parse(messages[1] ?? '')).toEqual({
      channelID: 1,
      channelName: 'book-10',
      event: 'subscriptionStatus',
      pair: 'XBT/USD',
      status: 'subscribed',
      subscription: { depth: 10, name: 'book' },
    });
    expect(messages[2]).toBe(frame);
  });

  it('Coinbase Exchange: lists the subscriptions', async () => {
    const frame = '{"type":"l2update","product_id":"BTC-USD","changes":[]}';
    const server = await serve({ source: quiet('coinbase-exchange', 'BTC-USD', frame) });
    const client = await join(server, '/');

    client.send({
      type: 'subscribe',
      product_ids: ['BTC-USD'],
      channels: ['heartbeat', { name: 'level2_batch' }],
    });
    const messages = await client.until((all) => all.length === 4);

    expect(JSON.parse(messages[0] ?? '')).toEqual({
      type: 'subscriptions',
      channels: [
        { name: 'heartbeat', product_ids: ['BTC-USD'] },
        { name: 'level2_batch', product_ids: ['BTC-USD'] },
      ],
    });
    expect(messages[1]).toBe(frame);
  });

  it('Coinbase Advanced: numbers everything that a connection gets', async () => {
    const frame =
      '{"channel":"l2_data","client_id":"","sequence_num":900,"events":[{"product_id":"BTC-USD"}]}';
    const server = await serve({ source: quiet('coinbase-advanced', 'BTC-USD', frame) });
    const client = await join(server, '/');

    client.send({ type: 'subscribe', product_ids: ['BTC-USD'], channel: 'level2' });
    const messages = await client.until((all) => all.length === 4);

    const numbers = messages.map((text) => JSON.parse(text).sequence_num);
    expect(numbers).toEqual([0, 1, 2, 3]);
  });

  it('Alpaca: wants authentication before a subscription', async () => {
    const frame = '[{"T":"q","S":"AAPL","bp":1}]';
    const server = await serve({ source: quiet('alpaca-json', 'AAPL', frame) });
    const client = await join(server, '/v2/iex');

    client.send({ action: 'subscribe', quotes: ['AAPL'] });
    client.send({ action: 'auth', key: 'k', secret: '' });
    client.send({ action: 'auth', key: 'k', secret: 's' });
    client.send({ action: 'subscribe', quotes: ['AAPL'] });
    const messages = await client.until((all) => all.length === 8);

    expect(messages.slice(0, 4).map((text) => JSON.parse(text)[0])).toEqual([
      { T: 'success', msg: 'connected' },
      { T: 'error', code: 401, msg: 'not authenticated' },
      { T: 'error', code: 402, msg: 'auth failed' },
      { T: 'success', msg: 'authenticated' },
    ]);
    expect(JSON.parse(messages[4] ?? '')[0]).toMatchObject({ T: 'subscription', quotes: ['AAPL'] });
    expect(messages.slice(5)).toEqual([frame, frame, frame]);
  });

  it('Alpaca: speaks MessagePack in binary frames', async () => {
    const frame = '\x91\x82\xa1T\xa1q\xa1S\xa4AAPL';
    const server = await serve({ source: quiet('alpaca-msgpack', 'AAPL', frame) });
    const client = await join(server, '/v2/iex');

    client.send({ action: 'auth', key: 'k', secret: 's' });
    client.socket.send(Buffer.from('\x82\xa6action\xa9subscribe\xa6quotes\x91\xa4AAPL', 'latin1'));
    const messages = await client.until((all) => all.length === 6);

    expect(messages[0]).toBe('\x91\x82\xa1T\xa7success\xa3msg\xa9connected');
    expect(messages.slice(3)).toEqual([frame, frame, frame]);
    expect(client.isBinary.every((isBinary) => isBinary)).toBe(true);
  });

  it('Binance: acknowledges, lists and refuses', async () => {
    const server = await serve({ source: binanceSource(0) });
    const client = await join(server, '/stream');

    client.send({ method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 1 });
    client.send({ method: 'LIST_SUBSCRIPTIONS', id: 'x' });
    client.send({ method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: 2 });
    client.send({ method: 'SUBSCRIBE', params: ['nonsense'], id: 3 });
    client.socket.send('{');
    const messages = await client.until((all) => all.length === 5);

    expect(messages.map((text) => JSON.parse(text))).toMatchObject([
      { result: null, id: 1 },
      { result: ['btcusdt@trade'], id: 'x' },
      { result: null, id: 2 },
      { error: { code: 1 }, id: 3 },
      { error: { code: 3 }, id: null },
    ]);
  });
});

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { WebSocketConnection } from '../../../src/transport/web-socket.js';
import { Recorder, TRANSPORTS } from './loopback.js';

const DEFLATES = [
  { name: 'without deflate', deflate: false, server: false },
  { name: 'with deflate and context takeover', deflate: true, server: { threshold: 0 } },
  {
    name: 'with deflate and no context takeover',
    deflate: true,
    server: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
  },
  {
    name: 'with deflate and small windows',
    deflate: true,
    server: { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
  },
] as const;

/** Text that compresses, but not to nothing. */
function sampleText(size: number): string {
  let text = '';
  for (let i = 0; text.length < size; i += 1) text += `{"u":${i * 7919},"p":"${i * 0.37}"}`;
  return text.slice(0, size);
}

describe.each(TRANSPORTS)('the $name transport against a ws server', ({ open }) => {
  let server: WebSocketServer;
  let recorder: Recorder;
  let connection: WebSocketConnection | undefined;

  async function listen(options: object = {}): Promise<string> {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
    await once(server, 'listening');
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/path?query=1`;
  }

  async function connect(url: string, options: object = {}): Promise<WebSocket> {
    const accepted = once(server, 'connection');
    connection = open({ url, ...options }, recorder.handlers);
    const [peer] = (await accepted) as [WebSocket];
    await recorder.opened;
    return peer;
  }

  beforeEach(() => {
    recorder = new Recorder();
    connection = undefined;
  });

  afterEach(async () => {
    connection?.terminate();
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  });

  describe.each(DEFLATES)('$name', ({ deflate, server: perMessageDeflate }) => {
    it('echoes text and bytes of every size at which the header changes', async () => {
      const url = await listen({ perMessageDeflate, maxPayload: 4 << 20 });
      const peer = await connect(url, { deflate, messageBytesMax: 4 << 20 });
      expect(peer.extensions !== '').toBe(deflate);
      peer.on('message', (data: Buffer, isBinary: boolean) =>
        peer.send(data, { binary: isBinary }),
      );
      const sizes = [0, 1, 125, 126, 127, 128, 65535, 65536, 100_000];
      const sent: { readonly data: Buffer; readonly isText: boolean }[] = [];
      for (const size of sizes) {
        const text = sampleText(size);
        sent.push({ data: Buffer.from(text), isText: true });
        sent.push({ data: Buffer.from(text), isText: false });
        connection?.send(text);
        connection?.send(Buffer.from(text));
        await recorder.received(sent.length);
      }
      const wrong = sent.filter(({ data, isText }, i) => {
        const found = recorder.messages[i];
        return found === undefined || found.isText !== isText || !found.data.equals(data);
      });
      expect(wrong.map(({ data, isText }) => [data.length, isText])).toEqual([]);
    });

    it('receives a message of 1 MiB and fragments with pings between them', async () => {
      const url = await listen({ perMessageDeflate });
      const peer = await connect(url, { deflate });
      const large = sampleText(1 << 20);
      peer.send(large);
      await recorder.received(1);
      peer.send('one ', { fin: false });
      peer.ping('between');
      peer.send('two ', { fin: false });
      peer.pong('unsolicited');
      peer.send('', { fin: false });
      peer.send('three', { fin: true });
      await recorder.received(2);
      expect(recorder.messages[0]?.data.toString() === large).toBe(true);
      expect(recorder.messages[1]?.data.toString()).toBe('one two three');
    });

    it('fails a message beyond the limit with 1009', async () => {
      const url = await listen({ perMessageDeflate });
      const peer = await connect(url, { deflate, messageBytesMax: 1000 });
      peer.send('x'.repeat(1000));
      await recorder.received(1);
      peer.send('x'.repeat(1001));
      const [code] = (await once(peer, 'close')) as [number];
      expect(code).toBe(1009);
      expect((await recorder.closed).code).toBe(1006);
      expect(recorder.error?.kind).toBe('message-too-big');
      expect(recorder.messages).toHaveLength(1);
    });
  });

  it('answers pings with their payload, and sends its own', async () => {
    const peer = await connect(await listen());
    for (const payload of ['', 'p', 'x'.repeat(125)]) {
      const ponged = once(peer, 'pong');
      peer.ping(payload);
      expect(String((await ponged)[0])).toBe(payload);
      const pinged = once(peer, 'ping');
      connection?.ping(payload);
      expect(String((await pinged)[0])).toBe(payload);
    }
  });

  it('sends path, headers, credentials and subprotocols', async () => {
    const url = await listen({ handleProtocols: () => 'v2' });
    const accepted = once(server, 'connection');
    connection = open(
      {
        url: url.replace('ws://', 'ws://user:pass@'),
        headers: { 'X-Key': 'value' },
        subprotocols: ['v1', 'v2'],
      },
      recorder.handlers,
    );
    const [, request] = await accepted;
    await recorder.opened;
    expect(request.url).toBe('/path?query=1');
    expect(request.headers['x-key']).toBe('value');
    expect(request.headers.host).toBe(new URL(url).host);
    expect(request.headers['authorization']).toBe(
      `Basic ${Buffer.from('user:pass').toString('base64')}`,
    );
    expect(connection.subprotocol).toBe('v2');
  });

  it('closes from our side with code and reason', async () => {
    const peer = await connect(await listen());
    const closed = once(peer, 'close');
    connection?.close(4001, 'done');
    expect(connection?.state).toBe('closing');
    connection?.close(4002, 'again');
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([4001, 'done']);
    expect((await recorder.closed).code).toBe(4001);
    expect(recorder.error).toBeUndefined();
    expect(recorder.closeCount).toBe(1);
    expect(connection?.state).toBe('closed');
  });

  it.each([
    { code: 1000, reason: '' },
    { code: 1001, reason: 'going away' },
    { code: 1013, reason: 'try again later' },
    { code: 4999, reason: 'ü'.repeat(61) },
  ])('tells how the peer closed: $code', async ({ code, reason }) => {
    const peer = await connect(await listen());
    const closed = once(peer, 'close');
    peer.close(code, reason);
    expect(await recorder.closed).toEqual({ code, reason });
    expect((await closed)[0]).toBe(code);
    expect(recorder.error).toBeUndefined();
  });

  it('takes a close without a code for 1005', async () => {
    const peer = await connect(await listen());
    peer.close();
    expect((await recorder.closed).code).toBe(1005);
  });

  it('delivers what the peer sent before it closed', async () => {
    const peer = await connect(await listen());
    for (let i = 0; i < 1000; i += 1) peer.send(String(i));
    peer.close(1000);
    await recorder.closed;
    expect(recorder.messages.map((message) => Number(message.data))).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
  });

  it('reports a connection that ends without a close frame', async () => {
    const peer = await connect(await listen());
    peer.terminate();
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.kind).toBe('connection-lost');
  });

  it('ends at once on terminate, without an error', async () => {
    const peer = await connect(await listen());
    const closed = once(peer, 'close');
    connection?.terminate();
    expect((await recorder.closed).code).toBe(1006);
    expect((await closed)[0]).toBe(1006);
    expect(recorder.error).toBeUndefined();
  });

  it('ends at once when its signal aborts', async () => {
    const controller = new AbortController();
    await connect(await listen(), { signal: controller.signal });
    controller.abort();
    await recorder.closed;
    expect(recorder.error?.kind).toBe('aborted');
    expect(recorder.error?.code).toBe('HFT_TRANSPORT');
  });

  it('holds messages back while it is paused', async () => {
    const peer = await connect(await listen());
    peer.send('first');
    await recorder.received(1);
    connection?.pause();
    peer.send('held');
    // The pong proves that the peer's message before it has been on the wire.
    await new Promise((resolve) => peer.send('', {}, resolve));
    await new Promise(setImmediate);
    expect(recorder.messages).toHaveLength(1);
    connection?.resume();
    await recorder.received(3);
    expect(recorder.messages.map((message) => message.data.toString())).toEqual([
      'first',
      'held',
      '',
    ]);
  });

  it('refuses to send unless it is open', async () => {
    const peer = await connect(await listen());
    peer.close(1000);
    await recorder.closed;
    expect(() => connection?.send('late')).toThrow(expect.objectContaining({ code: 'HFT_CLOSED' }));
    expect(() => connection?.ping()).toThrow(expect.objectContaining({ code: 'HFT_CLOSED' }));
    expect(() => connection?.close()).not.toThrow();
    expect(() => connection?.terminate()).not.toThrow();
  });

  it.each([999, 1005, 1006, 1015, 2999, 5000])('refuses to close with %i', async (code) => {
    await connect(await listen());
    expect(() => connection?.close(code)).toThrow(
      expect.objectContaining({ code: 'HFT_ARGUMENT' }),
    );
  });

  it('pings a silent peer, and takes its pong for life', async () => {
    const peer = await connect(await listen(), { pingIntervalMs: 20, silenceMaxMs: 60_000 });
    await once(peer, 'ping');
    await once(peer, 'ping');
    expect(connection?.state).toBe('open');
  });

  it('gives a silent peer up', async () => {
    const peer = await connect(await listen({ autoPong: false }), { silenceMaxMs: 50 });
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.kind).toBe('timed-out');
    expect(recorder.error?.code).toBe('HFT_TIMEOUT');
    peer.terminate();
  });
});

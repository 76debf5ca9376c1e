import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocketConnection } from '../../../src/transport/web-socket.js';
import { frame, RawServer, Recorder, TRANSPORTS, upgradeResponse } from './loopback.js';

/** Answers to the upgrade request that no client may accept. */
const REFUSED: readonly { name: string; answer: (head: string) => string }[] = [
  {
    name: 'a wrong Sec-WebSocket-Accept',
    answer: (head) => upgradeResponse(head).replace(/Accept: ..../, 'Accept: AAAA'),
  },
  {
    name: 'no Sec-WebSocket-Accept',
    answer: (head) => upgradeResponse(head).replace(/Sec-WebSocket-Accept.*\r\n/, ''),
  },
  {
    name: 'an upgrade to something else',
    answer: (head) => upgradeResponse(head).replace('websocket', 'h2c'),
  },
  {
    name: 'a subprotocol that was not offered',
    answer: (head) => upgradeResponse(head, 'Sec-WebSocket-Protocol: other'),
  },
  {
    name: 'an extension that was not offered',
    answer: (head) => upgradeResponse(head, 'Sec-WebSocket-Extensions: permessage-deflate'),
  },
  { name: 'something that is not HTTP', answer: () => 'SSH-2.0-OpenSSH_9.2\r\n\r\n' },
  { name: 'a status that is not a number', answer: () => 'HTTP/1.1 abc No\r\n\r\n' },
  {
    name: 'a head without an end',
    answer: (head) => upgradeResponse(head, `X: ${'x'.repeat(40_000)}`),
  },
];

describe.each(TRANSPORTS)('the $name transport', ({ name: transport, open }) => {
  let server: RawServer | undefined;
  let connection: WebSocketConnection | undefined;

  afterEach(async () => {
    connection?.terminate();
    await server?.stop();
    server = undefined;
  });

  async function serve(onRequest: (head: string, socket: Socket) => void): Promise<string> {
    server = await RawServer.start(onRequest);
    return server.url;
  }

  it.each(REFUSED)('refuses $name', async ({ answer }) => {
    const recorder = new Recorder();
    const url = await serve((head, socket) => socket.write(answer(head), 'latin1'));
    connection = open({ url }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.kind).toBe('upgrade-failed');
    expect(recorder.isOpened).toBe(false);
  });

  it.each([
    { name: 'with a length', framing: 'Content-Length: 12', body: '{"code":401}' },
    {
      name: 'in chunks',
      framing: 'Transfer-Encoding: chunked',
      body: 'c\r\n{"code":401}\r\n0\r\n\r\n',
    },
    { name: 'until the end', framing: 'Connection: close', body: '{"code":401}' },
  ])('gives the status and the body of a refusal $name', async ({ name, framing, body }) => {
    const recorder = new Recorder();
    const url = await serve((_head, socket) => {
      socket.write(`HTTP/1.1 401 Unauthorized\r\nRetry-After: 7\r\n${framing}\r\n\r\n`);
      socket.write(body);
      if (name === 'until the end') socket.end();
    });
    connection = open({ url }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('upgrade-rejected');
    expect(recorder.error?.message).toBe('HTTP status 401');
    expect(recorder.error?.refusal).toMatchObject({ status: 401, retryAfter: '7' });
    expect(recorder.error?.refusal?.bodyStart).toContain('{"code":401}');
  });

  it('tells where a redirect leads, and does not follow it', async () => {
    const recorder = new Recorder();
    const url = await serve((_head, socket) =>
      socket.write('HTTP/1.1 301 Moved\r\nLocation: wss://other/\r\nContent-Length: 0\r\n\r\n'),
    );
    connection = open({ url }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.refusal).toMatchObject({ status: 301, location: 'wss://other/' });
  });

  it('keeps only the start of a long body', async () => {
    const recorder = new Recorder();
    const url = await serve((_head, socket) =>
      socket.write(`HTTP/1.1 503 Busy\r\nContent-Length: 90000\r\n\r\n${'b'.repeat(90_000)}`),
    );
    connection = open({ url }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.refusal).toMatchObject({ status: 503, bodyStart: 'b'.repeat(1024) });
  });

  it('reads an answer and frames that come byte by byte', async () => {
    const recorder = new Recorder();
    const url = await serve((head, socket) => {
      const bytes = Buffer.concat([
        Buffer.from(upgradeResponse(head, 'X-Empty:', 'connection: keep-alive')),
        frame(0x81, 'hello'),
        frame(0x01, 'ä'),
        frame(0x89, 'ping'),
        frame(0x80, 'x'.repeat(300)),
        frame(0x88, Buffer.from([0x03, 0xe8])),
      ]);
      let at = 0;
      const writeNext = (): void => {
        if (at === bytes.length) return;
        // The next byte leaves only when this one has: each makes a segment of its own.
        socket.write(bytes.subarray(at, at + 1), () => setImmediate(writeNext));
        at += 1;
      };
      writeNext();
      socket.on('data', (chunk: Buffer) => {
        if (chunk.includes(0x88)) socket.end();
      });
    });
    connection = open({ url }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1000);
    expect(recorder.messages.map((message) => message.data.toString())).toEqual([
      'hello',
      `ä${'x'.repeat(300)}`,
    ]);
  });

  it('delivers frames that come in one segment with the answer, after onOpen', async () => {
    const recorder = new Recorder();
    const url = await serve((head, socket) =>
      socket.write(Buffer.concat([Buffer.from(upgradeResponse(head)), frame(0x81, 'at once')])),
    );
    let wasOpenBefore = false;
    connection = open(
      { url },
      {
        ...recorder.handlers,
        onMessage: (data, isText) => {
          wasOpenBefore = recorder.isOpened;
          recorder.handlers.onMessage(data, isText);
        },
      },
    );
    await recorder.received(1);
    expect(wasOpenBefore).toBe(true);
  });

  it('reports a refused connection', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const address = unused.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    unused.close();
    await once(unused, 'close');
    const recorder = new Recorder();
    connection = open({ url: `ws://127.0.0.1:${port}/` }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.kind).toBe('connect-failed');
  });

  it('reports a name that does not resolve', async () => {
    const recorder = new Recorder();
    connection = open({ url: 'ws://nowhere.invalid/' }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('resolve-failed');
  });

  it('finds the address of a name', async () => {
    const recorder = new Recorder();
    const url = await serve((head, socket) => socket.write(upgradeResponse(head)));
    connection = open({ url: url.replace('127.0.0.1', 'localhost') }, recorder.handlers);
    await recorder.opened;
    expect(connection.state).toBe('open');
  });

  it('gives up when no answer comes in time', async () => {
    const recorder = new Recorder();
    const url = await serve(() => undefined);
    connection = open({ url, handshakeTimeoutMs: 50 }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.code).toBe('HFT_TIMEOUT');
  });

  it('gives up a close that is not answered', async () => {
    const recorder = new Recorder();
    const url = await serve((head, socket) => socket.write(upgradeResponse(head)));
    connection = open({ url, closeTimeoutMs: 50 }, recorder.handlers);
    await recorder.opened;
    connection.close(1000);
    expect((await recorder.closed).code).toBe(1006);
  });

  it('reports a reset', async () => {
    const recorder = new Recorder();
    const url = await serve((head, socket) => {
      socket.write(upgradeResponse(head), () => setImmediate(() => socket.resetAndDestroy()));
    });
    connection = open({ url }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.kind).toBe(
      transport === 'ws' ? recorder.error?.kind : 'connection-lost',
    );
  });

  it('reports a server that ends the connection during the handshake', async () => {
    const recorder = new Recorder();
    const url = await serve((_head, socket) => socket.end());
    connection = open({ url }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.isOpened).toBe(false);
    expect(recorder.error).toBeDefined();
  });

  it('can be given up before it is open', async () => {
    const recorder = new Recorder();
    const url = await serve(() => undefined);
    connection = open({ url }, recorder.handlers);
    connection.close();
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error).toBeUndefined();
    expect(connection.state).toBe('closed');
  });

  it('is called off before it starts when its signal has aborted', async () => {
    const recorder = new Recorder();
    const url = await serve((head, socket) => socket.write(upgradeResponse(head)));
    connection = open({ url, signal: AbortSignal.abort() }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('aborted');
  });

  it('refuses headers that would end a line', () => {
    const { handlers } = new Recorder();
    for (const headers of [{ 'X-A': 'b\r\nX-C: d' }, { 'X A': 'b' }, { 'X-A': 'b\0' }]) {
      expect(() => open({ url: 'ws://127.0.0.1:1/', headers }, handlers)).toThrow(
        expect.objectContaining({ code: 'HFT_ARGUMENT' }),
      );
    }
  });
});

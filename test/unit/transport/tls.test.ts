import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocketConnection } from '../../../src/transport/web-socket.js';
import { hasOpenssl, type Identity, TestAuthority } from './certificates.js';
import { Recorder, TRANSPORTS } from './loopback.js';

describe.skipIf(!hasOpenssl()).each(TRANSPORTS)('the $name transport over TLS', ({ open }) => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let good: Identity;
  let server: Server;
  let sockets: WebSocketServer;
  let connection: WebSocketConnection | undefined;

  beforeAll(() => {
    authority = new TestAuthority();
    stranger = new TestAuthority();
    good = authority.issue(['DNS:localhost', 'IP:127.0.0.1']);
  });

  afterAll(() => {
    authority.dispose();
    stranger.dispose();
  });

  afterEach(async () => {
    connection?.terminate();
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function listen(identity: Identity, options: object = {}): Promise<number> {
    server = createServer({ ...identity, ...options });
    server.on('tlsClientError', () => undefined);
    sockets = new WebSocketServer({ server, perMessageDeflate: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  it.each(['localhost', '127.0.0.1'])(
    'opens to %s, whose certificate it can verify',
    async (host) => {
      const port = await listen(good);
      const accepted = once(sockets, 'connection');
      const recorder = new Recorder();
      connection = open({ url: `wss://${host}:${port}/`, ca: authority.cert }, recorder.handlers);
      const [peer, request] = await accepted;
      await recorder.opened;
      const tls = request.socket as TLSSocket;
      expect(tls.getProtocol()).toBe('TLSv1.3');
      // SNI carries names only, never addresses.
      expect((tls as TLSSocket & { servername: string | false }).servername || '').toBe(
        host === 'localhost' ? host : '',
      );
      peer.on('message', (data: Buffer, isBinary: boolean) =>
        peer.send(data, { binary: isBinary }),
      );
      const large = Buffer.alloc(300_000, 'l');
      connection.send('small');
      connection.send(large.subarray(0, 100_000));
      peer.send(large);
      await recorder.received(3);
      const sizes = recorder.messages.map((message) => message.data.length);
      expect(sizes.toSorted((a, b) => a - b)).toEqual([5, 100_000, 300_000]);
      peer.close(1000, 'end');
      expect(await recorder.closed).toEqual({ code: 1000, reason: 'end' });
    },
  );

  it('speaks TLS 1.2 where the server has no other', async () => {
    const port = await listen(good, { maxVersion: 'TLSv1.2' });
    const recorder = new Recorder();
    connection = open({ url: `wss://localhost:${port}/`, ca: authority.cert }, recorder.handlers);
    await recorder.opened;
  });

  it('refuses TLS 1.1', async () => {
    const port = await listen(good, {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL@SECLEVEL=0',
    });
    const recorder = new Recorder();
    connection = open({ url: `wss://localhost:${port}/`, ca: authority.cert }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('tls-failed');
  });

  it('refuses a certificate of an unknown authority', async () => {
    const port = await listen(good);
    const recorder = new Recorder();
    connection = open({ url: `wss://localhost:${port}/`, ca: stranger.cert }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.kind).toBe('certificate-rejected');
  });

  it('refuses it also with the default authorities', async () => {
    const port = await listen(good);
    const recorder = new Recorder();
    connection = open({ url: `wss://localhost:${port}/` }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('certificate-rejected');
  });

  it('refuses an expired certificate', async () => {
    const port = await listen(authority.issue(['DNS:localhost'], 'expired'));
    const recorder = new Recorder();
    connection = open({ url: `wss://localhost:${port}/`, ca: authority.cert }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('certificate-rejected');
    expect(recorder.error?.message).toMatch(/expired/);
  });

  it.each(['DNS:other.example', 'DNS:*.localhost', 'IP:127.0.0.2'])(
    'refuses a certificate for another host: %s',
    async (name) => {
      const port = await listen(authority.issue([name]));
      for (const host of ['localhost', '127.0.0.1']) {
        const recorder = new Recorder();
        connection = open({ url: `wss://${host}:${port}/`, ca: authority.cert }, recorder.handlers);
        await recorder.closed;
        expect(recorder.error?.kind).toBe('certificate-rejected');
      }
    },
  );

  it('reports a server that speaks no TLS', async () => {
    await listen(good);
    const plain = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(plain, 'listening');
    const port = (plain.address() as AddressInfo).port;
    const recorder = new Recorder();
    connection = open({ url: `wss://127.0.0.1:${port}/` }, recorder.handlers);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('tls-failed');
    plain.close();
  });

  it('carries compressed messages', async () => {
    const port = await listen(good);
    const accepted = once(sockets, 'connection');
    const recorder = new Recorder();
    connection = open(
      { url: `wss://localhost:${port}/`, ca: authority.cert, deflate: true },
      recorder.handlers,
    );
    const [peer] = await accepted;
    await recorder.opened;
    for (let i = 0; i < 50; i += 1) peer.send(`{"u":${i}}`.repeat(500));
    await recorder.received(50);
    expect(recorder.messages[49]?.data.toString()).toBe('{"u":49}'.repeat(500));
  });
});

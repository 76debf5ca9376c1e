import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { loadAddon } from '../../../src/addon/addon.js';
import type {
  NativeWebSocketHandlers,
  NativeWebSocketOptions,
} from '../../../src/addon/web-socket.js';

const { NativeWebSocket } = loadAddon();
const ADDON_FILE =
  process.env['HFT_ADDON'] ??
  fileURLToPath(new URL('../../../out/native/hft.node', import.meta.url));
const IGNORE: NativeWebSocketHandlers = {
  onOpen: () => undefined,
  onMessage: () => undefined,
  onError: () => undefined,
  onClose: () => undefined,
};
const ARGUMENT = expect.objectContaining({ code: 'HFT_ARGUMENT', name: 'TypeError' });
const CLOSED = expect.objectContaining({ code: 'HFT_CLOSED' });

/** A value of a wrong type, for what a caller without types may pass. */
const wrong = (value: unknown): never => value as never;

describe('NativeWebSocket', () => {
  let server: WebSocketServer;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  });

  function port(): number {
    return (server.address() as AddressInfo).port;
  }

  it('refuses options of the wrong type or out of range', () => {
    const bad: readonly unknown[] = [
      undefined,
      null,
      7,
      {},
      { host: 7 },
      { host: '' },
      { host: 'a b' },
      { host: 'h', path: 'relative' },
      { host: 'h', path: '/a b' },
      { host: 'h', headers: 'X: y' },
      { host: 'h', headers: ['X'] },
      { host: 'h', headers: ['X', 7] },
      { host: 'h', headers: ['X', 'a\nb'] },
      { host: 'h', headers: { length: 2 } },
      { host: 'h', isSecure: 'yes' },
      { host: 'h', receiveBytesMax: 0 },
      { host: 'h', receiveBytesMax: 1.5 },
      { host: 'h', receiveBytesMax: Number.NaN },
      { host: 'h', messageBytesMax: -1 },
      { host: 'h', messageBytesMax: 2 ** 40 },
      { host: 'h', serverMaxWindowBits: 16 },
      { host: 'h', clientMaxWindowBits: 8 },
      { host: 'h', handshakeTimeoutMs: Number.POSITIVE_INFINITY },
    ];
    for (const options of bad) {
      expect(() => new NativeWebSocket(wrong(options), IGNORE), JSON.stringify(options)).toThrow(
        ARGUMENT,
      );
    }
    expect(() => new NativeWebSocket({ host: 'h' }, wrong(undefined))).toThrow(ARGUMENT);
    const call = NativeWebSocket as unknown as (...args: unknown[]) => void;
    expect(() => call({ host: 'h' }, IGNORE)).toThrow(TypeError);
  });

  it('passes on what a getter of the options throws', () => {
    const options = {
      host: 'h',
      get path(): string {
        throw new RangeError('from the getter');
      },
    };
    expect(() => new NativeWebSocket(options, IGNORE)).toThrow('from the getter');
  });

  it('refuses arguments of the wrong type, and methods on other objects', () => {
    const socket = new NativeWebSocket({ host: 'h' }, IGNORE);
    for (const address of [undefined, 7, {}]) {
      expect(() => socket.connect(wrong(address), 80)).toThrow(ARGUMENT);
    }
    for (const number of [0, 65536, 1.5, '80', undefined]) {
      expect(() => socket.connect('127.0.0.1', wrong(number))).toThrow(ARGUMENT);
    }
    for (const data of [undefined, null, 7, {}, [], new Float64Array(1), new ArrayBuffer(1)]) {
      expect(() => socket.send(wrong(data))).toThrow(ARGUMENT);
    }
    for (const receiver of [null, 7, {}, 'x']) {
      expect(() => socket.setReceiver(wrong(receiver))).toThrow(ARGUMENT);
    }
    // These are refused by the engine itself, which knows no code of ours.
    expect(() => NativeWebSocket.prototype.send.call(wrong({}), 'x')).toThrow(TypeError);
    expect(() => NativeWebSocket.prototype.statistics.call(wrong(new Map()))).toThrow(TypeError);
  });

  it('refuses a detached buffer', () => {
    const socket = new NativeWebSocket({ host: 'h' }, IGNORE);
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => socket.send(bytes)).toThrow(ARGUMENT);
  });

  it('refuses use before it is open, and a second connect', async () => {
    const socket = new NativeWebSocket({ host: 'h' }, IGNORE);
    expect(() => socket.send('x')).toThrow(CLOSED);
    expect(() => socket.close()).toThrow(CLOSED);
    expect(() => socket.terminate()).not.toThrow();
    const accepted = once(server, 'connection');
    socket.connect('127.0.0.1', port());
    expect(() => socket.connect('127.0.0.1', port())).toThrow(CLOSED);
    await accepted;
    socket.terminate();
    socket.terminate();
    expect(() => socket.send('x')).toThrow(CLOSED);
  });

  it.each(['not an address', 'localhost', '', '1.2.3', '127.0.0.1 '])(
    'reports %j, which is no literal address, later and once',
    async (address) => {
      const calls: string[] = [];
      await new Promise<void>((resolve) => {
        const socket = new NativeWebSocket(
          { host: 'h' },
          {
            ...IGNORE,
            onError: (kind) => calls.push(kind),
            onClose: (code) => {
              calls.push(String(code));
              resolve();
            },
          },
        );
        socket.connect(address, 80);
        expect(calls).toEqual([]);
      });
      await new Promise(setImmediate);
      expect(calls).toEqual(['connect-failed', '1006']);
    },
  );

  /** An open socket, with the server's end. */
  async function openPair(options: Partial<NativeWebSocketOptions> = {}, handlers = {}) {
    const accepted = once(server, 'connection');
    const { promise: isOpen, resolve } = deferred();
    const socket = new NativeWebSocket(
      { host: 'h', ...options },
      { ...IGNORE, onOpen: () => resolve(), ...handlers },
    );
    socket.connect('127.0.0.1', port());
    const [peer] = await accepted;
    await isOpen;
    return { socket, peer };
  }

  function deferred(): { promise: Promise<void>; resolve: () => void } {
    let settle: (() => void) | undefined;
    const promise = new Promise<void>((resolve) => {
      settle = resolve;
    });
    return { promise, resolve: () => settle?.() };
  }

  it('refuses to send more than the buffer holds, and nothing of it leaves', async () => {
    const { socket, peer } = await openPair({ sendBufferBytes: 10_000 });
    expect(() => socket.send(Buffer.alloc(20_000))).toThrow(
      expect.objectContaining({ code: 'HFT_CAPACITY' }),
    );
    const received = once(peer, 'message');
    socket.send('still in step');
    expect(String((await received)[0])).toBe('still in step');
    socket.terminate();
  });

  it('keeps what the peer does not take, and sends it later', async () => {
    const { socket, peer } = await openPair({ sendBufferBytes: 1 << 20 });
    peer.pause();
    let sent = 0;
    try {
      for (;;) {
        socket.send(Buffer.alloc(65_536, sent % 251));
        sent += 1;
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'HFT_CAPACITY' });
    }
    expect(socket.statistics().sendBacklogBytes).toBeGreaterThan(900_000);
    const { promise, resolve } = deferred();
    let received = 0;
    peer.on('message', (data: Buffer) => {
      if (data.length === 65_536 && data[0] === received % 251) received += 1;
      if (received === sent) resolve();
    });
    peer.resume();
    await promise;
    expect(socket.statistics().sendBacklogBytes).toBe(0);
    socket.terminate();
  });

  it('refuses pings and reasons that do not fit their frame', async () => {
    const { socket } = await openPair();
    expect(() => socket.ping('x'.repeat(126))).toThrow(ARGUMENT);
    expect(() => socket.close(1000, 'x'.repeat(124))).toThrow(ARGUMENT);
    expect(() => socket.close(1005)).toThrow(ARGUMENT);
    socket.ping('x'.repeat(125));
    socket.close(1000, 'x'.repeat(123));
  });

  it('lets handlers end the connection inside a message', async () => {
    for (const end of ['close', 'terminate'] as const) {
      const { promise, resolve } = deferred();
      let messages = 0;
      const { socket, peer } = await openPair(
        {},
        {
          onMessage: () => {
            messages += 1;
            if (messages === 1) socket[end]();
          },
          onClose: () => resolve(),
        },
      );
      for (let i = 0; i < 100; i += 1) peer.send(String(i));
      await promise;
      if (end === 'terminate') expect(messages).toBe(1);
    }
  });

  it('counts what passes', async () => {
    const { promise, resolve } = deferred();
    const { socket, peer } = await openPair({}, { onMessage: () => resolve() });
    const pinged = once(peer, 'pong');
    peer.ping('x');
    await pinged;
    peer.send('hello');
    await promise;
    expect(socket.statistics()).toMatchObject({
      messages: 1,
      pings: 1,
      pongsDropped: 0,
      isDeflateAgreed: false,
    });
    expect(socket.statistics().lastByteTimeMs).toBeGreaterThan(1_600_000_000_000);
    socket.terminate();
  });

  const WORKER = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { NativeWebSocket } = require(workerData.addon);
    const socket = new NativeWebSocket({ host: 'h' }, {
      onOpen: () => parentPort.postMessage('open'),
      onMessage: (data) => parentPort.postMessage(String(data)),
      onClose: () => parentPort.postMessage('closed'),
    });
    socket.connect('127.0.0.1', workerData.port);
    if (workerData.exits) process.exit();
  `;

  it('lets go of everything when its worker is terminated', async () => {
    for (let round = 0; round < 5; round += 1) {
      const worker = new Worker(WORKER, {
        eval: true,
        workerData: { addon: ADDON_FILE, port: port(), exits: false },
      });
      const accepted = once(server, 'connection');
      await once(worker, 'message');
      const [peer] = await accepted;
      const closed = once(peer, 'close');
      peer.send('busy');
      await worker.terminate();
      expect((await closed)[0]).toBe(1006);
    }
  });

  it('lets a worker exit while it connects', async () => {
    const worker = new Worker(WORKER, {
      eval: true,
      workerData: { addon: ADDON_FILE, port: port(), exits: true },
    });
    expect((await once(worker, 'exit'))[0]).toBe(0);
  });

  it('lets a worker end by itself once its socket is closed', async () => {
    server.on('connection', (peer) => peer.close(1000));
    const worker = new Worker(WORKER, {
      eval: true,
      workerData: { addon: ADDON_FILE, port: port(), exits: false },
    });
    expect((await once(worker, 'exit'))[0]).toBe(0);
  });
});

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { openNativeWebSocket } from '../../../src/transport/native-web-socket.js';
import type {
  TransportError,
  WebSocketConnection,
  WebSocketHandlers,
  WebSocketOptions,
} from '../../../src/transport/web-socket.js';
import { openWsWebSocket } from '../../../src/transport/ws-web-socket.js';

/** The transports under one contract. */
export const TRANSPORTS = [
  { name: 'native', open: openNativeWebSocket },
  { name: 'ws', open: openWsWebSocket },
] as const;

export type OpenWebSocket = (
  options: WebSocketOptions,
  handlers: WebSocketHandlers,
) => WebSocketConnection;

/** A promise with its ends outside (`Promise.withResolvers` comes with Node 22). */
function defer<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}

/** Everything that a connection told its handlers, and promises of what is to come. */
export class Recorder {
  readonly messages: { readonly data: Buffer; readonly isText: boolean }[] = [];
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly handlers: WebSocketHandlers;
  error: TransportError | undefined;
  isOpened = false;
  closeCount = 0;

  constructor() {
    const open = defer<void>();
    const close = defer<{ code: number; reason: string }>();
    this.opened = open.promise;
    this.closed = close.promise;
    this.handlers = {
      onOpen: () => {
        this.isOpened = true;
        open.resolve();
      },
      onMessage: (data, isText) => {
        this.messages.push({ data, isText });
        for (const waiter of this.#waiting) {
          if (this.messages.length >= waiter.count) waiter.resolve();
        }
      },
      onError: (error) => {
        this.error = error;
      },
      onClose: (code, reason) => {
        this.closeCount += 1;
        close.resolve({ code, reason });
      },
    };
  }

  /** Resolves once `count` messages have come. */
  async received(count: number): Promise<void> {
    if (this.messages.length >= count) return;
    const { promise, resolve } = defer<void>();
    this.#waiting.push({ count, resolve });
    await promise;
  }
}

/** The value of Sec-WebSocket-Accept for the request in `head`. */
export function acceptFor(head: string): string {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(head)?.[1] ?? '';
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A 101 response to the request in `head`, with further header lines. */
export function upgradeResponse(head: string, ...lines: readonly string[]): string {
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(head)}`,
    ...lines,
    '',
    '',
  ].join('\r\n');
}

/** One unmasked frame; `first` is its first byte. */
export function frame(first: number, payload: Buffer | string = ''): Buffer {
  const body = Buffer.from(payload);
  if (body.length < 126) return Buffer.concat([Buffer.from([first, body.length]), body]);
  const header = Buffer.alloc(body.length < 65536 ? 4 : 10);
  header[0] = first;
  header[1] = body.length < 65536 ? 126 : 127;
  if (body.length < 65536) header.writeUInt16BE(body.length, 2);
  else header.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([header, body]);
}

/** A frame as the server got it from a client. */
export interface ClientFrame {
  readonly first: number;
  readonly isMasked: boolean;
  readonly payload: Buffer;
}

/** Splits the bytes of a client into frames. */
export function parseClientFrames(bytes: Buffer): ClientFrame[] {
  const frames: ClientFrame[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const first = bytes.readUInt8(at);
    const isMasked = (bytes.readUInt8(at + 1) & 0x80) !== 0;
    let size = bytes.readUInt8(at + 1) & 0x7f;
    at += 2;
    if (size === 126) {
      size = bytes.readUInt16BE(at);
      at += 2;
    } else if (size === 127) {
      size = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    const mask = isMasked ? bytes.subarray(at, at + 4) : Buffer.alloc(4);
    at += isMasked ? 4 : 0;
    const payload = Buffer.from(bytes.subarray(at, at + size));
    for (let i = 0; i < payload.length; i += 1) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
    frames.push({ first, isMasked, payload });
    at += size;
  }
  return frames;
}

/** A TCP server that writes what a script says: the source of illegal bytes. */
export class RawServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `onRequest` gets the head of each request and its socket. */
  static async start(onRequest: (head: string, socket: Socket) => void): Promise<RawServer> {
    const server = createServer({ allowHalfOpen: true });
    const raw = new RawServer(server);
    server.on('connection', (socket) => {
      raw.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => raw.#sockets.delete(socket));
      socket.on('close', () => raw.#sockets.delete(socket));
      let head = '';
      const onData = (chunk: Buffer): void => {
        head += chunk.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        socket.off('data', onData);
        onRequest(head, socket);
      };
      socket.on('data', onData);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return raw;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Starts a server that upgrades and then writes `bytes`; what the client answers is collected. */
export async function serveBytes(
  bytes: Buffer,
  options: { readonly endsAfter?: boolean; readonly lines?: readonly string[] } = {},
): Promise<{ readonly server: RawServer; readonly answered: Promise<ClientFrame[]> }> {
  const { promise, resolve } = defer<ClientFrame[]>();
  const server = await RawServer.start((head, socket) => {
    const chunks: Buffer[] = [];
    let isEnded = false;
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // A server ends the connection when it has got a close frame.
      const frames = parseClientFrames(Buffer.concat(chunks));
      if (!isEnded && frames.some((found) => found.first === 0x88)) {
        isEnded = true;
        socket.end();
      }
    });
    socket.on('end', () => {
      socket.end();
      resolve(parseClientFrames(Buffer.concat(chunks)));
    });
    socket.write(upgradeResponse(head, ...(options.lines ?? [])));
    socket.write(bytes);
    if (options.endsAfter === true) socket.end();
  });
  return { server, answered: promise };
}

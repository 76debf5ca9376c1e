import { rootCertificates } from 'node:tls';
import { loadAddon } from '../addon/addon.js';
import type {
  NativeWebSocket,
  NativeWebSocketConstructor,
  NativeWebSocketOptions,
} from '../addon/web-socket.js';
import { HftError } from '../domain/errors.js';
import { resolveHost } from './resolve-host.js';
import {
  parseWebSocketUrl,
  TRANSPORT_ERROR_KINDS,
  TransportError,
  type TransportErrorKind,
  WEB_SOCKET_DEFAULTS,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
  type WebSocketState,
  type WebSocketTarget,
} from './web-socket.js';

/** What only the native transport has. */
export interface NativeSocketExtras {
  /** A message receiver of a native stream: messages go there instead of to `onMessage`. */
  readonly receiver?: unknown;
  /** With a receiver: the messages of one read have been handed to it. */
  readonly onBatch?: () => void;
  /** Further native options, such as `receiveBytesMax`, `readsMax` and deflate parameters. */
  readonly native?: Partial<NativeWebSocketOptions>;
}

/**
 * Opens a WebSocket through the native client, on this thread's event loop.
 *
 * Returns at once; `onOpen` follows, or `onError` and `onClose`. The addresses of a name are tried
 * in order. Throws HFT_ARGUMENT for options that cannot work.
 */
export function openNativeWebSocket(
  options: WebSocketOptions,
  handlers: WebSocketHandlers,
  extras: NativeSocketExtras = {},
): NativeWebSocketConnection {
  return new NativeConnection(options, handlers, extras);
}

function kindOf(name: string): TransportErrorKind {
  return TRANSPORT_ERROR_KINDS.find((kind) => kind === name) ?? 'connection-lost';
}

/** The authorities that Node trusts by default, with those of the system and of the user. */
function authorities(ca: string | undefined): Partial<NativeWebSocketOptions> {
  if (ca !== undefined) return { caPem: ca, usesSystemCa: false };
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return {
    caPem: rootCertificates.join('\n'),
    usesSystemCa: true,
    ...(extra === undefined ? {} : { caFile: extra }),
  };
}

function headersOf(options: WebSocketOptions, target: WebSocketTarget): string[] {
  const headers = Object.entries(options.headers ?? {}).flat();
  const isGiven = Object.keys(options.headers ?? {}).some(
    (n) => n.toLowerCase() === 'authorization',
  );
  if (target.authorization !== undefined && !isGiven) {
    headers.push('Authorization', target.authorization);
  }
  return headers;
}

/** A connection of the native transport. */
export interface NativeWebSocketConnection extends WebSocketConnection {
  /** Reads once without being told that bytes wait; whether bytes came. For loops that spin. */
  poll(): boolean;
}

class NativeConnection implements NativeWebSocketConnection {
  readonly #handlers: WebSocketHandlers;
  readonly #target: WebSocketTarget;
  readonly #options: NativeWebSocketOptions;
  readonly #construct: NativeWebSocketConstructor;
  readonly #receiver: unknown;
  readonly #onBatch: (() => void) | undefined;
  readonly #abort = new AbortController();
  readonly #outerSignal: AbortSignal | undefined;
  readonly #onOuterAbort = (): void => this.#fail(new TransportError('aborted', 'called off'));
  readonly #deadline: number;
  #socket: NativeWebSocket | undefined;
  #state: WebSocketState = 'connecting';
  #isPaused = false;
  /** Addresses that are still to be tried. */
  #rest: readonly string[] = [];

  constructor(options: WebSocketOptions, handlers: WebSocketHandlers, extras: NativeSocketExtras) {
    this.#handlers = handlers;
    this.#target = parseWebSocketUrl(options.url);
    this.#construct = loadAddon().NativeWebSocket;
    this.#receiver = extras.receiver;
    this.#onBatch = extras.onBatch;
    this.#outerSignal = options.signal;
    this.#options = {
      ...extras.native,
      host: this.#target.host,
      path: this.#target.path,
      headers: headersOf(options, this.#target),
      subprotocols: (options.subprotocols ?? []).join(', '),
      isSecure: this.#target.isSecure,
      serverName: this.#target.hostname,
      ...(this.#target.isSecure ? authorities(options.ca) : {}),
      offersDeflate: options.deflate ?? false,
      skipUtf8: options.skipUtf8 ?? false,
      messageBytesMax: options.messageBytesMax ?? WEB_SOCKET_DEFAULTS.messageBytesMax,
      closeTimeoutMs: options.closeTimeoutMs ?? WEB_SOCKET_DEFAULTS.closeTimeoutMs,
      pingIntervalMs: options.pingIntervalMs ?? WEB_SOCKET_DEFAULTS.pingIntervalMs,
      silenceMaxMs: options.silenceMaxMs ?? WEB_SOCKET_DEFAULTS.silenceMaxMs,
    };
    const timeoutMs = options.handshakeTimeoutMs ?? WEB_SOCKET_DEFAULTS.handshakeTimeoutMs;
    this.#deadline = performance.now() + timeoutMs;
    // Made before anything is awaited, so that wrong options throw to the caller.
    this.#socket = this.#make(timeoutMs);
    this.#outerSignal?.addEventListener('abort', this.#onOuterAbort);
    void this.#start(this.#socket, timeoutMs);
  }

  get state(): WebSocketState {
    return this.#state;
  }

  get subprotocol(): string {
    return this.#socket?.statistics().subprotocol ?? '';
  }

  get backlogBytes(): number {
    return this.#socket?.statistics().sendBacklogBytes ?? 0;
  }

  send(data: string | Uint8Array): void {
    this.#openSocket().send(data);
  }

  ping(data?: string | Uint8Array): void {
    this.#openSocket().ping(data);
  }

  close(code = 1000, reason = ''): void {
    if (this.#state === 'connecting') {
      this.#finish(undefined, 1006, '');
    } else if (this.#state === 'open') {
      this.#openSocket().close(code, reason);
      this.#state = 'closing';
    }
  }

  terminate(): void {
    if (this.#state === 'connecting') this.#finish(undefined, 1006, '');
    else if (this.#state !== 'closed') this.#socket?.terminate();
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#state !== 'connecting') this.#socket?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket?.resume();
  }

  poll(): boolean {
    if (this.#state !== 'open') return false;
    const found = this.#socket?.poll() ?? 0;
    if (found === 2) this.#onBatch?.();
    return found !== 0;
  }

  #openSocket(): NativeWebSocket {
    if (this.#state !== 'open' || this.#socket === undefined) {
      throw new HftError('HFT_CLOSED', `the WebSocket is ${this.#state}, not open`);
    }
    return this.#socket;
  }

  async #start(first: NativeWebSocket, timeoutMs: number): Promise<void> {
    // A later turn in any case: handlers never run inside the call that opens.
    await Promise.resolve();
    if (this.#outerSignal?.aborted === true) this.#onOuterAbort();
    try {
      const signal = this.#abort.signal;
      const addresses = await resolveHost(this.#target.hostname, { timeoutMs, signal });
      this.#rest = addresses;
      this.#connectNext(first);
    } catch (error) {
      this.#fail(error instanceof TransportError ? error : this.#unexpected(error));
    }
  }

  #unexpected(error: unknown): TransportError {
    return new TransportError('connect-failed', error instanceof Error ? error.message : 'unknown');
  }

  #connectNext(socket: NativeWebSocket): void {
    const [address, ...rest] = this.#rest;
    if (this.#state !== 'connecting' || address === undefined) return;
    this.#rest = rest;
    this.#socket = socket;
    if (this.#receiver !== undefined) socket.setReceiver(this.#receiver);
    socket.connect(address, this.#target.port);
  }

  #make(timeoutMs: number): NativeWebSocket {
    let failure: TransportError | undefined;
    const options = { ...this.#options, handshakeTimeoutMs: Math.ceil(timeoutMs) };
    const socket: NativeWebSocket = new this.#construct(options, {
      onOpen: () => {
        if (this.#state !== 'connecting') return;
        this.#state = 'open';
        if (this.#isPaused) socket.pause();
        this.#handlers.onOpen?.();
      },
      onMessage: (data, isText) => {
        if (this.#state !== 'closed') this.#handlers.onMessage(data, isText);
      },
      ...(this.#onBatch === undefined ? {} : { onBatch: this.#onBatch }),
      onError: (kind, detail) => {
        failure = new TransportError(kindOf(kind), detail, socket.refusal());
      },
      onClose: (code, reason) => {
        const isUnreachable = failure?.kind === 'connect-failed' && this.#state === 'connecting';
        const restMs = this.#deadline - performance.now();
        if (isUnreachable && this.#rest.length > 0 && restMs > 0) {
          this.#connectNext(this.#make(restMs));
        } else {
          this.#finish(failure, code, reason);
        }
      },
    });
    return socket;
  }

  #fail(error: TransportError): void {
    this.#finish(error, 1006, '');
  }

  #finish(error: TransportError | undefined, code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#outerSignal?.removeEventListener('abort', this.#onOuterAbort);
    this.#abort.abort();
    this.#socket?.terminate();
    queueMicrotask(() => {
      if (error !== undefined) this.#handlers.onError?.(error);
      this.#handlers.onClose(code, reason);
    });
  }
}

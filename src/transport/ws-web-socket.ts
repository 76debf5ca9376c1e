import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { HftError } from '../domain/errors.js';
import {
  parseWebSocketUrl,
  TransportError,
  type TransportErrorKind,
  type UpgradeRefusal,
  WEB_SOCKET_DEFAULTS,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
  type WebSocketState,
} from './web-socket.js';

const BODY_START_BYTES = 1024;

/**
 * Opens a WebSocket through the npm package `ws`: the transport that runs where the addon does not,
 * and that private channels use.
 *
 * Returns at once; `onOpen` follows, or `onError` and `onClose`. Throws HFT_ARGUMENT for options
 * that cannot work.
 */
export function openWsWebSocket(
  options: WebSocketOptions,
  handlers: WebSocketHandlers,
): WebSocketConnection {
  return new WsConnection(options, handlers);
}

const STATES: readonly WebSocketState[] = ['connecting', 'open', 'closing', 'closed'];

/** The kind of an error of `ws` or of the sockets below it. */
function kindOf(error: Error & { code?: string }, wasOpen: boolean): TransportErrorKind {
  const code = error.code ?? '';
  if (code === 'WS_ERR_INVALID_UTF8') return 'bad-payload';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'message-too-big';
  if (code.startsWith('WS_ERR_')) return 'protocol-violation';
  if (code.startsWith('Z_')) return 'bad-payload';
  if (wasOpen) return 'connection-lost';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'resolve-failed';
  if (/^E(CONN|HOST|NET|TIMED|PIPE|ADDR)/.test(code)) return 'connect-failed';
  if (/^(CERT|UNABLE|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME)/.test(code)) {
    return 'certificate-rejected';
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return 'tls-failed';
  if (/handshake has timed out/.test(error.message)) return 'timed-out';
  return 'upgrade-failed';
}

class WsConnection implements WebSocketConnection {
  readonly #handlers: WebSocketHandlers;
  readonly #socket: WebSocket;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => {
    this.#failure ??= new TransportError('aborted', 'called off');
    this.#socket.terminate();
  };
  /** Whether the caller ended it: what `ws` then reports as errors is no failure. */
  #isEndedHere = false;
  #isPaused = false;
  #failure: TransportError | undefined;
  #wasOpen = false;
  #lastSeen = performance.now();
  #lastPing = 0;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(options: WebSocketOptions, handlers: WebSocketHandlers) {
    this.#handlers = handlers;
    this.#signal = options.signal;
    parseWebSocketUrl(options.url);
    // @types/ws does not know closeTimeout yet.
    const clientOptions: WebSocket.ClientOptions & { readonly closeTimeout: number } = {
      perMessageDeflate: options.deflate ?? false,
      skipUTF8Validation: options.skipUtf8 ?? false,
      maxPayload: options.messageBytesMax ?? WEB_SOCKET_DEFAULTS.messageBytesMax,
      handshakeTimeout: options.handshakeTimeoutMs ?? WEB_SOCKET_DEFAULTS.handshakeTimeoutMs,
      closeTimeout: options.closeTimeoutMs ?? WEB_SOCKET_DEFAULTS.closeTimeoutMs,
      headers: { ...options.headers },
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    };
    try {
      this.#socket = new WebSocket(options.url, [...(options.subprotocols ?? [])], clientOptions);
    } catch (error) {
      throw new HftError('HFT_ARGUMENT', error instanceof Error ? error.message : 'bad options');
    }
    this.#listen(options);
    this.#signal?.addEventListener('abort', this.#onAbort);
    if (this.#signal?.aborted === true) queueMicrotask(this.#onAbort);
  }

  get state(): WebSocketState {
    return STATES[this.#socket.readyState] ?? 'closed';
  }

  get subprotocol(): string {
    return this.#socket.protocol;
  }

  get backlogBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: string | Uint8Array): void {
    this.#assertOpen();
    this.#socket.send(data);
  }

  ping(data?: string | Uint8Array): void {
    this.#assertOpen();
    this.#socket.ping(data ?? '');
  }

  close(code = 1000, reason = ''): void {
    if (this.state === 'connecting') {
      this.terminate();
    } else if (this.state === 'open') {
      try {
        this.#socket.close(code, reason);
      } catch (error) {
        throw new HftError('HFT_ARGUMENT', error instanceof Error ? error.message : 'bad close');
      }
    }
  }

  terminate(): void {
    this.#isEndedHere = true;
    this.#socket.terminate();
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }

  #assertOpen(): void {
    if (this.state !== 'open') {
      throw new HftError('HFT_CLOSED', `the WebSocket is ${this.state}, not open`);
    }
  }

  #listen(options: WebSocketOptions): void {
    const socket = this.#socket;
    socket.on('open', () => {
      this.#wasOpen = true;
      // Before it is open `ws` takes no pause.
      if (this.#isPaused) socket.pause();
      this.#watch(options.pingIntervalMs ?? 0, options.silenceMaxMs ?? 0);
      this.#handlers.onOpen?.();
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#lastSeen = performance.now();
      this.#handlers.onMessage(data, !isBinary);
    });
    for (const event of ['ping', 'pong'] as const) {
      socket.on(event, () => {
        this.#lastSeen = performance.now();
      });
    }
    socket.on('unexpected-response', (_request, response) => this.#refuse(response));
    socket.on('error', (error) => {
      if (this.#isEndedHere) return;
      this.#failure ??= new TransportError(kindOf(error, this.#wasOpen), error.message);
    });
    socket.on('close', (code, reason) => this.#finish(code, reason.toString()));
  }

  /** Keeps the start of a refusal's body, then lets `ws` end the attempt. */
  #refuse(response: IncomingMessage): void {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (): void => {
      const refusal: UpgradeRefusal = {
        status: response.statusCode ?? 0,
        location: response.headers.location ?? '',
        retryAfter: response.headers['retry-after'] ?? '',
        bodyStart: Buffer.concat(chunks).subarray(0, BODY_START_BYTES).toString(),
      };
      this.#failure ??= new TransportError(
        'upgrade-rejected',
        `HTTP status ${refusal.status}`,
        refusal,
      );
      this.#socket.terminate();
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= BODY_START_BYTES) finish();
    });
    response.on('end', finish);
    response.on('error', finish);
  }

  #watch(pingIntervalMs: number, silenceMaxMs: number): void {
    const limits = [pingIntervalMs, silenceMaxMs].filter((limit) => limit > 0);
    if (limits.length === 0) return;
    this.#lastSeen = performance.now();
    this.#watchdog = setInterval(
      () => {
        const now = performance.now();
        if (this.#socket.isPaused || this.state !== 'open') return;
        if (silenceMaxMs > 0 && now - this.#lastSeen >= silenceMaxMs) {
          this.#failure ??= new TransportError(
            'timed-out',
            'nothing came from the peer for too long',
          );
          this.#socket.terminate();
        } else if (
          pingIntervalMs > 0 &&
          now - Math.max(this.#lastSeen, this.#lastPing) >= pingIntervalMs
        ) {
          this.#lastPing = now;
          this.#socket.ping();
        }
      },
      Math.max(1, Math.min(...limits) / 4),
    );
  }

  #finish(code: number, reason: string): void {
    clearInterval(this.#watchdog);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    const isLost = code === 1006 && this.#wasOpen && !this.#isEndedHere;
    const failure =
      isLost && this.#failure === undefined
        ? new TransportError('connection-lost', 'the connection ended without a close frame')
        : this.#failure;
    if (failure !== undefined) this.#handlers.onError?.(failure);
    this.#handlers.onClose(code, reason);
  }
}

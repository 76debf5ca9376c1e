import { HftError } from '../domain/errors.js';

/** How a WebSocket is opened. Both transports take the same. */
export interface WebSocketOptions {
  /** `ws:` or `wss:`; user and password in it become an Authorization header. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly subprotocols?: readonly string[];
  /** Certificates of authorities in PEM, in place of the default ones. */
  readonly ca?: string;
  /** Whether to ask for permessage-deflate. */
  readonly deflate?: boolean;
  /** Leaves out the UTF-8 check of text, for venues whose decoder checks anyway. */
  readonly skipUtf8?: boolean;
  /** A longer message fails the connection with 1009. */
  readonly messageBytesMax?: number;
  /** Of the whole opening: name look-up, TCP, TLS and upgrade. */
  readonly handshakeTimeoutMs?: number;
  readonly closeTimeoutMs?: number;
  /** A ping after so long without a message or pong; 0 for never. */
  readonly pingIntervalMs?: number;
  /** The connection counts as dead after so long without a message or pong; 0 for never. */
  readonly silenceMaxMs?: number;
  /** Ends the connection at once, in any state. */
  readonly signal?: AbortSignal;
}

export const WEB_SOCKET_DEFAULTS = {
  messageBytesMax: 16 * 1024 * 1024,
  handshakeTimeoutMs: 10_000,
  closeTimeoutMs: 2_000,
  pingIntervalMs: 0,
  silenceMaxMs: 0,
} as const;

/** What a connection calls. `onClose` comes once, last; `onError` at most once before it. */
export interface WebSocketHandlers {
  onOpen?(): void;
  /** `data` is the handler's own. */
  onMessage(data: Buffer, isText: boolean): void;
  onError?(error: TransportError): void;
  /** `code` is the peer's, or 1005 (it gave none), or 1006 (no close frame came). */
  onClose(code: number, reason: string): void;
}

export type WebSocketState = 'connecting' | 'open' | 'closing' | 'closed';

/** One WebSocket, whichever transport carries it. It connects once; reconnecting is the feed's. */
export interface WebSocketConnection {
  readonly state: WebSocketState;
  /** The subprotocol that the server chose; empty for none, or before open. */
  readonly subprotocol: string;
  /** Bytes that were given to `send` and have not left yet. */
  readonly backlogBytes: number;
  /** Sends a string as text, bytes as binary. Throws HFT_CLOSED unless open, or HFT_CAPACITY. */
  send(data: string | Uint8Array): void;
  ping(data?: string | Uint8Array): void;
  /** Starts the closing handshake; before open it ends the attempt. Later calls do nothing. */
  close(code?: number, reason?: string): void;
  /** Ends the connection at once; `onClose` follows with 1006. */
  terminate(): void;
  /** Stops and restarts the delivery of messages: back-pressure up to the peer. */
  pause(): void;
  resume(): void;
}

/** Why a connection failed: the names of the native `SocketError`, and what comes before it. */
export const TRANSPORT_ERROR_KINDS = [
  'bad-argument',
  'not-open',
  'send-buffer-full',
  'resolve-failed',
  'connect-failed',
  'tls-failed',
  'certificate-rejected',
  'upgrade-rejected',
  'upgrade-failed',
  'protocol-violation',
  'bad-payload',
  'message-too-big',
  'connection-lost',
  'timed-out',
  'aborted',
] as const;
export type TransportErrorKind = (typeof TRANSPORT_ERROR_KINDS)[number];

/** A server's answer other than 101 to the upgrade request. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly location: string;
  readonly retryAfter: string;
  /** At most 1024 bytes. */
  readonly bodyStart: string;
}

/** A failed connection: `HFT_TIMEOUT` for kind `timed-out`, `HFT_TRANSPORT` otherwise. */
export class TransportError extends HftError {
  readonly kind: TransportErrorKind;
  readonly refusal: UpgradeRefusal | undefined;

  constructor(kind: TransportErrorKind, message: string, refusal?: UpgradeRefusal) {
    super(kind === 'timed-out' ? 'HFT_TIMEOUT' : 'HFT_TRANSPORT', message);
    this.name = 'TransportError';
    this.kind = kind;
    this.refusal = refusal;
  }
}

/** What a `ws:` or `wss:` URL says, ready for a handshake. */
export interface WebSocketTarget {
  readonly isSecure: boolean;
  /** The Host header. */
  readonly host: string;
  /** The name or address to connect to, without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
  /** `Basic ...` from user and password in the URL. */
  readonly authorization: string | undefined;
}

/** Reads a WebSocket URL. Throws HFT_ARGUMENT, without the URL's secrets. */
export function parseWebSocketUrl(text: string): WebSocketTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hash !== '') {
    throw new HftError('HFT_ARGUMENT', 'url must be a ws: or wss: URL without a fragment');
  }
  const isSecure = url.protocol === 'wss:';
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    isSecure,
    host: url.host,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    authorization:
      credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

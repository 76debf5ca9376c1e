/** Options of a NativeWebSocket; what is left out has the native default. */
export interface NativeWebSocketOptions {
  /** The Host header: with the port where it isn't the scheme's own. */
  readonly host: string;
  readonly path?: string;
  /** Further header fields: name, value, name, value. At most 64 names. */
  readonly headers?: readonly string[];
  /** Subprotocols to offer: "a, b". */
  readonly subprotocols?: string;
  readonly isSecure?: boolean;
  /** The name that the server's certificate must carry. */
  readonly serverName?: string;
  readonly caPem?: string;
  readonly caFile?: string;
  readonly usesSystemCa?: boolean;
  /** The most bytes of one read. */
  readonly receiveBytesMax?: number;
  /** A longer message fails the connection with 1009. */
  readonly messageBytesMax?: number;
  /** Unsent bytes beyond this are refused. */
  readonly sendBufferBytes?: number;
  /** Reads per turn of the event loop. */
  readonly readsMax?: number;
  readonly skipUtf8?: boolean;
  readonly offersDeflate?: boolean;
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  /** 8 to 15. */
  readonly serverMaxWindowBits?: number;
  /** 9 to 15. */
  readonly clientMaxWindowBits?: number;
  /** Messages of at least so many bytes are compressed, where that was agreed. */
  readonly deflateBytesMin?: number;
  readonly handshakeTimeoutMs?: number;
  readonly closeTimeoutMs?: number;
  /** A ping after so long without a byte; 0 for never. */
  readonly pingIntervalMs?: number;
  /** The end after so long without a byte; 0 for never. */
  readonly silenceMaxMs?: number;
}

/** What a NativeWebSocket calls, on the thread that made it. `onClose` comes once, last. */
export interface NativeWebSocketHandlers {
  onOpen(): void;
  /** `data` is the handler's own copy. */
  onMessage(data: Buffer, isText: boolean): void;
  /** With a receiver: the messages of one read have been handed to it. */
  onBatch?(): void;
  /** Why the connection failed; `kind` is a name of the native `SocketError`. */
  onError(kind: string, detail: string): void;
  onClose(code: number, reason: string): void;
}

/** A server's answer other than 101. */
export interface NativeRefusal {
  readonly status: number;
  readonly location: string;
  readonly retryAfter: string;
  readonly bodyStart: string;
}

export interface NativeSocketStatistics {
  readonly reads: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly messages: number;
  readonly pings: number;
  readonly pongs: number;
  readonly pongsDropped: number;
  readonly sendBacklogBytes: number;
  readonly lastByteTimeMs: number;
  readonly subprotocol: string;
  readonly isDeflateAgreed: boolean;
}

/**
 * The native WebSocket client on this thread's event loop. It connects once.
 *
 * Wrong arguments throw a TypeError with code HFT_ARGUMENT; use before open or after the close
 * throws HFT_CLOSED; a full send buffer throws HFT_CAPACITY.
 */
export interface NativeWebSocket {
  /** Starts to connect to a literal IPv4 or IPv6 address. */
  connect(address: string, port: number): void;
  /** A string is sent as text, bytes as binary. */
  send(data: string | Uint8Array): void;
  ping(data?: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** Ends the connection at once; `onClose` follows with 1006. */
  terminate(): void;
  /** Stops reading: the peer feels it when the kernel's buffers are full. */
  pause(): void;
  resume(): void;
  /** Sends messages to native code (a value from a native stream) instead of `onMessage`. */
  setReceiver(receiver?: unknown): void;
  /**
   * Reads once without being told that bytes wait: 1 if bytes came, 2 if a receiver's events are to
   * be drained, in place of `onBatch`. For loops that spin.
   */
  poll(): 0 | 1 | 2;
  /** The server's refusal, if that is why the connection failed. */
  refusal(): NativeRefusal | undefined;
  statistics(): NativeSocketStatistics;
}

export type NativeWebSocketConstructor = new (
  options: NativeWebSocketOptions,
  handlers: NativeWebSocketHandlers,
) => NativeWebSocket;

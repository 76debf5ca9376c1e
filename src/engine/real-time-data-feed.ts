import { ConnectionEvent } from '../addon/stream-engine.js';
import { HftError } from '../domain/errors.js';
import type { FeedProtocol, FeedSubscription } from '../domain/feed.js';
import {
  type DataFeedConfig,
  FEED_DEFAULTS,
  type FeedState,
  type FeedStatistics,
} from '../domain/feed-config.js';
import { MessageHandler } from '../domain/message-handler.js';
import type { InstrumentInfo } from '../domain/views.js';
import {
  type NativeWebSocketConnection,
  openNativeWebSocket,
} from '../transport/native-web-socket.js';
import type { WebSocketConnection, WebSocketHandlers } from '../transport/web-socket.js';
import { openWsWebSocket } from '../transport/ws-web-socket.js';
import { FEED_PROTOCOLS } from './feed-protocols.js';
import { Resynchroniser } from './resynchroniser.js';
import type { StreamProcessor } from './stream-processor.js';

/** How often silence, due snapshots and stale books are looked at. */
const TICK_MS = 100;
/** A connection that lived so long was a sound one: the next attempt starts with a short delay. */
const SOUND_AFTER_MS = 10_000;
/** One read of the native socket: small, so that an event waits for few others of its read. */
const RECEIVE_BYTES_MAX = 16 * 1024;
/** Rounds of the spinning loop before the event loop gets its turn. */
const SPINS_PER_TURN = 200;

/** What a feed tells of its life. */
export interface FeedListener {
  onState?(state: FeedState): void;
  /** What a session tells of itself. */
  onNote?(text: string): void;
  /** Something failed; the feed goes on by itself. */
  onError?(error: Error): void;
}

/** Learns which instruments exist, so that a first snapshot can be asked for. */
class InstrumentWatch extends MessageHandler {
  readonly #onNew: (instrument: InstrumentInfo) => void;

  constructor(onNew: (instrument: InstrumentInfo) => void) {
    super();
    this.#onNew = onNew;
  }
  override onInstrument(instrument: InstrumentInfo): void {
    this.#onNew(instrument);
  }
}

/**
 * One venue's market data, live: connects, subscribes, keeps the books in step and starts over when
 * the connection or the truth is lost.
 *
 * Frames go straight from the native socket into the stream (`transport: native`), or through `ws`.
 * While a connection is down its books are broken; when nothing comes for `staleAfterMs` they are
 * suspect, and after `reconnectAfterMs` the connection is made anew. Snapshots are fetched over
 * REST or by a new subscription, as the venue has it, never more often than `snapshotIntervalMs` a
 * book.
 */
export class RealTimeDataFeed {
  readonly #config: DataFeedConfig;
  readonly #protocol: FeedProtocol;
  readonly #subscription: FeedSubscription;
  readonly #stream: StreamProcessor;
  readonly #connection: number;
  readonly #listener: FeedListener;
  readonly #resynchroniser: Resynchroniser;
  readonly #watch: InstrumentWatch;
  readonly #abort = new AbortController();
  readonly #counts = {
    connects: 0,
    disconnects: 0,
    failures: 0,
    snapshotRequests: 0,
    snapshotFailures: 0,
    silences: 0,
  };
  readonly #onSpin = (): void => this.#spin();
  #socket: WebSocketConnection | NativeWebSocketConnection | undefined;
  #state: FeedState = 'idle';
  #ticker: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempts = 0;
  #connectedAt = 0;
  #lastFrames = 0;
  #lastFrameAt = 0;
  #lastPingAt = 0;

  constructor(config: DataFeedConfig, stream: StreamProcessor, listener: FeedListener = {}) {
    const protocol = FEED_PROTOCOLS[config.type];
    if (protocol === undefined) {
      throw new HftError('HFT_ARGUMENT', `type must name a feed, found ${String(config.type)}`);
    }
    if (config.symbols.length === 0) {
      throw new HftError('HFT_ARGUMENT', 'symbols must name at least one instrument');
    }
    this.#config = config;
    this.#protocol = protocol;
    this.#stream = stream;
    this.#listener = listener;
    this.#subscription = {
      symbols: config.symbols,
      channels: config.channels ?? FEED_DEFAULTS.channels,
      bookDepth: config.bookDepth ?? FEED_DEFAULTS.bookDepth,
    };
    this.#connection = stream.connect(protocol.wireFormat);
    this.#resynchroniser = new Resynchroniser({
      intervalMs: config.snapshotIntervalMs ?? FEED_DEFAULTS.snapshotIntervalMs,
      ask: (symbol, instrument) => this.#askForSnapshot(symbol, instrument),
    });
    this.#watch = new InstrumentWatch((instrument) => this.#needFirst(instrument));
  }

  get state(): FeedState {
    return this.#state;
  }

  /** The connection's number in the stream. */
  get connection(): number {
    return this.#connection;
  }

  /** Starts to connect, and keeps connected until `close`. */
  start(): void {
    if (this.#state !== 'idle') throw new HftError('HFT_CLOSED', `the feed is ${this.#state}`);
    this.#stream.subscribe(this.#resynchroniser);
    this.#stream.subscribe(this.#watch);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#open();
  }

  /** Ends the feed for good; its books are broken from here on. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#setState('closed');
    clearInterval(this.#ticker);
    clearTimeout(this.#retry);
    this.#abort.abort();
    this.#stream.unsubscribe(this.#resynchroniser);
    this.#stream.unsubscribe(this.#watch);
    this.#socket?.close();
    this.#socket?.terminate();
    this.#socket = undefined;
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Disconnected);
  }

  statistics(): FeedStatistics {
    return { state: this.#state, ...this.#counts };
  }

  #open(): void {
    this.#setState('connecting');
    const url = this.#protocol.streamUrl(
      this.#config.url ?? this.#protocol.defaultUrl,
      this.#subscription,
    );
    const options = {
      url,
      skipUtf8: true,
      deflate: this.#config.deflate ?? false,
      signal: this.#abort.signal,
      ...(this.#config.ca === undefined ? {} : { ca: this.#config.ca }),
      ...(this.#protocol.wireFormat === 'alpaca-msgpack'
        ? { headers: { 'Content-Type': 'application/msgpack' } }
        : {}),
    };
    const handlers: WebSocketHandlers = {
      onOpen: () => this.#onOpen(),
      onMessage: (data) => this.#onMessage(data),
      onError: (error) => this.#listener.onError?.(error),
      onClose: () => this.#onClose(),
    };
    if ((this.#config.transport ?? FEED_DEFAULTS.transport) === 'ws') {
      this.#socket = openWsWebSocket(options, handlers);
      return;
    }
    this.#socket = openNativeWebSocket(options, handlers, {
      receiver: this.#stream.receiver(this.#connection),
      onBatch: () => this.#onBatch(),
      native: { receiveBytesMax: RECEIVE_BYTES_MAX },
    });
  }

  #onOpen(): void {
    this.#counts.connects += 1;
    this.#connectedAt = performance.now();
    this.#lastFrameAt = this.#connectedAt;
    this.#lastPingAt = this.#connectedAt;
    this.#resynchroniser.reset();
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Connected);
    this.#stream.drain();
    this.#setState('connected');
    const requests = this.#protocol.subscribe(this.#subscription, this.#config.credentials);
    for (const request of requests) this.#socket?.send(request);
    for (const instrument of this.#stream.instruments) this.#needFirst(instrument);
    if (this.#config.drive === 'spin') this.#spin();
  }

  /** The `ws` transport: one frame, copied into the stream; a full queue pauses the socket. */
  #onMessage(data: Buffer): void {
    if (this.#stream.push(this.#connection, data)) return;
    const socket = this.#socket;
    socket?.pause();
    const retry = (): void => {
      if (this.#state === 'closed') return;
      if (this.#stream.push(this.#connection, data)) socket?.resume();
      else setImmediate(retry);
    };
    setImmediate(retry);
  }

  /** The native transport: the frames of one read are in the stream. */
  #onBatch(): void {
    this.#stream.drain();
  }

  #onClose(): void {
    this.#socket = undefined;
    if (this.#state === 'closed') return;
    const wasConnected = this.#state === 'connected';
    if (wasConnected) this.#counts.disconnects += 1;
    else this.#counts.failures += 1;
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Disconnected);
    this.#resynchroniser.reset();
    if (wasConnected && performance.now() - this.#connectedAt > SOUND_AFTER_MS) this.#attempts = 0;
    this.#setState('waiting');
    this.#retry = setTimeout(() => this.#open(), this.#nextDelay());
  }

  #nextDelay(): number {
    const first = this.#config.reconnectDelayMs ?? FEED_DEFAULTS.reconnectDelayMs;
    const most = this.#config.reconnectDelayMaxMs ?? FEED_DEFAULTS.reconnectDelayMaxMs;
    const delay = Math.min(most, first * 2 ** this.#attempts);
    this.#attempts += 1;
    // Half of it by chance: clients that were lost together do not come back together.
    return delay / 2 + (Math.random() * delay) / 2;
  }

  #tick(): void {
    if (this.#state === 'closed') return;
    this.#stream.tick();
    this.#resynchroniser.tick();
    if (this.#state === 'connected') {
      this.#watchSilence();
      this.#sendPing();
    }
  }

  #watchSilence(): void {
    const now = performance.now();
    const frames = this.#stream.framesPushed(this.#connection);
    if (frames !== this.#lastFrames) {
      this.#lastFrames = frames;
      this.#lastFrameAt = now;
      return;
    }
    const limit = this.#config.reconnectAfterMs ?? FEED_DEFAULTS.reconnectAfterMs;
    if (now - this.#lastFrameAt < limit) return;
    this.#counts.silences += 1;
    this.#listener.onError?.(
      new HftError('HFT_TIMEOUT', `${this.#config.type}: nothing came for ${limit} ms`),
    );
    this.#socket?.terminate();
  }

  #sendPing(): void {
    const ping = this.#protocol.ping;
    const now = performance.now();
    if (ping === undefined || now - this.#lastPingAt < ping.intervalMs) return;
    this.#lastPingAt = now;
    this.#socket?.send(ping.request);
  }

  /** A venue whose snapshots are fetched sends none unasked: its books begin with a request. */
  #needFirst(instrument: InstrumentInfo): void {
    if (this.#state !== 'connected' || !this.#subscription.channels.includes('book')) return;
    const url = this.#protocol.snapshotUrl('ws://host', instrument.symbol);
    const isOurs = this.#subscription.symbols.includes(instrument.symbol);
    if (url !== undefined && isOurs) {
      this.#resynchroniser.need(instrument.symbol, instrument.id);
    }
  }

  async #askForSnapshot(symbol: string, instrument: number): Promise<void> {
    if (this.#state !== 'connected') return;
    this.#counts.snapshotRequests += 1;
    const url = this.#protocol.snapshotUrl(this.#config.url ?? this.#protocol.defaultUrl, symbol);
    try {
      if (url === undefined) {
        this.#stream.pushEvent(this.#connection, ConnectionEvent.Resynchronising, instrument);
        const requests = this.#protocol.resubscribe(symbol, this.#subscription);
        for (const request of requests) this.#socket?.send(request);
        return;
      }
      await this.#fetchSnapshot(symbol, url);
    } catch (error) {
      this.#counts.snapshotFailures += 1;
      if (!this.#abort.signal.aborted) {
        this.#listener.onError?.(
          new HftError('HFT_TRANSPORT', `${symbol}: the snapshot could not be fetched`, {
            cause: error,
          }),
        );
      }
    }
  }

  async #fetchSnapshot(symbol: string, url: string): Promise<void> {
    const timeoutMs = this.#config.snapshotTimeoutMs ?? FEED_DEFAULTS.snapshotTimeoutMs;
    const response = await fetch(url, {
      signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!response.ok) {
      throw new HftError('HFT_TRANSPORT', `the venue answered ${response.status}`);
    }
    const body = Buffer.from(await response.arrayBuffer());
    if (this.#state === 'connected') this.#stream.pushSnapshot(this.#connection, symbol, body);
  }

  /** Looks for bytes without being told, giving the event loop a turn now and then. */
  #spin(): void {
    const socket = this.#socket;
    if (this.#state !== 'connected' || socket === undefined || !('poll' in socket)) return;
    try {
      for (let i = 0; i < SPINS_PER_TURN; i += 1) socket.poll();
    } finally {
      // Whatever a handler throws: the others go on.
      setImmediate(this.#onSpin);
    }
  }

  #setState(state: FeedState): void {
    this.#state = state;
    this.#listener.onState?.(state);
  }
}

import { ConnectionEvent } from '../../addon/stream-engine.js';
import type { FixEvent } from '../../connectors/fix/fix-session.js';
import { fieldText } from '../../connectors/fix/messages/field-text.js';
import { encodeFixBody } from '../../connectors/fix/messages/message-codec.js';
import { HftError } from '../../domain/errors.js';
import {
  type DataFeed,
  type DataFeedConfig,
  FEED_DEFAULTS,
  type FeedState,
  type FeedStatistics,
} from '../../domain/feed-config.js';
import type { FeedListener } from '../real-time-data-feed.js';
import { Resynchroniser } from '../resynchroniser.js';
import type { StreamProcessor } from '../stream-processor.js';
import { FixLink, type FixLinkState } from './fix-link.js';
import type { FixSessionPlan } from './fix-plan.js';

/** How often silence, due snapshots and stale books are looked at. */
const TICK_MS = 100;
const MARKET_DATA: readonly (string | undefined)[] = ['W', 'X', 'Y', 'f'];

/** What a FIX feed asks for. */
export type FixFeedConfig = Omit<DataFeedConfig, 'type'> & { readonly type: 'fix' };

/** A request that runs. */
interface Request {
  readonly symbol: string;
  readonly mdReqID: string;
}

/**
 * Market data of a FIX session into the native books of a stream: a MarketDataRequest(V) an
 * instrument, snapshots (W), increments (X), trading states (f).
 *
 * At every logon, and after a gap in the entries' own sequence, an instrument is asked for anew;
 * its book is broken until the snapshot. While the session is away all books are. Whatever the
 * counterparty says, heartbeats included, shows that it lives; after `staleAfterMs` of silence the
 * books are suspect. Not thread-safe.
 */
export class FixDataFeed implements DataFeed {
  readonly #config: FixFeedConfig;
  readonly #link: FixLink;
  readonly #stream: StreamProcessor;
  readonly #connection: number;
  readonly #listener: FeedListener;
  readonly #resynchroniser: Resynchroniser;
  readonly #requests = new Map<string, Request>();
  /** Messages that found the queue of a worker full. */
  readonly #backlog: Buffer[] = [];
  readonly #counts = { connects: 0, disconnects: 0, snapshotRequests: 0, snapshotFailures: 0 };
  #state: FeedState = 'idle';
  #ticker: NodeJS.Timeout | undefined;
  #requestCount = 0;
  #received = 0;

  /** Opens the session; nothing connects before `start`. Errors: those of FixLink. */
  constructor(
    config: FixFeedConfig,
    options: {
      readonly session: FixSessionPlan;
      readonly stream: StreamProcessor;
      readonly listener: FeedListener;
    },
  ) {
    this.#config = config;
    this.#stream = options.stream;
    this.#listener = options.listener;
    this.#link = new FixLink(options.session, {
      onState: (state) => this.#onLink(state),
      onNote: (text) => options.listener.onNote?.(text),
    });
    this.#link.session.onBatch((events) => this.#onEvents(events));
    this.#connection = options.stream.connect('fix');
    this.#resynchroniser = new Resynchroniser({
      intervalMs: config.snapshotIntervalMs ?? FEED_DEFAULTS.snapshotIntervalMs,
      ask: async (symbol, instrument) => this.#askAgain(symbol, instrument),
    });
  }

  get state(): FeedState {
    return this.#state;
  }

  /** The session. */
  get link(): FixLink {
    return this.#link;
  }

  start(): void {
    if (this.#state !== 'idle') throw new HftError('HFT_CLOSED', `the feed is ${this.#state}`);
    this.#stream.subscribe(this.#resynchroniser);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#link.start();
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    clearInterval(this.#ticker);
    this.#stream.unsubscribe(this.#resynchroniser);
    this.#setState('closed');
    this.#requests.clear();
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Disconnected);
    await this.#link.close();
  }

  statistics(): FeedStatistics {
    return { state: this.#state, ...this.#counts, failures: 0, silences: 0 };
  }

  /** The session's state has changed; its listeners have had the events until then. */
  #onLink(state: FixLinkState): void {
    if (this.#state === 'closed') return;
    if (state === 'logging-on') this.#setState('connecting');
  }

  #onEvents(events: readonly FixEvent[]): void {
    if (this.#state === 'closed') return;
    for (const event of events) {
      if (event.kind === 'logon') this.#onLogon();
      else if (event.kind === 'logout') this.#onLogout();
      else if (event.kind === 'message') this.#onMessage(event.message);
      else if (event.kind === 'rejected') this.#fail('a request was rejected');
    }
  }

  #onLogon(): void {
    this.#counts.connects += 1;
    this.#requests.clear();
    this.#resynchroniser.reset();
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Connected);
    this.#setState('connected');
    for (const symbol of this.#config.symbols) this.#ask(symbol);
  }

  #onLogout(): void {
    if (this.#state === 'connected') this.#counts.disconnects += 1;
    this.#requests.clear();
    this.#resynchroniser.reset();
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Disconnected);
    this.#setState('waiting');
  }

  #onMessage(message: string): void {
    const msgType = fieldText(message, 35);
    if (!MARKET_DATA.includes(msgType)) return;
    const mdReqID = fieldText(message, 262);
    const request = mdReqID === undefined ? undefined : this.#requests.get(mdReqID);
    // What a request of before still brings says what the book was, not what it is.
    if (mdReqID !== undefined && request === undefined) return;
    if (msgType === 'Y') {
      this.#counts.snapshotFailures += 1;
      if (mdReqID !== undefined) this.#requests.delete(mdReqID);
      const reason = fieldText(message, 58) ?? 'no reason given';
      this.#fail(`${request?.symbol ?? '?'} is refused: ${reason}`);
    }
    this.#push(Buffer.from(message, 'latin1'));
  }

  /** A full queue of a worker makes it wait: messages stay in their order. */
  #push(bytes: Buffer): void {
    if (this.#backlog.length === 0 && this.#stream.push(this.#connection, bytes)) return;
    this.#backlog.push(bytes);
    if (this.#backlog.length === 1) setImmediate(() => this.#pushBacklog());
  }

  #pushBacklog(): void {
    while (this.#state !== 'closed') {
      const [first] = this.#backlog;
      if (first === undefined) return;
      if (!this.#stream.push(this.#connection, first)) {
        setImmediate(() => this.#pushBacklog());
        return;
      }
      this.#backlog.shift();
    }
  }

  #askAgain(symbol: string, instrument: number): void {
    if (this.#state !== 'connected') return;
    for (const request of [...this.#requests.values()]) {
      if (request.symbol !== symbol) continue;
      this.#requests.delete(request.mdReqID);
      this.#send(request, '2');
    }
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Resynchronising, instrument);
    this.#ask(symbol);
  }

  #ask(symbol: string): void {
    this.#requestCount += 1;
    // Different in every process: a counterparty may remember those of the one before.
    const mdReqID = `${process.pid}-${this.#requestCount}`;
    const request = { symbol, mdReqID };
    this.#requests.set(mdReqID, request);
    this.#counts.snapshotRequests += 1;
    this.#send(request, '1');
  }

  #send({ symbol, mdReqID }: Request, kind: '1' | '2'): void {
    const channels = this.#config.channels ?? FEED_DEFAULTS.channels;
    const types = [
      ...(channels.includes('book') ? ['0', '1'] : []),
      ...(channels.includes('trades') ? ['2'] : []),
    ];
    const fields = encodeFixBody('MarketDataRequest', {
      ...{ mdReqID, subscriptionRequestType: kind, mdUpdateType: 1 },
      marketDepth: this.#config.bookDepth ?? FEED_DEFAULTS.bookDepth,
      noMDEntryTypes: types.map((mdEntryType) => ({ mdEntryType })),
      noRelatedSym: [{ symbol }],
    });
    try {
      this.#link.session.send('V', fields);
    } catch (error) {
      this.#counts.snapshotFailures += 1;
      this.#fail(`${symbol} was not asked for: ${String(error)}`);
    }
  }

  #tick(): void {
    this.#stream.tick();
    this.#resynchroniser.tick();
    const { received } = this.#link.session.statistics();
    if (received === this.#received || this.#state !== 'connected') return;
    this.#received = received;
    this.#stream.pushEvent(this.#connection, ConnectionEvent.Connected);
  }

  #fail(what: string): void {
    this.#listener.onError?.(new HftError('HFT_TRANSPORT', what));
  }

  #setState(state: FeedState): void {
    this.#state = state;
    this.#listener.onState?.(state);
  }
}

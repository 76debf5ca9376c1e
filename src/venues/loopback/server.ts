import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { HftError } from '../../domain/errors.js';
import { checkFaults, type FaultOptions } from './faults.js';
import type { FrameSource } from './frame-source.js';
import type { PlaySpeed } from './pacer.js';
import { Player } from './player.js';
import { createVenueProtocol } from './protocols/protocols.js';
import { answerRest, refuseMethod, sendRest } from './rest.js';
import { createSentCounts, type SentCounts, Session } from './session.js';

/** How a loopback server plays. */
export interface LoopbackServerOptions {
  /** What is played; the server closes it. */
  readonly source: FrameSource;
  readonly speed: PlaySpeed;
  /** The port on 127.0.0.1. Default: 0, a free one. */
  readonly port?: number;
  readonly faults?: FaultOptions;
  /** How often clients are pinged; one that leaves a ping unanswered is cut. Default: 20,000. */
  readonly pingIntervalMs?: number;
  /** A client that takes nothing for so long is cut. Default: 30,000. */
  readonly slowClientMs?: number;
  /** Whether short waits are spun (`Player`). Default: false. */
  readonly isSpinning?: boolean;
  /** Connections at a time; more are refused with 503. Default: 64. */
  readonly connectionsMax?: number;
}

/** What a server has done so far. */
export interface LoopbackCounts extends Readonly<SentCounts> {
  readonly connections: number;
  readonly openConnections: number;
  /** Whether the source has given everything. */
  readonly isEnded: boolean;
}

/** A client that says more than this at once is no client of market data. */
const MESSAGE_BYTES_MAX = 1 << 20;
const CLOSE_TIMEOUT_MS = 1000;
const GOING_AWAY = 1001;

/**
 * A venue on 127.0.0.1: market data over WebSocket, snapshots over HTTP on the same port.
 *
 * It plays its source to whoever subscribes, and waits while nobody does. All clients get the same
 * stream at the pace of the slowest.
 */
export class LoopbackServer {
  readonly #options: LoopbackServerOptions;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #sessions = new Set<Session>();
  readonly #counts = createSentCounts();
  readonly #player: Player;
  readonly #timers = new Set<NodeJS.Timeout>();
  #playing: Promise<void> | undefined;
  #connections = 0;
  #port = 0;

  /** Errors: HFT_ARGUMENT for faults that make no sense. */
  constructor(options: LoopbackServerOptions) {
    if (options.faults !== undefined) checkFaults(options.faults);
    this.#options = options;
    this.#player = new Player({
      source: options.source,
      speed: options.speed,
      sessions: () => this.#sessions,
      isSpinning: options.isSpinning ?? false,
      slowClientMs: options.slowClientMs ?? 30_000,
    });
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MESSAGE_BYTES_MAX,
      autoPong: false,
    });
    this.#http = createServer((request, response) => this.#answer(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Begins to listen and to play. Errors: HFT_TRANSPORT when the port cannot be had. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (error) =>
        reject(new HftError('HFT_TRANSPORT', `cannot listen: ${error.message}`, { cause: error })),
      );
      this.#http.listen(this.#options.port ?? 0, '127.0.0.1', resolve);
    });
    const address = this.#http.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#every(this.#options.pingIntervalMs ?? 20_000, () => this.#pingAll());
    this.#playing = this.#player.run();
  }

  get port(): number {
    return this.#port;
  }

  /** The base address for a feed. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** What was sent so far, by kind. */
  counts(): LoopbackCounts {
    return {
      ...this.#counts,
      faults: { ...this.#counts.faults },
      connections: this.#connections,
      openConnections: this.#sessions.size,
      isEnded: this.#player.isEnded,
    };
  }

  /** Ends all connections, the port and the source. */
  async close(): Promise<void> {
    this.#player.stop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const session of this.#sessions) session.close(GOING_AWAY, 'the venue closes');
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    const impatience = setTimeout(() => {
      for (const session of this.#sessions) session.terminate();
      this.#http.closeAllConnections();
    }, CLOSE_TIMEOUT_MS);
    await this.#playing;
    await closed;
    clearTimeout(impatience);
    this.#options.source.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const url = new URL(request.url ?? '/', this.url);
    // Between batches everything generated is in the sockets, so the snapshot follows all of it.
    const answer = isRead ? answerRest(this.#options.source, url) : refuseMethod();
    if (answer.isSnapshot) this.#counts.restSnapshots += 1;
    const delayMs = answer.isSnapshot ? (this.#options.faults?.snapshotDelayMs ?? 0) : 0;
    if (delayMs === 0) {
      sendRest(request, response, answer);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      sendRest(request, response, answer);
    }, delayMs);
    this.#timers.add(timer);
  }

  #upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    duplex.on('error', () => duplex.destroy());
    const isFull = this.#sessions.size >= (this.#options.connectionsMax ?? 64);
    if (isFull || !(duplex instanceof Socket)) {
      duplex.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    const socket = duplex;
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { source, faults } = this.#options;
      const session = new Session({
        number: this.#connections,
        webSocket,
        socket,
        protocol: createVenueProtocol(source.wireFormat, source.symbols),
        source,
        counts: this.#counts,
        faults,
        onChange: () => this.#player.changed(),
      });
      this.#connections += 1;
      this.#sessions.add(session);
      const forget = (): void => {
        this.#sessions.delete(session);
        this.#player.changed();
      };
      webSocket.on('close', forget);
      webSocket.on('error', () => webSocket.terminate());
      session.greet(new URL(request.url ?? '/', this.url));
    });
  }

  #pingAll(): void {
    for (const session of this.#sessions) if (!session.ping()) session.terminate();
  }

  #every(intervalMs: number, action: () => void): void {
    const timer = setInterval(action, intervalMs);
    timer.unref();
    this.#timers.add(timer);
  }
}

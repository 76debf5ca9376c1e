import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import {
  createFaultCounts,
  type FaultCounts,
  type FaultOptions,
  FaultPlan,
  isFaulty,
} from './faults.js';
import type { FrameSource } from './frame-source.js';
import { Subscriptions } from './subscriptions.js';
import type { VenueProtocol, VenueReply } from './venue-protocol.js';
import { encodeFrame, framesOf, Opcode } from './ws-frames.js';

/** What a server has sent, by kind. */
export interface SentCounts {
  dataFrames: number;
  dataBytes: number;
  controlFrames: number;
  pings: number;
  restSnapshots: number;
  readonly faults: FaultCounts;
}

/** Counters at zero. */
export function createSentCounts(): SentCounts {
  return {
    dataFrames: 0,
    dataBytes: 0,
    controlFrames: 0,
    pings: 0,
    restSnapshots: 0,
    faults: createFaultCounts(),
  };
}

/** What a session is made of. */
export interface SessionOptions {
  /** The number of the connection, from 0. */
  readonly number: number;
  readonly webSocket: WebSocket;
  /** The socket under it: data goes there directly, in frames that are ready. */
  readonly socket: Socket;
  readonly protocol: VenueProtocol;
  readonly source: FrameSource;
  readonly counts: SentCounts;
  readonly faults: FaultOptions | undefined;
  /** Called whenever the session begins or ends to want data. */
  readonly onChange: () => void;
}

/**
 * One client of a loopback server.
 *
 * Data frames are written in bulk to the socket under the WebSocket; `ws` itself only shakes hands
 * and answers control frames. Each write is a run of whole frames, so the two never mix.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #subscriptions: Subscriptions;
  readonly #plan: FaultPlan | undefined;
  /** A frame that waits to change places with its successor. */
  #held: Uint8Array | undefined;
  #isSilent = false;
  #isEnded = false;
  #awaitsPong = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#subscriptions = new Subscriptions(options.source.symbols);
    const { faults, number } = options;
    const hasFaults = faults !== undefined && isFaulty(faults, number);
    this.#plan = hasFaults ? new FaultPlan(faults, number) : undefined;
    options.webSocket.on('pong', () => {
      this.#awaitsPong = false;
    });
    options.webSocket.on('ping', (payload: Buffer) => {
      if (!this.#isBlackHole) options.webSocket.pong(payload, false, () => {});
    });
    options.webSocket.on('message', (message: Buffer, isBinary: boolean) => {
      this.#answer(options.protocol.receive(message, isBinary));
    });
  }

  /** Says what the venue says when a client connects. */
  greet(url: URL): void {
    this.#answer(this.#options.protocol.connect(url));
  }

  /** Whether data is wanted and can be sent. */
  get isPlaying(): boolean {
    return !this.#isEnded && !this.#isSilent && this.#subscriptions.isAny;
  }

  /** Whether more data should wait until `drained`. */
  get isCongested(): boolean {
    return this.isPlaying && this.#options.socket.writableNeedDrain;
  }

  /** Resolves when the socket takes data again, or is gone. */
  drained(): Promise<void> {
    const { socket } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
      if (!socket.writableNeedDrain || socket.destroyed) done();
    });
  }

  /** Sends a batch of whole data frames; `release` is called when `batch` may be reused. */
  deliver(batch: Uint8Array, frames: number, release: () => void): void {
    const { counts, socket, protocol } = this.#options;
    const isPlain =
      this.#subscriptions.coversAll && this.#plan === undefined && protocol.reshape === undefined;
    if (isPlain) {
      counts.dataFrames += frames;
      counts.dataBytes += batch.length;
      socket.write(batch, release);
      return;
    }
    const parts: Uint8Array[] = [];
    for (const frame of framesOf(batch)) {
      this.#deliverOne(batch.subarray(frame.payloadStart, frame.end), frame.opcode, parts);
      if (!this.isPlaying) break;
    }
    release();
    this.#writeParts(parts);
    if (this.#isEnded) this.#disconnect();
  }

  /** Sends the frame that still waits for its successor: the stream has ended. */
  flush(): void {
    if (this.#held === undefined || !this.isPlaying) return;
    this.#writeParts([this.#held]);
    this.#held = undefined;
  }

  /** Pings the client. Returns false when the last ping was not answered. */
  ping(): boolean {
    if (this.#isEnded || this.#isBlackHole) return true;
    if (this.#awaitsPong) return false;
    this.#awaitsPong = true;
    this.#options.counts.pings += 1;
    this.#options.webSocket.ping();
    return true;
  }

  /** Ends the connection for good. */
  terminate(): void {
    this.#isEnded = true;
    this.#options.webSocket.terminate();
  }

  /** Ends the connection with a closing handshake. */
  close(code: number, reason: string): void {
    this.#isEnded = true;
    this.#options.webSocket.close(code, reason);
  }

  get #isBlackHole(): boolean {
    return this.#isSilent && this.#options.faults?.isSilenceTotal === true;
  }

  #answer(reply: VenueReply): void {
    const { counts, source, onChange } = this.#options;
    for (const payload of reply.payloads) {
      counts.controlFrames += 1;
      this.#writePayload(payload);
    }
    for (const change of reply.changes) {
      this.#subscriptions.apply(change);
      if (change.action === 'add' && change.channel === 'book') source.beginBooks();
    }
    if (reply.changes.length > 0) onChange();
  }

  #writePayload(payload: string | Uint8Array): void {
    if (this.#isEnded || this.#isSilent) return;
    const { protocol, socket } = this.#options;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const shaped = protocol.reshape === undefined ? bytes : protocol.reshape(bytes);
    socket.write(encodeFrame(shaped, protocol.opcode));
  }

  #deliverOne(payload: Uint8Array, opcode: number, parts: Uint8Array[]): void {
    const { protocol, counts } = this.#options;
    if (!this.#subscriptions.coversAll && !this.#subscriptions.wants(protocol.identify(payload))) {
      return;
    }
    const fate = this.#plan?.next() ?? 'send';
    if (fate === 'silent' || fate === 'disconnect') {
      this.#stop(fate);
      return;
    }
    const shaped = protocol.reshape === undefined ? payload : protocol.reshape(payload);
    if (fate === 'drop') {
      counts.faults.dropped += 1;
      return;
    }
    const cut = fate === 'truncate' ? (this.#plan?.cut(shaped.length) ?? 0) : shaped.length;
    const type = opcode === Opcode.Binary ? Opcode.Binary : Opcode.Text;
    const frame = encodeFrame(shaped.subarray(0, cut), type);
    counts.dataFrames += 1;
    counts.dataBytes += frame.length;
    if (fate === 'truncate') counts.faults.truncated += 1;
    if (fate === 'hold' && this.#held === undefined) {
      counts.faults.reordered += 1;
      this.#held = frame;
      return;
    }
    parts.push(frame);
    if (fate === 'duplicate') {
      counts.faults.duplicated += 1;
      counts.dataFrames += 1;
      counts.dataBytes += frame.length;
      parts.push(frame);
    }
    if (this.#held !== undefined) {
      parts.push(this.#held);
      this.#held = undefined;
    }
  }

  #stop(fate: 'silent' | 'disconnect'): void {
    const { counts, onChange } = this.#options;
    if (fate === 'silent') {
      counts.faults.silences += 1;
      this.#isSilent = true;
    } else {
      counts.faults.disconnects += 1;
      this.#isEnded = true;
    }
    onChange();
  }

  #disconnect(): void {
    const { socket, faults } = this.#options;
    if (faults?.disconnectBy === 'rst') socket.resetAndDestroy();
    else socket.end();
  }

  #writeParts(parts: readonly Uint8Array[]): void {
    const { socket } = this.#options;
    if (parts.length > 0 && !socket.destroyed) socket.write(Buffer.concat(parts));
  }
}

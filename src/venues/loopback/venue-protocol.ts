import type { Opcode } from './ws-frames.js';

/** The groups of a venue's channels that a client can ask for. */
export const STREAM_CHANNELS = ['book', 'trades', 'quotes', 'bars'] as const;
export type StreamChannel = (typeof STREAM_CHANNELS)[number];

/** Stands for every symbol. */
export const EVERY_SYMBOL = '*';

/** What one data frame is about; `other` (heartbeats and the like) goes to everybody. */
export interface FrameIdentity {
  readonly channel: StreamChannel | 'other';
  readonly symbol: string;
}

/** A change of what a connection gets. */
export interface SubscriptionChange {
  readonly action: 'add' | 'remove';
  readonly channel: StreamChannel;
  readonly symbols: readonly string[];
  /** Levels a side of the book's snapshot, where the venue lets a client choose; 0 = all. */
  readonly depth: number;
}

/** What a venue does about a message. */
export interface VenueReply {
  readonly payloads: readonly (string | Uint8Array)[];
  readonly changes: readonly SubscriptionChange[];
}

/** A venue's side of one connection: enough of its protocol to subscribe to market data. */
export interface VenueProtocol {
  /** The opcode of everything that the venue sends. */
  readonly opcode: Opcode;
  /** What happens when a client connects to `url`. */
  connect(url: URL): VenueReply;
  /** What happens when a client sends `message`. */
  receive(message: Buffer, isBinary: boolean): VenueReply;
  /** What a data frame is about. */
  identify(payload: Uint8Array): FrameIdentity;
  /** The payload as this connection wants it; absent where it goes out as it is. */
  readonly reshape: ((payload: Uint8Array) => Uint8Array) | undefined;
}

/** Nothing to say and nothing to change. */
export const SILENCE: VenueReply = { payloads: [], changes: [] };

/** The first bytes of a payload as text: channel and symbol stand there. */
export function headText(payload: Uint8Array, bytes = 256): string {
  return Buffer.from(payload.buffer, payload.byteOffset, Math.min(bytes, payload.length)).toString(
    'latin1',
  );
}

/** The last bytes of a payload as text. */
export function tailText(payload: Uint8Array, bytes = 96): string {
  const size = Math.min(bytes, payload.length);
  return Buffer.from(payload.buffer, payload.byteOffset + payload.length - size, size).toString(
    'latin1',
  );
}

/** A JSON object of a client; undefined where it is something else. */
export function parseObject(message: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(message.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `value` is an object with named members. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The strings of a list; nothing where it is no list. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

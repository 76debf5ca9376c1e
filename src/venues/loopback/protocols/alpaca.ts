import { decodeMsgpack, encodeMsgpack, type MsgpackValue } from '../msgpack.js';
import {
  type FrameIdentity,
  headText,
  isObject,
  parseObject,
  type StreamChannel,
  type SubscriptionChange,
  stringsOf,
  type VenueProtocol,
  type VenueReply,
} from '../venue-protocol.js';
import { Opcode } from '../ws-frames.js';

const CHANNELS: Readonly<Record<string, StreamChannel>> = {
  orderbooks: 'book',
  trades: 'trades',
  quotes: 'quotes',
  bars: 'bars',
  updatedBars: 'bars',
  dailyBars: 'bars',
};
const TYPES: Readonly<Record<string, StreamChannel>> = {
  o: 'book',
  t: 'trades',
  q: 'quotes',
  b: 'bars',
  u: 'bars',
  d: 'bars',
};

/**
 * Alpaca market data v2: authentication (any key is right, an empty one is not), subscribe and
 * unsubscribe, as JSON or as MessagePack. A frame that mixes symbols goes by its first message.
 *
 * Source: docs.alpaca.markets, real-time market data stream (2026).
 */
export class AlpacaProtocol implements VenueProtocol {
  readonly opcode: Opcode;
  readonly reshape = undefined;
  readonly #isMsgpack: boolean;
  readonly #subscribed = new Map<string, Set<string>>();
  #isAuthenticated = false;

  constructor(options: { readonly isMsgpack: boolean }) {
    this.#isMsgpack = options.isMsgpack;
    this.opcode = options.isMsgpack ? Opcode.Binary : Opcode.Text;
  }

  connect(): VenueReply {
    return this.#tell({ T: 'success', msg: 'connected' });
  }

  receive(message: Buffer, isBinary: boolean): VenueReply {
    const request = isBinary ? parseBinary(message) : parseObject(message);
    switch (request?.['action']) {
      case 'auth':
        return this.#authenticate(request);
      case 'subscribe':
      case 'unsubscribe':
        if (!this.#isAuthenticated) return this.#refuse(401, 'not authenticated');
        return this.#subscribe(request, request['action']);
      default:
        return this.#refuse(400, 'invalid syntax');
    }
  }

  identify(payload: Uint8Array): FrameIdentity {
    const read = this.#isMsgpack ? shortText : jsonText;
    const type = read(payload, 'T');
    const symbol = read(payload, 'S');
    return { channel: symbol === '' ? 'other' : (TYPES[type] ?? 'other'), symbol };
  }

  #authenticate(request: Readonly<Record<string, unknown>>): VenueReply {
    if (this.#isAuthenticated) return this.#refuse(403, 'already authenticated');
    const { key, secret } = request;
    const isGiven = typeof key === 'string' && key !== '' && typeof secret === 'string';
    if (!isGiven || secret === '') return this.#refuse(402, 'auth failed');
    this.#isAuthenticated = true;
    return this.#tell({ T: 'success', msg: 'authenticated' });
  }

  #subscribe(request: Readonly<Record<string, unknown>>, verb: string): VenueReply {
    const action = verb === 'subscribe' ? 'add' : 'remove';
    const changes: SubscriptionChange[] = [];
    for (const [name, channel] of Object.entries(CHANNELS)) {
      const symbols = stringsOf(request[name]);
      if (symbols.length === 0) continue;
      const have = this.#subscribed.get(name) ?? new Set<string>();
      for (const symbol of symbols) {
        if (action === 'add') have.add(symbol);
        else have.delete(symbol);
      }
      this.#subscribed.set(name, have);
      changes.push({ action, channel, symbols, depth: 0 });
    }
    const lists = Object.keys(CHANNELS).map((name): [string, string[]] => [
      name,
      [...(this.#subscribed.get(name) ?? [])],
    ]);
    return { ...this.#tell({ T: 'subscription', ...Object.fromEntries(lists) }), changes };
  }

  #refuse(code: number, msg: string): VenueReply {
    return this.#tell({ T: 'error', code, msg });
  }

  #tell(message: { readonly [name: string]: MsgpackValue }): VenueReply {
    const payload = this.#isMsgpack ? encodeMsgpack([message]) : JSON.stringify([message]);
    return { payloads: [payload], changes: [] };
  }
}

function parseBinary(message: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = decodeMsgpack(message);
    return isObject(value) ? value : undefined;
  } catch {
    // Some clients send JSON in binary frames.
    return parseObject(message);
  }
}

function jsonText(payload: Uint8Array, key: string): string {
  return new RegExp(`"${key}":"([^"]+)"`).exec(headText(payload))?.[1] ?? '';
}

/** The string value of a one-letter key in MessagePack: fixstr of one byte, then fixstr. */
function shortText(payload: Uint8Array, key: string): string {
  const limit = Math.min(payload.length, 256);
  for (let at = 0; at + 2 < limit; at += 1) {
    if (payload[at] !== 0xa1 || payload[at + 1] !== key.charCodeAt(0)) continue;
    const size = (payload[at + 2] ?? 0) - 0xa0;
    if (size >= 0 && size < 32) return headText(payload.subarray(at + 3, at + 3 + size));
  }
  return '';
}

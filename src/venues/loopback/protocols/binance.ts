import {
  type FrameIdentity,
  headText,
  parseObject,
  SILENCE,
  type StreamChannel,
  type SubscriptionChange,
  stringsOf,
  type VenueProtocol,
  type VenueReply,
} from '../venue-protocol.js';
import { Opcode } from '../ws-frames.js';

const DATA_KEY = '","data":';
/** The streams of one connection. Source: web-socket-streams.md, limits. */
const STREAMS_MAX = 1024;

/**
 * Binance spot and USD-M futures: combined and raw streams, SUBSCRIBE, UNSUBSCRIBE,
 * LIST_SUBSCRIPTIONS and the `combined` property.
 *
 * Source: binance-spot-api-docs, web-socket-streams.md (2026-07-21).
 */
export class BinanceProtocol implements VenueProtocol {
  readonly opcode = Opcode.Text;
  readonly #streams = new Set<string>();
  #isCombined = true;

  get reshape(): ((payload: Uint8Array) => Uint8Array) | undefined {
    return this.#isCombined ? undefined : unwrap;
  }

  connect(url: URL): VenueReply {
    const path = url.pathname.replace(/\/+$/, '');
    if (path.endsWith('/stream')) {
      return this.#add(splitStreams(url.searchParams.get('streams') ?? ''));
    }
    this.#isCombined = false;
    const names = /\/ws\/(.+)$/.exec(path)?.[1] ?? '';
    return this.#add(splitStreams(decodeURIComponent(names)));
  }

  receive(message: Buffer): VenueReply {
    const request = parseObject(message);
    if (request === undefined) return refuse(3, 'Invalid JSON: expected value', null);
    const id = requestId(request['id']);
    const names = stringsOf(request['params']);
    switch (request['method']) {
      case 'SUBSCRIBE':
        if (names.some((name) => channelOf(name) === undefined)) {
          return refuse(1, 'Invalid value type: expected a stream name', id);
        }
        if (this.#streams.size + names.length > STREAMS_MAX) {
          return refuse(2, `Invalid request: more than ${STREAMS_MAX} streams`, id);
        }
        return acknowledge(null, id, this.#add(names));
      case 'UNSUBSCRIBE':
        return acknowledge(null, id, this.#remove(names));
      case 'LIST_SUBSCRIPTIONS':
        return acknowledge([...this.#streams], id, SILENCE);
      case 'SET_PROPERTY':
        return this.#setProperty(request['params'], id);
      case 'GET_PROPERTY':
        return acknowledge(this.#isCombined, id, SILENCE);
      default:
        return refuse(2, 'Invalid request: unknown method', id);
    }
  }

  identify(payload: Uint8Array): FrameIdentity {
    const text = headText(payload);
    const stream = /^\{"stream":"([^"@]+)@([a-zA-Z]+)/.exec(text);
    if (stream !== null) {
      const [, symbol = '', name = ''] = stream;
      return { channel: CHANNELS[name] ?? 'other', symbol: symbol.toUpperCase() };
    }
    const event =
      /"e":"([a-zA-Z]+)"/.exec(text)?.[1] ?? (text.includes('"u":') ? 'bookTicker' : '');
    const symbol = /"s":"([^"]+)"/.exec(text)?.[1] ?? '';
    return { channel: symbol === '' ? 'other' : (CHANNELS[event] ?? 'other'), symbol };
  }

  #setProperty(params: unknown, id: unknown): VenueReply {
    if (!Array.isArray(params) || params[0] !== 'combined' || typeof params[1] !== 'boolean') {
      return refuse(0, 'Unknown property', id);
    }
    this.#isCombined = params[1];
    return acknowledge(null, id, SILENCE);
  }

  #add(names: readonly string[]): VenueReply {
    for (const name of names) this.#streams.add(name);
    return { payloads: [], changes: changesOf(names, 'add') };
  }

  #remove(names: readonly string[]): VenueReply {
    for (const name of names) this.#streams.delete(name);
    return { payloads: [], changes: changesOf(names, 'remove') };
  }
}

const CHANNELS: Readonly<Record<string, StreamChannel>> = {
  depth: 'book',
  depthUpdate: 'book',
  trade: 'trades',
  aggTrade: 'trades',
  bookTicker: 'quotes',
  kline: 'bars',
};

function splitStreams(names: string): string[] {
  return names.split('/').filter((name) => name !== '');
}

function channelOf(stream: string): StreamChannel | undefined {
  const name = /^[^@]+@([a-zA-Z]+)/.exec(stream)?.[1];
  return name === undefined ? undefined : CHANNELS[name];
}

function changesOf(
  names: readonly string[],
  action: SubscriptionChange['action'],
): SubscriptionChange[] {
  return names.flatMap((name) => {
    const channel = channelOf(name);
    const symbol = name.slice(0, name.indexOf('@')).toUpperCase();
    return channel === undefined ? [] : [{ action, channel, symbols: [symbol], depth: 0 }];
  });
}

function requestId(id: unknown): string | number | null {
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function acknowledge(result: unknown, id: unknown, reply: VenueReply): VenueReply {
  return { ...reply, payloads: [JSON.stringify({ result, id }), ...reply.payloads] };
}

function refuse(code: number, msg: string, id: unknown): VenueReply {
  return { payloads: [JSON.stringify({ error: { code, msg }, id })], changes: [] };
}

/** The `data` of a combined frame: what a raw stream sends. */
function unwrap(payload: Uint8Array): Uint8Array {
  const head = headText(payload);
  const data = head.startsWith('{"stream":"') ? head.indexOf(DATA_KEY) : -1;
  return data < 0 ? payload : payload.subarray(data + DATA_KEY.length, payload.length - 1);
}

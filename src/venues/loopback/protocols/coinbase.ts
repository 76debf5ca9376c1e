import {
  type FrameIdentity,
  headText,
  isObject,
  parseObject,
  SILENCE,
  type StreamChannel,
  type SubscriptionChange,
  stringsOf,
  type VenueProtocol,
  type VenueReply,
} from '../venue-protocol.js';
import { Opcode } from '../ws-frames.js';

const EXCHANGE_CHANNELS: Readonly<Record<string, StreamChannel>> = {
  level2: 'book',
  level2_batch: 'book',
  level2_50: 'book',
  level3: 'book',
  full: 'book',
  matches: 'trades',
  ticker: 'quotes',
  ticker_batch: 'quotes',
};

const EXCHANGE_TYPES: Readonly<Record<string, StreamChannel>> = {
  snapshot: 'book',
  l2update: 'book',
  received: 'book',
  open: 'book',
  done: 'book',
  change: 'book',
  activate: 'book',
  ticker: 'quotes',
  last_match: 'trades',
};

/**
 * Coinbase Exchange: subscribe and unsubscribe, with channels as names or as objects.
 *
 * Source: docs.cdp.coinbase.com, Exchange WebSocket overview and channels (2026).
 */
export class CoinbaseExchangeProtocol implements VenueProtocol {
  readonly opcode = Opcode.Text;
  readonly reshape = undefined;
  readonly #channels = new Map<string, Set<string>>();
  #hasFull = false;

  connect(): VenueReply {
    return SILENCE;
  }

  receive(message: Buffer): VenueReply {
    const request = parseObject(message);
    const type = request?.['type'];
    if (request === undefined || (type !== 'subscribe' && type !== 'unsubscribe')) {
      return refuse('Failed to parse the message', 'type is neither subscribe nor unsubscribe');
    }
    const shared = stringsOf(request['product_ids']);
    const wanted = Array.isArray(request['channels']) ? request['channels'] : [];
    if (wanted.length === 0) return refuse('Failed to subscribe', 'no channels provided');
    const changes: SubscriptionChange[] = [];
    for (const item of wanted as readonly unknown[]) {
      const name = isObject(item) ? item['name'] : item;
      const symbols = isObject(item) ? [...shared, ...stringsOf(item['product_ids'])] : shared;
      if (typeof name !== 'string') return refuse('Failed to subscribe', 'a channel has no name');
      changes.push(...this.#change(name, symbols, type === 'subscribe'));
    }
    return { payloads: [this.#subscriptions()], changes };
  }

  identify(payload: Uint8Array): FrameIdentity {
    const text = headText(payload);
    const type = /"type":"([a-z0-9_]+)"/.exec(text)?.[1] ?? '';
    const symbol = /"product_id":"([^"]+)"/.exec(text)?.[1] ?? '';
    // A match moves the book of a client of `full`, and is a trade to everyone else.
    const isMatch = type === 'match';
    const channel = isMatch ? (this.#hasFull ? 'book' : 'trades') : EXCHANGE_TYPES[type];
    return { channel: symbol === '' ? 'other' : (channel ?? 'other'), symbol };
  }

  #change(name: string, symbols: readonly string[], isAdded: boolean): SubscriptionChange[] {
    const have = this.#channels.get(name) ?? new Set<string>();
    for (const symbol of symbols) {
      if (isAdded) have.add(symbol);
      else have.delete(symbol);
    }
    if (have.size > 0) this.#channels.set(name, have);
    else this.#channels.delete(name);
    this.#hasFull = this.#channels.has('full') || this.#channels.has('level3');
    const channel = EXCHANGE_CHANNELS[name];
    if (channel === undefined) return [];
    const change = { action: isAdded ? 'add' : 'remove', channel, symbols, depth: 0 } as const;
    return [change];
  }

  #subscriptions(): string {
    const channels = [...this.#channels].map(([name, symbols]) => ({
      name,
      product_ids: [...symbols],
    }));
    return JSON.stringify({ type: 'subscriptions', channels });
  }
}

const ADVANCED_CHANNELS: Readonly<Record<string, StreamChannel>> = {
  level2: 'book',
  l2_data: 'book',
  market_trades: 'trades',
  ticker: 'quotes',
  ticker_batch: 'quotes',
  candles: 'bars',
};

/**
 * Coinbase Advanced Trade: one channel a message; `sequence_num` counts per connection over
 * everything that is sent.
 *
 * Source: docs.cdp.coinbase.com, Advanced Trade WebSocket overview (2026).
 */
export class CoinbaseAdvancedProtocol implements VenueProtocol {
  readonly opcode = Opcode.Text;
  #sequence = 0;

  /** Gives each payload the next number of this connection. */
  readonly reshape = (payload: Uint8Array): Uint8Array => {
    const text = headText(payload);
    const found = /"sequence_num":\d+/.exec(text);
    if (found === null) return payload;
    const end = found.index + found[0].length;
    return Buffer.concat([
      payload.subarray(0, found.index),
      Buffer.from(`"sequence_num":${this.#sequence++}`),
      payload.subarray(end),
    ]);
  };

  connect(): VenueReply {
    return SILENCE;
  }

  receive(message: Buffer): VenueReply {
    const request = parseObject(message);
    const type = request?.['type'];
    const name = request?.['channel'];
    const isKnown = type === 'subscribe' || type === 'unsubscribe';
    if (request === undefined || !isKnown || typeof name !== 'string') {
      return refuse('Failed to parse the message', 'type or channel is missing');
    }
    const symbols = stringsOf(request['product_ids']);
    const channel = ADVANCED_CHANNELS[name];
    const action = type === 'subscribe' ? 'add' : 'remove';
    const acknowledgement = JSON.stringify({
      channel: 'subscriptions',
      client_id: '',
      timestamp: new Date(0).toISOString(),
      sequence_num: 0,
      events: [{ subscriptions: { [name]: symbols } }],
    });
    return {
      payloads: [acknowledgement],
      changes: channel === undefined ? [] : [{ action, channel, symbols, depth: 0 }],
    };
  }

  identify(payload: Uint8Array): FrameIdentity {
    const text = headText(payload, 512);
    const name = /"channel":"([a-z0-9_]+)"/.exec(text)?.[1] ?? '';
    const symbol = /"product_id":"([^"]+)"/.exec(text)?.[1] ?? '';
    return { channel: symbol === '' ? 'other' : (ADVANCED_CHANNELS[name] ?? 'other'), symbol };
  }
}

function refuse(message: string, reason: string): VenueReply {
  return { payloads: [JSON.stringify({ type: 'error', message, reason })], changes: [] };
}

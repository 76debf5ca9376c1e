import {
  type FrameIdentity,
  headText,
  isObject,
  parseObject,
  SILENCE,
  type StreamChannel,
  type SubscriptionChange,
  stringsOf,
  tailText,
  type VenueProtocol,
  type VenueReply,
} from '../venue-protocol.js';
import { Opcode } from '../ws-frames.js';

const CHANNELS: Readonly<Record<string, StreamChannel>> = {
  book: 'book',
  level3: 'book',
  trade: 'trades',
  ticker: 'quotes',
  spread: 'quotes',
  ohlc: 'bars',
};
const DEPTH_DEFAULT = 10;
/** Acknowledgements carry the venue's clock; this venue stands still. */
const TIME = '1970-01-01T00:00:00.000000Z';

/**
 * Kraken WebSocket v2: subscribe, unsubscribe, ping; one acknowledgement a symbol.
 *
 * Source: docs.kraken.com, Spot WebSockets v2 (2026).
 */
export class KrakenV2Protocol implements VenueProtocol {
  readonly opcode = Opcode.Text;
  readonly reshape = undefined;

  connect(): VenueReply {
    const data = [{ system: 'online', api_version: 'v2', connection_id: 1, version: '2.0.0' }];
    return {
      payloads: [JSON.stringify({ channel: 'status', type: 'update', data })],
      changes: [],
    };
  }

  receive(message: Buffer): VenueReply {
    const request = parseObject(message);
    const method = request?.['method'];
    const tag = request?.['req_id'] === undefined ? {} : { req_id: request['req_id'] };
    if (method === 'ping') {
      return tell([{ method: 'pong', ...tag, time_in: TIME, time_out: TIME }]);
    }
    const params = request?.['params'];
    const isKnown = method === 'subscribe' || method === 'unsubscribe';
    if (!isKnown || !isObject(params) || typeof params['channel'] !== 'string') {
      return tell([{ error: 'Unsupported method or params', success: false, ...tag }]);
    }
    const name = params['channel'];
    const channel = CHANNELS[name];
    if (channel === undefined) {
      return tell([{ method, error: 'Unsupported channel', success: false, ...tag }]);
    }
    const symbols = stringsOf(params['symbol']);
    const depth = typeof params['depth'] === 'number' ? params['depth'] : DEPTH_DEFAULT;
    const own = name === 'book' ? { depth } : {};
    const times = { time_in: TIME, time_out: TIME };
    const payloads = symbols.map((symbol) =>
      JSON.stringify({
        method,
        result: { channel: name, ...own, snapshot: true, symbol },
        success: true,
        ...times,
        ...tag,
      }),
    );
    const action = method === 'subscribe' ? 'add' : 'remove';
    return { payloads, changes: [{ action, channel, symbols, depth }] };
  }

  identify(payload: Uint8Array): FrameIdentity {
    const text = headText(payload);
    const name = /"channel":"([a-z0-9]+)"/.exec(text)?.[1] ?? '';
    const symbol = /"symbol":"([^"]+)"/.exec(text)?.[1] ?? '';
    return { channel: symbol === '' ? 'other' : (CHANNELS[name] ?? 'other'), symbol };
  }
}

/**
 * Kraken WebSocket v1, as it was when it was frozen: subscribe, unsubscribe, ping.
 *
 * Source: docs.kraken.com, WebSockets v1 (recorded sessions of 2021 show every message).
 */
export class KrakenV1Protocol implements VenueProtocol {
  readonly opcode = Opcode.Text;
  readonly reshape = undefined;
  readonly #symbols: readonly string[];

  constructor(symbols: readonly string[]) {
    this.#symbols = symbols;
  }

  connect(): VenueReply {
    const status = { connectionID: 1, event: 'systemStatus', status: 'online', version: '1.9.0' };
    return tell([status]);
  }

  receive(message: Buffer): VenueReply {
    const request = parseObject(message);
    const event = request?.['event'];
    const tag = request?.['reqid'] === undefined ? {} : { reqid: request['reqid'] };
    if (event === 'ping') return tell([{ event: 'pong', ...tag }]);
    const subscription = request?.['subscription'];
    const isKnown = event === 'subscribe' || event === 'unsubscribe';
    if (!isKnown || !isObject(subscription) || typeof subscription['name'] !== 'string') {
      return tell([{ errorMessage: 'Malformed request', event: 'error', ...tag }]);
    }
    const name = subscription['name'];
    const channel = CHANNELS[name];
    if (channel === undefined) {
      return tell([{ errorMessage: 'Subscription name invalid', event: 'error', ...tag }]);
    }
    const depth = typeof subscription['depth'] === 'number' ? subscription['depth'] : DEPTH_DEFAULT;
    const channelName = name === 'book' ? `book-${depth}` : name;
    const symbols = stringsOf(request?.['pair']);
    const action = event === 'subscribe' ? 'add' : 'remove';
    const payloads = symbols.map((pair) =>
      JSON.stringify({
        channelID: this.#symbols.indexOf(pair) + 1,
        channelName,
        event: 'subscriptionStatus',
        pair,
        status: `${event}d`,
        subscription: name === 'book' ? { depth, name } : { name },
        ...tag,
      }),
    );
    const change: SubscriptionChange = { action, channel, symbols, depth };
    return { payloads, changes: [change] };
  }

  identify(payload: Uint8Array): FrameIdentity {
    const [, name = '', symbol = ''] =
      /"([a-z]+)[-0-9]*","([^"]+)"\]\s*$/.exec(tailText(payload)) ?? [];
    return { channel: symbol === '' ? 'other' : (CHANNELS[name] ?? 'other'), symbol };
  }
}

function tell(messages: readonly object[]): VenueReply {
  return { ...SILENCE, payloads: messages.map((message) => JSON.stringify(message)) };
}

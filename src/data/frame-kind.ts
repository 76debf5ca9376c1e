import type { WireFormat } from '../domain/market-data.js';
import type { CaptureEntry } from './capture-entry.js';

/** What a frame is at a glance: the venue's own word for it, and the symbol where it has one. */
export interface FrameGlance {
  readonly kind: string;
  readonly symbol: string | undefined;
}

/** Enough of a frame to see its type and symbol; both stand early, or (Kraken v1) at its end. */
const GLANCE_BYTES = 256;

/**
 * The wire format of frames by the look of one; undefined when this one does not tell (a
 * heartbeat, an acknowledgement).
 */
export function detectWireFormat(entry: CaptureEntry): WireFormat | undefined {
  const first = entry.bytes[entry.start] ?? 0;
  if ((first >= 0x90 && first <= 0x9f) || first === 0xdc || first === 0xdd) return 'alpaca-msgpack';
  const text = headText(entry);
  const symbolless = WIRE_SIGNS.find(({ sign }) => sign.test(text));
  if (symbolless !== undefined) return symbolless.format;
  if (/^\{"(stream|e|u|lastUpdateId)"/.test(text)) return binanceMarket(text, entry.url);
  if (/^\[\d+,/.test(text) && /"[^"]+\/[^"]+"\]$/.test(tailText(entry))) return 'kraken-v1';
  return undefined;
}

const WIRE_SIGNS: readonly { readonly sign: RegExp; readonly format: WireFormat }[] = [
  {
    sign: /"channelName":|"event":"(systemStatus|heartbeat|subscriptionStatus)"/,
    format: 'kraken-v1',
  },
  { sign: /^\[\{"T":"/, format: 'alpaca-json' },
  { sign: /"sequence_num":|^\{"channel":"(l2_data|market_trades)"/, format: 'coinbase-advanced' },
  { sign: /"channel":"(book|trade|ticker|status|heartbeat|instrument|ohlc)"/, format: 'kraken-v2' },
  { sign: /^\{"type":"[a-z0-9_]+".*"product_ids?":/, format: 'coinbase-exchange' },
];

/** Spot and futures look alike but for `pu`, event times of tickers, and the REST path. */
function binanceMarket(text: string, url: string): WireFormat | undefined {
  if (
    /"pu":|"ps":|"e":"bookTicker"|\/[fd]api\//.test(text) ||
    /\/[fd]api\/|fstream|dstream/.test(url)
  ) {
    return 'binance-futures';
  }
  if (/"e":"depthUpdate"/.test(text))
    return /"T":\d+,"s"/.test(text) ? 'binance-futures' : 'binance-spot';
  if (/"lastUpdateId":\d+,"E":/.test(text)) return 'binance-futures';
  if (/"u":\d+,"s":"|"M":(true|false)|"lastUpdateId":/.test(text)) return 'binance-spot';
  if (/stream\.binance\.com|\/api\/v3\//.test(url)) return 'binance-spot';
  return undefined;
}

/** The kind and symbol of a frame of that wire format. */
export function glanceAtFrame(entry: CaptureEntry, format: WireFormat | undefined): FrameGlance {
  if (entry.kind === 'rest-answer')
    return { kind: 'snapshot (REST)', symbol: restSymbol(entry.url) };
  switch (format) {
    case 'binance-spot':
    case 'binance-futures':
      return glanceBinance(headText(entry));
    case 'coinbase-exchange':
      return glanceByKeys(headText(entry), /"type":"([^"]+)"/, /"product_id":"([^"]+)"/);
    case 'coinbase-advanced':
      return glanceByKeys(headText(entry), /"channel":"([^"]+)"/, /"product_id":"([^"]+)"/);
    case 'kraken-v2':
      return glanceByKeys(headText(entry), /"(?:channel|method)":"([^"]+)"/, /"symbol":"([^"]+)"/);
    case 'kraken-v1':
      return glanceKrakenV1(entry);
    case 'alpaca-json':
      return glanceByKeys(headText(entry), /"T":"([^"]+)"/, /"S":"([^"]+)"/);
    case 'alpaca-msgpack':
      return glanceMsgpack(entry);
    case 'itch':
      return {
        kind: String.fromCharCode(entry.bytes[entry.start] ?? 0),
        symbol: itchSymbol(entry),
      };
    case 'lobster':
      return { kind: `type ${lobsterType(entry)}`, symbol: undefined };
    default:
      return { kind: 'unknown', symbol: undefined };
  }
}

function glanceBinance(text: string): FrameGlance {
  const event = /"e":"([^"]+)"/.exec(text)?.[1];
  const symbol = /"s":"([^"]+)"/.exec(text)?.[1];
  if (event !== undefined) return { kind: event, symbol };
  if (text.includes('"lastUpdateId":')) return { kind: 'snapshot', symbol };
  if (/"u":\d+,"s":/.test(text)) return { kind: 'bookTicker', symbol };
  return { kind: text.includes('"result":') ? 'acknowledgement' : 'unknown', symbol };
}

function glanceByKeys(text: string, kind: RegExp, symbol: RegExp): FrameGlance {
  return { kind: kind.exec(text)?.[1] ?? 'unknown', symbol: symbol.exec(text)?.[1] };
}

function glanceKrakenV1(entry: CaptureEntry): FrameGlance {
  const head = headText(entry);
  const event = /^\{.*"event":"([^"]+)"/.exec(head)?.[1];
  if (event !== undefined) return { kind: event, symbol: undefined };
  const [, channel, pair] = /"([^"]+)","([^"]+)"\]$/.exec(tailText(entry)) ?? [];
  return { kind: channel ?? 'unknown', symbol: pair };
}

/** Strings of a msgpack map that follow the keys `T` and `S` (fixstr of one byte: 0xa1). */
function glanceMsgpack(entry: CaptureEntry): FrameGlance {
  const value = (key: number): string | undefined => {
    const limit = Math.min(entry.end, entry.start + GLANCE_BYTES);
    for (let at = entry.start; at + 2 < limit; at += 1) {
      const length = (entry.bytes[at + 2] ?? 0) - 0xa0;
      if (entry.bytes[at] !== 0xa1 || entry.bytes[at + 1] !== key) continue;
      if (length >= 0 && length < 32)
        return entry.bytes.toString('latin1', at + 3, at + 3 + length);
    }
    return undefined;
  };
  return { kind: value(0x54) ?? 'unknown', symbol: value(0x53) };
}

/** Only a stock directory message names its symbol for all that follow. */
function itchSymbol(entry: CaptureEntry): string | undefined {
  if (entry.bytes[entry.start] !== 0x52) return undefined;
  return entry.bytes.toString('latin1', entry.start + 11, entry.start + 19).trimEnd();
}

function lobsterType(entry: CaptureEntry): string {
  return entry.bytes.toString('latin1', entry.start, entry.end).split(',')[1] ?? '?';
}

function restSymbol(url: string): string | undefined {
  return /[?&](?:symbol|pair)=([^&]+)/.exec(url)?.[1] ?? /\/products\/([^/]+)\//.exec(url)?.[1];
}

function headText(entry: CaptureEntry): string {
  const end = Math.min(entry.end, entry.start + GLANCE_BYTES);
  return entry.bytes.toString('latin1', entry.start, end);
}

function tailText(entry: CaptureEntry): string {
  return entry.bytes.toString('latin1', Math.max(entry.start, entry.end - 96), entry.end);
}

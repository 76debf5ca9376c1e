import type { WireFormat } from '../../../domain/market-data.js';
import {
  EVERY_SYMBOL,
  type FrameIdentity,
  SILENCE,
  STREAM_CHANNELS,
  type VenueProtocol,
  type VenueReply,
} from '../venue-protocol.js';
import { Opcode } from '../ws-frames.js';
import { AlpacaProtocol } from './alpaca.js';
import { BinanceProtocol } from './binance.js';
import { CoinbaseAdvancedProtocol, CoinbaseExchangeProtocol } from './coinbase.js';
import { KrakenV1Protocol, KrakenV2Protocol } from './kraken.js';

/** The venue's side of a fresh connection, for that wire format. */
export function createVenueProtocol(format: WireFormat, symbols: readonly string[]): VenueProtocol {
  switch (format) {
    case 'binance-spot':
    case 'binance-futures':
      return new BinanceProtocol();
    case 'coinbase-exchange':
      return new CoinbaseExchangeProtocol();
    case 'coinbase-advanced':
      return new CoinbaseAdvancedProtocol();
    case 'kraken-v1':
      return new KrakenV1Protocol(symbols);
    case 'kraken-v2':
      return new KrakenV2Protocol();
    case 'alpaca-json':
      return new AlpacaProtocol({ isMsgpack: false });
    case 'alpaca-msgpack':
      return new AlpacaProtocol({ isMsgpack: true });
    case 'itch':
      return new PlainProtocol(Opcode.Binary);
    case 'lobster':
    case 'fix':
      return new PlainProtocol(Opcode.Text);
  }
}

/** A stream without a WebSocket protocol of its own: whoever connects gets everything. */
class PlainProtocol implements VenueProtocol {
  readonly opcode: Opcode;
  readonly reshape = undefined;

  constructor(opcode: Opcode) {
    this.opcode = opcode;
  }

  connect(): VenueReply {
    const symbols = [EVERY_SYMBOL];
    const changes = STREAM_CHANNELS.map(
      (channel) => ({ action: 'add', channel, symbols, depth: 0 }) as const,
    );
    return { payloads: [], changes };
  }

  receive(): VenueReply {
    return SILENCE;
  }

  identify(): FrameIdentity {
    return { channel: 'other', symbol: '' };
  }
}

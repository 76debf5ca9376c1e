import type { ConnectorRequest } from '../../../addon/trading-core.js';
import { OrderFlags } from '../../../domain/orders.js';
import { toText } from '../../../domain/scaled-text.js';
import { writeFixTime } from '../messages/fix-time.js';
import type { WireField } from '../messages/message-codec.js';
import { clOrdIDText, type FixOrderDialect } from './order-dialect.js';
import {
  GOOD_TILL_DATE,
  LIMIT_TYPES,
  ORD_TYPE_CHARS,
  SIDE_CHARS,
  STOP_TYPES,
  TIME_IN_FORCE_CHARS,
} from './order-words.js';

/** An instrument as a counterparty names it. */
export interface FixInstrument {
  /** The native number. */
  readonly id: number;
  /** Symbol(55). */
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
}

/** What requests are written with. */
export interface RequestTerms {
  readonly dialect: FixOrderDialect;
  readonly instrument: FixInstrument;
  /** Account(1), where the counterparty wants one. */
  readonly account: string | undefined;
  /** OrderID(37), where the counterparty has given one. */
  readonly orderID: string | undefined;
  readonly timeMs: number;
  /** Digits of a second in TransactTime(60): 0 in FIX 4.0 and 4.1. */
  readonly timeDigits: 0 | 3;
}

/** A request on the wire, or why the counterparty cannot be asked for it. */
export type WrittenRequest =
  | { readonly msgType: string; readonly fields: readonly WireField[] }
  | { readonly refusal: string };

/** Kinds of a ConnectorRequest. */
export const RequestKind = { New: 0, Cancel: 1, Replace: 2, CancelAll: 3, Status: 4 } as const;

/** The message of a request: NewOrderSingle(D), a cancel (F), a replace (G), a question (H). */
export function writeRequest(request: ConnectorRequest, terms: RequestTerms): WrittenRequest {
  switch (request.kind) {
    case RequestKind.New:
      return writeOrder('D', request, terms);
    case RequestKind.Cancel:
      return { msgType: 'F', fields: cancelFields(request, terms) };
    case RequestKind.Replace:
      if (!terms.dialect.canReplace) return { refusal: 'orders cannot be replaced here' };
      return writeOrder('G', request, terms);
    case RequestKind.Status:
      if (!terms.dialect.canAskStatus)
        return { refusal: 'the state of orders cannot be asked for' };
      return { msgType: 'H', fields: statusFields(request, terms) };
    default:
      return { refusal: `requests of kind ${request.kind} are not sent` };
  }
}

function writeOrder(
  msgType: 'D' | 'G',
  request: ConnectorRequest,
  terms: RequestTerms,
): WrittenRequest {
  const { dialect, instrument, account } = terms;
  const ordType = ORD_TYPE_CHARS[request.ordType];
  const timeInForce = TIME_IN_FORCE_CHARS[request.timeInForce];
  const side = SIDE_CHARS[request.side];
  if (ordType === undefined || (STOP_TYPES.has(request.ordType) && !dialect.hasStops)) {
    return { refusal: `orders of type ${request.ordType} are not sent over FIX here` };
  }
  if (timeInForce === undefined || side === undefined) {
    return { refusal: `TimeInForce ${request.timeInForce} or side ${request.side} has no word` };
  }
  if ((request.flags & (OrderFlags.ReduceOnly | OrderFlags.Hidden)) !== 0) {
    return { refusal: 'reduce-only and hidden orders have no word here' };
  }
  const qty = (lots: number) => toText(lots, instrument.qtyDecimals);
  const price = (ticks: number) => toText(ticks, instrument.priceDecimals);
  const fields: WireField[] = [];
  if (account !== undefined) fields.push([1, account]);
  fields.push([11, clOrdIDText(request.clOrdID, dialect.clOrdID)]);
  if (msgType === 'G') fields.push(...origin(request, terms));
  const instructions = execInst(request, dialect);
  if (instructions !== '') fields.push([18, instructions]);
  if (dialect.handlInst !== undefined) fields.push([21, dialect.handlInst]);
  fields.push([38, qty(request.orderQty)], [40, ordType]);
  if (LIMIT_TYPES.has(request.ordType)) fields.push([44, price(request.price)]);
  fields.push([54, side], [55, instrument.symbol], [59, timeInForce]);
  if (dialect.hasTransactTime) fields.push(transactTime(terms));
  if (STOP_TYPES.has(request.ordType)) fields.push([99, price(request.stopPx)]);
  if (request.displayQty > 0) fields.push([111, qty(request.displayQty)]);
  if (request.timeInForce === GOOD_TILL_DATE) {
    fields.push([126, timeText(request.expireTimeMs, terms)]);
  }
  return { msgType, fields };
}

function execInst(request: ConnectorRequest, dialect: FixOrderDialect): string {
  const words = [];
  if ((request.flags & OrderFlags.PostOnly) !== 0) words.push(dialect.postOnly);
  if ((request.flags & OrderFlags.AllOrNone) !== 0) words.push('G');
  return words.join(' ');
}

/** OrderID(37) and OrigClOrdID(41) of the order that a request acts on. */
function origin(request: ConnectorRequest, { dialect, orderID }: RequestTerms): WireField[] {
  const orig: WireField = [41, clOrdIDText(request.origClOrdID, dialect.clOrdID)];
  return orderID === undefined ? [orig] : [[37, orderID], orig];
}

function cancelFields(request: ConnectorRequest, terms: RequestTerms): WireField[] {
  const { dialect, instrument } = terms;
  const fields: WireField[] = [];
  if (terms.account !== undefined && dialect.hasCancelAccount) fields.push([1, terms.account]);
  fields.push([11, clOrdIDText(request.clOrdID, dialect.clOrdID)]);
  if (dialect.hasCancelQty) fields.push([38, toText(request.orderQty, instrument.qtyDecimals)]);
  fields.push(...origin(request, terms));
  fields.push([54, SIDE_CHARS[request.side] ?? '1'], [55, instrument.symbol]);
  if (dialect.hasTransactTime) fields.push(transactTime(terms));
  if (dialect.cxlType !== undefined) fields.push([125, dialect.cxlType]);
  return fields;
}

function statusFields(request: ConnectorRequest, terms: RequestTerms): WireField[] {
  // The newest id that the counterparty has confirmed.
  const asked = request.origClOrdID === 0 ? request.clOrdID : request.origClOrdID;
  const fields: WireField[] = [[11, clOrdIDText(asked, terms.dialect.clOrdID)]];
  if (terms.orderID !== undefined) fields.push([37, terms.orderID]);
  fields.push([54, SIDE_CHARS[request.side] ?? '1'], [55, terms.instrument.symbol]);
  return fields;
}

function transactTime(terms: RequestTerms): WireField {
  return [60, timeText(terms.timeMs, terms)];
}

function timeText(timeMs: number, { timeDigits }: RequestTerms): string {
  return writeFixTime(BigInt(Math.trunc(timeMs)) * 1_000_000n, timeDigits);
}

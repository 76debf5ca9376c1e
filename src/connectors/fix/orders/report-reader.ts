import type { ConnectorReport } from '../../../addon/trading-core.js';
import { ExecType } from '../../../domain/orders.js';
import { toScaled } from '../../../domain/scaled-text.js';
import type { FixMessageView } from '../messages/fix-message-view.js';
import { clOrdIDOf, type FixOrderDialect } from './order-dialect.js';
import {
  CXL_REJ_REASONS,
  EXEC_TYPES,
  ORD_REJ_REASONS,
  ORD_STATUSES_OF_CHARS,
  OrdStatus,
  Reason,
} from './order-words.js';
import type { FixInstrument } from './request-writer.js';

const FEE_DECIMALS = 8;

/** What reports are read with. */
export interface ReportTerms {
  readonly dialect: FixOrderDialect;
  readonly instrument: FixInstrument;
  /** The native number of the venue. */
  readonly venue: number;
  /** The native number of a currency of fees. */
  readonly currencyOf: (name: string) => number;
  /** Hears what the numbers of the core cannot say exactly. */
  readonly onProblem: (what: string) => void;
}

/** A number of 53 bits that stands for a text id: equal texts, equal numbers, never 0. */
export function idNumber(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return (high >>> 11) * 2 ** 32 + (low >>> 0) || 1;
}

/** Whether a report answers a request for status by "there is no such order". */
export function isUnknownOrder(view: FixMessageView): boolean {
  const isStatus = view.getString(150) === 'I' || view.getString(20) === '3';
  if (!isStatus || view.getString(39) !== '8') return false;
  return view.getString(103) === '5' || view.getString(37) === 'NONE';
}

/**
 * The report of an ExecutionReport(8) of any version.
 *
 * Errors: HFT_ARGUMENT, HFT_DATA_FORMAT for numbers that are none, or quantities that are no lots.
 */
export function readReport(view: FixMessageView, terms: ReportTerms): ConnectorReport {
  const { dialect, instrument } = terms;
  const execType = execTypeOf(view);
  const qty = (tag: number) => toScaled(view.getDecimal(tag) ?? '0', instrument.qtyDecimals, 'qty');
  const isExecution = execType >= ExecType.Trade && execType <= ExecType.TradeCancel;
  const ordStatus = ORD_STATUSES_OF_CHARS[view.getString(39) ?? ''] ?? OrdStatus.None;
  const execRefID = view.getString(19);
  return {
    ...sharedFields(view, terms),
    clOrdID: clOrdIDOf(view.getString(11), dialect.clOrdID),
    origClOrdID: clOrdIDOf(view.getString(41), dialect.clOrdID),
    ...{ execType, ordStatus },
    execID: idNumber(view.getString(17) ?? ''),
    execRefID: execRefID === undefined ? 0 : idNumber(execRefID),
    ...(isExecution ? executionFields(view, terms) : {}),
    cumQty: qty(14),
    leavesQty: leavesOf(view, ordStatus, qty),
    reason: reasonOf(view, execType),
  };
}

/** The report of an OrderCancelReject(9). */
export function readCancelReject(view: FixMessageView, terms: ReportTerms): ConnectorReport {
  return {
    ...sharedFields(view, terms),
    clOrdID: clOrdIDOf(view.getString(11), terms.dialect.clOrdID),
    origClOrdID: clOrdIDOf(view.getString(41), terms.dialect.clOrdID),
    execType: ExecType.OrderStatus,
    ordStatus: ORD_STATUSES_OF_CHARS[view.getString(39) ?? ''] ?? OrdStatus.None,
    isCancelReject: 1,
    reason: CXL_REJ_REASONS[view.getString(102) ?? ''] ?? Reason.BrokerOption,
  };
}

function sharedFields(view: FixMessageView, { instrument, venue }: ReportTerms) {
  const orderID = view.getString(37);
  const side = view.getString(54);
  const time = view.getTime(60);
  return {
    orderID: orderID === undefined || orderID === 'NONE' ? 0 : idNumber(orderID),
    instrument: instrument.id,
    venue,
    side: side === '1' ? 1 : side === '2' || side === '5' || side === '6' ? 2 : 0,
    ...(time === undefined ? {} : { transactTimeMs: Number(time / 1_000_000n) }),
  };
}

/** ExecTransType(20) comes first where there is one; without ExecType(150) the fill tells. */
function execTypeOf(view: FixMessageView): ExecType {
  const transaction = view.getString(20);
  if (transaction === '1') return ExecType.TradeCancel;
  if (transaction === '2') return ExecType.TradeCorrect;
  if (transaction === '3') return ExecType.OrderStatus;
  const word = view.getString(150);
  if (word !== undefined) return EXEC_TYPES[word] ?? ExecType.OrderStatus;
  const last = view.getDecimal(32) ?? '0';
  if (/[1-9]/.test(last)) return ExecType.Trade;
  return EXEC_TYPES[view.getString(39) ?? ''] ?? ExecType.OrderStatus;
}

function executionFields(view: FixMessageView, terms: ReportTerms) {
  const { priceDecimals, qtyDecimals } = terms.instrument;
  const liquidity = view.getInt(851) ?? 0;
  return {
    lastQty: toScaled(view.getDecimal(32) ?? '0', qtyDecimals, 'LastQty(32)'),
    lastPx: priceOf(view.getDecimal(31) ?? '0', priceDecimals, terms.onProblem),
    liquidity: [1, 2, 4].includes(liquidity) ? liquidity : 0,
    ...feeOf(view, terms),
  };
}

/**
 * A price in ticks. One between ticks, as of a fill at an average, is rounded and told of: a fill
 * must not be lost.
 */
function priceOf(text: string, decimals: number, onProblem: (what: string) => void): number {
  const [whole = '0', fraction = ''] = text.split('.');
  if (/^0*$/.test(fraction.slice(decimals))) {
    return toScaled(`${whole}.${fraction.slice(0, decimals).padEnd(1, '0')}`, decimals, 'price');
  }
  onProblem(`LastPx(31) ${text} is between two ticks`);
  const down = toScaled(
    `${whole}.${fraction.slice(0, decimals).padEnd(1, '0')}`,
    decimals,
    'price',
  );
  const isUp = Number(fraction[decimals] ?? '0') >= 5;
  return isUp ? down + (text.startsWith('-') ? -1 : 1) : down;
}

/** Fees: MiscFeeAmt(137) of all entries, else an absolute Commission(12). */
function feeOf(view: FixMessageView, terms: ReportTerms): { fee?: number; feeCurrency?: number } {
  const entries = view.groups(136, (tag) => [137, 138, 139, 891].includes(tag));
  let currency = entries[0]?.getString(138);
  let amounts = entries.map((entry) => entry.getDecimal(137) ?? '0');
  if (entries.length === 0) {
    const commission = view.getDecimal(12);
    if (commission === undefined || !['3', undefined].includes(view.getString(13))) return {};
    amounts = [commission];
    currency = view.getString(479) ?? view.getString(15);
  }
  if (entries.some((entry) => entry.getString(138) !== currency)) {
    terms.onProblem('fees of one execution in several currencies');
    return {};
  }
  try {
    const fee = amounts.reduce((sum, text) => sum + toScaled(text, FEE_DECIMALS, 'fee'), 0);
    return { fee, feeCurrency: currency === undefined ? 0 : terms.currencyOf(currency) };
  } catch {
    terms.onProblem(`a fee with more than ${FEE_DECIMALS} decimals: ${amounts.join(' ')}`);
    return {};
  }
}

/** LeavesQty(151) is of FIX 4.1: before, it is what is not traded of an order that is open. */
function leavesOf(
  view: FixMessageView,
  ordStatus: OrdStatus,
  qty: (tag: number) => number,
): number {
  if (view.getString(151) !== undefined) return qty(151);
  const isClosed: readonly OrdStatus[] = [
    ...[OrdStatus.Filled, OrdStatus.DoneForDay, OrdStatus.Canceled],
    ...[OrdStatus.Rejected, OrdStatus.Expired],
  ];
  return isClosed.includes(ordStatus) ? 0 : Math.max(0, qty(38) - qty(14));
}

function reasonOf(view: FixMessageView, execType: ExecType): Reason {
  if (execType !== ExecType.Rejected) return Reason.None;
  return ORD_REJ_REASONS[view.getString(103) ?? ''] ?? Reason.BrokerOption;
}

import { toText } from '../../domain/scaled-text.js';
import type { FixField, VenueBook, VenueSession } from './ports.js';
import { utcText, type VersionRules } from './version.js';

/** More decimals of an average than of a price. */
const AVERAGE_DECIMALS = 6;

/** A counterparty of the exchange: a session and the rules of its version. */
export interface Counterparty {
  readonly session: VenueSession;
  readonly rules: VersionRules;
  /** Its orders by every ClOrdID that they have had. */
  readonly orders: Map<string, VenueOrder>;
}

/** An order of a counterparty: ticks and lots, single letters as FIX has them. */
export interface VenueOrder {
  /** The matching engine's number. */
  readonly id: number;
  readonly orderID: string;
  readonly owner: Counterparty;
  readonly book: VenueBook;
  readonly side: string;
  readonly ordType: string;
  readonly timeInForce: string;
  readonly account: string | undefined;
  clOrdID: string;
  origClOrdID: string | undefined;
  orderQty: number;
  price: number;
  stopPx: number;
  cumQty: number;
  leavesQty: number;
  /** Ticks times lots of what was traded. */
  notional: bigint;
  ordStatus: string;
}

/** Whether something of the order can still trade. */
export function isOpen(order: VenueOrder): boolean {
  return order.leavesQty > 0 && !'348C'.includes(order.ordStatus);
}

/** What one report says beside the order's state. */
export interface ReportFacts {
  readonly execID: string;
  /** ExecType(150) as of FIX 4.4; the writer turns it into what older versions say. */
  readonly execType: string;
  readonly timeMs: number;
  readonly lastQty?: number;
  readonly lastPx?: number;
  /** LastLiquidityInd(851). */
  readonly liquidity?: string;
  readonly ordRejReason?: string;
  readonly text?: string;
  /** Fields of requests for status, that only the asker gets. */
  readonly more?: readonly FixField[];
}

/** The average price of what an order has traded. */
export function averageText(order: VenueOrder): string {
  if (order.cumQty === 0) return '0';
  const scale = 10n ** BigInt(AVERAGE_DECIMALS);
  const average = (order.notional * scale) / BigInt(order.cumQty);
  return toText(Number(average), order.book.priceDecimals + AVERAGE_DECIMALS);
}

/** The ExecutionReport(8) of `order` for a session of `rules`. Source: FIX 4.0 to 5.0 SP2. */
export function reportFields(
  order: VenueOrder,
  facts: ReportFacts,
  rules: VersionRules,
): FixField[] {
  const { priceDecimals, qtyDecimals, symbol } = order.book;
  const qty = (lots: number) => toText(lots, qtyDecimals);
  const price = (ticks: number) => toText(ticks, priceDecimals);
  const fields: FixField[] = [
    [37, order.orderID],
    [11, order.clOrdID],
  ];
  if (order.origClOrdID !== undefined && rules.hasOrigClOrdID && '56E4'.includes(facts.execType)) {
    fields.push([41, order.origClOrdID]);
  }
  fields.push([17, facts.execID]);
  if (rules.hasExecTransType) fields.push([20, facts.execType === 'I' ? '3' : '0']);
  if (rules.hasExecType) fields.push([150, execTypeFor(order, facts.execType, rules)]);
  fields.push([39, order.ordStatus === '5' && !rules.hasExecTransType ? '0' : order.ordStatus]);
  if (facts.ordRejReason !== undefined) fields.push([103, facts.ordRejReason]);
  if (order.account !== undefined) fields.push([1, order.account]);
  fields.push([55, symbol], [54, order.side], [38, qty(order.orderQty)], [40, order.ordType]);
  if (order.price > 0) fields.push([44, price(order.price)]);
  if (order.stopPx > 0) fields.push([99, price(order.stopPx)]);
  fields.push([59, order.timeInForce]);
  if (facts.lastQty !== undefined || rules.requiresLast) {
    fields.push([32, qty(facts.lastQty ?? 0)], [31, price(facts.lastPx ?? 0)]);
  }
  if (facts.liquidity !== undefined && rules.hasLiquidity) fields.push([851, facts.liquidity]);
  if (rules.hasExecType) fields.push([151, qty(order.leavesQty)]);
  fields.push([14, qty(order.cumQty)], [6, averageText(order)]);
  fields.push([60, utcText(facts.timeMs, rules.hasMillis)]);
  if (facts.text !== undefined) fields.push([58, facts.text]);
  return [...fields, ...(facts.more ?? [])];
}

function execTypeFor(order: VenueOrder, execType: string, rules: VersionRules): string {
  if (!rules.hasExecTransType) return execType;
  if (execType === 'F') return order.leavesQty > 0 ? '1' : '2';
  if (execType === 'I') return order.ordStatus;
  return execType;
}

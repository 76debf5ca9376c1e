import type { NativeOrder, NativePosition } from '../addon/trading-core.js';
import {
  ORD_STATUSES,
  type OrderState,
  type OrderType,
  type TimeInForce,
} from '../domain/orders.js';
import type { Position } from '../domain/portfolio.js';
import {
  LIMIT_UNITS,
  limitFactor,
  limitTitle,
  RiskScope,
  type RiskViolation,
  type ViolationType,
  violationName,
  violationReason,
} from '../domain/risk.js';
import { toText } from '../domain/scaled-text.js';
import { levelOf } from '../risk/real-time-risk-manager.js';
import type { ScopeNames } from '../risk/scope-names.js';

/** The figures of a decision, as the native core gives them. */
export interface NativeViolation {
  readonly type: number;
  readonly scope: number;
  readonly scopeId: number;
  readonly limit: number;
  readonly observed: number;
  readonly headroom: number;
  readonly clOrdID: number;
  readonly timeMs: number;
  readonly isRefused: boolean;
}

/** A refusal, breach or warning for people. */
export function describeViolation(names: ScopeNames, found: NativeViolation): RiskViolation {
  const type = found.type as ViolationType;
  const factor = limitFactor(type);
  const name = violationName(type);
  const scope = found.scope as RiskScope;
  const limit = found.limit / factor;
  const observed = found.observed / factor;
  const headroom = found.headroom / factor;
  const place = scopeName(names, scope, found.scopeId);
  return {
    type,
    name,
    level: levelOf(found.isRefused),
    scope,
    scopeId: found.scopeId,
    limit,
    observed,
    headroom,
    message: sentenceOf(
      found,
      [observed, limit, headroom].map((value) => figureText(type, value)),
      place,
    ),
    clOrdID: found.clOrdID,
    timeMs: found.timeMs,
  };
}

/** One plain sentence: what, where, and the figures where there are any. */
function sentenceOf(found: NativeViolation, figures: readonly string[], place: string): string {
  const type = found.type as ViolationType;
  const [observed, limit, headroom] = figures;
  if (!found.isRefused) return `${limitTitle(type)} is at ${observed} of ${limit} (${place})`;
  const reason = violationReason(type);
  return LIMIT_UNITS[type] === undefined || LIMIT_UNITS[type] === 'flag'
    ? `${reason} (${place})`
    : `${reason} (${place}): ${observed}, limit ${limit}, headroom was ${headroom}`;
}

/** A figure in the unit of its limit. */
function figureText(type: ViolationType, value: number): string {
  switch (LIMIT_UNITS[type]) {
    case 'ratio':
      return `${Number((value * 100).toFixed(6))}%`;
    case 'milliseconds':
      return `${value} ms`;
    default:
      return String(value);
  }
}

function scopeName(names: ScopeNames, scope: RiskScope, id: number): string {
  switch (scope) {
    case RiskScope.Account:
      return `account ${names.accounts.name(id)}`;
    case RiskScope.Strategy:
      return `strategy ${names.strategies.name(id)}`;
    case RiskScope.Symbol:
      return `symbol ${names.symbolOf(id)?.symbol ?? id}`;
    case RiskScope.Venue:
      return `venue ${names.venues.name(id)}`;
    default:
      return 'global';
  }
}

/** An order for people. */
export function describeOrder(
  names: ScopeNames,
  native: NativeOrder,
  clientOrderId: string | undefined,
): OrderState {
  const symbol = names.symbolOf(native.instrument);
  const price = symbol?.priceDecimals ?? 0;
  const qty = symbol?.qtyDecimals ?? 0;
  const hasPrice = native.ordType === 2 || native.ordType === 4 || native.ordType === 7;
  return {
    clOrdID: native.clOrdID,
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    symbol: symbol?.symbol ?? '',
    side: native.side === 2 ? 'SELL' : 'BUY',
    orderType: native.ordType as OrderType,
    timeInForce: native.timeInForce as TimeInForce,
    ordStatus: ORD_STATUSES[native.ordStatus] ?? 'None',
    orderQty: toText(native.orderQty, qty),
    cumQty: toText(native.cumQty, qty),
    leavesQty: toText(native.leavesQty, qty),
    ...(hasPrice ? { price: toText(native.price, price) } : {}),
    ...(native.stopPx === 0 ? {} : { stopPx: toText(native.stopPx, price) }),
    ...(native.cumQty === 0 ? {} : { avgPx: native.avgPx / 10 ** price }),
    strategyId: names.strategies.name(native.strategy),
    accountId: names.accounts.name(native.account),
    isWorking: native.leavesQty > 0,
    anomalies: native.anomalies,
  };
}

/** A position for people. */
export function describePosition(names: ScopeNames, position: NativePosition): Position {
  const symbol = names.symbolOf(position.instrument);
  const qtyDecimals = symbol?.qtyDecimals ?? 0;
  const quantity = position.qty / 10 ** qtyDecimals;
  return {
    symbol: symbol?.symbol ?? '',
    instrumentId: position.instrument,
    accountId: names.accounts.name(position.account),
    strategyId: names.strategies.name(position.strategy),
    quantity: toText(position.qty, qtyDecimals),
    lots: position.qty,
    averagePrice: position.qty === 0 ? undefined : Number(position.cost) / quantity,
    realisedPnl: position.realised,
    unrealisedPnl: position.unrealised,
    markPrice: position.mark === 0 ? undefined : position.mark / 10 ** (symbol?.priceDecimals ?? 0),
    currency: names.currencies.name(position.currency),
  };
}

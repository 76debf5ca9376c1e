import { HftError } from '../domain/errors.js';
import { ExecutionAlgorithm, type OrderRequest, OrderType, TimeInForce } from '../domain/orders.js';
import { toScaled } from '../domain/scaled-text.js';
import type { ScopeNames, TradedSymbol } from '../risk/scope-names.js';
import type { RequestStruct } from './request-struct.js';

/** The request itself. Errors: HFT_ARGUMENT where it is no object. */
export function requireFields<Fields extends object>(request: Fields): Fields {
  if (typeof request === 'object' && request !== null) return request;
  throw new HftError('HFT_ARGUMENT', `a request must be an object, found ${String(request)}`);
}

/**
 * Writes a person's request into the struct, in ticks and lots. `venue` is where the symbol's
 * orders go by default. Errors: HFT_ARGUMENT that names the field.
 */
export function fillRequest(
  struct: RequestStruct,
  request: OrderRequest,
  symbol: TradedSymbol,
  names: ScopeNames,
  venue: number,
): void {
  const algorithm = request.executionAlgorithm ?? ExecutionAlgorithm.NONE;
  if (algorithm !== ExecutionAlgorithm.NONE) {
    throw new HftError('HFT_ARGUMENT', `executionAlgorithm ${algorithm} is not available`);
  }
  if (request.side !== 'BUY' && request.side !== 'SELL') {
    throw new HftError('HFT_ARGUMENT', `side must be BUY or SELL, found ${String(request.side)}`);
  }
  struct.clear();
  struct.kind = 0;
  struct.instrument = symbol.id;
  struct.side = request.side === 'BUY' ? 1 : 2;
  struct.ordType = numberOf(request.orderType, OrderType, 'orderType');
  struct.timeInForce = numberOf(request.timeInForce ?? TimeInForce.GTC, TimeInForce, 'timeInForce');
  struct.account = names.accounts.id(request.accountId ?? 'default');
  struct.strategy = names.strategies.id(request.strategyId ?? 'default');
  struct.venue = request.venue === undefined ? venue : names.venues.id(request.venue);
  struct.flags = request.flags ?? 0;
  struct.priority = request.priority ?? 0;
  struct.orderQty = toScaled(request.quantity, symbol.qtyDecimals, 'quantity');
  if (request.price !== undefined) {
    struct.price = toScaled(request.price, symbol.priceDecimals, 'price');
  }
  if (request.stopPrice !== undefined) {
    struct.stopPx = toScaled(request.stopPrice, symbol.priceDecimals, 'stopPrice');
  }
  if (request.trailingOffset !== undefined) {
    struct.trailOffset = toScaled(request.trailingOffset, symbol.priceDecimals, 'trailingOffset');
  }
  if (request.displayQuantity !== undefined) {
    struct.displayQty = toScaled(request.displayQuantity, symbol.qtyDecimals, 'displayQuantity');
  }
  if (request.minQuantity !== undefined) {
    struct.minQty = toScaled(request.minQuantity, symbol.qtyDecimals, 'minQuantity');
  }
  struct.expireTimeMs = request.expireTimeMs ?? 0;
  struct.bookSequence = request.bookSequence ?? 0;
}

function numberOf(value: number, words: Readonly<Record<string, number>>, what: string): number {
  if (!Object.values(words).includes(value)) {
    throw new HftError('HFT_ARGUMENT', `${what} ${String(value)} is not one of its kinds`);
  }
  return value;
}

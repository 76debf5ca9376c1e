import { toScaled } from '../../domain/scaled-text.js';
import type { MatcherOrder, VenueBook } from './ports.js';
import type { ReceivedMessage } from './received-message.js';

/** Why an order is refused: OrdRejReason(103) as of FIX 4.4, and words. */
export interface Refusal {
  readonly reason: '1' | '3' | '5' | '6' | '11' | '13' | '99';
  readonly text: string;
}

/** OrdType(40) that the matching engine knows. */
const ORD_TYPES: Readonly<Record<string, MatcherOrder['ordType']>> = {
  '1': 1,
  '2': 2,
  '3': 3,
  '4': 4,
  K: 5,
  J: 6,
};
/** Side(54): sell short is a sale here. */
const SIDES: Readonly<Record<string, 1 | 2>> = { '1': 1, '2': 2, '5': 2 };
const TIMES: Readonly<Record<string, MatcherOrder['timeInForce']>> = {
  '0': 0,
  '1': 1,
  '2': 2,
  '3': 3,
  '4': 4,
  '6': 6,
  '7': 7,
};

/** What a NewOrderSingle(D) asks for, or why it cannot be. `id` is the matching engine's. */
export function readOrder(
  message: ReceivedMessage,
  book: VenueBook,
  id: number,
): MatcherOrder | Refusal {
  const side = SIDES[message.get(54) ?? ''];
  if (side === undefined) return unsupported('Side(54)');
  const ordType = ORD_TYPES[message.get(40) ?? ''];
  if (ordType === undefined) return unsupported('OrdType(40)');
  const timeInForce = TIMES[message.get(59) ?? '0'];
  if (timeInForce === undefined) return unsupported('TimeInForce(59)');
  const qty = readNumber(message.get(38), book.qtyDecimals);
  if (qty === undefined || qty === 0) return { reason: '13', text: 'OrderQty(38) is no lots' };
  const price = readNumber(message.get(44) ?? '0', book.priceDecimals);
  const stopPx = readNumber(message.get(99) ?? '0', book.priceDecimals);
  const needsPrice = ordType === 2 || ordType === 4;
  const needsStop = ordType === 3 || ordType === 4 || ordType === 6;
  if (price === undefined || (needsPrice && price === 0)) return wrong('Price(44) is no ticks');
  if (stopPx === undefined || (needsStop && stopPx === 0)) return wrong('StopPx(99) is no ticks');
  const shown = readNumber(message.get(1138) ?? message.get(111) ?? '0', book.qtyDecimals);
  const minQty = readNumber(message.get(110) ?? '0', book.qtyDecimals);
  if (shown === undefined || minQty === undefined) return wrong('a quantity is no lots');
  const expireTime = readTime(message.get(126));
  if (timeInForce === 6 && expireTime === undefined) return wrong('ExpireTime(126) is missing');
  const instructions = (message.get(18) ?? '').split(' ');
  return {
    ...{ id, side, qty, ordType, timeInForce, stopPx, minQty, displayQty: shown },
    price: needsPrice ? price : 0,
    ...(expireTime === undefined ? {} : { expireTime }),
    isPostOnly: instructions.includes('6'),
    isAllOrNone: instructions.includes('G'),
  };
}

/** Whole ticks or lots of a decimal; undefined where it is none. */
export function readNumber(text: string | undefined, decimals: number): number | undefined {
  if (text === undefined) return undefined;
  try {
    const scaled = toScaled(text, decimals, 'value');
    return scaled < 0 ? undefined : scaled;
  } catch {
    return undefined;
  }
}

/** Nanoseconds since the epoch of a UTCTimestamp. */
function readTime(text: string | undefined): bigint | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d(?:\.\d{3})?)/.exec(text ?? '');
  if (match === null) return undefined;
  const timeMs = Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}Z`);
  return Number.isNaN(timeMs) ? undefined : BigInt(timeMs) * 1_000_000n;
}

function unsupported(field: string): Refusal {
  return { reason: '11', text: `${field} is not supported` };
}

function wrong(text: string): Refusal {
  return { reason: '99', text };
}

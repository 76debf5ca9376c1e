import type { ResultFill } from '../backtest-result.js';
import type { PanelMark } from './time-chart.js';

/** Places along the axis of time: fills nearer to each other than one share a mark. */
const PLACES = 110;

/**
 * The fills of one symbol as marks: all of a side within a place of the axis are one, larger for
 * more, at their average price, so that no fill is left out however many there are.
 */
export function fillMarks(
  fills: readonly ResultFill[],
  symbol: string,
  span: readonly [fromMs: number, toMs: number],
): PanelMark[] {
  const [from, to] = span;
  const groups = new Map<
    string,
    { fills: ResultFill[]; value: number; weight: number; ms: number }
  >();
  for (const fill of fills) {
    if (fill.symbol !== symbol) continue;
    const place = to > from ? Math.floor(((fill.timeMs - from) / (to - from)) * PLACES) : 0;
    const key = `${fill.side}${place}`;
    const group = groups.get(key) ?? { fills: [], value: 0, weight: 0, ms: 0 };
    const quantity = Number(fill.quantity);
    group.fills.push(fill);
    group.value += Number(fill.price) * quantity;
    group.ms += fill.timeMs * quantity;
    group.weight += quantity;
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => {
    const [first] = group.fills;
    const isBuy = first?.side === 'BUY';
    const count = group.fills.length;
    const price = group.value / group.weight;
    const what =
      count === 1 ? (first?.quantity ?? '') : `${count} fills, ${shortNumber(group.weight)}`;
    const at = count === 1 ? (first?.price ?? '') : `${shortNumber(price)} on average`;
    return {
      ms: group.ms / group.weight,
      value: price,
      style: isBuy ? 'buy' : 'sell',
      shape: isBuy ? 'up' : 'down',
      count,
      title: `${isBuy ? 'Bought' : 'Sold'} ${what} at ${at}`,
    };
  });
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(8)));
}

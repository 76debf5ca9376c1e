/** A number as the decimal that it is written as: `units` times 10^-`decimals`. */
interface Decimal {
  readonly units: bigint;
  readonly decimals: number;
}

/** A range never has more values than this. */
export const RANGE_VALUES_MAX = 10_000;

/** The shortest decimal that reads back as `value`. */
function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const decimals = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  if (decimals >= 0) return { units: digits, decimals };
  return { units: digits * 10n ** BigInt(-decimals), decimals: 0 };
}

function scaledTo(value: Decimal, decimals: number): bigint {
  return value.units * 10n ** BigInt(decimals - value.decimals);
}

function numberOf(units: bigint, decimals: number): number {
  // Through text: a division of doubles would not give the nearest one.
  return Number(`${units}e-${decimals}`);
}

/** Values `step` apart, exactly; `last` is the one before `to` where the steps don't reach it. */
export function steppedValues(range: {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}): { readonly count: number; readonly values: readonly number[]; readonly last: number } {
  const parts = [range.from, range.to, range.step].map(decimalOf);
  const decimals = Math.max(...parts.map((part) => part.decimals));
  const [from = 0n, to = 0n, step = 1n] = parts.map((part) => scaledTo(part, decimals));
  const steps = (to - from) / step;
  const count = Number(steps) + 1;
  const last = numberOf(from + steps * step, decimals);
  if (count > RANGE_VALUES_MAX) return { count, values: [], last };
  const values = Array.from({ length: count }, (_, index) =>
    numberOf(from + BigInt(index) * step, decimals),
  );
  return { count, values, last };
}

/** `count` values that divide a range evenly: exact where a short decimal is, else to 12 digits. */
export function dividedValues(range: {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}): number[] {
  const { from, to, count } = range;
  return Array.from({ length: count }, (_, index) => {
    if (index === count - 1) return to;
    return digits12(from + ((to - from) * index) / (count - 1));
  });
}

/** `count` values in equal ratios from `from` to `to`, to 12 digits; `from` is above zero. */
export function ratioValues(range: {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}): number[] {
  const { from, to, count } = range;
  return Array.from({ length: count }, (_, index) => {
    if (index === 0) return from;
    return index === count - 1 ? to : digits12(from * (to / from) ** (index / (count - 1)));
  });
}

/** Values of which each is `factor` times the one before; as steppedValues. */
export function factorValues(range: {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}): { readonly count: number; readonly values: readonly number[]; readonly last: number } {
  const { from, to, factor } = range;
  const steps = Math.floor(Math.log(to / from) / Math.log(factor) + 1e-9);
  const count = steps + 1;
  const reached = digits12(from * factor ** steps);
  const last = Math.abs(reached / to - 1) < 1e-9 ? to : reached;
  if (count > RANGE_VALUES_MAX) return { count, values: [], last };
  const values = Array.from({ length: count }, (_, index) =>
    index === steps ? last : digits12(from * factor ** index),
  );
  return { count, values, last };
}

/** To 12 significant digits: what arithmetic added behind them is gone. */
export function digits12(value: number): number {
  return Number(value.toPrecision(12));
}

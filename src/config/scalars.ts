/** What reading a scalar gives: its value, or undefined where the text does not say one. */
type Read<T> = T | undefined;

const MONEY_SCALE = 100_000_000n;
/** Far from the limits of a native int64 in 10^-8: 92 thousand million. */
const MONEY_MAX = (1n << 63n) - 1n;

const DECIMAL = /^([+-]?)(\d(?:[\d_]*\d)?)?(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A decimal number as coefficient * 10^-scale, exactly; undefined for other text. */
export function readDecimal(text: string): Read<{ coefficient: bigint; scale: number }> {
  const match = text.length > 100 ? null : DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole.replaceAll('_', '')}${fraction}`);
  return {
    coefficient: sign === '-' ? -digits : digits,
    scale: fraction.length - Number(exponent),
  };
}

/** The decimal times 10^`decimals`, where that is whole; exact. */
function scaled(text: string, decimals: number): Read<bigint> {
  const decimal = readDecimal(text);
  if (decimal === undefined) return undefined;
  const shift = decimals - decimal.scale;
  if (shift >= 0) return decimal.coefficient * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return decimal.coefficient % divisor === 0n ? decimal.coefficient / divisor : undefined;
}

/** An amount of money in 10^-8; undefined for more than 8 decimals or beyond 63 bits. */
export function readMoney(text: string): Read<bigint> {
  const value = scaled(text, 8);
  return value === undefined || value > MONEY_MAX || value < -MONEY_MAX ? undefined : value;
}

/** Money as the shortest decimal text. */
export function moneyText(money: bigint): string {
  const sign = money < 0n ? '-' : '';
  const size = money < 0n ? -money : money;
  const fraction = (size % MONEY_SCALE).toString().padStart(8, '0').replace(/0+$/, '');
  return `${sign}${size / MONEY_SCALE}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A ratio in 10^-8 (`5%` = 5,000,000; `10bps` = 100,000); undefined where it isn't exact. */
export function readRatio(text: string): Read<number> {
  const [, number = '', unit = ''] = /^(.*?)\s*(%|bps|bp)?$/.exec(text) ?? [];
  const value = scaled(number, unit === '%' ? 6 : unit === '' ? 8 : 4);
  return toSafe(value);
}

/** A ratio as a percentage. */
export function ratioText(ratio: number): string {
  return `${moneyText(BigInt(ratio) * 100n)}%`;
}

const TIME_UNITS: Readonly<Record<string, number>> = {
  ns: 0,
  us: 3,
  µs: 3,
  ms: 6,
  s: 9,
};
const LONG_UNITS: Readonly<Record<string, bigint>> = { m: 60n, h: 3600n, d: 86_400n };

/** Nanoseconds of `250ms`, `1h30m`, `1.5s`; 0 needs no unit. Undefined where it isn't exact. */
export function readDuration(text: string): Read<number> {
  if (/^0+$/.test(text)) return 0;
  if (text.length > 100 || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0n;
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)) {
    const seconds = LONG_UNITS[unit];
    const part = scaled(number, seconds === undefined ? (TIME_UNITS[unit] ?? 0) : 9);
    if (part === undefined) return undefined;
    total += part * (seconds ?? 1n);
  }
  return toSafe(total);
}

/** A duration in the largest unit that says it exactly. */
export function durationText(ns: number): string {
  const units = [
    ['d', 86_400e9],
    ['h', 3600e9],
    ['m', 60e9],
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
  ] as const;
  if (ns === 0) return '0s';
  for (const [unit, size] of units) if (ns % size === 0) return `${ns / size}${unit}`;
  return `${ns}ns`;
}

const SIZE_UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  kb: 10n ** 3n,
  mb: 10n ** 6n,
  gb: 10n ** 9n,
  tb: 10n ** 12n,
  kib: 1n << 10n,
  mib: 1n << 20n,
  gib: 1n << 30n,
  tib: 1n << 40n,
};

/** Bytes of `64MiB`, `1.5GB`, `4096`; undefined where they are not whole. */
export function readSize(text: string): Read<number> {
  const [, number = '', unit = ''] = /^([\d._]+)\s*([A-Za-z]*)$/.exec(text) ?? [];
  const decimal = readDecimal(number);
  const factor = Object.hasOwn(SIZE_UNITS, unit.toLowerCase())
    ? SIZE_UNITS[unit.toLowerCase()]
    : undefined;
  if (decimal === undefined || factor === undefined) return undefined;
  const product = decimal.coefficient * factor;
  const divisor = 10n ** BigInt(Math.max(0, decimal.scale));
  return product % divisor === 0n ? toSafe(product / divisor) : undefined;
}

/** Bytes in the largest binary unit that says them exactly. */
export function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes !== 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?[Zz]?)?$/;

/** Nanoseconds since the epoch of an ISO 8601 time in UTC; undefined for no such day or time. */
export function readTime(text: string): Read<bigint> {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  const isReal =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === (hour ?? 0) &&
    date.getUTCMinutes() === (minute ?? 0);
  if (!isReal || (second ?? 0) > 59) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt((match[7] ?? '').padEnd(9, '0'));
}

/** A time as ISO 8601, with nanoseconds where it has them. */
export function timeText(ns: bigint): string {
  const ms = ns / 1_000_000n - (ns % 1_000_000n < 0n ? 1n : 0n);
  const rest = ns - ms * 1_000_000n;
  const iso = new Date(Number(ms)).toISOString();
  return rest === 0n ? iso : iso.replace('Z', `${rest.toString().padStart(6, '0')}Z`);
}

/** A whole number in decimal, with _ between digits; undefined beyond 2^53. */
export function readInteger(text: string): Read<number> {
  if (!/^[+-]?\d(?:[\d_]*\d)?$/.test(text) || text.length > 40) return undefined;
  return toSafe(BigInt(text.replaceAll('_', '').replace(/^\+/, '')));
}

function toSafe(value: bigint | undefined): Read<number> {
  if (value === undefined) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A point in time as two numbers: a `number` of nanoseconds since the epoch would lose digits. */
export interface SplitTime {
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
}

/** Below zero if `a` is before `b`, zero if they are equal. */
export function compareTimes(a: SplitTime, b: SplitTime): number {
  return a.seconds === b.seconds ? a.nanos - b.nanos : a.seconds - b.seconds;
}

/** Nanoseconds from `start` to `end`, exact up to 104 days. */
export function nanosBetween(start: SplitTime, end: SplitTime): number {
  return (end.seconds - start.seconds) * 1e9 + (end.nanos - start.nanos);
}

/** Nanoseconds since the epoch. */
export function toNanos(time: SplitTime): bigint {
  return BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos);
}

/** The two numbers of nanoseconds since the epoch. */
export function fromNanos(nanos: bigint): SplitTime {
  return { seconds: Number(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) };
}

/** `2024-08-08T23:54:13.937085768Z`. */
export function toIsoText(time: SplitTime): string {
  const second = new Date(time.seconds * 1000).toISOString().slice(0, 19);
  return `${second}.${String(time.nanos).padStart(9, '0')}Z`;
}

/** `1633998512.0633569`: seconds with as many decimals as are needed. */
export function toSecondsText(time: SplitTime): string {
  const decimals = String(time.nanos).padStart(9, '0').replace(/0+$/, '');
  return decimals === '' ? `${time.seconds}.0` : `${time.seconds}.${decimals}`;
}

/** `1633998512063356900`: nanoseconds in digits. */
export function toNanosText(time: SplitTime): string {
  return time.seconds === 0
    ? String(time.nanos)
    : `${time.seconds}${String(time.nanos).padStart(9, '0')}`;
}

/** Where a time in text ended, and what it was. */
export interface ParsedTime extends SplitTime {
  readonly end: number;
}

const ZERO = 0x30;
const POINT = 0x2e;

/** Reads `digits` nanoseconds at `start`: 1 to 19 digits; undefined if there are none. */
export function parseNanosText(
  bytes: Uint8Array,
  start: number,
  limit: number,
): ParsedTime | undefined {
  let end = start;
  while (end < limit && isDigit(bytes[end])) end += 1;
  const digits = end - start;
  if (digits === 0 || digits > 19) return undefined;
  const split = Math.max(start, end - 9);
  return {
    seconds: readDigits(bytes, start, split),
    nanos: readDigits(bytes, split, end),
    end,
  };
}

/** Reads seconds with up to nine decimals at `start`; undefined if that is not what is there. */
export function parseSecondsText(
  bytes: Uint8Array,
  start: number,
  limit: number,
): ParsedTime | undefined {
  let end = start;
  while (end < limit && isDigit(bytes[end])) end += 1;
  if (end === start || end - start > 11) return undefined;
  const seconds = readDigits(bytes, start, end);
  if (end >= limit || bytes[end] !== POINT) return { seconds, nanos: 0, end };
  const first = end + 1;
  end = first;
  while (end < limit && isDigit(bytes[end])) end += 1;
  const decimals = end - first;
  if (decimals === 0 || decimals > 9) return undefined;
  return { seconds, nanos: readDigits(bytes, first, end) * 10 ** (9 - decimals), end };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}

function readDigits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + (bytes[at] ?? ZERO) - ZERO;
  return value;
}

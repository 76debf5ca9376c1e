import { HftError } from '../../../domain/errors.js';

const STAMP = /^(\d{4})(\d{2})(\d{2})-(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,12}))?$/;

/**
 * A UTCTimestamp as nanoseconds since the epoch; digits beyond the ninth are dropped, second 60 is
 * the first of the next minute. Undefined for text that is none.
 */
export function readFixTime(text: string): bigint | undefined {
  const match = STAMP.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = Date.UTC(year, month - 1, day);
  // A day that the month lacks would count on into the next.
  if (new Date(date).getUTCDate() !== day || month < 1 || month > 12) return undefined;
  const seconds = date / 1000 + hour * 3600 + minute * 60 + second;
  const fraction = (match[7] ?? '').padEnd(9, '0').slice(0, 9);
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction);
}

/** `time` as UTCTimestamp with `digits` decimals of the second, the rest dropped. */
export function writeFixTime(time: bigint, digits: 0 | 3 | 6 | 9): string {
  const seconds = time / 1_000_000_000n;
  const date = new Date(Number(seconds) * 1000);
  if (time < 0n || Number.isNaN(date.getTime())) {
    throw new HftError('HFT_ARGUMENT', `${time} ns is no time that FIX can say`);
  }
  const iso = date.toISOString();
  const text = `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19)}`;
  if (digits === 0) return text;
  const fraction = (time % 1_000_000_000n).toString().padStart(9, '0');
  return `${text}.${fraction.slice(0, digits)}`;
}

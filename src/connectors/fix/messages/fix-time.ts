import { HftError } from '../../../domain/errors.js';

const STAMP = /^\d{8}-\d{2}:\d{2}:\d{2}(?:\.\d{1,12})?$/;
/** The day that was read last, and its first second since the epoch: a session has one a day. */
let lastDay = '';
let lastSeconds = 0;
/** The second that was written last: most times of a session share theirs. */
let writtenSecond = -1;
let writtenText = '';

/**
 * A UTCTimestamp as nanoseconds since the epoch; digits beyond the ninth are dropped, second 60 is
 * the first of the next minute. Undefined for text that is none.
 */
export function readFixTime(text: string): bigint | undefined {
  if (!STAMP.test(text)) return undefined;
  const hour = Number(text.slice(9, 11));
  const minute = Number(text.slice(12, 14));
  const second = Number(text.slice(15, 17));
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const day = text.slice(0, 8);
  if (day !== lastDay) {
    const seconds = readDay(day);
    if (seconds === undefined) return undefined;
    lastDay = day;
    lastSeconds = seconds;
  }
  let fraction = 0;
  for (let at = 18; at < 27; at += 1) {
    fraction = fraction * 10 + (at < text.length ? text.charCodeAt(at) - 0x30 : 0);
  }
  const seconds = lastSeconds + hour * 3600 + minute * 60 + second;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction);
}

/** The first second of a day such as 20240115; undefined where there is no such day. */
function readDay(text: string): number | undefined {
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  const date = new Date(0);
  // Not Date.UTC, which takes the years below 100 for those of the last century.
  date.setUTCFullYear(Number(text.slice(0, 4)), month - 1, day);
  // A day that the month lacks would count on into the next.
  if (month < 1 || month > 12 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 1000;
}

/** `time` as UTCTimestamp with `digits` decimals of the second, the rest dropped. */
export function writeFixTime(time: bigint, digits: 0 | 3 | 6 | 9): string {
  const seconds = Number(time / 1_000_000_000n);
  if (seconds !== writtenSecond || time < 0n) {
    const date = new Date(seconds * 1000);
    if (time < 0n || Number.isNaN(date.getTime())) {
      throw new HftError('HFT_ARGUMENT', `${time} ns is no time that FIX can say`);
    }
    const iso = date.toISOString();
    writtenText = `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19)}`;
    writtenSecond = seconds;
  }
  if (digits === 0) return writtenText;
  const fraction = String(Number(time % 1_000_000_000n)).padStart(9, '0');
  return `${writtenText}.${fraction.slice(0, digits)}`;
}

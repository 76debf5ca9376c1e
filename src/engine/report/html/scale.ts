/** Round values that divide [min, max] into about `count` parts. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span)) return [min];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  if (step === undefined) return [min];
  const ticks: number[] = [];
  const last = Math.floor(max / step + 1e-9);
  // Adding zero makes a negative zero a plain one.
  for (let index = Math.ceil(min / step - 1e-9) + 0; index <= last; index += 1) {
    ticks.push(index * step);
    if (ticks.length > 50) break;
  }
  return ticks;
}

/** A number with the decimals that a step of this size needs. */
export function tickText(value: number, step: number): string {
  const decimals = step > 0 ? Math.min(8, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))) : 2;
  const needsMore = Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6;
  const text = Math.abs(value).toFixed(needsMore ? decimals + 1 : decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const isNegative = value < 0 && Number(text) !== 0;
  return `${isNegative ? '\u2212' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600_000),
  ...[1, 2, 7, 14, 30, 90, 180, 365].map((days) => days * 86_400_000),
];

/** A moment of the time axis. */
export interface TimeTick {
  readonly ms: number;
  readonly text: string;
}

/** Round times in UTC that divide [fromMs, toMs] into at most `count` parts. */
export function timeTicks(fromMs: number, toMs: number, count: number): TimeTick[] {
  const span = toMs - fromMs;
  if (!(span > 0)) return [{ ms: fromMs, text: timeText(fromMs, 1000) }];
  const step = TIME_STEPS.find((one) => span / one <= count) ?? span;
  const ticks: TimeTick[] = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= toMs; ms += step) {
    ticks.push({ ms, text: timeText(ms, step) });
  }
  return ticks;
}

/** A time in UTC as fine as steps of `stepMs` need. */
export function timeText(ms: number, stepMs: number): string {
  const iso = new Date(ms).toISOString();
  if (stepMs >= 86_400_000) return iso.slice(0, 10);
  if (stepMs >= 60_000) return iso.slice(11, 16);
  if (stepMs >= 1000) return iso.slice(11, 19);
  return iso.slice(11, 23);
}

/** A number on the page for one of the data. */
export type Scale = (value: number) => number;

/** Maps [from, to] to [start, end]; all to the middle where `from` is `to`. */
export function linear(
  domain: readonly [from: number, to: number],
  range: readonly [start: number, end: number],
): Scale {
  const [from, to] = domain;
  const [start, end] = range;
  if (!(to > from)) return () => (start + end) / 2;
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Least and largest of the finite values, with a margin; a flat line gets some room. */
export function extent(values: Iterable<number | null>, margin: number): [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return [0, 1];
  const room = max > min ? (max - min) * margin : Math.abs(max) * 0.001 || 1;
  return [min - room, max + room];
}

/**
 * Indexes to draw so that no peak is lost: of each of `buckets` spans of time its first, least,
 * largest and last value. A missing value (null) is kept where a gap begins.
 */
export function visibleIndexes(values: readonly (number | null)[], buckets: number): number[] {
  if (values.length <= buckets * 4) return values.map((_, index) => index);
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.floor((bucket * values.length) / buckets);
    const to = Math.floor(((bucket + 1) * values.length) / buckets);
    const chosen = new Set<number>([from, to - 1]);
    let low = -1;
    let high = -1;
    let gap = -1;
    for (let index = from; index < to; index += 1) {
      const value = values[index];
      if (value === null || value === undefined) {
        gap = index;
        continue;
      }
      if (low < 0 || value < (values[low] ?? 0)) low = index;
      if (high < 0 || value > (values[high] ?? 0)) high = index;
    }
    for (const index of [low, high, gap]) if (index >= 0) chosen.add(index);
    kept.push(...[...chosen].sort((a, b) => a - b));
  }
  return kept;
}

const COUNT_UNITS = ['', 'k', 'M', 'G', 'T'] as const;
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A count for people in at most six characters: `987`, `12.3k`, `4.56M`. */
export function formatCount(value: number): string {
  if (Math.abs(value) < 1000) {
    return Number.isInteger(value) ? String(value) : value.toPrecision(3);
  }
  const { figure, unit } = scale(value, COUNT_UNITS);
  return `${figure}${unit}`;
}

/** A size for people in decimal units: `512 B`, `1.50 MB`. */
export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) < 1000) return `${Math.round(bytes)} B`;
  const { figure, unit } = scale(bytes, BYTE_UNITS);
  return `${figure} ${unit}`;
}

/** A whole number with thousands separated: `1,234,567`. */
export function formatInteger(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Money for people: `1,234.50`, `-0.07`; from a million on `4.56M`. */
export function formatMoney(value: number): string {
  if (Math.abs(value) >= 1e6) return formatCount(value);
  const [whole = '0', cents] = value.toFixed(2).split('.');
  const text = `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
  return text === '-0.00' ? '0.00' : text;
}

/** A latency for people: `740 ns`, `1.25 us`, `3.40 ms`, `2.00 s`; `-` where there is none. */
export function formatNanos(nanos: number | undefined): string {
  if (nanos === undefined || !Number.isFinite(nanos)) return '-';
  const size = Math.abs(nanos);
  if (size < 1000) return `${Math.round(nanos)} ns`;
  if (size < 1e6) return `${(nanos / 1e3).toPrecision(3)} us`;
  if (size < 1e9) return `${(nanos / 1e6).toPrecision(3)} ms`;
  return `${(nanos / 1e9).toPrecision(3)} s`;
}

/** A clock of elapsed time: `00:01:05`, with days in front where there are some. */
export function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const days = Math.floor(seconds / 86_400);
  const part = (value: number): string => String(value).padStart(2, '0');
  const clock = [
    part(Math.floor(seconds / 3600) % 24),
    part(Math.floor(seconds / 60) % 60),
    part(seconds % 60),
  ].join(':');
  return days > 0 ? `${days}d ${clock}` : clock;
}

/** A length of time in words: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 10 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
}

function scale(value: number, units: readonly string[]): { figure: string; unit: string } {
  let index = 0;
  let scaled = value;
  // 999.5 would round to four digits, so it belongs to the next unit already.
  while (Math.abs(scaled) >= 999.5 && index < units.length - 1) {
    scaled /= 1000;
    index += 1;
  }
  return { figure: scaled.toPrecision(3), unit: units[index] ?? '' };
}

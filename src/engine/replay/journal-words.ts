import { readJournalNames } from '../../orders/run-files.js';
import type { JournaledName, NamedTable } from '../../risk/scope-names.js';

/** The names that a journal's numbers stand for. */
export class JournalWords {
  readonly #names: ReadonlyMap<string, JournaledName>;

  /** Those of the journal in `journalPath`. */
  constructor(journalPath: string) {
    this.#names = new Map(
      readJournalNames(journalPath).map((name) => [`${name.table} ${name.id}`, name]),
    );
  }

  /** The name of a number; the number as text where it has none. */
  name(table: NamedTable, id: number): string {
    return this.#names.get(`${table} ${id}`)?.name ?? String(id);
  }

  /** A price in ticks as exact decimal text. */
  price(instrument: number, ticks: number | bigint): string {
    return decimal(ticks, this.#names.get(`symbol ${instrument}`)?.priceDecimals ?? 0);
  }

  /** A quantity in lots as exact decimal text. */
  quantity(instrument: number, lots: number | bigint): string {
    return decimal(lots, this.#names.get(`symbol ${instrument}`)?.qtyDecimals ?? 0);
  }
}

/** A whole number of units of 10^-decimals as decimal text. */
export function decimal(units: number | bigint, decimals: number): string {
  const whole = BigInt(units);
  const digits = (whole < 0n ? -whole : whole).toString().padStart(decimals + 1, '0');
  const sign = whole < 0n ? '-' : '';
  if (decimals === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Nanoseconds since the epoch as ISO 8601 with nanoseconds. */
export function timeText(nanos: bigint): string {
  const seconds = nanos / 1_000_000_000n;
  const rest = (nanos % 1_000_000_000n).toString().padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

const SECOND_NS = 1_000_000_000n;

/** Nanoseconds since the epoch as ISO 8601 in UTC, with the digits that it needs. */
export function toIsoTime(ns: bigint): string {
  const seconds = ns / SECOND_NS;
  const fraction = (ns % SECOND_NS).toString().padStart(9, '0').replace(/0+$/, '');
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${text}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** The nanoseconds of an ISO time in UTC with up to nine digits of a second. */
export function fromIsoTime(text: string): bigint {
  const [, whole = '', fraction = ''] = /^(.*?)(?:\.(\d{1,9})\d*)?Z$/.exec(text) ?? [];
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

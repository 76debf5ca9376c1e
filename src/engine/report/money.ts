const SCALE = 100_000_000n;

/** Units of 10^-8 as exact decimal text. */
export function toMoneyText(units: bigint): string {
  const sign = units < 0n ? '-' : '';
  const size = units < 0n ? -units : units;
  const fraction = (size % SCALE).toString().padStart(8, '0').replace(/0+$/, '');
  return `${sign}${size / SCALE}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Decimal text with at most 8 decimals as units of 10^-8; undefined for other text. */
export function fromMoneyText(text: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(text);
  if (match === null) return undefined;
  const units = BigInt(match[2] ?? '0') * SCALE + BigInt((match[3] ?? '').padEnd(8, '0'));
  return match[1] === '-' ? -units : units;
}

/** Money for people: two decimals, thousands apart, a real minus sign, rounded half away from 0. */
export function displayMoney(text: string): string {
  const units = fromMoneyText(text);
  if (units === undefined) return text;
  const size = units < 0n ? -units : units;
  // Small amounts keep the digits that make them.
  const decimals = size !== 0n && size < SCALE / 100n ? 8 : 2;
  const step = 10n ** BigInt(8 - decimals);
  const rounded = (size + step / 2n) / step;
  const base = 10n ** BigInt(decimals);
  const whole = (rounded / base).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = (rounded % base).toString().padStart(decimals, '0');
  return `${units < 0n && rounded !== 0n ? '\u2212' : ''}${whole}.${fraction}`;
}

import { HftError } from './errors.js';

const TEXT = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * A decimal as a whole number of 10^-decimals, exactly: no float takes part.
 *
 * Errors: HFT_ARGUMENT that names `what` for text that is no decimal, for more decimals than there
 * are, and beyond 2^53.
 */
export function toScaled(value: string | number, decimals: number, what: string): number {
  const text = typeof value === 'number' ? plainText(value) : value;
  const match = typeof text === 'string' ? TEXT.exec(text) : null;
  if (match === null) {
    throw new HftError('HFT_ARGUMENT', `${what} must be a decimal number, found ${String(value)}`);
  }
  const [, sign = '', whole = '0', fraction = ''] = match;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > decimals) {
    throw new HftError(
      'HFT_ARGUMENT',
      `${what} must have at most ${decimals} decimals here, found ${text}`,
    );
  }
  const scaled = Number(`${whole}${kept.padEnd(decimals, '0')}`);
  if (!Number.isSafeInteger(scaled)) {
    throw new HftError('HFT_ARGUMENT', `${what} is too large: ${text}`);
  }
  return sign === '-' && scaled !== 0 ? -scaled : scaled;
}

/** The shortest decimal text of a number, without an exponent. */
function plainText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  // Shortest digits first, then moved: toFixed alone would show binary noise.
  const [mantissa = '0', exponent = '0'] = text.split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '0', fraction = ''] = mantissa.replace('-', '').split('.');
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const moved =
    point <= 0
      ? `0.${'0'.repeat(-point)}${digits}`
      : point >= digits.length
        ? digits + '0'.repeat(point - digits.length)
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return negative ? `-${moved}` : moved;
}

/** A whole number of 10^-decimals as decimal text, without trailing zeros. */
export function toText(scaled: number, decimals: number): string {
  if (decimals === 0) return String(scaled);
  const negative = scaled < 0;
  const digits = String(Math.abs(scaled)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative ? `-${text}` : text;
}

/** A whole number of ticks or lots as decimal text: 6180000 with 2 decimals is `61800.00`. */
export function scaledText(units: number, decimals: number): string {
  const digits = Math.abs(units)
    .toFixed(0)
    .padStart(decimals + 1, '0');
  const sign = units < 0 ? '-' : '';
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

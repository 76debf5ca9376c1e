/**
 * The chance that a standard normal number is at most `x`; exact to about 1e-15.
 *
 * Source: Marsaglia, "Evaluating the Normal Distribution", J. Statistical Software 11(4), 2004:
 * a Taylor series near zero; a continued fraction in the tails, where the series cancels.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < -38) return 0;
  if (x > 38) return 1;
  const density = Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) > 6) {
    const size = Math.abs(x);
    let fraction = 0;
    for (let k = 60; k >= 1; k -= 1) fraction = k / (size + fraction);
    const tail = density / (size + fraction);
    return x < 0 ? tail : 1 - tail;
  }
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && k < 400; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * density;
}

/** The x with normalCdf(x) = p; infinite at 0 and 1, NaN beyond. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  // Bisection: 60 halvings of [-38, 38] are as exact as the distribution itself.
  let low = -38;
  let high = 38;
  for (let i = 0; i < 70; i += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

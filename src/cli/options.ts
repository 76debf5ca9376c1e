import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers from `min` to `max`, for a commander option. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text.replaceAll('_', ''));
    if (!/^\d[\d_]*$/.test(text) || !Number.isSafeInteger(value) || value < min || value > max) {
      const limit = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
      throw new InvalidArgumentError(`Expected a whole number, ${limit}.`);
    }
    return value;
  };
}

/** A parser of numbers above zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('Expected a number above zero.');
  }
  return value;
}

/** A parser of a speed: `max`, `recorded`, `2x` (recorded, twice as fast) or frames a second. */
export function playSpeed(text: string): SpeedChoice {
  if (text === 'max' || text === 'maximum') return { kind: 'maximum' };
  if (text === 'recorded') return { kind: 'recorded', factor: 1 };
  const factor = /^(\d+(?:\.\d+)?)x$/.exec(text)?.[1];
  if (factor !== undefined && Number(factor) > 0) {
    return { kind: 'recorded', factor: Number(factor) };
  }
  const rate = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text);
  const scale = { k: 1e3, M: 1e6 }[rate?.[2] ?? ''] ?? 1;
  const framesPerSecond = Number(rate?.[1]) * scale;
  if (rate === null || !(framesPerSecond > 0)) {
    throw new InvalidArgumentError(
      'Expected messages a second (5000, 50k, 1M), "max", "recorded" or a factor such as 2x.',
    );
  }
  return { kind: 'rate', framesPerSecond };
}

/** How fast a market is played. */
export type SpeedChoice =
  | { readonly kind: 'maximum' }
  | { readonly kind: 'rate'; readonly framesPerSecond: number }
  | { readonly kind: 'recorded'; readonly factor: number };

/** A span of the market's time in nanoseconds since the epoch; the end is outside. */
export interface TimeSpan {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** One step of a walk forward: parameters are chosen on `train` and judged on `test`. */
export interface WalkForwardWindow {
  readonly index: number;
  readonly train: TimeSpan;
  readonly test: TimeSpan;
}

/**
 * The windows over `whole`, each a test span after the one before; test spans follow each other
 * without gap or overlap.
 *
 * A last test span that the data cuts is kept where at least half of it is there. Empty where not
 * even one fits.
 */
export function walkForwardWindows(options: {
  readonly whole: TimeSpan;
  readonly trainNs: number;
  readonly testNs: number;
  readonly isAnchored: boolean;
}): WalkForwardWindow[] {
  const { whole, isAnchored } = options;
  const train = BigInt(options.trainNs);
  const test = BigInt(options.testNs);
  const windows: WalkForwardWindow[] = [];
  for (let index = 0; ; index += 1) {
    const offset = BigInt(index) * test;
    const split = whole.startNs + offset + train;
    const full = split + test;
    const endNs = full < whole.endNs ? full : whole.endNs;
    if (2n * (endNs - split) < test) return windows;
    windows.push({
      index,
      train: { startNs: isAnchored ? whole.startNs : whole.startNs + offset, endNs: split },
      test: { startNs: split, endNs },
    });
  }
}

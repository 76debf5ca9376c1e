import type { SweepCurve } from '../sweep-result.js';
import { bucketStart, bucketsFromText } from './return-buckets.js';
import type { RunMetrics } from './run-metrics.js';

/** The equity of a run at the ends of its buckets, from the capital on. */
export function curveOf(metrics: RunMetrics): SweepCurve {
  const capital = Number(metrics.capital);
  const { samples, sums } = bucketsFromText(metrics.returns);
  const first = Date.parse(metrics.startTime);
  const spanMs = Date.parse(metrics.endTime) - first;
  const timeMs = [first];
  const equity = [capital];
  let value = capital;
  sums.forEach((sum, bucket) => {
    value += sum * capital;
    timeMs.push(first + (spanMs * bucketStart(samples, sums.length, bucket + 1)) / samples);
    equity.push(value);
  });
  return { timeMs, equity };
}

/** Curves that follow each other, each going on from where the one before ended. */
export function joinCurves(curves: readonly SweepCurve[]): SweepCurve {
  const timeMs: number[] = [];
  const equity: number[] = [];
  for (const curve of curves) {
    const shift = (equity.at(-1) ?? curve.equity[0] ?? 0) - (curve.equity[0] ?? 0);
    curve.equity.forEach((value, index) => {
      // A span begins where the one before ended.
      if (index === 0 && equity.length > 0) return;
      timeMs.push(curve.timeMs[index] ?? 0);
      equity.push(value + shift);
    });
  }
  return { timeMs, equity };
}

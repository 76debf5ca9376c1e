import type { StreamStatistics } from '../../addon/stream-engine.js';

/**
 * What several streams have counted, as of one. Percentiles can't be added: latency is that of the
 * stream that has handled most. Undefined without a stream.
 */
export function mergeStreams(all: readonly StreamStatistics[]): StreamStatistics | undefined {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  return others.reduce((sum, next): StreamStatistics => {
    const busier = next.latency.handle.count > sum.latency.handle.count ? next : sum;
    return { ...(addUp(sum, next) as unknown as StreamStatistics), latency: busier.latency };
  }, first);
}

type Counts = Readonly<Record<string, unknown>>;

function addUp(a: object, b: object): Counts {
  const left = a as Counts;
  const right = b as Counts;
  return Object.fromEntries(
    Object.entries(left).map(([name, value]) => {
      const other = right[name];
      if (typeof value === 'number') return [name, value + Number(other ?? 0)];
      return [name, addUp(value as object, (other ?? {}) as object)];
    }),
  );
}

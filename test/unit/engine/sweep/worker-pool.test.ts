import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../../src/engine/sweep/running/run-protocol.js';
import {
  type PoolOptions,
  type RunEnd,
  WorkerPool,
} from '../../../../src/engine/sweep/running/worker-pool.js';

const FAKE = new URL('./fake-worker.mjs', import.meta.url);

function spec(id: string, inventoryLotsMax: number): RunSpec {
  return { id, parameters: { halfSpreadTicks: 2, skewTicks: 1, inventoryLotsMax } };
}

async function poolOf(
  specs: readonly RunSpec[],
  change: Partial<PoolOptions> = {},
): Promise<ReadonlyMap<string, RunEnd>> {
  const ends = new Map<string, RunEnd>();
  const pool = new WorkerPool({
    module: FAKE,
    workers: 1,
    payload: async () => ({ config: { system_id: 'pool' } }),
    signal: new AbortController().signal,
    ...change,
  });
  try {
    await pool.run(specs, { onEnd: ({ id }, end) => ends.set(id, end), onProgress: () => {} });
  } finally {
    await pool.close();
  }
  return ends;
}

// The workers run what is built.
const isBuilt = existsSync(join(import.meta.dirname, '../../../../dist/engine/sweep'));

describe.skipIf(!isBuilt)('a pool of workers', () => {
  it('does all runs, each once, in their order on one thread', async () => {
    const specs = Array.from({ length: 20 }, (_, index) => spec(`run ${index}`, 12));

    const ends = await poolOf(specs);

    expect([...ends.keys()]).toEqual(specs.map(({ id }) => id));
    for (const { metrics } of ends.values()) expect(metrics?.fills).toBe(5);
  });

  it('gives up a run that never ends, and does the next on a fresh worker', async () => {
    const ends = await poolOf([spec('hangs', 16), spec('fine', 12)], { stallMs: 3000 });

    expect(ends.get('hangs')?.error).toBe('no progress for 3 s');
    expect(ends.get('fine')?.metrics?.fills).toBe(5);
  });

  it('outlives workers that end by themselves, one after the other', async () => {
    const ends = await poolOf([spec('a', 14), spec('b', 15), spec('c', 14), spec('d', 12)], {
      workers: 2,
    });

    expect([...ends].filter(([, { error }]) => error === undefined).map(([id]) => id)).toEqual([
      'd',
    ]);
  });

  it('fails as a whole where its workers cannot even start', async () => {
    const module = new URL('./no-such-worker.mjs', import.meta.url);

    await expect(poolOf([spec('a', 12)], { module })).rejects.toMatchObject({
      code: 'HFT_STRATEGY',
      message: expect.stringContaining("a worker of the sweep can't start"),
    });
  });

  it('fails with the reason for which there is nothing to share, and leaves no thread', async () => {
    const payload = () => Promise.reject(new Error('no data'));

    await expect(poolOf([spec('a', 12), spec('b', 12)], { payload, workers: 2 })).rejects.toThrow(
      'no data',
    );
  });

  it('has nothing to do for no runs', async () => {
    expect((await poolOf([])).size).toBe(0);
  });
});

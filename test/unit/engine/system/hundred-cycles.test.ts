import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

interface Held {
  readonly threads: number;
  readonly descriptors: number;
  readonly handles: number;
  readonly residentMiB: number;
}

const CYCLES = 100;
/** Growth over the later cycles that an allocator may be blamed for. */
const GROWTH_MIB_MAX = 24;
/**
 * The C library raises its threshold with each large block that is freed, and keeps such blocks in
 * a heap that only shrinks at its end: steps of 40 MiB that are no leak. Fixed, they go back.
 */
const ENV = { ...process.env, MALLOC_MMAP_THRESHOLD_: String(256 << 10) };

function medianMiB(cycles: readonly Held[]): number {
  const sorted = cycles.map(({ residentMiB }) => residentMiB).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

it('starts and stops a hundred times in one process and holds no more at the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hft-cycles-'));
  try {
    const script = fileURLToPath(new URL('./hundred-cycles.mjs', import.meta.url));
    const args = ['--expose-gc', script, folder, String(CYCLES)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: ENV });
    const after = JSON.parse(stdout) as Held[];
    expect(after).toHaveLength(CYCLES);
    const settled = after.slice(10, 20);
    const last = after[CYCLES - 1];
    // Sockets of the last cycle may still be closing: no more than there were is what counts.
    for (const what of ['threads', 'descriptors', 'handles'] as const) {
      expect(last?.[what], what).toBeLessThanOrEqual(
        Math.max(...settled.map((held) => held[what])),
      );
    }
    const growth = medianMiB(after.slice(-20)) - medianMiB(after.slice(10, 30));
    expect(growth).toBeLessThan(GROWTH_MIB_MAX);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);

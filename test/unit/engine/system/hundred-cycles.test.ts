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
/** Over 80 cycles: an engine, a stream or a segment that is left each time is more than 1 MiB. */
const GROWTH_MIB_MAX = 64;

function medianMiB(cycles: readonly Held[]): number {
  const sorted = cycles.map(({ residentMiB }) => residentMiB).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

it('starts and stops a hundred times in one process and holds no more at the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hft-cycles-'));
  try {
    const script = fileURLToPath(new URL('./hundred-cycles.mjs', import.meta.url));
    const args = ['--expose-gc', script, folder, String(CYCLES)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
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
    // Single cycles swing by tens of MiB, with what the collector happens to have given back.
    const growth = medianMiB(after.slice(-20)) - medianMiB(after.slice(10, 30));
    expect(growth).toBeLessThan(GROWTH_MIB_MAX);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);

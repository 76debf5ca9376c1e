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
/** Growth of the later 80 cycles that an allocator may be blamed for. */
const GROWTH_MIB_MAX = 24;

it('starts and stops a hundred times in one process and holds no more at the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hft-cycles-'));
  try {
    const script = fileURLToPath(new URL('./hundred-cycles.mjs', import.meta.url));
    const args = ['--expose-gc', script, folder, String(CYCLES)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const after = JSON.parse(stdout) as Held[];
    expect(after).toHaveLength(CYCLES);
    const settled = after[19];
    const last = after[CYCLES - 1];
    expect(last).toMatchObject({
      threads: settled?.threads,
      descriptors: settled?.descriptors,
      handles: settled?.handles,
    });
    const growth = (last?.residentMiB ?? 0) - (settled?.residentMiB ?? 0);
    expect(growth).toBeLessThan(GROWTH_MIB_MAX);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);

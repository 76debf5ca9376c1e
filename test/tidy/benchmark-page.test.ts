import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const FIGURES = [
  { name: 'decodeAllFields/min_time:0.500', unit: 'items/s', value: 9e7 },
  { name: 'journalAppend/process/0/iterations:9', unit: 'items/s', value: 4e6, p50: 50 },
  { name: 'writeCall128B/iterations:9', unit: 'items/s', value: 1e6 },
  { name: 'l3Recorded', unit: 'items/s', value: 6e7, perRecord: 16e-9 },
  { name: 'l3RecordedStandard', unit: 'items/s', value: 3e7, perRecord: 32e-9 },
].map((figure) => ({ ...figure, runs: 1, input: 'test', commit: 'abcdef' }));

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-page-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function pageOf(text: string): string {
  const [figures, page] = [join(folder, 'figures.json'), join(folder, 'page.md')];
  writeFileSync(figures, text);
  execFileSync(process.execPath, ['scripts/bench/page.mjs', figures, page], { stdio: 'pipe' });
  return readFileSync(page, 'utf8');
}

it('writes each figure with what stands beside it and whether its aim was reached', () => {
  const page = pageOf(JSON.stringify(FIGURES));
  expect(page).toContain('commit abcdef');
  expect(page).toContain('| ITCH decode, all fields | 90 M/s |  |  | >= 80 M/s | yes |');
  expect(page).toContain('| 16 ns | standard containers 32 ns | 2x | <= 35 ns, >= 4x | **no** |');
  // A time beside a rate: 50 ns against 1 us.
  expect(page).toContain('| 50 ns | `write(2)` 1 M/s | 20x | <= 60 ns | yes |');
  expect(page).toContain('| recovery of 1 M orders | not measured |');
});

it('names a file of figures that can not be read', () => {
  expect(() => pageOf('[{')).toThrow(/figures\.json holds no figures/);
});

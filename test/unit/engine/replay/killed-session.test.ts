import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayJournal } from '../../../../src/engine/replay/replay-journal.js';
import { generateMarket } from './recorded-session.js';

const SCRIPT = fileURLToPath(new URL('./killed-session.mjs', import.meta.url));

describe('a session that another process recorded', () => {
  let folder: string;
  let capture: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hft-killed-'));
    capture = join(folder, 'market.txt');
    await generateMarket(capture, 6000);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('is proved up to a SIGKILL, with the runs that recovered after it', async () => {
    const journal = join(folder, 'journal');
    const signals = ['90', '110', '0'].map(
      (killAt) =>
        spawnSync(process.execPath, [SCRIPT, capture, journal, killAt], { encoding: 'utf8' })
          .signal,
    );
    expect(signals).toEqual(['SIGKILL', 'SIGKILL', null]);
    const { ok, runs } = await replayJournal(journal);
    expect(runs.map(({ run, verdict, reason }) => [run, verdict, reason])).toEqual([
      [1, 'identical-to-cut', ''],
      [2, 'identical-to-cut', ''],
      [3, 'identical', ''],
    ]);
    expect(ok).toBe(true);
    expect(Math.min(...runs.map(({ matched }) => matched))).toBeGreaterThan(10);
  }, 60_000);
});

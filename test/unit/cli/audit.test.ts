import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeJournal } from '../storage/journal-writer.js';
import { hasAddon } from './addon-present.js';
import { hft } from './cli-harness.js';

describe.skipIf(!hasAddon)('hft audit', () => {
  let folder = '';
  let offsets: number[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hft-audit-'));
    const kill = Buffer.alloc(8);
    kill.writeUInt8(1, 0);
    kill.writeUInt16LE(3, 2);
    const start = Buffer.alloc(32);
    start.writeBigUInt64LE(1n, 0);
    start.writeBigUInt64LE(18_446_744_073_709_551_615n, 8);
    offsets = writeJournal(folder, [
      { kind: 1, payload: start },
      { kind: 10, payload: Buffer.from('a note of some length, with ü') },
      { kind: 6, payload: kill },
    ]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('proves a sound journal that another program wrote', async () => {
    const { code, stdout } = await hft(['audit', 'verify', folder, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, fault: 'ok', records: '3' });
  });

  it('names where a record was altered', async () => {
    const path = join(folder, '000000000001.journal');
    const bytes = readFileSync(path);
    bytes.writeUInt8(0x58, (offsets[1] ?? 0) + 45);
    writeFileSync(path, bytes);
    const { code, stderr } = await hft(['audit', 'verify', folder]);
    expect(code).toBe(3);
    expect(stderr).toContain(`segment 1, offset ${offsets[1]}, sequence 2`);
  });

  it('finds that the tail was cut', async () => {
    const path = join(folder, '000000000001.journal');
    writeFileSync(path, readFileSync(path).subarray(0, offsets[2]));
    const { code, stderr } = await hft(['audit', 'verify', folder]);
    expect(code).toBe(3);
    expect(stderr).toContain('ends before a record');
  });

  it('prints records for people and as NDJSON', async () => {
    const text = await hft(['audit', 'dump', folder]);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('sessionStart run=1 randomSeed=18446744073709551615');
    const { stdout } = await hft(['audit', 'dump', folder, '--json']);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map((record) => record.kind)).toEqual([
      'sessionStart',
      'strategyNote',
      'killSwitch',
    ]);
    expect(records[1].fields.text).toBe('a note of some length, with ü');
    expect(records[2].fields).toMatchObject({ isThrown: 1, source: 3 });
  });

  it('says that there is no journal', async () => {
    const { code, stderr } = await hft(['audit', 'verify', join(folder, 'none')]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('there is no journal in');
  });
});

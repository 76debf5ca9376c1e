import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasAddon } from './addon-present.js';
import { hft } from './cli-harness.js';

const fixtures = join(process.env['HFT_FIXTURES'] ?? '../shared/data', 'matching_diff');

describe.skipIf(!hasAddon)('hft data match', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hft-match-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (text: string): string => {
    const path = join(folder, 'commands.txt');
    writeFileSync(path, text);
    return path;
  };

  it.skipIf(!existsSync(fixtures))('fills as another engine did (matching_diff)', async () => {
    const out = join(folder, 'events.txt');
    const { code } = await hft(['data', 'match', join(fixtures, 'commands_7.txt'), '--out', out]);
    expect(code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(readFileSync(join(fixtures, 'expected_7.txt'), 'utf8'));
  });

  it('reads commands from standard input and writes events to standard output', async () => {
    const stdin = '0 NEW 1 S LIMIT 10 5 GTC\n1 NEW 2 B MARKET 0 3 IOC\n';
    const { code, stdout } = await hft(['data', 'match', '-'], { stdin });
    expect(code).toBe(0);
    expect(stdout).toBe('# 0\nACK 1\n# 1\nACK 2\nFILL 2 1 3 10\n');
  });

  it('answers cancels of ids that are unknown, filled or canceled already', async () => {
    const { stdout } = await hft([
      'data',
      'match',
      file(
        '0 CANCEL 9\n1 NEW 1 S LIMIT 10 5 GTC\n2 CANCEL 1\n3 CANCEL 1\n' +
          '4 NEW 2 S LIMIT 10 5 GTC\n5 NEW 3 B LIMIT 10 5 GTC\n6 CANCEL 2\n',
      ),
    ]);
    expect(stdout).toBe(
      '# 0\nCXLREJ 9\n# 1\nACK 1\n# 2\nCXL 1\n# 3\nCXLREJ 1\n' +
        '# 4\nACK 2\n# 5\nACK 3\nFILL 3 2 5 10\n# 6\nCXLREJ 2\n',
    );
  });

  it('refuses an id that lives, and takes it again once it is gone', async () => {
    const { stdout } = await hft([
      'data',
      'match',
      file(
        '0 NEW 1 S LIMIT 10 5 GTC\n1 NEW 1 B LIMIT 10 5 GTC\n2 CANCEL 1\n3 NEW 1 B LIMIT 9 1 GTC\n',
      ),
    ]);
    expect(stdout).toBe('# 0\nACK 1\n# 1\nREJ 1\n# 2\nCXL 1\n# 3\nACK 1\n');
  });

  it.each([
    ['a price that is no number', '0 NEW 1 S LIMIT ten 5 GTC'],
    ['a side that is none', '0 NEW 1 X LIMIT 10 5 GTC'],
    ['a verb that is none', '0 AMEND 1'],
    ['a missing field', '0 NEW 1 S LIMIT 10 5'],
    ['a field too many', '0 CANCEL 1 2'],
    ['bytes that are no text', '\u0000\u0001\u00ff'],
    ['a number beyond its range', '0 NEW 1 S LIMIT 99999999999999999999 5 GTC'],
  ])('names the line of %s', async (_what, line) => {
    const path = file(`0 NEW 8 S LIMIT 10 5 GTC\n\n${line}\n`);
    const out = join(folder, 'events.txt');
    const { code, stderr } = await hft(['data', 'match', path, '--out', out]);
    expect(code).toBe(3);
    expect(stderr).toContain(`${path}: line 3`);
    expect(existsSync(out)).toBe(false);
  });

  it('names a file that is not there', async () => {
    const path = join(folder, 'none.txt');
    const { code, stderr } = await hft(['data', 'match', path]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(path);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hashFile,
  hashModule,
  hashOf,
  hashProgram,
} from '../../../../src/engine/sweep/store/fingerprints.js';

const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fingerprint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a fingerprint', () => {
  it('of a value does not go by the order of keys, but by every value', () => {
    expect(hashOf({ a: 1, b: [2n, null] })).toBe(hashOf({ b: [2n, null], a: 1 }));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: '1' }));
    expect(hashOf({ a: 1n })).not.toBe(hashOf({ a: 1 }));
    expect(hashOf([1, [2]])).not.toBe(hashOf([[1], 2]));
  });

  it('of a file is that of its content', async () => {
    writeFileSync(join(folder, 'empty'), '');

    expect(await hashFile(join(folder, 'empty'))).toBe(NOTHING);
    await expect(hashFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'HFT_DATA_FILE' });
  });

  it('of a module changes with what it imports, over files and as TypeScript', () => {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write('strategy.ts', "import { far } from './near.js';\nexport const near = far;\n");
    write('near.ts', "export { far } from './far.js';\n");
    write('far.js', 'export const far = 1;\n');
    write('beside.ts', 'export const beside = 1;\n');
    const before = hashModule(join(folder, 'strategy.ts'));
    write('beside.ts', 'export const beside = 2;\n');
    expect(hashModule(join(folder, 'strategy.ts'))).toBe(before);
    write('far.js', 'export const far = 2;\n');

    expect(hashModule(join(folder, 'strategy.ts'))).not.toBe(before);
    expect(() => hashModule(join(folder, 'none.ts'))).toThrow('cannot read');
  });

  it('of the program is that of some code', () => {
    expect(hashProgram()).not.toBe(NOTHING);
    expect(hashProgram()).toBe(hashProgram());
  });

  it('of the program is another one where its native part is', () => {
    const addon = join(folder, 'addon');
    writeFileSync(addon, 'one');
    const before = hashProgram(addon);
    writeFileSync(addon, 'two');

    expect(hashProgram(addon)).not.toBe(before);
  });
});

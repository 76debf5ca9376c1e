import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SHIPPED_STRATEGIES } from '../../../src/strategies/catalog.js';

const CATALOG = join(import.meta.dirname, '../../../dist/strategies/catalog.js');
const PROGRAM = join(import.meta.dirname, 'garbage-run.mjs');
const EVENTS = 10_000_000;
// What compilers leave behind fits into a young generation of this size; one object an event doesn't.
const FLAGS = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16'];

describe.skipIf(!existsSync(CATALOG))('shipped strategies', () => {
  it.each([...SHIPPED_STRATEGIES.keys()])('%s leaves no garbage in ten million books', (name) => {
    const done = spawnSync(
      process.execPath,
      [...FLAGS, PROGRAM, pathToFileURL(CATALOG).href, name, String(EVENTS)],
      { encoding: 'utf8' },
    );
    expect(done.stderr).toBe('');
    const found = JSON.parse(done.stdout) as { collections: number; grownBytes: number };

    expect(found.collections).toBe(0);
    // One byte an event would already be ten million; what is left is the runtime's own.
    expect(found.grownBytes).toBeLessThan(EVENTS);
  });
});

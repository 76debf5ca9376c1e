import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemLab, until } from './systems.js';

const MODULE = fileURLToPath(new URL('./counter.mjs', import.meta.url));

let lab: SystemLab;
beforeEach(() => {
  lab = new SystemLab();
});
afterEach(() => lab.close());

const text = { strategies: `\n  counter: { module: ${MODULE} }`, hasJournal: true };
const file = (): string => join(lab.folder, 'strategies', 'counter.json');

it('gives a strategy what it kept, run after run', async () => {
  for (let run = 1; run <= 3; run += 1) {
    const system = await lab.running(text);
    await until(system, ({ marketEvents }) => marketEvents > 10);
    await system.stop();
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ starts: run });
  }
});

it('has what changed on disk while it runs', async () => {
  await lab.running(text);
  await expect.poll(() => readFileSync(file(), 'utf8')).toBe('{"starts":1}');
});

it('does not start with a file that is damaged, and names it', async () => {
  const system = await lab.running(text);
  await system.stop();
  writeFileSync(file(), '{"starts":');
  await expect(lab.running(text)).rejects.toMatchObject({
    code: 'HFT_DATA_FORMAT',
    message: `${file()}: the kept state of a strategy is no JSON`,
  });
});

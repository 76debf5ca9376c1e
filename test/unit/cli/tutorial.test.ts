import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strategy } from '../../../src/domain/strategy.js';
import { FakeMarket, instrument } from '../strategies/fake-context.js';
import { hft } from './cli-harness.js';

const ROOT = join(import.meta.dirname, '../../..');
const isBuilt = existsSync(join(ROOT, 'dist/cli/commands/init.js'));
const TEXT = readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8');

/** The code blocks of the tutorial in one language, in order. */
function blocks(language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...TEXT.matchAll(pattern)].map((match) => match[1] ?? '');
}

describe.skipIf(!isBuilt)('the tutorial, word by word', () => {
  let parent = '';
  let folder = '';
  const run = (...args: string[]) => {
    const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { code: done.status, text: `${done.stdout}${done.stderr}` };
  };
  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'hft-tutorial-'));
    folder = join(parent, 'first-strategy');
    expect((await hft(['init', 'first-strategy', '--directory', parent])).code).toBe(0);
    const [strategy = '', test = ''] = blocks('ts');
    writeFileSync(join(folder, 'strategy.ts'), strategy);
    writeFileSync(join(folder, 'strategy.test.ts'), test);
    // "Put the parameters of the new strategy in the place of the old ones."
    const path = join(folder, 'config.yaml');
    const [section = ''] = blocks('yaml');
    const text = readFileSync(path, 'utf8');
    const replaced = text.replace(/^strategies:\n(?: +.*\n)+/m, section);
    expect(replaced).not.toBe(text);
    writeFileSync(path, replaced);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('leaves a configuration that is right', () => {
    expect(run('node_modules/.bin/hft', 'config', 'validate', 'config.yaml').text).toBe(
      'config.yaml: ok\n',
    );
  });

  it('leaves a strategy that the strictest compiler takes', () => {
    writeFileSync(
      join(folder, 'tsconfig.check.json'),
      JSON.stringify({
        extends: './tsconfig.json',
        files: ['strategy.ts'],
        include: [],
        compilerOptions: { types: [] },
      }),
    );
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');

    expect(run(tsc, '-p', 'tsconfig.check.json')).toEqual({ code: 0, text: '' });
  });

  it('leaves a strategy that does what the text says', async () => {
    const { MyStrategy } = (await import(join(folder, 'strategy.ts'))) as {
      MyStrategy: new () => Strategy;
    };
    const strategy = new MyStrategy();
    const market = new FakeMarket(strategy, {
      instruments: [instrument(0, 'AAA')],
      parameters: { threshold: 0.6, lots: 10, lotsMax: 20, holdSeconds: 5 },
    });
    const lean = (bids: number, asks: number) =>
      market.book({ bid: 100, ask: 101, bidLots: bids, askLots: asks }).settle();

    lean(50, 50);
    expect(market.orders.calls).toEqual([]);
    lean(90, 10);
    lean(90, 10);
    lean(90, 10);
    expect(market.orders.calls).toEqual(['limit BUY 10 @ 101 #0', 'limit BUY 10 @ 101 #0']);
    lean(10, 90);
    expect(market.lots(0)).toBe(10);
    strategy.onTimer({ id: 1, name: 'close', lateNs: 0 });
    market.settle();
    expect(market.lots(0)).toBe(0);
  });

  it('leaves tests that pass', () => {
    const tested = spawnSync('npm', ['test'], { cwd: folder, encoding: 'utf8' });

    expect({ code: tested.status, text: tested.stdout }).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^(?:#|ℹ) pass 1$/m),
    });
  });

  it('ends with a report', () => {
    expect(run('node_modules/.bin/hft', 'backtest', 'config.yaml').code).toBe(0);
    expect(existsSync(join(folder, 'out/backtest/report.html'))).toBe(true);
  });

  it('ends with a sweep', () => {
    const section = /^ {2}```yaml\n([\s\S]*?)^ {2}```$/m.exec(TEXT)?.[1] ?? '';
    appendFileSync(join(folder, 'config.yaml'), `\n${section.replace(/^ {2}/gm, '')}`);

    const done = run('node_modules/.bin/hft', 'sweep', 'config.yaml');

    expect(done).toMatchObject({ code: 0, text: expect.stringMatching(/6 combinations/) });
    expect(existsSync(join(folder, 'out/sweep/report.html'))).toBe(true);
  });
});

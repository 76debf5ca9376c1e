import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hft } from './cli-harness.js';

const ROOT = join(import.meta.dirname, '../../..');
/** What `npm start` and `npm test` build before anything else. */
const CLI = join(ROOT, 'dist/cli/main.js');
const LOADER = join(ROOT, 'dist/engine/strategy-loading/load-strategy.js');
const isBuilt = existsSync(CLI) && existsSync(LOADER);

/** Runs a program in the project and returns its exit code and all that it printed. */
function run(folder: string, ...args: string[]) {
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { code: done.status, text: `${done.stdout}${done.stderr}` };
}

/** The name and parameters of the class that the engine would run. */
function loaded(folder: string, module: string, className?: string) {
  const source = { strategyId: 'mine', module: join(folder, module), className };
  const program =
    `const { loadStrategyClass } = await import(${JSON.stringify(`file://${LOADER}`)});` +
    `const found = await loadStrategyClass(${JSON.stringify(source)});` +
    'new found(); console.log(found.name, Object.keys(found.parameters).join());';
  return run(folder, '--input-type=module', '-e', program);
}

describe.skipIf(!isBuilt)('hft init', () => {
  let parent = '';
  let folder = '';
  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'hft-init-'));
    folder = join(parent, 'my-strategy');
    const made = await hft(['init', 'my-strategy', '--directory', parent, '--json']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout).files).toContain('strategy.ts');
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('writes a configuration that is right', () => {
    expect(run(folder, 'node_modules/.bin/hft', 'config', 'validate', 'config.yaml')).toEqual({
      code: 0,
      text: 'config.yaml: ok\n',
    });
  });

  it('writes a strategy that loads on every supported Node', () => {
    expect(loaded(folder, 'strategy.ts', 'MyStrategy')).toMatchObject({
      code: 0,
      text: expect.stringContaining('MyStrategy distanceTicks,orderLots,positionLotsMax'),
    });
    expect(loaded(folder, 'strategy.ts').code).toBe(0);
  });

  it('writes TypeScript that the strictest compiler takes', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    // The test of the project needs Node's own types, which are the user's to install.
    writeFileSync(
      join(folder, 'tsconfig.check.json'),
      JSON.stringify({
        extends: './tsconfig.json',
        files: ['strategy.ts'],
        include: [],
        compilerOptions: { types: [] },
      }),
    );

    expect(run(folder, tsc, '-p', 'tsconfig.check.json')).toEqual({ code: 0, text: '' });
  });

  it('writes a schema for editors that knows every key', () => {
    const schema = JSON.parse(readFileSync(join(folder, 'config.schema.json'), 'utf8'));

    expect(Object.keys(schema.properties)).toContain('risk_limits');
  });

  it('writes a project whose backtest runs', () => {
    const done = run(folder, 'node_modules/.bin/hft', 'backtest', 'config.yaml', '--json');

    expect(done.code).toBe(0);
  });

  it('writes scripts that npm runs as they are, and tests that pass', () => {
    const npm = (...args: string[]) =>
      spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell: false });

    expect(npm('run', 'check').stdout).toContain('config.yaml: ok');
    const tested = npm('test');
    expect({ code: tested.status, passed: /^(?:#|ℹ) pass [1-9]/m.test(tested.stdout) }).toEqual({
      code: 0,
      passed: true,
    });
  });

  it('names what a module has where the class is misspelled', () => {
    const { code, text } = loaded(folder, 'strategy.ts', 'MyStratgy');

    expect(code).not.toBe(0);
    expect(text).toContain('did you mean MyStrategy?');
  });

  it('tells where a strategy does not load, at its own line', () => {
    writeFileSync(
      join(folder, 'broken.ts'),
      "interface A { b: number }\nexport const c: A = { b: 1 };\n\nthrow new Error('no luck');\n",
    );
    const { text } = loaded(folder, 'broken.ts', 'X');

    expect(text).toContain('cannot load');
    expect(text).toContain('broken.ts:4');
  });

  it('runs modules that import each other', () => {
    writeFileSync(join(folder, 'one.ts'), "export { MyStrategy as Two } from './strategy.js';\n");

    expect(loaded(folder, 'one.ts', 'Two').code).toBe(0);
  });

  it('overwrites nothing', async () => {
    const again = await hft(['init', 'my-strategy', '--directory', parent]);

    expect(again.code).toBe(2);
    expect(again.stderr).toContain('is not empty; nothing was written');
  });

  it.each(['', '../x', 'a b', '1abc', '-x', 'x'.repeat(65)])(
    'refuses the name %j',
    async (name) => {
      const refused = await hft(['init', '--directory', parent, '--', name]);

      expect(refused.code).toBe(2);
    },
  );
});

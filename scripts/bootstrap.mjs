// Does whatever set-up is missing, then the command: `node scripts/bootstrap.mjs COMMAND [ARGS]`.
//
//   start      runs `hft demo` with the arguments
//   test       all checks and tests; the last line is `N passed, N failed`
//   build      only the set-up
//   check      what a machine can say about the source
//   bench      all benchmarks: [--json FILE] [--page FILE] [-- FLAGS of google-benchmark]
//   examples   the programs of examples/
//
// Only Node's own modules here: on a fresh clone there are no others yet.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runBenchmarks } from './bench/run.mjs';
import { buildNative } from './cmake.mjs';
import { ensureFixDictionaries } from './set-up/fix-dictionaries.mjs';
import { ensureNpmPackages } from './set-up/npm-packages.mjs';
import { ensureSystemPackages } from './set-up/system-packages.mjs';
import { buildPrograms, buildTypeScript } from './set-up/typescript.mjs';
import { ROOT, runScript, ScriptError, say } from './shell.mjs';
import { runChecks } from './verify/check.mjs';
import { add, nothing } from './verify/counts.mjs';
import { runNativeTests, runSanitizers } from './verify/native-tests.mjs';
import { runExamples, runScriptTests } from './verify/script-tests.mjs';

function setUp(purpose) {
  ensureSystemPackages(purpose);
  ensureNpmPackages();
  buildNative('addon', ['addon']);
  buildTypeScript();
  ensureFixDictionaries();
}

/** The demo owns the terminal and gets Ctrl-C itself; we only wait for its end. */
function start(args) {
  setUp('build');
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), 'demo', ...args], {
    stdio: 'inherit',
  });
  const ignore = () => {};
  process.on('SIGINT', ignore);
  process.on('SIGTERM', (signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 1);
    });
  });
}

async function test() {
  let counts = nothing();
  const parts = [runChecks, runNativeTests, runSanitizers, runScriptTests, runExamples];
  // The count is the last line also where the set-up fails, and then nothing else can be run.
  const setUpCounts = await guarded(prepare);
  for (const part of setUpCounts.failed > 0 ? [] : parts) {
    const start = Date.now();
    counts = add(counts, await guarded(part));
    say(`${part.name}: ${Math.round((Date.now() - start) / 1_000)} s`);
  }
  if (counts.skipped > 0) say(`${counts.skipped} skipped, by name above`);
  return report(add(counts, setUpCounts));
}

function prepare() {
  setUp('all');
  buildPrograms();
  return nothing();
}

/** A part that can't be run is a failure, and the others run all the same. */
async function guarded(part) {
  try {
    return await part();
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    say(`FAILED: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function report(counts) {
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return counts.failed === 0 ? 0 : 1;
}

const COMMANDS = {
  start,
  test,
  build() {
    setUp('build');
    say('built: dist/ and out/native/hft.node');
  },
  async check() {
    setUp('check');
    buildPrograms();
    return report(await runChecks());
  },
  bench(args) {
    setUp('bench');
    buildPrograms();
    return runBenchmarks(args);
  },
  examples() {
    setUp('build');
    buildPrograms();
    return report(runExamples());
  },
};

await runScript(() => {
  const [name = 'build', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new ScriptError(`unknown command ${name}: one of ${Object.keys(COMMANDS).join(', ')}`);
  }
  return command(args);
});

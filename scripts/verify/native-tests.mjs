// Runs GoogleTest programs and counts what they say.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { buildNative } from '../cmake.mjs';
import { captureAsync, OUT, say } from '../shell.mjs';
import { add, nothing } from './counts.mjs';

/** Rooms whose code runs on several threads: what ThreadSanitizer is for. */
const THREADED = ['test_ring', 'test_metrics', 'test_event', 'test_risk', 'test_stream'];

/** One program may take this long before it counts as hanging. */
const PROGRAM_TIMEOUT_MS = 300_000;

function programs(folder) {
  try {
    return readdirSync(join(folder, 'test'))
      .filter((name) => name.startsWith('test_'))
      .sort()
      .map((name) => join(folder, 'test', name));
  } catch {
    return [];
  }
}

/** What a program of GoogleTest counted; a program that died counts as one failure. */
async function runProgram(path, title, env) {
  const report = join(OUT, 'reports', `${title}-${basename(path)}.json`);
  rmSync(report, { force: true });
  const { ok: isSound, text } = await captureAsync(
    path,
    ['--gtest_brief=1', `--gtest_output=json:${report}`],
    { env, timeout: PROGRAM_TIMEOUT_MS },
  );
  process.stdout.write(text);
  const counts = { ...nothing(), ...readReport(report) };
  // A sanitizer that reports at the end, or a crash: no test failed, and yet it is not sound.
  if (!isSound && counts.failed === 0) counts.failed = 1;
  if (!isSound) say(`FAILED: ${path}`);
  return counts;
}

function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const cases = report.testsuites.flatMap((suite) => suite.testsuite);
    const failed = cases.filter((test) => test.failures?.length > 0).length;
    const skipped = cases.filter((test) => test.result === 'SKIPPED' || test.status === 'NOTRUN');
    return { passed: cases.length - failed - skipped.length, failed, skipped: skipped.length };
  } catch {
    return {};
  }
}

async function runAll(configuration, { targets, env }) {
  const folder = buildNative(configuration, targets.length === 0 ? ['native_tests'] : targets);
  mkdirSync(join(OUT, 'reports'), { recursive: true });
  const chosen = programs(folder).filter(
    (path) => targets.length === 0 || targets.includes(basename(path)),
  );
  let counts = nothing();
  if (chosen.length === 0) {
    say(`FAILED: there are no test programs in ${folder}`);
    counts.failed = 1;
  }
  const waiting = [...chosen];
  const runWaiting = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      // Not `counts = add(counts, await ...)`: that reads the counts before it waits.
      const ran = await runProgram(path, configuration, env);
      counts = add(counts, ran);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
  say(`${configuration}: ${counts.passed} passed, ${counts.failed} failed`);
  return counts;
}

/** The native tests as they are shipped: optimised. */
export function runNativeTests() {
  return runAll('test', { targets: [], env: {} });
}

/** All rooms under Address- and UBSanitizer, the threaded ones under ThreadSanitizer. */
export async function runSanitizers() {
  const asan = await runAll('asan', {
    targets: [],
    env: {
      ASAN_OPTIONS: 'detect_stack_use_after_return=1:strict_string_checks=1',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    },
  });
  const tsan = await runAll('tsan', {
    targets: THREADED,
    env: { TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1' },
  });
  return add(asan, tsan);
}

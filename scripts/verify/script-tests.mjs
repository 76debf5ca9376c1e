// The vitest suite on this and on other versions of Node, and the examples.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNode, NODE_MAJORS } from '../set-up/node-versions.mjs';
import { capture, OUT, say, succeeds } from '../shell.mjs';
import { add, nothing } from './counts.mjs';

const VITEST = join('node_modules', 'vitest', 'vitest.mjs');
const EXAMPLE_TIMEOUT_MS = 60_000;

function runVitest(node, title) {
  const report = join(OUT, 'reports', `vitest-${title}.json`);
  mkdirSync(join(OUT, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  say(`vitest on ${title}`);
  const isSound = succeeds(node, [
    ...[VITEST, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  const counts = { ...nothing(), ...readReport(report) };
  // A file that can't be loaded has no tests to fail.
  if (!isSound && counts.failed === 0) counts.failed = 1;
  return counts;
}

function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    };
  } catch {
    return {};
  }
}

/** The suite on the Node that runs this, and on each other supported version that can be had. */
export function runScriptTests() {
  const running = Number(process.versions.node.split('.')[0]);
  let counts = runVitest(process.execPath, `node-${running}`);
  for (const major of NODE_MAJORS.filter((other) => other !== running)) {
    const node = ensureNode(major);
    if (node.path === undefined) say(`SKIPPED: vitest on node ${major}: ${node.reason}`);
    else counts = add(counts, runVitest(node.path, `node-${major}`));
  }
  return counts;
}

/** Each example is a test: it must end by itself and with 0. */
export function runExamples() {
  const folder = join(OUT, 'programs', 'examples');
  let counts = nothing();
  for (const name of exampleFiles(folder)) {
    const result = capture(process.execPath, [join(folder, name)], { timeout: EXAMPLE_TIMEOUT_MS });
    say(`${result.ok ? 'ok' : 'FAILED'}: examples/${name.replace(/\.js$/, '.ts')}`);
    if (!result.ok) process.stdout.write(result.text);
    counts = add(counts, { passed: result.ok ? 1 : 0, failed: result.ok ? 0 : 1, skipped: 0 });
  }
  return counts;
}

function exampleFiles(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .sort();
  } catch {
    return [];
  }
}

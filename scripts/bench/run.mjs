// All benchmarks in one file of figures: the native programs, then those that need Node
// (bench/node, bench/compare: `*.bench.ts`, each run as `node FILE --json OUT`, which writes an
// array of the same form).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OUT, ROOT, say, succeeds } from '../shell.mjs';
import { runNativeBenchmarks } from './native.mjs';
import { writePage } from './page.mjs';

function nodePrograms() {
  return ['node', 'compare'].flatMap((folder) => {
    const path = join(OUT, 'programs', 'bench', folder);
    if (!existsSync(path)) return [];
    // What was compiled once stays there after its source is gone.
    return readdirSync(path)
      .filter((name) => name.endsWith('.bench.js'))
      .filter((name) => existsSync(join(ROOT, 'bench', folder, name.replace(/\.js$/, '.ts'))))
      .sort()
      .map((name) => join(path, name));
  });
}

/** Runs all benchmarks: `[--json FILE] [--page FILE]`; returns the exit code. */
export function runBenchmarks(args) {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: 'string' }, page: { type: 'string' } },
    allowPositionals: true,
  });
  const reports = join(OUT, 'reports');
  mkdirSync(reports, { recursive: true });
  const nativeReport = join(reports, 'bench-native.json');
  let code = runNativeBenchmarks({ jsonFile: nativeReport, flags: positionals });
  const entries = JSON.parse(readFileSync(nativeReport, 'utf8'));
  for (const program of nodePrograms()) {
    const report = join(reports, 'bench-node.json');
    rmSync(report, { force: true });
    say(program.slice(OUT.length + 1));
    if (!succeeds(process.execPath, ['--expose-gc', program, '--json', report])) code = 1;
    if (existsSync(report)) entries.push(...JSON.parse(readFileSync(report, 'utf8')));
  }
  const figures = values.json ?? join(reports, 'bench.json');
  writeFileSync(figures, `${JSON.stringify(entries, null, 2)}\n`);
  say(`${entries.length} figures in ${figures}`);
  if (values.page !== undefined) writePage(figures, values.page);
  return code;
}

// What a machine can say about the source: Biome, the TypeScript compiler, clang-format and
// clang-tidy.
import { join } from 'node:path';
import { say, succeeds } from '../shell.mjs';
import { runClangTidy } from './clang-tidy.mjs';
import { add, nothing, single } from './counts.mjs';
import { cppFiles } from './source-files.mjs';

const modules = (...path) => join('node_modules', ...path);

function step(name, holds) {
  say(`${holds ? 'ok' : 'FAILED'}: ${name}`);
  return single(holds);
}

/** Runs all checks; each counts as one. */
export async function runChecks() {
  const node = process.execPath;
  let counts = nothing();
  const check = (name, holds) => {
    counts = add(counts, step(name, holds));
  };
  check('biome', succeeds(node, [modules('@biomejs', 'biome', 'bin', 'biome'), 'ci', '.']));
  const tsc = modules('typescript', 'bin', 'tsc');
  check('tsc -p tsconfig.json', succeeds(node, [tsc, '--noEmit', '-p', 'tsconfig.json']));
  check('tsc -p tsconfig.test.json', succeeds(node, [tsc, '-p', 'tsconfig.test.json']));
  check('clang-format', succeeds('clang-format-19', ['--dry-run', '-Werror', ...cppFiles()]));
  check('clang-tidy', await runClangTidy());
  return counts;
}

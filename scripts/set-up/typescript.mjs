// The TypeScript build, and whether there is anything to build.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OUT, ROOT, readStamp, run, say, writeStamp } from '../shell.mjs';

const TSC = join('node_modules', 'typescript', 'bin', 'tsc');

/** A digest of names, sizes and times below `paths`: cheap, and different after any edit. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(join(ROOT, path)).sort()) visit(join(path, name));
    } else {
      hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
    }
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}

function hasTypeScript(folder) {
  if (!existsSync(join(ROOT, folder))) return false;
  return readdirSync(join(ROOT, folder), { recursive: true }).some((name) => name.endsWith('.ts'));
}

/** Compiles src/ to dist/ where it changed. */
export function buildTypeScript() {
  const stamp = fingerprint(['src', 'tsconfig.json', 'package-lock.json']);
  if (stamp === readStamp('typescript') && existsSync(join(ROOT, 'dist'))) return;
  say('building TypeScript');
  run(process.execPath, [TSC, '-p', 'tsconfig.json']);
  writeStamp('typescript', stamp);
}

/** Compiles examples/ and bench/ to out/programs; they import the package by its name. */
export function buildPrograms() {
  if (!['examples', 'bench'].some(hasTypeScript)) return;
  const stamp = fingerprint(['src', 'examples', 'bench', 'tsconfig.programs.json']);
  if (stamp === readStamp('programs') && existsSync(join(OUT, 'programs'))) return;
  say('building examples and benchmarks');
  run(process.execPath, [TSC, '-p', 'tsconfig.programs.json']);
  writeStamp('programs', stamp);
}

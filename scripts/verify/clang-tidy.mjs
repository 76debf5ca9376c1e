// clang-tidy over the product's C++, within a time limit: what changed first, and what was clean
// before is not looked at again until it, a header or the rules change.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildFolder } from '../cmake.mjs';
import { capture, captureAsync, ROOT, readStamp, say, writeStamp } from '../shell.mjs';
import { cppFiles } from './source-files.mjs';

const LIMIT_MS = Number(process.env.HFT_TIDY_SECONDS ?? 60) * 1_000;

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}

function changedFiles() {
  const base = capture('git', ['diff', '--name-only', 'HEAD~1', '--']);
  return new Set(base.ok ? base.text.split('\n') : []);
}

/** Returns whether no file that was looked at breaks a rule. */
export async function runClangTidy() {
  const all = cppFiles().filter((path) => /^(native|bindings)\//.test(path));
  const shared = digest(['.clang-tidy', ...all.filter((path) => path.endsWith('.hpp'))]);
  const clean = new Set(readStamp('clang-tidy').split('\n'));
  const changed = changedFiles();
  const queue = all
    .filter((path) => path.endsWith('.cpp'))
    // The shim of QuickFIX is C++14, built by itself: it is in no list of this compiler's.
    .filter((path) => !path.startsWith('native/fix/quickfix/'))
    .map((path) => ({ path, key: digest([path]) + shared }))
    .filter(({ key }) => !clean.has(key))
    .sort((one, other) => changed.has(other.path) - changed.has(one.path));
  const end = Date.now() + LIMIT_MS;
  let failures = 0;
  const kept = [...clean].filter((key) => key.endsWith(shared));
  const work = async () => {
    while (queue.length > 0 && Date.now() < end) {
      const { path, key } = queue.shift();
      const result = await captureAsync('clang-tidy-19', [
        '--quiet',
        '-p',
        buildFolder('addon'),
        path,
      ]);
      if (result.ok) {
        kept.push(key);
      } else {
        failures += 1;
        const lines = result.text.split('\n').filter((line) => !/warnings? generated/.test(line));
        process.stdout.write(`${lines.join('\n')}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  writeStamp('clang-tidy', kept.join('\n'));
  if (queue.length > 0) {
    say(`clang-tidy: time is up, ${queue.length} files wait for the next run`);
  }
  return failures === 0;
}

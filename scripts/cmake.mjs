// CMake as the scripts use it: one folder of out/ a configuration, Ninja where there is one.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { capture, OUT, ROOT, run, ScriptError, say, which } from './shell.mjs';

/** Compiled fast rather than fast code, and with HFT_DCHECK on (no NDEBUG). */
const SANITIZED = {
  HFT_ADDON: 'OFF',
  HFT_TESTS: 'ON',
  CMAKE_BUILD_TYPE: 'RelWithDebInfo',
  CMAKE_CXX_FLAGS_RELWITHDEBINFO: '-O1 -g1',
};

/**
 * The configurations of the native code. Those of one folder share its objects: the tests and the
 * benchmarks link the very library that the addon has.
 */
export const CONFIGURATIONS = {
  addon: { folder: 'build', title: 'the native addon', options: { HFT_ADDON: 'ON' } },
  test: { folder: 'build', title: 'the native tests', options: { HFT_TESTS: 'ON' } },
  bench: { folder: 'build', title: 'the native benchmarks', options: { HFT_BENCH: 'ON' } },
  asan: {
    folder: 'native-asan',
    title: 'the native tests under AddressSanitizer and UndefinedBehaviorSanitizer',
    options: { ...SANITIZED, HFT_SANITIZE: 'address,undefined' },
  },
  tsan: {
    folder: 'native-tsan',
    title: 'the native tests under ThreadSanitizer',
    options: { ...SANITIZED, HFT_SANITIZE: 'thread' },
  },
  fuzz: {
    folder: 'native-fuzz',
    title: 'the fuzz targets',
    options: { HFT_ADDON: 'OFF', HFT_FUZZ: 'ON', CMAKE_CXX_COMPILER: 'clang++-19' },
  },
};

/** The folder that a configuration is built in. */
export function buildFolder(name) {
  return join(OUT, CONFIGURATIONS[name].folder);
}

/** What CMake remembers of a folder, or '' where it was never configured at this place. */
function readCache(folder) {
  const path = join(folder, 'CMakeCache.txt');
  if (!existsSync(path)) return '';
  const text = readFileSync(path, 'utf8');
  // A tree that was copied or moved keeps the paths of its old place.
  const isHere = text.includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${ROOT}\n`);
  const isComplete = ['build.ninja', 'Makefile'].some((name) => existsSync(join(folder, name)));
  return isHere && isComplete ? text : '';
}

/** Whether a line `KEY:TYPE=VALUE` is there; of a program CMake keeps the whole path. */
function hasOption(cache, key, value) {
  const line = cache.split('\n').find((candidate) => candidate.startsWith(`${key}:`)) ?? '';
  return line.endsWith(`=${value}`) || line.endsWith(`/${value}`);
}

function configure(folder, title, options, isFresh) {
  if (which('cmake') === undefined) throw new ScriptError('cmake is missing: npm run build');
  say(`configuring ${title}`);
  const args = ['-S', ROOT, '-B', folder];
  if (isFresh) args.push('--fresh', ...(which('ninja') === undefined ? [] : ['-G', 'Ninja']));
  for (const [key, value] of Object.entries(options)) args.push(`-D${key}=${value}`);
  const result = capture('cmake', args);
  if (!result.ok) throw new ScriptError(`cmake could not configure ${title}:\n${result.text}`);
  say(`building ${title}`);
}

/** Builds targets of a configuration ([] for all) and returns its folder. */
export function buildNative(name, targets) {
  const { options, title } = CONFIGURATIONS[name];
  const folder = buildFolder(name);
  const cache = readCache(folder);
  const isFirst = !Object.entries(options).every(([key, value]) => hasOption(cache, key, value));
  if (isFirst) configure(folder, title, options, cache === '');
  const args = ['--build', folder, '--parallel', String(availableParallelism())];
  if (targets.length > 0) args.push('--target', ...targets);
  if (isFirst && process.stdout.isTTY) {
    // Ninja keeps one line up to date on a terminal.
    run('cmake', args);
    return folder;
  }
  const result = capture('cmake', args);
  if (!result.ok) throw new ScriptError(`${title} did not build:\n${result.text}`);
  if (/\[\d+\/\d+\] (Building|Linking)|Built target/.test(result.text)) say(`built ${title}`);
  return folder;
}

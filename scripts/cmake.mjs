// CMake as the scripts use it: one folder of out/ a configuration, Ninja where there is one.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { capture, OUT, ROOT, run, ScriptError, say, which } from './shell.mjs';

/** The configurations of the native code. */
export const CONFIGURATIONS = {
  addon: { folder: 'build', title: 'the native addon', options: { HFT_ADDON: 'ON' } },
  test: {
    folder: 'native-test',
    title: 'the native tests',
    options: { HFT_ADDON: 'OFF', HFT_TESTS: 'ON' },
  },
  bench: {
    folder: 'native-bench',
    title: 'the native benchmarks',
    options: { HFT_ADDON: 'OFF', HFT_BENCH: 'ON' },
  },
  asan: {
    folder: 'native-asan',
    title: 'the native tests under AddressSanitizer and UndefinedBehaviorSanitizer',
    options: {
      HFT_ADDON: 'OFF',
      HFT_TESTS: 'ON',
      HFT_SANITIZE: 'address,undefined',
      CMAKE_BUILD_TYPE: 'RelWithDebInfo',
    },
  },
  tsan: {
    folder: 'native-tsan',
    title: 'the native tests under ThreadSanitizer',
    options: {
      HFT_ADDON: 'OFF',
      HFT_TESTS: 'ON',
      HFT_SANITIZE: 'thread',
      CMAKE_BUILD_TYPE: 'RelWithDebInfo',
    },
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

function isConfigured(folder) {
  const cache = join(folder, 'CMakeCache.txt');
  if (!existsSync(cache)) return false;
  // A tree that was copied or moved keeps the paths of its old place.
  const text = readFileSync(cache, 'utf8');
  return (
    text.includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${ROOT}\n`) &&
    (existsSync(join(folder, 'build.ninja')) || existsSync(join(folder, 'Makefile')))
  );
}

/** Builds targets of a configuration ([] for all) and returns its folder. */
export function buildNative(name, targets) {
  const { options, title } = CONFIGURATIONS[name];
  const folder = buildFolder(name);
  const isFirst = !isConfigured(folder);
  if (isFirst) {
    if (which('cmake') === undefined) throw new ScriptError('cmake is missing: npm run build');
    say(`configuring ${title}`);
    const args = ['-S', ROOT, '-B', folder, '--fresh'];
    if (which('ninja') !== undefined) args.push('-G', 'Ninja');
    for (const [key, value] of Object.entries(options)) args.push(`-D${key}=${value}`);
    const result = capture('cmake', args);
    if (!result.ok) throw new ScriptError(`cmake could not configure ${title}:\n${result.text}`);
    say(`building ${title}`);
  }
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

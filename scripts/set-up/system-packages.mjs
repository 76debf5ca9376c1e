// The Debian packages that the project needs, and how each is recognised where it was not
// installed by apt.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptError, say, succeeds, which } from '../shell.mjs';

const library = (name) => () =>
  ['/usr/lib', '/usr/local/lib', ...multiarchFolders()].some((dir) => existsSync(join(dir, name)));
const header = (name) => () =>
  ['/usr/include', '/usr/local/include', ...multiarchFolders('/usr/include')].some((dir) =>
    existsSync(join(dir, name)),
  );
const program = (name) => () => which(name) !== undefined;

/** /usr/lib/x86_64-linux-gnu and the like. */
function multiarchFolders(base = '/usr/lib') {
  try {
    return readdirSync(base)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(base, name));
  } catch {
    return [];
  }
}

function hasClangRuntime() {
  try {
    return readdirSync('/usr/lib/llvm-19/lib/clang/19/lib/linux').some((name) =>
      name.includes('libclang_rt.fuzzer'),
    );
  } catch {
    return false;
  }
}

const BUILD = [
  { name: 'g++', isPresent: program('g++'), use: 'compiles the native core' },
  { name: 'cmake', isPresent: program('cmake'), use: 'describes the native build' },
  { name: 'ninja-build', isPresent: program('ninja'), use: 'runs the native build' },
  { name: 'libssl-dev', isPresent: header('openssl/ssl.h'), use: 'TLS of the native WebSocket' },
  { name: 'zlib1g-dev', isPresent: library('libz.a'), use: 'compressed WebSocket messages' },
  {
    name: 'libquickfix-dev',
    isPresent: header('quickfix/Session.h'),
    use: 'FIX sessions',
    isOptional: true,
  },
];
const TEST = [
  { name: 'libgtest-dev', isPresent: header('gtest/gtest.h'), use: 'the native tests' },
];
const CHECK = [
  { name: 'clang-format-19', isPresent: program('clang-format-19'), use: 'the layout of C++' },
  { name: 'clang-tidy-19', isPresent: program('clang-tidy-19'), use: 'the rules of C++' },
];
const BENCH = [
  {
    name: 'libbenchmark-dev',
    isPresent: header('benchmark/benchmark.h'),
    use: 'the native benchmarks',
  },
  { name: 'libsimdjson-dev', isPresent: header('simdjson.h'), use: 'what we are compared with' },
];
const FUZZ = [
  { name: 'clang-19', isPresent: program('clang++-19'), use: 'the fuzz targets' },
  { name: 'libclang-rt-19-dev', isPresent: hasClangRuntime, use: 'libFuzzer' },
];

const NEEDS = {
  build: BUILD,
  test: [...BUILD, ...TEST],
  check: [...BUILD, ...CHECK],
  all: [...BUILD, ...TEST, ...CHECK],
  bench: [...BUILD, ...BENCH],
  fuzz: [...BUILD, ...FUZZ],
};

/** The packages that are missing for `purpose`: build, test, check, all, bench or fuzz. */
export function missingPackages(purpose) {
  return NEEDS[purpose].filter((entry) => !entry.isPresent());
}

/** Installs what is missing for `purpose`, or says exactly what that is and throws. */
export function ensureSystemPackages(purpose) {
  const missing = missingPackages(purpose);
  if (missing.length === 0) return;
  const names = missing.map((entry) => entry.name);
  const prefix = aptPrefix();
  if (prefix === undefined) {
    sayOrThrow(missing);
    return;
  }
  say(`installing system packages: ${names.join(', ')}`);
  const [command, ...args] = [...prefix, 'apt-get'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['install', '-y', '-q', '--no-install-recommends', ...names];
  // A fresh machine has no package lists yet, and old lists name versions that are gone.
  const isDone =
    succeeds(command, [...args, 'update', '-q'], { env, stdio: ['ignore', 'ignore', 'inherit'] }) &&
    succeeds(command, [...args, ...options], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const left = missingPackages(purpose);
  if (!isDone || left.length > 0) sayOrThrow(left.length > 0 ? left : missing);
}

/** What is optional only takes a feature away, which says so itself; the rest ends the set-up. */
function sayOrThrow(missing) {
  if (missing.some((entry) => entry.isOptional !== true)) throw new ScriptError(explain(missing));
  say(explain(missing));
}

/** How apt-get can be run here without asking anyone; undefined where it can't. */
function aptPrefix() {
  if (which('apt-get') === undefined) return undefined;
  if (process.getuid?.() === 0) return [];
  if (which('sudo') !== undefined && succeeds('sudo', ['-n', 'true'], { stdio: 'ignore' })) {
    return ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
  }
  return undefined;
}

function explain(missing) {
  const lines = missing.map((entry) => `  ${entry.name.padEnd(20)} ${entry.use}`);
  const names = missing.map((entry) => entry.name).join(' ');
  return [
    'these system packages are missing and could not be installed from here:',
    ...lines,
    'On Debian and Ubuntu, as root:',
    `  apt-get update && apt-get install -y ${names}`,
    'Elsewhere: install the packages of the same purpose, so that they are found in PATH,',
    '/usr/include and /usr/lib, and run the command again.',
  ].join('\n');
}

// The native code: `node scripts/native.mjs [addon|test|sanitize|bench|fuzz]`.
//
//   addon (default)                      builds out/native/hft.node
//   test                                 builds and runs the native tests
//   sanitize                             the same under sanitizers
//   bench [--json FILE] [-- FLAGS]       builds and runs the native benchmarks
//   fuzz [--seconds N] [--target NAME]   fuzzes every parser of outside bytes
import { parseArgs } from 'node:util';
import { runNativeBenchmarks } from './bench/native.mjs';
import { buildNative } from './cmake.mjs';
import { fuzz } from './native-fuzz.mjs';
import { ensureSystemPackages } from './set-up/system-packages.mjs';
import { runScript, ScriptError, say } from './shell.mjs';
import { runNativeTests, runSanitizers } from './verify/native-tests.mjs';

function wholeNumber(text, name) {
  if (!/^[1-9]\d*$/.test(text)) throw new ScriptError(`${name} must be a whole number above zero`);
  return Number(text);
}

const COMMANDS = {
  addon() {
    buildNative('addon', ['addon']);
    say('out/native/hft.node is up to date');
    return 0;
  },
  async test() {
    ensureSystemPackages('test');
    return report(await runNativeTests());
  },
  async sanitize() {
    ensureSystemPackages('test');
    return report(await runSanitizers());
  },
  bench(args) {
    ensureSystemPackages('bench');
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'string' } },
      allowPositionals: true,
    });
    return runNativeBenchmarks({ jsonFile: values.json, flags: positionals });
  },
  fuzz(args) {
    ensureSystemPackages('fuzz');
    const { values } = parseArgs({
      args,
      options: { seconds: { type: 'string', default: '60' }, target: { type: 'string' } },
    });
    return fuzz({ seconds: wholeNumber(values.seconds, '--seconds'), target: values.target });
  },
};

function report(counts) {
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return counts.failed === 0 ? 0 : 1;
}

await runScript(() => {
  const [name = 'addon', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new ScriptError(`unknown command ${name}: one of ${Object.keys(COMMANDS).join(', ')}`);
  }
  return command(args);
});

// The layout of C++: `node scripts/clang.mjs format [--write]`.
import { runScript, ScriptError, succeeds } from './shell.mjs';
import { cppFiles } from './verify/source-files.mjs';

await runScript(() => {
  const [command, flag] = process.argv.slice(2);
  if (command !== 'format') throw new ScriptError('usage: clang.mjs format [--write]');
  const mode = flag === '--write' ? ['-i'] : ['--dry-run', '-Werror'];
  return succeeds('clang-format-19', [...mode, ...cppFiles()]) ? 0 : 1;
});

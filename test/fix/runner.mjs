#!/usr/bin/env node
// Plays every script of folders against an acceptor that runs already:
//   node test/fix/runner.mjs --port 9880 [--host 127.0.0.1] [--only NAME] FOLDER...
// Folders run side by side (each has sessions of its own), the scripts of one after another.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { playScript } from './player.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    only: { type: 'string', default: '' },
  },
});
const target = { host: values.host, port: Number(values.port) };

async function playFolder(folder) {
  let failures = 0;
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.def') && name.includes(values.only))
    .sort();
  for (const file of files) {
    try {
      await playScript(readFileSync(join(folder, file), 'latin1'), target);
    } catch (error) {
      failures += 1;
      console.log(`FAIL ${basename(folder)}/${file} ${error.message}`);
    }
  }
  console.log(`${basename(folder)}: ${files.length - failures} of ${files.length}`);
  return failures;
}

const failures = await Promise.all(positionals.map(playFolder));
process.exitCode = failures.every((count) => count === 0) ? 0 : 1;

#!/usr/bin/env node
// Plays the scripts of a folder with roles swapped: listens, and each connection of the initiator
// under test gets the next script. Run the initiator with a ReconnectInterval of 0 or 1.
//   node test/fix/swapped.mjs --port 9881 [--only NAME] FOLDER
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canSwap, playSwapped } from './player.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, only: { type: 'string', default: '' } },
});
const [folder] = positionals;
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.def') && name.includes(values.only))
  .sort()
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'latin1') }))
  .filter(({ text }) => canSwap(text));

let failures = 0;
let next = 0;
const server = createServer({ noDelay: true }, async (socket) => {
  const script = scripts[next];
  if (script === undefined) return socket.destroy();
  next += 1;
  try {
    await playSwapped(script.text, socket);
  } catch (error) {
    failures += 1;
    console.log(`FAIL ${script.name} ${error.message}`);
  }
  if (next < scripts.length) return;
  console.log(`${scripts.length - failures} of ${scripts.length}`);
  process.exit(failures === 0 ? 0 : 1);
});
server.listen(Number(values.port), '127.0.0.1');

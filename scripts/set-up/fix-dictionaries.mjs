// The data dictionaries of FIX, from the npm package that carries all nine, into dist/dictionaries.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, OUT, ROOT, readStamp, ScriptError, say, writeStamp } from '../shell.mjs';

// Only its data: the package is never installed, because its own native build fits no Node of
// today. docs/decisions says why this one.
const PACKAGE = 'node-quickfix@2.1.1';
const ARCHIVE = 'node-quickfix-2.1.1.tgz';
const SHA512 =
  'AjhjlyIx9GZDYa+IOsORUqwSaKXWcgNpDmVRmddCZtawq5RjVehLGpIP6hkBILNNYCeM5GfwDLzEmjqg3E6P5Q==';

export const DICTIONARIES = join(ROOT, 'dist', 'dictionaries');
const DIALECTS = join(ROOT, 'src', 'connectors', 'fix', 'dialects');
const FILES = 9;

function download(folder) {
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, ARCHIVE);
  if (!existsSync(archive)) {
    say('downloading the FIX dictionaries');
    const args = ['pack', PACKAGE, '--pack-destination', folder, '--loglevel=error'];
    const result = capture('npm', [...args, '--global=false']);
    if (!result.ok) throw new ScriptError(`${PACKAGE}: ${result.text.trim().split('\n').at(-1)}`);
  }
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (digest !== SHA512) throw new ScriptError(`${archive} is not the package that was reviewed`);
  const unpacked = capture('tar', ['xzf', archive, '-C', folder, 'package/quickfix/spec']);
  const license = capture('tar', ['xzf', archive, '-C', folder, 'package/LICENSE']);
  if (!unpacked.ok || !license.ok) throw new ScriptError(`${archive} can't be unpacked`);
}

function copyAll(from, to, isWanted) {
  for (const name of readdirSync(from).filter(isWanted)) {
    copyFileSync(join(from, name), join(to, name));
  }
}

/** Puts the dictionaries, their licence and our dialects where the product looks for them. */
export function ensureFixDictionaries() {
  const dialects = readdirSync(DIALECTS)
    .map((name) => readFileSync(join(DIALECTS, name), 'utf8'))
    .join('');
  const stamp = createHash('sha256').update(SHA512).update(dialects).digest('hex');
  const present = existsSync(DICTIONARIES)
    ? readdirSync(DICTIONARIES).filter((name) => /^FIXT?\d+(SP\d)?\.xml$/.test(name)).length
    : 0;
  if (stamp === readStamp('fix-dictionaries') && present === FILES) return;
  const folder = join(OUT, 'fix-dictionaries');
  download(folder);
  mkdirSync(DICTIONARIES, { recursive: true });
  copyAll(join(folder, 'package', 'quickfix', 'spec'), DICTIONARIES, (name) =>
    /^FIXT?\d+(SP\d)?\.xml$/.test(name),
  );
  copyAll(DIALECTS, DICTIONARIES, (name) => name.endsWith('.xml'));
  copyFileSync(join(folder, 'package', 'LICENSE'), join(DICTIONARIES, 'LICENSE'));
  writeStamp('fix-dictionaries', stamp);
}

// Whether node_modules is what package-lock.json says, and `npm ci` where it is not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, say } from '../shell.mjs';

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
}

/** npm writes what it has installed into a lock file of the same form, as its last act. */
export function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      installed[path]?.version === entry.version ||
      (installed[path] === undefined && (entry.optional === true || entry.devOptional === true)),
  );
}

/** Installs the packages of package-lock.json where node_modules is missing or differs. */
export function ensureNpmPackages() {
  if (isInstalled()) return;
  say('installing npm packages');
  // The native build follows by itself, with its own messages.
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: { HFT_SKIP_INSTALL: '1' },
  });
}

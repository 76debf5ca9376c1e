// npm's `install` script: builds the native addon in a source tree where that can be done, and
// says what is missing where it can't. It never fails an installation.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { missingPackages } from './set-up/system-packages.mjs';
import { ROOT, say, succeeds } from './shell.mjs';

function newestTime(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestTime(join(path, name))));
}

function isFresh(addon) {
  const sources = ['native', 'bindings', 'cmake', 'CMakeLists.txt'].map((name) => join(ROOT, name));
  const built = statSync(addon).mtimeMs;
  return sources.every((path) => !existsSync(path) || newestTime(path) <= built);
}

function install() {
  if (process.env.HFT_SKIP_INSTALL === '1') return;
  const addon = join(ROOT, 'out', 'native', 'hft.node');
  if (existsSync(addon) && isFresh(addon)) return;
  // `npm install --package-lock-only` runs this without the packages that the build needs.
  if (!existsSync(join(ROOT, 'node_modules', 'node-api-headers'))) return;
  const missing = missingPackages('build').filter((entry) => entry.name !== 'ninja-build');
  if (missing.length > 0) {
    const names = missing.map((entry) => entry.name).join(' ');
    say(`the native addon is not built: missing ${names}`);
    say(`on Debian: apt-get install -y ${names} && npm run build:native`);
    return;
  }
  if (!succeeds(process.execPath, [join(ROOT, 'scripts', 'native.mjs')])) {
    say('the native addon did not build; `npm run build:native` shows why');
  }
}

try {
  install();
} catch (error) {
  say(`the native addon is not built: ${error.message}`);
}

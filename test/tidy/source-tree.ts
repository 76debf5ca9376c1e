import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the project. */
export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One text file of a tree; `path` is relative to its root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const BINARY = /\.(png|jpg|gz|node|bin|itch|hftr|msgpack)$/;

/** The files that git tracks below `root`, or would add. */
export function readTree(root: string): readonly SourceFile[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .filter((path) => path !== '' && !BINARY.test(path) && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Calls `visit` for each line with its number from 1. */
export function eachLine(file: SourceFile, visit: (line: string, number: number) => void): void {
  file.text.split('\n').forEach((line, index) => {
    visit(line, index + 1);
  });
}

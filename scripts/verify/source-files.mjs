// The files of the project, as git knows them.
import { capture } from '../shell.mjs';

/** Files that git tracks, or would add, by their glob patterns. */
export function sourceFiles(...patterns) {
  const options = ['--cached', '--others', '--exclude-standard', '--deduplicate'];
  const list = capture('git', ['ls-files', ...options, '--', ...patterns]);
  return list.text.split('\n').filter((path) => path !== '');
}

/** All C++ of the project. */
export function cppFiles() {
  return sourceFiles('*.cpp', '*.hpp');
}

import { basename, dirname } from 'node:path';
import { eachLine, type SourceFile } from './source-tree.js';

const LINES_MAX = 500;
const TEST_LINES_MAX = 800;
const COLUMNS_MAX = 100;
const FOLDER_FILES_MAX = 20;
/** Code is what style rules are about; data and documents have none of these limits. */
const CODE = /\.(ts|mjs|cpp|hpp|cmake)$|CMakeLists\.txt$/;

function isTest(path: string): boolean {
  return /^(test|bench)\//.test(path);
}

export function fileSizes(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => CODE.test(file.path))
    .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > (isTest(path) ? TEST_LINES_MAX : LINES_MAX))
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

/** In tests the formatters break what can be broken, and a venue's bytes stay on one line. */
export function lineLengths(files: readonly SourceFile[]): string[] {
  const broken: string[] = [];
  for (const file of files.filter(({ path }) => CODE.test(path) && !isTest(path))) {
    eachLine(file, (line, number) => {
      if ([...line].length > COLUMNS_MAX) broken.push(`${file.path}:${number}: longer than 100`);
    });
  }
  return broken;
}

export function folderSizes(files: readonly SourceFile[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files.filter((candidate) => CODE.test(candidate.path))) {
    // A header and its source are one thing in two files.
    const folder = dirname(file.path);
    if (/^native\/|^bindings$/.test(folder) && file.path.endsWith('.cpp')) {
      const header = file.path.replace(/\.cpp$/, '.hpp');
      if (files.some((other) => other.path === header)) continue;
    }
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FOLDER_FILES_MAX)
    .filter(([folder]) => !isTest(`${folder}/`))
    .map(([folder, count]) => `${folder}: ${count} files`);
}

export function fileNames(files: readonly SourceFile[]): string[] {
  const vague = /(^|[-_])(helpers?|utils?|common|enhanced|optimized|misc)([-_.]|$)/;
  const broken: string[] = [];
  for (const { path } of files.filter((file) => CODE.test(file.path))) {
    const name = basename(path);
    if (vague.test(name)) broken.push(`${path}: the name says nothing`);
    if (/\.(cpp|hpp)$/.test(name) && !/^[a-z0-9_]+\.(cpp|hpp)$/.test(name)) {
      broken.push(`${path}: C++ files are snake_case`);
    }
    if (/\.(ts|mjs)$/.test(name) && !/^[a-z0-9.-]+\.(ts|mjs)$/.test(name)) {
      broken.push(`${path}: TypeScript files are kebab-case`);
    }
  }
  return broken;
}

/** Sources that no list of the build takes up. */
export function strayCpp(files: readonly SourceFile[]): string[] {
  const places = [
    /^native\/[a-z]+\/([a-z0-9]+\/)?[a-z0-9_]+\.cpp$/,
    /^bindings\/([a-z]+\/)?[a-z0-9_]+\.cpp$/,
    /^test\/native\/[a-z]+\/([a-z]+\/)?[a-z0-9_]+\.cpp$/,
    /^test\/fuzz\/[a-z0-9_]+_fuzz\.cpp$/,
    /^bench\/native\/[a-z0-9_]+\.cpp$/,
  ];
  return files
    .filter((file) => file.path.endsWith('.cpp'))
    .filter((file) => !places.some((place) => place.test(file.path)))
    .map((file) => `${file.path}: belongs to no room`);
}

function forbidden(
  files: readonly SourceFile[],
  rules: readonly (readonly [pattern: RegExp, message: string])[],
): string[] {
  const broken: string[] = [];
  for (const file of files) {
    eachLine(file, (line, number) => {
      const code = line.replace(/\/\/.*$/, '').replace(/"(?:[^"\\]|\\.)*"/g, '""');
      for (const [pattern, message] of rules) {
        if (pattern.test(code)) broken.push(`${file.path}:${number}: ${message}`);
      }
    });
  }
  return broken;
}

/** C++ that the hot path must not have. */
export function nativeRules(files: readonly SourceFile[]): string[] {
  const native = files
    .filter((file) => /^native\/.*\.(cpp|hpp)$/.test(file.path))
    // The one shim that wraps QuickFIX: exceptions stay inside it.
    .filter((file) => !file.path.startsWith('native/fix/quickfix/'));
  const broken = native
    .filter((file) => file.path.endsWith('.hpp') && !file.text.startsWith('#pragma once\n'))
    .map((file) => `${file.path}: starts with #pragma once`);
  return [
    ...broken,
    ...forbidden(native, [
      [/\bthrow\b|\btry\s*\{|\bcatch\s*\(/, 'no exceptions'],
      [/\bdynamic_cast\b|\btypeid\b/, 'no RTTI'],
      [/\bnew\s+[A-Za-z_]|\bdelete(\[\])?\s+[A-Za-z_]/, 'no raw new or delete'],
      [/\bstd::function\b/, 'no std::function'],
      [/\b(virtual)\b/, 'polymorphism is a template constrained by a concept'],
      [/^\s*#\s*define\s+(?!HFT_D?CHECK\b)/, 'no macros but HFT_CHECK and HFT_DCHECK'],
    ]),
  ];
}

/** TypeScript beyond Biome, which forbids `any` and `!` everywhere. */
export function scriptRules(files: readonly SourceFile[]): string[] {
  const sources = files.filter((file) => /^(src|test|bench|examples)\/.*\.ts$/.test(file.path));
  const inSource = sources.filter((file) => file.path.startsWith('src/'));
  return [
    ...forbidden(sources, [
      [/^\s*export default\b/, 'named exports only'],
      [/^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s/, 'as const objects stand in for enums'],
      [/^\s*(export\s+)?(declare\s+)?namespace\s/, 'no namespaces'],
    ]),
    ...inSource
      .filter((file) => file.path !== 'src/index.ts' && /^export \* from/m.test(file.text))
      .map((file) => `${file.path}: src/index.ts is the only barrel file`),
  ];
}

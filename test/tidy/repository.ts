import { eachLine, type SourceFile } from './source-tree.js';

// In parts, so that this file doesn't break the rules that it holds.
const MACHINE_PATH = new RegExp(
  `(^|[\\s"'\`(=:])/(${['root', 'home', 'Users', 'work'].join('|')})/\\w`,
);
const REGISTRY = new RegExp(`${'registry'}\\.[a-z]+\\.(org|com|net|io)|${'pypi'}\\.org`);

interface LockEntry {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

/** Paths of one machine and hosts of registries, in any text. */
export function machineTraces(files: readonly SourceFile[]): string[] {
  const broken: string[] = [];
  for (const file of files) {
    eachLine(file, (line, number) => {
      if (MACHINE_PATH.test(line)) broken.push(`${file.path}:${number}: a path of one machine`);
      if (REGISTRY.test(line)) broken.push(`${file.path}:${number}: a registry host`);
    });
  }
  return broken;
}

/** What makes `npm ci` fail elsewhere: hosts, or optional packages that were left out. */
export function lockFile(files: readonly SourceFile[]): string[] {
  const lock = files.find((file) => file.path === 'package-lock.json');
  if (lock === undefined) return ['package-lock.json is missing'];
  const { packages } = JSON.parse(lock.text) as { packages: Record<string, LockEntry> };
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...(entry.resolved === undefined ? [] : [`${path}: resolved to ${entry.resolved}`]),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !hasPackage(packages, path, name))
      .map((name) => `${path}: its optional ${name} is not in the lock file`),
  ]);
}

/** Programs that a text calls with npx and `npm ci` doesn't bring: npx would ask, and download. */
export function npxPrograms(files: readonly SourceFile[]): string[] {
  const lock = files.find((file) => file.path === 'package-lock.json');
  const { packages } = JSON.parse(lock?.text ?? '{"packages":{}}') as {
    packages: Record<string, LockEntry>;
  };
  const known = new Set(Object.values(packages).flatMap(({ bin }) => Object.keys(bin ?? {})));
  const broken: string[] = [];
  for (const file of files.filter(({ path }) => path.endsWith('.md'))) {
    eachLine(file, (line, number) => {
      for (const [, name = ''] of line.matchAll(/\bnpx ([\w-]+)/g)) {
        if (!known.has(name)) broken.push(`${file.path}:${number}: npx ${name} isn't installed`);
      }
    });
  }
  return broken;
}

/** Whether `name` is found from `path` as Node looks for it: in its own folder, then outwards. */
function hasPackage(packages: Record<string, LockEntry>, path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) {
      return true;
    }
    if (folder === '') return false;
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
  }
}

/** Error codes that are thrown and not listed, or listed and never used. */
export function errorCodes(files: readonly SourceFile[]): string[] {
  const list = files.find((file) => file.path === 'src/domain/errors.ts');
  const listed = new Set(list?.text.match(/'HFT_[A-Z_]+'/g) ?? []);
  const used = new Set<string>();
  const broken: string[] = [];
  for (const file of files) {
    if (!/^(src\/.*\.ts|bindings\/.*\.(cpp|hpp))$/.test(file.path) || file === list) continue;
    for (const [text] of file.text.matchAll(/['"]HFT_[A-Z_]+['"]/g)) {
      used.add(text.replaceAll('"', "'"));
    }
    const thrown = /new HftError\(\s*(['"])(HFT_[A-Z_]+|[^'"]*)\1/g;
    for (const [, , code] of file.text.matchAll(thrown)) {
      if (!listed.has(`'${code}'`)) broken.push(`${file.path}: ${code} is not in ERROR_CODES`);
    }
  }
  for (const code of listed) {
    if (!used.has(code)) broken.push(`src/domain/errors.ts: ${code} is never used`);
  }
  return broken;
}

/** Work that was left lying. */
export function leftovers(files: readonly SourceFile[]): string[] {
  const broken: string[] = [];
  const marks = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b(?!.*#\\d)`);
  for (const file of files.filter(({ path }) => /\.(ts|mjs|cpp|hpp|cmake)$/.test(path))) {
    eachLine(file, (line, number) => {
      if (marks.test(line)) broken.push(`${file.path}:${number}: work left without an issue`);
    });
  }
  return broken;
}

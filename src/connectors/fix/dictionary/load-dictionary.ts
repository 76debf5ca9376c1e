import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HftError } from '../../../domain/errors.js';
import type { FixDictionary } from './fix-dictionary.js';
import { readDictionary } from './read-dictionary.js';

/** The versions whose dictionaries the package carries. */
export const FIX_VERSIONS = [
  'FIX.4.0',
  'FIX.4.1',
  'FIX.4.2',
  'FIX.4.3',
  'FIX.4.4',
  'FIX.5.0',
  'FIX.5.0SP1',
  'FIX.5.0SP2',
] as const;
export type FixVersion = (typeof FIX_VERSIONS)[number];

/** The venues with a dialect of their own, and the version that each builds on. */
export const FIX_DIALECTS = {
  binance: 'FIX.4.4',
  coinbase: 'FIX.5.0SP2',
  alpaca: 'FIX.4.2',
  kraken: 'FIX.4.4',
} as const satisfies Record<string, FixVersion>;
export type FixDialect = keyof typeof FIX_DIALECTS;

/** Where the build puts the dictionaries; the same from src/ and from dist/. */
const FOLDER = join(import.meta.dirname, '../../../..', 'dist/dictionaries');

/** `44`, `4.4`, `FIX44` and `FIX.4.4` name one version. Undefined for an unknown one. */
export function toFixVersion(text: string): FixVersion | undefined {
  const key = text.toUpperCase().replace(/^FIX/, '').replaceAll('.', '').replaceAll('_', '');
  return FIX_VERSIONS.find((version) => version.slice(3).replaceAll('.', '') === key);
}

/**
 * The files that make up the dictionary of `version`, in the order in which they are read: the
 * transport's first from FIX 5.0 on, the dialect's last.
 */
export function dictionaryFiles(version: FixVersion, dialect?: FixDialect): readonly string[] {
  const own = `${version.replaceAll('.', '')}.xml`;
  const names = version.startsWith('FIX.5') ? ['FIXT11.xml', own] : [own];
  if (dialect !== undefined) names.push(`${dialect}.xml`);
  return names.map((name) => join(FOLDER, name));
}

/**
 * Loads a dictionary from files in QuickFIX's format; later ones extend earlier ones.
 *
 * Errors: HFT_DATA_FILE where one can't be read, HFT_DATA_FORMAT where one is no dictionary.
 */
export function loadDictionaryFiles(files: readonly string[]): FixDictionary {
  return readDictionary(files.map((file) => ({ file, text: readText(file) })));
}

const loaded = new Map<string, FixDictionary>();

/** The dictionary of `version`, with what `dialect` adds; loaded once. Errors: as above. */
export function loadDictionary(version: FixVersion, dialect?: FixDialect): FixDictionary {
  const key = `${version} ${dialect ?? ''}`;
  const known = loaded.get(key) ?? loadDictionaryFiles(dictionaryFiles(version, dialect));
  loaded.set(key, known);
  return known;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isOurs = file.startsWith(FOLDER);
    const remedy = isOurs ? `the package is built without ${basename(file)}: npm run build` : '';
    throw new HftError('HFT_DATA_FILE', `${file}: cannot be read ${remedy}`.trim(), {
      cause: error,
    });
  }
}

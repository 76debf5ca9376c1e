import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonFile } from '../../../addon/addon.js';
import { HftError } from '../../../domain/errors.js';

/** The SHA-256 of a value, whatever the order of its keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const texts = entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`);
  return `{${texts.sort().join(',')}}`;
}

/** The SHA-256 of a file's whole content. Errors: HFT_DATA_FILE; `signal` ends it. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    const stream = createReadStream(path, {
      highWaterMark: 1 << 20,
      ...(signal ? { signal } : {}),
    });
    for await (const chunk of stream) hash.update(chunk as Buffer);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot read ${path}: ${reason}`, { cause: error });
  }
  return hash.digest('hex');
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.{1,2}\/[^'"]+)['"]/g;

/** The SHA-256 of a module and of all that it imports by a relative path. Errors: HFT_STRATEGY. */
export function hashModule(path: string): string {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    hash.update(`${text.length}:${text}`);
    for (const match of text.matchAll(IMPORT)) {
      const target = resolve(dirname(file), match[1] ?? '');
      const source = [target, target.replace(/\.js$/, '.ts')].find((one) => existsSync(one));
      if (source !== undefined && /\.[cm]?[jt]s$/.test(source)) visit(realpathSync(source));
    }
  };
  try {
    visit(realpathSync(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_STRATEGY', `cannot read ${path}: ${reason}`, { cause: error });
  }
  return hash.digest('hex');
}

/** The rooms whose code decides what a backtest comes to. */
const ROOMS = ['addon', 'data', 'domain', 'engine', 'orders', 'portfolio', 'risk', 'strategies'];

/**
 * The SHA-256 of the program itself, `addon` (its native part) included: no result of another build
 * is taken for one of this.
 */
export function hashProgram(addon: string | undefined = addonFile()): string {
  const hash = createHash('sha256');
  if (addon !== undefined && existsSync(addon)) hash.update(readFileSync(addon));
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
  for (const room of ROOMS) {
    const folder = join(root, room);
    if (!existsSync(folder)) continue;
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    for (const name of names.filter((one) => /(?<!\.d)\.[jt]s$/.test(one))) {
      hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex');
}

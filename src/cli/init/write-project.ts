import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configJsonSchema } from '../../config/json-schema.js';
import { HftError } from '../../domain/errors.js';
import { projectFiles } from './templates.js';

/** What npm takes as a name, and every file system as a folder. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** A project that was written. */
export interface WrittenProject {
  readonly folder: string;
  readonly files: readonly string[];
}

/** The folder of the package that this code runs from. */
export function packageFolder(): string {
  return resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
}

/**
 * Writes a strategy project into `parent`/`name`, linked to this package: it runs without an
 * installation. Errors: HFT_ARGUMENT for a name that can't be one or a folder that isn't empty;
 * HFT_DATA_FILE.
 */
export async function writeProject(name: string, parent: string): Promise<WrittenProject> {
  if (!NAME.test(name)) {
    throw new HftError(
      'HFT_ARGUMENT',
      'a project is named by at most 64 letters, digits, - and _, beginning with a letter; ' +
        `found ${JSON.stringify(name.slice(0, 80))}`,
    );
  }
  const folder = resolve(parent, name);
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) {
      throw new HftError('HFT_ARGUMENT', `${folder} is not empty; nothing was written`);
    }
    const made = projectFiles({ name, packageFolder: packageFolder() });
    const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
    const files = [...made, { path: 'config.schema.json', text: schema }];
    for (const { path, text } of files) await writeFile(join(folder, path), text, { flag: 'wx' });
    await link(folder);
    return { folder, files: files.map(({ path }) => path) };
  } catch (error) {
    if (error instanceof HftError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot write ${folder}: ${reason}`, { cause: error });
  }
}

/** What `npm install` would make of the dependency: the package, and its command. */
async function link(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  await symlink(packageFolder(), join(modules, 'hft-trading-system'), 'junction');
  await symlink('../hft-trading-system/dist/cli/main.js', join(modules, '.bin', 'hft'), 'file');
  // A compiler writes no executables; npm makes its commands so, and a package of another user's
  // was made so by its owner.
  await chmod(join(packageFolder(), 'dist', 'cli', 'main.js'), 0o755).catch(() => {});
}

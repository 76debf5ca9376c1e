import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { HftError } from '../domain/errors.js';
import { crossCheck, type StrategyCatalog } from './cross-checks.js';
import type { Environment } from './expand.js';
import { configJsonSchema } from './json-schema.js';
import { applyOverrides } from './overrides.js';
import { type ConfigProblem, positionText, problemsText, type SourcePosition } from './problems.js';
import { maskedValue } from './render.js';
import { type RealTimeConfig, ROOT } from './schema/root.js';
import { readSource, type SourceMap } from './source-tree.js';
import { validate } from './validate.js';

/** Files above it are refused: 1 MiB. */
const FILE_BYTES_MAX = 1_048_576;

/** How a configuration is read. */
export interface ConfigOptions {
  /** Fills variables in and overrides keys; `process.env` where a file is loaded. */
  readonly env?: Environment;
  /** Strategies that need no module; without it their names and parameters aren't checked. */
  readonly catalog?: StrategyCatalog;
}

/** A configuration, or everything that is wrong with it. */
export type ConfigResult =
  | { readonly ok: true; readonly manager: ConfigurationManager }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * A validated configuration: YAML, with variables filled in and overridden by the environment.
 *
 * It never changes; what is loaded anew is a manager of its own.
 */
export class ConfigurationManager {
  readonly config: RealTimeConfig;
  /** The file's path, or the name that the text was given. */
  readonly source: string;
  readonly #positions: ReadonlyMap<string, SourcePosition>;

  private constructor(
    config: RealTimeConfig,
    source: string,
    positions: ReadonlyMap<string, SourcePosition>,
  ) {
    this.config = config;
    this.source = source;
    this.#positions = positions;
  }

  /** A manager of a configuration that was validated before, as one sent to another thread. */
  static adopt(config: RealTimeConfig, source: string): ConfigurationManager {
    return new ConfigurationManager(config, source, new Map());
  }

  /** Reads a file. Errors: HFT_CONFIG with every problem, a line each; HFT_DATA_FILE. */
  static async load(file: string, options: ConfigOptions = {}): Promise<ConfigurationManager> {
    const result = await ConfigurationManager.read(file, options);
    if (result.ok) return result.manager;
    throw new HftError('HFT_CONFIG', problemsText(result.problems));
  }

  /** As `load`, with the problems as a value. Errors: HFT_DATA_FILE. */
  static async read(file: string, options: ConfigOptions = {}): Promise<ConfigResult> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new HftError('HFT_DATA_FILE', `cannot read ${file}: ${reason}`, { cause: error });
    }
    const problem = (expected: string, found: string): ConfigResult => ({
      ok: false,
      problems: [{ position: { source: file, line: 1, column: 1 }, key: '', expected, found }],
    });
    if (bytes.byteLength > FILE_BYTES_MAX) {
      return problem(`at most ${FILE_BYTES_MAX} bytes`, `${bytes.byteLength}`);
    }
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return problem('text in UTF-8', 'other bytes');
    }
    return ConfigurationManager.parse(text, file, { env: process.env, ...options });
  }

  /** Checks a text; `source` names it in problems. Throws nothing. */
  static parse(text: string, source: string, options: ConfigOptions = {}): ConfigResult {
    const env = options.env ?? {};
    const problems: ConfigProblem[] = [];
    const read = readSource(text, { source, env, problems });
    const start = { source, line: 1, column: 1 };
    const isEmpty = read?.kind === 'scalar' && read.text === '' && !read.isQuoted;
    const root: SourceMap | undefined = isEmpty
      ? { kind: 'map', position: start, entries: new Map() }
      : read?.kind === 'map'
        ? read
        : undefined;
    if (root === undefined) {
      if (problems.length === 0) {
        problems.push({ position: start, key: '', expected: 'a mapping', found: 'something else' });
      }
      return { ok: false, problems };
    }
    applyOverrides(root, ROOT, { env, problems });
    const positions = new Map<string, SourcePosition>();
    const config = validate(root, ROOT, '', { problems, positions }) as RealTimeConfig;
    const unsound = problems.map(({ key }) => key);
    problems.push(...crossCheck(config, { positions, source, catalog: options.catalog, unsound }));
    if (problems.length > 0) return { ok: false, problems: inOrder(problems) };
    return { ok: true, manager: new ConfigurationManager(config, source, positions) };
  }

  /** Where a key was set, as `file:line:column` or a variable's name; undefined: a default. */
  sourceOf(key: string): string | undefined {
    const position = this.#positions.get(key);
    return position === undefined || position.source === 'default'
      ? undefined
      : positionText(position);
  }

  /** A path of the configuration, from the folder of its file on. */
  resolvePath(path: string): string {
    return resolve(dirname(this.source), path);
  }

  /** The whole configuration with its defaults as plain JSON; secrets are masked. */
  masked(): unknown {
    return maskedValue(this.config, ROOT);
  }

  /** The same as YAML. */
  toYaml(): string {
    return stringify(this.masked(), { lineWidth: 100 });
  }

  /** Nothing of a configuration gets into a log by accident. */
  toJSON(): unknown {
    return this.masked();
  }

  /** As toJSON, for `console.log` and `util.inspect`. */
  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return this.masked();
  }

  /** JSON Schema of the configuration, for editors. */
  static jsonSchema(): Record<string, unknown> {
    return configJsonSchema();
  }
}

/** By file, line and column, as one reads; variables come last. */
function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((left, right) => {
    const [a, b] = [left.position, right.position];
    if ((a.line === 0) !== (b.line === 0)) return a.line === 0 ? 1 : -1;
    return a.line - b.line || a.column - b.column || a.source.localeCompare(b.source);
  });
}

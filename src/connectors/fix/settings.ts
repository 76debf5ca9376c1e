import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import {
  REQUIRED_KEYS,
  SETTING_KEYS,
  type SettingKind,
  settingNameOf,
} from '../../config/schema/fix-setting-keys.js';
import { HftError } from '../../domain/errors.js';
import { problemsOfCfg } from './cfg-settings.js';

const SOH = '\u0001';

type Environment = Readonly<Record<string, string | undefined>>;
/** A setting by QuickFIX's name. */
export type Entry = readonly [name: string, value: string];

/**
 * Reads the configuration of FIX sessions: YAML, or a QuickFIX `.cfg` as it is. Returns QuickFIX
 * settings text. Makes the folders that stores and logs are to lie in.
 *
 * Throws HFT_FIX_CONFIG as `file:line:column: what`; of a `.cfg` everything that is wrong, a line
 * each.
 */
export function readFixSettings(file: string, env: Environment): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HftError('HFT_FIX_CONFIG', `${file}: cannot be read`, { cause: error });
  }
  const isYaml = /\.ya?ml$/i.test(file) || !/^\s*\[(DEFAULT|SESSION)\]/im.test(text);
  if (!isYaml) refuseProblems(text, file);
  const settings = isYaml ? new YamlSettings(text, file, env, true).toText() : text;
  for (const [, folder] of settings.matchAll(
    /^\s*(?:FileStorePath|FileLogPath)\s*=\s*(.+?)\s*$/gm,
  )) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return settings;
}

function refuseProblems(text: string, file: string): void {
  const problems = problemsOfCfg(text);
  if (problems.length === 0) return;
  const lines = problems.map(({ line, column, what }) => `${file}:${line}:${column}: ${what}`);
  throw new HftError('HFT_FIX_CONFIG', lines.join('\n'));
}

/**
 * The QuickFIX settings text of a YAML document: `defaults` and a list of `sessions`. Whether the
 * files that it names are there is not looked at.
 */
export function settingsOfYaml(text: string, file: string, env: Environment): string {
  return new YamlSettings(text, file, env, false).toText();
}

/** One YAML document with the positions of its parts. */
class YamlSettings {
  readonly #lines = new LineCounter();
  readonly #file: string;
  readonly #env: Environment;
  readonly #root: unknown;
  readonly #looksForFiles: boolean;

  constructor(text: string, file: string, env: Environment, looksForFiles: boolean) {
    this.#file = file;
    this.#env = env;
    this.#looksForFiles = looksForFiles;
    const document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
    const problem = document.errors[0];
    if (problem !== undefined) {
      this.#fail(problem.pos[0], problem.message.split(' at line')[0] ?? problem.message);
    }
    this.#root = document.contents;
  }

  toText(): string {
    let root = this.#root;
    if (isMap(root) && root.items.length === 1 && this.#keyOf(root.items[0]) === 'fix') {
      root = root.items[0]?.value;
    }
    if (!isMap(root)) this.#fail(0, 'expected `sessions`, a list of FIX sessions');
    let defaults: Entry[] = [];
    let sessions: Entry[][] | undefined;
    let list: unknown;
    for (const pair of root.items) {
      const key = this.#keyOf(pair);
      if (key === 'defaults') defaults = this.#entries(pair.value);
      else if (key === 'sessions') {
        list = pair.value;
        sessions = this.#sessions(list);
      } else
        this.#failAt(pair.key, `unknown key \`${key}\`, expected \`defaults\` or \`sessions\``);
    }
    if (sessions === undefined || sessions.length === 0) {
      this.#failAt(root, 'expected `sessions`, a list of FIX sessions');
    }
    const standards = withStandards(defaults, sessions);
    for (const [at, entries] of sessions.entries()) this.#requireAll(list, at, entries, standards);
    return [
      ...section('DEFAULT', standards),
      ...sessions.flatMap((entries) => section('SESSION', entries)),
      '',
    ].join('\n');
  }

  #sessions(node: unknown): Entry[][] {
    if (!isSeq(node)) this.#failAt(node, 'expected a list of FIX sessions');
    return node.items.map((item) => this.#entries(item));
  }

  /** Nothing that a session cannot do without may be missing from it and from the defaults. */
  #requireAll(list: unknown, at: number, own: readonly Entry[], defaults: readonly Entry[]): void {
    const values = new Map([...defaults, ...own]);
    const isAcceptor = values.get('ConnectionType') === 'acceptor';
    const needed = [...REQUIRED_KEYS, isAcceptor ? 'SocketAcceptPort' : 'SocketConnectPort'];
    if (!isAcceptor) needed.push('SocketConnectHost');
    if (values.get('BeginString') === 'FIXT.1.1') needed.push('DefaultApplVerID');
    const missing = needed.find((name) => !values.has(name));
    if (missing === undefined) return;
    const key = missing.slice(0, 1).toLowerCase() + missing.slice(1);
    this.#failAt(isSeq(list) ? list.items[at] : list, `the session has no \`${key}\``);
  }

  #entries(node: unknown): Entry[] {
    if (!isMap(node)) this.#failAt(node, 'expected settings, `key: value`');
    return node.items.flatMap((pair) => {
      const key = this.#keyOf(pair);
      if (key === 'logonFields') return this.#logonFields(pair.value);
      const name = settingNameOf(key);
      const kind = SETTING_KEYS[name];
      if (kind === undefined || key !== name.slice(0, 1).toLowerCase() + name.slice(1)) {
        this.#failAt(pair.key, `unknown key \`${key}\`${this.#hint(key)}`);
      }
      return [[name, this.#value(key, kind, pair.value)] as const];
    });
  }

  #logonFields(node: unknown): Entry[] {
    if (!isMap(node)) this.#failAt(node, 'expected fields of the Logon, `tag: value`');
    return node.items.map((pair, index) => {
      const tag = this.#keyOf(pair);
      if (!/^[1-9]\d{0,8}$/.test(tag)) this.#failAt(pair.key, `\`${tag}\` is no tag`);
      const name = index === 0 ? 'LogonTag' : `LogonTag${index}`;
      return [name, `${tag}=${this.#value(tag, 'text', pair.value)}`] as const;
    });
  }

  #value(key: string, kind: SettingKind, node: unknown): string {
    if (!isScalar(node) || node.value === null) this.#failAt(node, `\`${key}\` has no value`);
    const written = typeof node.source === 'string' ? node.source : String(node.value);
    const value = this.#expand(node, typeof node.value === 'string' ? node.value : written);
    // A secret shows nowhere, not even in an error about it.
    const shown = /secret|^\d+$/i.test(key) ? '(hidden)' : JSON.stringify(value);
    const bad = (expected: string): never =>
      this.#failAt(node, `\`${key}\` is ${shown}, expected ${expected}`);
    if (['\n', '\r', SOH].some((end) => value.includes(end))) bad('one line');
    if (typeof kind !== 'string') {
      return kind.includes(value) ? value : bad(`one of ${kind.join(', ')}`);
    }
    switch (kind) {
      case 'flag':
        if (/^(true|yes|y)$/i.test(value)) return 'Y';
        return /^(false|no|n)$/i.test(value) ? 'N' : bad('true or false');
      case 'number':
        return /^\d{1,15}$/.test(value) ? value : bad('a whole number');
      case 'time':
        return /^\d{2}:\d{2}:\d{2}$/.test(value) ? value : bad('a time such as 17:00:00');
      case 'day':
        return /^(su|mo|tu|we|th|fr|sa)/i.test(value) ? value : bad('a day of the week');
      case 'path':
        return this.#pathOf(value);
      case 'file':
        if (this.#looksForFiles && !existsSync(this.#pathOf(value))) bad('a file that is there');
        return this.#pathOf(value);
      default:
        return value === '' ? bad('a value') : value;
    }
  }

  #pathOf(value: string): string {
    return isAbsolute(value) ? value : join(dirname(this.#file), value);
  }

  #expand(node: unknown, text: string): string {
    return text.replaceAll(
      /\$\{(\w+)(?::-([^}]*))?\}/g,
      (_all, name: string, fallback?: string) => {
        const value = this.#env[name] ?? fallback;
        if (value === undefined) this.#failAt(node, `the environment variable ${name} is not set`);
        return value;
      },
    );
  }

  #hint(key: string): string {
    const wanted = key.toLowerCase().replaceAll(/[_-]/g, '');
    const near = Object.keys(SETTING_KEYS).find((name) => name.toLowerCase() === wanted);
    if (near === undefined) return '';
    return `; did you mean \`${near.slice(0, 1).toLowerCase()}${near.slice(1)}\`?`;
  }

  #keyOf(pair: Pair<unknown, unknown> | undefined): string {
    const key = pair?.key;
    return isScalar(key) ? String(key.value) : String(key);
  }

  #failAt(node: unknown, what: string): never {
    const range = (node as Node | null)?.range;
    this.#fail(range?.[0] ?? 0, what);
  }

  #fail(offset: number, what: string): never {
    const { line, col } = this.#lines.linePos(offset);
    throw new HftError(
      'HFT_FIX_CONFIG',
      `${this.#file}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${what}`,
    );
  }
}

/** What QuickFIX insists on and a session that never pauses needs not say. */
export function withStandards(
  defaults: readonly Entry[],
  sessions: readonly (readonly Entry[])[],
): Entry[] {
  const names = new Set([...defaults, ...sessions.flat()].map(([name]) => name));
  const standards: Entry[] = [
    ['ConnectionType', 'initiator'],
    ['HeartBtInt', '30'],
    ['ReconnectInterval', '5'],
  ];
  if (!names.has('StartTime') && !names.has('EndTime')) {
    standards.push(['NonStopSession', 'Y'], ['StartTime', '00:00:00'], ['EndTime', '00:00:00']);
  }
  const dictionaries = ['DataDictionary', 'TransportDataDictionary', 'AppDataDictionary'];
  if (!dictionaries.some((name) => names.has(name))) standards.push(['UseDataDictionary', 'N']);
  const given = new Set(defaults.map(([name]) => name));
  return [...standards.filter(([name]) => !given.has(name)), ...defaults];
}

/** The lines of one section of settings text. */
export function section(title: string, entries: readonly Entry[]): string[] {
  return [`[${title}]`, ...entries.map(([name, value]) => `${name}=${value}`)];
}

import { existsSync } from 'node:fs';
import type { FixSettingValues } from '../../config/schema/fix-sessions.js';
import { SETTING_KEYS, settingNameOf } from '../../config/schema/fix-setting-keys.js';
import { HftError } from '../../domain/errors.js';
import { dictionaryFiles, toFixVersion } from './dictionary/load-dictionary.js';
import { type Entry, section, withStandards } from './settings.js';

/** QuickFIX settings text of an initiator whose settings a configuration has read. */
export function settingsOfValues(
  values: FixSettingValues,
  resolvePath: (path: string) => string,
): string {
  const entries: Entry[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (key === 'logonFields' && typeof value === 'object') {
      for (const [index, [tag, text]] of Object.entries(value).entries()) {
        entries.push([index === 0 ? 'LogonTag' : `LogonTag${index}`, `${tag}=${text}`]);
      }
      continue;
    }
    const name = settingNameOf(key);
    const kind = SETTING_KEYS[name];
    if (typeof value === 'boolean') entries.push([name, value ? 'Y' : 'N']);
    else if (kind === 'path' || kind === 'file') entries.push([name, resolvePath(String(value))]);
    else entries.push([name, String(value)]);
  }
  const session: Entry[] = [['ConnectionType', 'initiator'], ...entries];
  return [...section('DEFAULT', withStandards([], [session])), ...section('SESSION', session)].join(
    '\n',
  );
}

/** A venue may say more than the plain version knows. */
const LENIENT: readonly Entry[] = [
  ['ValidateUserDefinedFields', 'N'],
  ['AllowUnknownMsgFields', 'Y'],
];

interface Section {
  readonly isDefault: boolean;
  readonly entries: Map<string, string>;
}

/** A session without one of these can't tell a repeating group from a tag that comes twice. */
const DICTIONARIES = ['DataDictionary', 'TransportDataDictionary', 'AppDataDictionary'];

/**
 * Settings text in which every session has a data dictionary: that of the package where it names
 * none and does not turn dictionaries off itself. What that dictionary does not know then passes.
 */
export function withShippedDictionaries(text: string): string {
  const sections = sectionsOf(text);
  const defaults = sections.find(({ isDefault }) => isDefault)?.entries;
  for (const { isDefault, entries } of sections) {
    if (isDefault || entries.has('UseDataDictionary')) continue;
    const of = (key: string): string | undefined => entries.get(key) ?? defaults?.get(key);
    if (DICTIONARIES.some((key) => of(key) !== undefined)) continue;
    const isFive = of('BeginString') === 'FIXT.1.1';
    const version = toFixVersion((isFive ? of('DefaultApplVerID') : of('BeginString')) ?? '');
    const files = version === undefined ? [] : dictionaryFiles(version);
    if (files.length === 0 || !files.every((file) => existsSync(file))) continue;
    const names = isFive ? ['TransportDataDictionary', 'AppDataDictionary'] : ['DataDictionary'];
    for (const [at, name] of names.entries()) entries.set(name, files[at] ?? '');
    entries.set('UseDataDictionary', 'Y');
    for (const [key, value] of LENIENT) if (of(key) === undefined) entries.set(key, value);
  }
  return [
    ...sections.flatMap(({ isDefault, entries }) =>
      section(isDefault ? 'DEFAULT' : 'SESSION', [...entries]),
    ),
    '',
  ].join('\n');
}

/** One session of settings text, which may have several. */
export class OneSession {
  readonly #defaults: ReadonlyMap<string, string>;
  readonly #own: Map<string, string>;

  /**
   * `name` is the id (`FIX.4.4:ME->YOU`) or TargetCompID; undefined where there is one session.
   * Errors: HFT_FIX_CONFIG where no one session is that, or it isn't an initiator; `source` names
   * the settings in it.
   */
  constructor(text: string, source: string, name: string | undefined) {
    const sections = sectionsOf(withShippedDictionaries(text));
    this.#defaults = sections.find(({ isDefault }) => isDefault)?.entries ?? new Map();
    const sessions = sections.filter(({ isDefault }) => !isDefault);
    const found = sessions.filter(
      ({ entries }) => name === undefined || this.#namesOf(entries).includes(name),
    );
    const [session] = found;
    if (session === undefined || found.length > 1) {
      const ids = sessions.map(({ entries }) => this.#namesOf(entries)[0]).join(', ');
      const wanted = name === undefined ? 'one session, or a name of one' : `one session ${name}`;
      throw new HftError('HFT_FIX_CONFIG', `${source}: expected ${wanted}; there are ${ids}`);
    }
    this.#own = session.entries;
    if (this.get('ConnectionType') !== 'initiator') {
      throw new HftError('HFT_FIX_CONFIG', `${source}: expected an initiator to trade with`);
    }
  }

  /** A setting of the session; undefined where it isn't given. */
  get(name: string): string | undefined {
    return this.#own.get(name) ?? this.#defaults.get(name);
  }

  set(name: string, value: string): void {
    this.#own.set(name, value);
  }

  /** Settings text of this session alone. */
  get text(): string {
    return [
      ...section('DEFAULT', [...this.#defaults]),
      ...section('SESSION', [...this.#own]),
      '',
    ].join('\n');
  }

  #namesOf(entries: ReadonlyMap<string, string>): string[] {
    const of = (key: string): string => entries.get(key) ?? this.#defaults.get(key) ?? '';
    const target = of('TargetCompID');
    return [`${of('BeginString')}:${of('SenderCompID')}->${target}`, target];
  }
}

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  for (const line of text.split(/\r?\n/)) {
    const title = /^\s*\[(DEFAULT|SESSION)\]/i.exec(line)?.[1];
    if (title !== undefined) {
      sections.push({ isDefault: title.toUpperCase() === 'DEFAULT', entries: new Map() });
      continue;
    }
    const equals = line.indexOf('=');
    if (equals <= 0 || /^\s*#/.test(line)) continue;
    sections.at(-1)?.entries.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return sections;
}

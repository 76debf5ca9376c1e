import { existsSync } from 'node:fs';
import {
  REQUIRED_KEYS,
  SETTING_KEYS,
  type SettingKind,
} from '../../config/schema/fix-setting-keys.js';

/** Keys of QuickFIX that mean nothing here: they configure what this product does its own way. */
const PASSED_OVER = new RegExp(
  `^(?:${[
    ...['MySQL.*', 'PostgreSQL.*', 'Odbc.*', 'ScreenLog.*', 'FileLogBackupPath', 'HttpAcceptPort'],
    ...['SSLProtocol', 'SSLCipherSuite', 'CertificateVerifyLevel', 'CertificateRevocation.*'],
    ...['CertificationAuthoritiesDirectory', 'SocketNodelay', 'SocketReuseAddress'],
    ...['SocketSendBufferSize', 'SocketReceiveBufferSize', 'SocketConnectSource(?:Host|Port)'],
    ...['AppDataDictionary\\..*', 'Description'],
  ].join('|')})$`,
  'i',
);
const LOGON_TAG = /^LogonTag\d*$/i;
/** QuickFIX does not tell the case of a key. */
const KEYS: ReadonlyMap<string, string> = new Map(
  Object.keys(SETTING_KEYS).map((name) => [name.toUpperCase(), name]),
);

interface Value {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

interface Section {
  readonly line: number;
  readonly values: Map<string, Value>;
}

/** Something wrong with a `.cfg`: `line` and `column` count from 1. */
export interface CfgProblem {
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

/**
 * Everything that is wrong with the text of a QuickFIX `.cfg`, in the order of its lines: keys that
 * nobody knows, values that are none, what a session cannot do without, two sessions of one name.
 * Paths are looked for from the working folder, as QuickFIX does.
 */
export function problemsOfCfg(text: string): CfgProblem[] {
  const problems: CfgProblem[] = [];
  let defaults: Section = { line: 1, values: new Map() };
  const sessions: Section[] = [];
  let section: Section | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const column = raw.length - raw.trimStart().length + 1;
    const trimmed = raw.trim();
    const fail = (what: string, at = column): void =>
      void problems.push({ line, column: at, what });
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (trimmed.startsWith('[')) {
      section = { line, values: new Map() };
      if (/^\[DEFAULT\]$/i.test(trimmed)) defaults = section;
      else if (/^\[SESSION\]$/i.test(trimmed)) sessions.push(section);
      else fail(`unknown section ${trimmed}, expected [DEFAULT] or [SESSION]`);
      continue;
    }
    const equals = raw.indexOf('=');
    if (equals < 0) {
      fail('expected `Key=Value`');
      continue;
    }
    const written = raw.slice(0, equals).trim();
    const value = raw.slice(equals + 1);
    const at = equals + 1 + (value.length - value.trimStart().length) + 1;
    if (section === undefined) fail(`\`${written}\` stands before any section`);
    const name = KEYS.get(written.toUpperCase());
    section?.values.set(name ?? written, { text: value.trim(), line, column: at });
    if (name === undefined) {
      const isTag = LOGON_TAG.test(written);
      if (!isTag && !PASSED_OVER.test(written)) fail(`unknown key \`${written}\`${hint(written)}`);
      if (isTag && !/^[1-9]\d{0,8}=./.test(value.trim())) {
        fail(`\`${written}\` is no field, expected tag=value`, at);
      }
      continue;
    }
    const expected = expectedOf(SETTING_KEYS[name] ?? 'text', value.trim());
    // A secret shows nowhere, not even in an error about it.
    const shown = /secret/i.test(name) ? '(hidden)' : JSON.stringify(value.trim());
    if (expected !== undefined) fail(`\`${name}\` is ${shown}, expected ${expected}`, at);
  }
  if (sessions.length === 0) problems.push({ line: 1, column: 1, what: 'there is no [SESSION]' });
  return [...problems, ...problemsOfSessions(defaults, sessions)].sort(
    (one, other) => one.line - other.line || one.column - other.column,
  );
}

function problemsOfSessions(defaults: Section, sessions: readonly Section[]): CfgProblem[] {
  const problems: CfgProblem[] = [];
  const lines = new Map<string, number>();
  for (const { line, values } of sessions) {
    const find = (name: string) => (values.get(name) ?? defaults.values.get(name))?.text;
    const missing = requiredOf(find).filter((name) => find(name) === undefined);
    for (const name of missing) {
      problems.push({ line, column: 1, what: `the session has no \`${name}\`` });
    }
    const parts = [...REQUIRED_KEYS, 'SessionQualifier'].map((name) => find(name) ?? '');
    const first = lines.get(parts.join('\n'));
    if (first === undefined) lines.set(parts.join('\n'), line);
    else {
      const [beginString, sender, target] = parts;
      const id = `${beginString}:${sender}->${target}`;
      const what = `${id} is the session of line ${first} too; a SessionQualifier tells them apart`;
      problems.push({ line, column: 1, what });
    }
  }
  return problems;
}

/** What QuickFIX does not open a session without. */
function requiredOf(find: (name: string) => string | undefined): string[] {
  const isInitiator = find('ConnectionType') === 'initiator';
  return [
    ...['ConnectionType', ...REQUIRED_KEYS, 'StartTime', 'EndTime'],
    ...(isInitiator ? ['SocketConnectPort', 'HeartBtInt'] : ['SocketAcceptPort']),
    ...(find('BeginString') === 'FIXT.1.1' ? ['DefaultApplVerID'] : []),
  ];
}

function expectedOf(kind: SettingKind, value: string): string | undefined {
  if (typeof kind !== 'string') {
    return kind.includes(value) ? undefined : `one of ${kind.join(', ')}`;
  }
  switch (kind) {
    case 'flag':
      return value === 'Y' || value === 'N' ? undefined : 'Y or N';
    case 'number':
      return /^\d{1,15}$/.test(value) ? undefined : 'a whole number';
    case 'time':
      return /^\d{2}:\d{2}:\d{2}$/.test(value) ? undefined : 'a time such as 17:00:00';
    case 'day':
      return /^(su|mo|tu|we|th|fr|sa)/i.test(value) ? undefined : 'a day of the week';
    case 'file':
      return existsSync(value) ? undefined : 'a file that is there';
    default:
      return value === '' ? 'a value' : undefined;
  }
}

/** The known key that differs from `written` by one letter left out, added or changed. */
function hint(written: string): string {
  const wanted = written.toUpperCase();
  const near = [...KEYS.entries()].find(([key]) => isNear(key, wanted));
  return near === undefined ? '' : `; did you mean \`${near[1]}\`?`;
}

function isNear(one: string, other: string): boolean {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let same = 0;
  while (same < short.length && long[same] === short[same]) same += 1;
  const rest = long.slice(same + 1);
  return rest === short.slice(same) || rest === short.slice(same + 1);
}

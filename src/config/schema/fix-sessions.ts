import { SETTING_KEYS, type SettingKind } from './fix-setting-keys.js';
import { type Field, is, optional, type Schema } from './kinds.js';
import { NAME, path } from './names.js';

/** What an initiator has no use for. */
const OF_ACCEPTORS: ReadonlySet<string> = new Set([
  ...['ConnectionType', 'SocketAcceptPort', 'SocketAcceptHost'],
  ...['ServerCertificateFile', 'ServerCertificateKeyFile', 'NeedClientAuth'],
]);

/** Settings of a FIX session by their YAML keys, as a configuration has read them. */
export type FixSettingValues = Readonly<
  Record<string, string | number | boolean | Readonly<Record<string, string>>>
>;

function schemaOf(name: string, kind: SettingKind): Schema {
  if (typeof kind !== 'string') return is.choice(...kind);
  if (/secret/i.test(name) && kind === 'text') return is.secret();
  switch (kind) {
    case 'flag':
      return is.boolean();
    case 'number':
      return is.integer(0, 1_000_000_000_000);
    case 'path':
    case 'file':
      return path();
    case 'time':
      return is.text({ pattern: /^\d{2}:\d{2}:\d{2}$/, hint: 'a time such as 17:00:00' });
    case 'day':
      return is.text({ pattern: /^(su|mo|tu|we|th|fr|sa)/i, hint: 'a day of the week' });
    default:
      return is.text({ pattern: /^\P{Cc}{1,1000}$/u, hint: 'one line of text' });
  }
}

function settings(): Schema<FixSettingValues> {
  const fields: Record<string, Field<unknown, false>> = {};
  for (const [name, kind] of Object.entries(SETTING_KEYS)) {
    if (OF_ACCEPTORS.has(name)) continue;
    const key = name.slice(0, 1).toLowerCase() + name.slice(1);
    fields[key] = optional(schemaOf(name, kind), `QuickFIX's \`${name}\`; see docs/fix.md.`);
  }
  fields['logonFields'] = optional(
    is.map(is.secret(), { pattern: /^[1-9]\d{0,8}$/, hint: 'a tag' }),
    'Fields added to the Logon, by tag.',
  );
  return is.object(fields) as Schema<FixSettingValues>;
}

/** FIX sessions that brokers and data feeds name; all are initiators. */
export const fixSessions = is.map(
  is.object({
    config: optional(path(), 'A file of sessions, as of `hft fix connect`; or `settings`.'),
    session: optional(
      is.text({ pattern: /^[^\r\n]{1,200}$/, hint: 'the id or TargetCompID of a session' }),
      'Which session of the file; needed where it has several.',
    ),
    settings: optional(settings(), 'The session itself.'),
  }),
  NAME,
);

import { quoteKey } from './problems.js';

/** The environment, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Text with its variables filled in, or the names of those that are missing or misspelled. */
export type Expansion =
  | { readonly ok: true; readonly text: string; readonly isChanged: boolean }
  | { readonly ok: false; readonly expected: string; readonly found: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Fills `${VAR}` and `${VAR:-default}` in; `$${` stands for a plain `${`.
 *
 * A variable that is set but empty counts as unset where a default is given, as in a shell. What
 * comes from the environment is not expanded again.
 */
export function expandVariables(text: string, env: Environment): Expansion {
  let result = '';
  let from = 0;
  let isChanged = false;
  for (;;) {
    const start = text.indexOf('${', from);
    if (start < 0) return { ok: true, text: result + text.slice(from), isChanged };
    isChanged = true;
    if (text[start - 1] === '$' && start - 1 >= from) {
      result += `${text.slice(from, start - 1)}\${`;
      from = start + 2;
      continue;
    }
    const end = text.indexOf('}', start);
    if (end < 0) return { ok: false, expected: 'a closing } after ${', found: 'none' };
    const reference = text.slice(start + 2, end);
    const split = reference.indexOf(':-');
    const name = split < 0 ? reference : reference.slice(0, split);
    if (!NAME.test(name)) {
      // What follows the name may be the default of a secret.
      const found = `\${${quoteKey(name.replace(/-.*$/, '-'))}`;
      return { ok: false, expected: 'a name in braces, as $NAME is written', found };
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined && split < 0) {
      return {
        ok: false,
        expected: `the environment variable ${name}, or a default \${${name}:-...}`,
        found: 'none set',
      };
    }
    const fallback = split < 0 ? '' : reference.slice(split + 2);
    const isUsed = value !== undefined && (value !== '' || split < 0);
    result += text.slice(from, start) + (isUsed ? value : fallback);
    from = end + 1;
  }
}

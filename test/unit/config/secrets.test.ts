import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { managerOf, problemsOf, WIDE, WIDE_SECRETS } from './parsing.js';

describe('secrets', () => {
  it.each(WIDE_SECRETS)('%s is in no printed form', (secret) => {
    const manager = managerOf(WIDE);

    for (const text of [
      manager.toYaml(),
      JSON.stringify(manager),
      inspect(manager, { depth: 20 }),
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(manager.toYaml()).toContain('***');
  });

  it('are masked inside addresses', () => {
    const text = 'brokers: { b: { broker_type: fix, url: "tcp://me:hidden@host?token=hidden" } }';

    expect(managerOf(text).toYaml()).not.toContain('hidden');
  });

  it.each([
    ['api_key with no value but a list', 'brokers: { b: { broker_type: fix, api_key: [hidden] } }'],
    ['in the place of a section', 'security: hidden'],
    ['as an alias', 'database: { password: *hidden }'],
    ['under a wrong key', 'database: { passwrod: hidden }'],
    ['under a wrong key with braces', 'database: { passwrod: { a: hidden } }'],
    ['with a tag', 'database: { password: !hidden hidden }\nfoo: 1'],
    ['in an address of the wrong kind', 'data_feeds: { b: { type: x, url: "ftp://me:hidden@h" } }'],
    ['with bad quotes', 'database: { password: "hidden }'],
  ])('are in no problem: %s', (_name, text) => {
    const problems = problemsOf(text);

    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain('hidden');
  });

  it('from the environment are in no problem either', () => {
    const env = { MY_PASSWORD: 'hidden', HFT__SECURITY__API_TOKEN: 'hidden' };
    const problems = problemsOf('monitoring:\n  port: $' + '{MY_PASSWORD}', env);

    expect(problems).toHaveLength(2);
    expect(problems.join('\n')).not.toContain('hidden');
  });
});

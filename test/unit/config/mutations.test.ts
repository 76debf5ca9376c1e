import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationManager } from '../../../src/config/configuration-manager.js';
import { problemText } from '../../../src/config/problems.js';
import { SHIPPED_PARAMETERS } from '../../../src/strategies/catalog.js';
import { WIDE, WIDE_SECRETS } from './parsing.js';

/** fast-check prints seed and path of a failure by itself. */
const RUNS = { numRuns: 400 };

function outcome(text: string, env: Readonly<Record<string, string>> = {}): void {
  const result = ConfigurationManager.parse(text, 'c.yaml', { env, catalog: SHIPPED_PARAMETERS });
  if (result.ok) {
    const again = ConfigurationManager.parse(text, 'c.yaml', { env, catalog: SHIPPED_PARAMETERS });
    expect(again.ok && again.manager.toYaml()).toBe(result.manager.toYaml());
    return;
  }
  expect(result.problems.length).toBeGreaterThan(0);
  for (const problem of result.problems) {
    const told = problemText(problem);
    expect(told).not.toContain('\n');
    expect(problem.expected).not.toBe('');
    expect(problem.position.source).not.toBe('default');
  }
}

/** Cuts, doubles, swaps and replaces pieces of a text. */
const mutation = fc.record({
  at: fc.nat(WIDE.length),
  length: fc.nat(40),
  insert: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      ...['{', '}', '[', ']', ': ', '- ', '\n', '\t', '&a ', '*a', '!!x ', '"', "'", '#', '|', '>'],
      ...[
        '$' + '{',
        '$' + '{A}',
        '$' + '{A:-',
        '<<: ',
        '? ',
        '---',
        '\u0000',
        '\uFEFF',
        '1e999',
        '.nan',
      ],
    ),
  ),
});

describe('broken configurations', () => {
  it('never crash, and every refusal says what was expected', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
        let text = WIDE;
        for (const { at, length, insert } of mutations) {
          text = text.slice(0, at) + insert + text.slice(at + length);
        }
        outcome(text, { A: 'x' });
      }),
      RUNS,
    );
  });

  it('of any text at all never crash', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => outcome(text)),
      RUNS,
    );
  });

  it('overridden by anything never crash', () => {
    const segment = fc.oneof(
      fc.constantFrom('DATA_FEEDS', 'BINANCE', 'BACKTEST', 'DATA', '0', '1', 'SWEEP', 'PARAMETERS'),
      fc.constantFrom('STRATEGIES', 'MM', 'SYMBOLS', '__PROTO__', 'CONSTRUCTOR', 'FEES', ''),
    );
    const name = fc
      .array(segment, { minLength: 1, maxLength: 5 })
      .map((p) => `HFT__${p.join('__')}`);
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('[1, 2]', '{a: 1}', '[', '{'),
    );
    fc.assert(
      fc.property(fc.dictionary(name, text, { maxKeys: 4 }), (env) => outcome(WIDE, env)),
      RUNS,
    );
    expect(Object.prototype).not.toHaveProperty('a');
  });

  it('never tell a secret when one character of the file is lost', () => {
    for (let at = 0; at < WIDE.length; at += 1) {
      const text = WIDE.slice(0, at) + WIDE.slice(at + 1);
      const result = ConfigurationManager.parse(text, 'c.yaml', { catalog: SHIPPED_PARAMETERS });
      const told = result.ok
        ? result.manager.toYaml()
        : result.problems.map(problemText).join('\n');
      // What a parameter of somebody's own strategy is called, nobody can know.
      for (const secret of WIDE_SECRETS.filter((word) => word !== 'in-parameters')) {
        if (!told.includes(secret)) continue;
        const where = text.slice(Math.max(0, at - 20), at + 20);
        expect.soft(told, `without character ${at}: ${where}`).not.toContain(secret);
      }
    }
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationManager } from '../../../src/config/configuration-manager.js';
import { problemText } from '../../../src/config/problems.js';
import { configReference } from '../../../src/config/reference.js';
import { describeParameter } from '../../../src/domain/parameters.js';
import { SHIPPED_PARAMETERS } from '../../../src/strategies/catalog.js';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE = join(ROOT, 'docs/configuration.md');
const MARK = 'holds it to the schema. -->\n\n';

describe('the documentation', () => {
  it('names every key as the schema has it (HFT_WRITE_DOCS=1 writes it anew)', () => {
    const text = readFileSync(PAGE, 'utf8');
    const at = text.indexOf(MARK) + MARK.length;
    if (process.env['HFT_WRITE_DOCS'] === '1') {
      writeFileSync(PAGE, text.slice(0, at) + configReference());
    }

    expect(readFileSync(PAGE, 'utf8').slice(at)).toBe(configReference());
  });

  it.each([...SHIPPED_PARAMETERS])('explains every parameter of %s', (name, declarations) => {
    const text = readFileSync(join(ROOT, 'docs/strategies.md'), 'utf8');

    expect(text).toContain(`\`${name}\``);
    for (const [key, declaration] of Object.entries(declarations)) {
      const fallback = declaration.default === '' ? 'empty' : declaration.default;
      expect(text).toContain(
        `| \`${key}\` | ${describeParameter(declaration)} | ${fallback} | ${declaration.description} |`,
      );
    }
  });
});

describe('the example configurations', () => {
  const folder = join(ROOT, 'examples/configs');

  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s is right', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const result = ConfigurationManager.parse(text, name, { catalog: SHIPPED_PARAMETERS });

    expect(result.ok ? [] : result.problems.map(problemText)).toEqual([]);
  });
});

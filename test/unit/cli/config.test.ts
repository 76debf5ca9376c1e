import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hft } from './cli-harness.js';

describe('hft config', () => {
  let folder = '';
  let file = '';
  const write = (text: string | Uint8Array) => writeFileSync(file, text);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hft-config-'));
    file = join(folder, 'c.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('validates a right file', async () => {
    write('system_id: desk\n');

    expect(await hft(['config', 'validate', file])).toEqual({
      code: 0,
      stdout: `${file}: ok\n`,
      stderr: '',
    });
  });

  it('prints every problem, a line each, and answers 3', async () => {
    write('system_id: "!"\ntradng: {}\n');
    const { code, stdout, stderr } = await hft(['config', 'validate', file]);

    expect(code).toBe(3);
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stdout).toContain(`${file}:2:1 tradng: expected a known key`);
    expect(stderr).toBe('2 problems\n');
  });

  it('prints problems as JSON', async () => {
    write('system_id: "!"\n');
    const { code, stdout } = await hft(['config', 'validate', file, '--json']);

    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      file,
      problems: [{ position: { line: 1, column: 12 }, key: 'system_id', found: '"!"' }],
    });
  });

  it('shows the whole with secrets masked, as YAML and JSON', async () => {
    write('database:\n  password: $' + '{DB}\nrisk_limits: { max_drawdown: 5% }\n');
    const yaml = await hft(['config', 'show', file], { env: { DB: 'hidden' } });
    const json = await hft(['config', 'show', file, '--json'], { env: { DB: 'hidden' } });

    expect(yaml.code).toBe(0);
    expect(yaml.stdout).toContain('max_drawdown: 5%');
    expect(JSON.parse(json.stdout)).toMatchObject({
      database: { password: '***', port: 5432 },
      risk_limits: { max_drawdown: '5%' },
    });
    expect(yaml.stdout + json.stdout).not.toContain('hidden');
  });

  it('shows a configuration that is right again, where it has no secrets', async () => {
    write(
      'trading: { capital: 250_000.5 }\nbacktest: { data: [a.gz, { generate: { seed: 3 } }] }\n',
    );
    const shown = await hft(['config', 'show', file]);
    write(shown.stdout);

    expect((await hft(['config', 'show', file])).stdout).toBe(shown.stdout);
  });

  it('shows nothing of a wrong one', async () => {
    write('trading: { capital: x }\n');
    const { code, stdout, stderr } = await hft(['config', 'show', file]);

    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`${file}:1:21 trading.capital`);
  });

  it('prints the schema', async () => {
    const { code, stdout } = await hft(['config', 'schema']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      properties: { trading: { properties: { capital: {} } } },
      additionalProperties: false,
    });
  });

  it('answers 1 for a file that is not there, 3 for one that is no text or too large', async () => {
    expect((await hft(['config', 'validate', join(folder, 'none.yaml')])).code).toBe(1);
    write(Uint8Array.of(0xff, 0xfe, 0x00));
    expect(await hft(['config', 'validate', file])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('text in UTF-8'),
    });
    write(`a: ${'x'.repeat(1_100_000)}`);
    expect((await hft(['config', 'validate', file])).code).toBe(3);
  });
});

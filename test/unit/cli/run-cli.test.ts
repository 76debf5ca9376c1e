import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StopSignal } from '../../../src/cli/exit-code.js';
import { hft } from './cli-harness.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hft-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const trade =
  '{"stream":"a@trade","data":{"e":"trade","E":1,"s":"A","t":1,"p":"1","q":"1","M":true}}';
const lines = `1000 ${trade}\n1500 ${trade}\n`;

describe('hft', () => {
  it('prints its version', async () => {
    const version = JSON.parse(await readFile('package.json', 'utf8')).version;

    expect(await hft(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('lists the verbs that exist', async () => {
    const { code, stdout } = await hft(['--help']);

    expect(code).toBe(0);
    for (const verb of ['demo', 'data', 'doctor']) expect(stdout).toContain(verb);
    expect(stdout).toContain('Exit codes: 0 ok');
  });

  it.each([
    [['dmo'], 'Did you mean demo?'],
    [['data', 'inf'], 'Did you mean info?'],
    [['data', 'info', 'x', '--jsn'], 'Did you mean --json?'],
    [['data', 'info'], "missing required argument 'file'"],
    [['data', 'generate', '--format', 'x', '--out', 'y'], 'Allowed choices are binance-spot'],
    [['data', 'generate', '--format', 'itch'], "required option '-o, --out <file>' not specified"],
    [['data', 'replay', 'x', '--workers', '-1'], 'Expected a whole number, 0 to 64.'],
    [['demo', '--rate', 'fast'], 'Expected messages a second'],
    [['demo', '--duration', '0'], 'Expected a number above zero.'],
    [['data'], 'Usage: hft data'],
    [[], 'Usage: hft'],
  ])('refuses %j with a hint', async (args, hint) => {
    const { code, stdout, stderr } = await hft(args);

    expect(code).toBe(2);
    expect(stderr).toContain(hint);
    expect(stdout).toBe('');
  });

  it('prints an error as one sentence with its code, and no stack', async () => {
    const path = join(folder, 'nothing');

    expect(await hft(['data', 'info', path])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: cannot read ${path}: no such file (HFT_DATA_FILE)\n`,
    });
  });

  it('prints the stack with HFT_DEBUG', async () => {
    const { stderr } = await hft(['data', 'info', folder], { env: { HFT_DEBUG: '1' } });

    expect(stderr).toMatch(/\n {4}at /);
  });

  it('ends with 130 when it is interrupted', async () => {
    const stop = new AbortController();
    stop.abort(new StopSignal('SIGINT'));
    const path = await file('a', lines);

    expect(await hft(['data', 'info', path, '--json'], { signal: stop.signal })).toMatchObject({
      code: 130,
      stdout: '',
    });
  });
});

describe('hft data info', () => {
  it('prints one JSON object', async () => {
    const path = await file('a', lines);

    const { code, stdout, stderr } = await hft(['data', 'info', path, '--json']);

    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [path],
      format: 'hftbacktest',
      wireFormat: 'binance-spot',
      frames: 2,
      kinds: { trade: 2 },
      symbols: { A: 2 },
      firstTime: '1970-01-01T00:00:00.000001000Z',
      faults: 0,
      damage: null,
    });
  });

  it('reads standard input', async () => {
    const { code, stdout } = await hft(['data', 'info', '-', '--json'], { stdin: lines });

    expect(code).toBe(0);
    expect(JSON.parse(stdout).frames).toBe(2);
  });

  it('prints lines for people', async () => {
    const path = await file('a', lines);

    const { stdout } = await hft(['data', 'info', path]);

    expect(stdout).toMatch(/^format +hftbacktest$/m);
    expect(stdout).toMatch(/^symbols +A 2$/m);
  });

  it('returns 3 for a file of no known format', async () => {
    const path = await file('a', 'hello\n');

    expect(await hft(['data', 'info', path, '--json'])).toEqual({
      code: 3,
      stdout: '',
      stderr: `error: ${path} is no capture of a known format (HFT_DATA_FORMAT)\n`,
    });
  });
});

describe('hft data convert', () => {
  it('writes another format and reports it', async () => {
    const from = await file('a', lines);
    const to = join(folder, 'b.ws.1.0.gz');

    const { code, stdout } = await hft(['data', 'convert', from, to, '--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ to, format: 'cryptofeed', entries: 2, faults: 0 });
    const text = gunzipSync(await readFile(to)).toString();
    expect(text).toBe(`0.000001: ${trade}\n0.0000015: ${trade}\n`);
  });

  it('writes to standard output with the report beside it', async () => {
    const from = await file('a', lines);

    const { stdout, stderr } = await hft(['data', 'convert', from, '-', '--format', 'hftbacktest']);

    expect(stdout).toBe(lines);
    expect(stderr).toContain('2 entries from hftbacktest to hftbacktest');
  });

  it('wants a format where the extension names none', async () => {
    const from = await file('a', lines);

    const { code, stderr } = await hft(['data', 'convert', from, join(folder, 'b')]);

    expect(code).toBe(2);
    expect(stderr).toContain('give --format');
  });

  it('refuses to write over what it reads', async () => {
    const from = await file('a', lines);

    const { code } = await hft(['data', 'convert', from, from, '--format', 'recording']);

    expect(code).toBe(2);
    expect(await readFile(from, 'utf8')).toBe(lines);
  });
});

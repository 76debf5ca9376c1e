import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GENERATOR_FORMATS } from '../../../src/cli/data/generator-formats.js';
import { StopSignal } from '../../../src/cli/exit-code.js';
import { hasAddon } from './addon-present.js';
import { hft } from './cli-harness.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hft-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function generate(format: string, name: string, ...more: string[]): Promise<string> {
  const path = join(folder, name);
  const args = ['data', 'generate', '--format', format, '--seed', '7', '--out', path, '--json'];
  const { code, stderr } = await hft([...args, '--messages', '5000', ...more]);
  expect([code, stderr]).toEqual([0, '']);
  return path;
}

async function replay(...args: string[]) {
  const { code, stdout, stderr } = await hft(['data', 'replay', ...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

async function digest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe.skipIf(!hasAddon)('hft data generate (needs the native addon)', () => {
  it.each(GENERATOR_FORMATS)('gives equal bytes for equal seeds as %s', async (format) => {
    const first = await digest(await generate(format, 'a'));
    const second = await digest(await generate(format, 'b'));
    const other = await digest(await generate(format, 'c', '--seed', '8'));

    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each(GENERATOR_FORMATS)(
    'writes %s so that info finds it and replay reads it',
    async (format) => {
      const path = await generate(format, 'a');

      const info = JSON.parse((await hft(['data', 'info', path, '--json'])).stdout);
      const summary = await replay(path);

      expect(info).toMatchObject({ frames: 5000 + (format === 'hftbacktest' ? 1 : 0), faults: 0 });
      expect(summary).toMatchObject({ faults: 0, damage: null });
      expect(summary.wireFormats).toEqual([info.wireFormat]);
      expect(Object.values(summary.decodeErrors).every((count) => count === 0)).toBe(true);
      expect(Object.keys(summary.symbols).length).toBeGreaterThan(0);
    },
  );

  it('compresses by the name of the file', async () => {
    const plain = await generate('binance-spot', 'a');
    const packed = await generate('binance-spot', 'a.gz');

    expect(gunzipSync(await readFile(packed)).equals(await readFile(plain))).toBe(true);
  });

  it('reports what it wrote', async () => {
    const out = join(folder, 'a');
    const args = ['--format', 'binance-futures', '--messages', '500', '--symbols', '2', '--json'];

    const { stdout } = await hft(['data', 'generate', '--out', out, ...args]);

    expect(JSON.parse(stdout)).toMatchObject({
      out,
      wireFormat: 'binance-futures',
      container: 'cryptofeed',
      seed: 1,
      symbols: ['BTCUSDT', 'ETHUSDT'],
      messages: 500,
      snapshots: 2,
    });
  });

  it('refuses several symbols where a snapshot could not be told apart', async () => {
    const out = join(folder, 'a');
    const args = ['--format', 'hftbacktest', '--symbols', '2', '--out', out];

    expect(await hft(['data', 'generate', ...args])).toMatchObject({ code: 2 });
  });

  it('leaves no file behind when it is interrupted', async () => {
    const stop = new AbortController();
    const args = ['--format', 'binance-spot', '--messages', '2000000', '--out', join(folder, 'a')];
    const running = hft(['data', 'generate', ...args], { signal: stop.signal });
    setImmediate(() => stop.abort(new StopSignal('SIGINT')));

    expect((await running).code).toBe(130);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe.skipIf(!hasAddon)('hft data replay (needs the native addon)', () => {
  it('keeps the books of a generated market in step', async () => {
    const path = await generate('binance-spot', 'a');

    const summary = await replay(path);

    expect(summary).toMatchObject({
      format: 'cryptofeed',
      wireFormats: ['binance-spot'],
      frames: 5003,
      gaps: 0,
      quotesDisagreed: 0,
      symbols: { BTCUSDT: { state: 'trusted', reason: 'none' } },
    });
    expect(summary.quotesAgreed).toBeGreaterThan(100);
    expect(summary.trades).toBe(summary.events.trade);
  });

  it.each([1, 2])('ends with the same books with %i workers', async (workers) => {
    const path = await generate('binance-spot', 'a');
    const inline = await replay(path);

    const summary = await replay(path, '--workers', String(workers));

    expect(summary.symbols).toEqual(inline.symbols);
    expect(summary.workers).toBe(workers);
  });

  it('follows only the symbols that are asked for', async () => {
    const path = await generate('binance-spot', 'a');

    const summary = await replay(path, '--symbol', 'ETHUSDT', '--symbol', 'SOLUSDT');

    expect(Object.keys(summary.symbols)).toEqual(['ETHUSDT', 'SOLUSDT']);
  });

  it('joins the orders of Coinbase to a REST snapshot that came late, one line a change', async () => {
    const id = (name: string) => `00000000-0000-4000-8000-0000000000${name}`;
    const order = (sequence: number, fields: object) =>
      `${1700000000 + sequence}.5: ${JSON.stringify({ ...fields, product_id: 'BTC-USD', sequence, time: '2023-11-14T22:13:20.000001Z' })}`;
    const snapshot = {
      sequence: 11,
      bids: [
        ['99.51', '1.25', id('b1')],
        ['99.51', '2.25', id('b2')],
      ],
      asks: [['100.52', '3.00', id('a1')]],
    };
    const lines = [
      order(11, { type: 'done', order_id: id('b0'), reason: 'canceled', side: 'buy' }),
      // It rested before the feed began, and was canceled before the snapshot came.
      order(12, { type: 'done', order_id: id('b1'), reason: 'canceled', side: 'buy' }),
      `https://api.exchange.coinbase.com/products/BTC-USD/book?level=3 -> 1700000013: ${JSON.stringify(snapshot)}`,
      order(13, {
        type: 'open',
        order_id: id('a2'),
        price: '100.25',
        remaining_size: '1.00',
        side: 'sell',
      }),
      order(14, { type: 'received', order_id: id('a3'), size: '1', price: '100.25', side: 'sell' }),
      order(15, { type: 'done', order_id: id('a3'), reason: 'canceled', side: 'sell' }),
      order(17, { type: 'done', order_id: id('b2'), reason: 'canceled', side: 'buy' }),
    ];
    const path = join(folder, 'full');
    await writeFile(path, `${lines.join('\n')}\n`);
    const out = join(folder, 'books.ndjson');

    const summary = await replay(path, '--format', 'cryptofeed', '--emit', out);

    const emitted = (await readFile(out, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((l) => JSON.parse(l));
    const asks = [
      ['100.25', '1.00'],
      ['100.52', '3.00'],
    ];
    expect(emitted.map((line) => [line.seq, line.bids, line.asks, line.reason])).toEqual([
      [12, [['99.51', '2.25']], [['100.52', '3.00']], 'none'],
      [13, [['99.51', '2.25']], asks, 'none'],
      [15, [['99.51', '2.25']], asks, 'sequence-gap'],
    ]);
    expect(summary).toMatchObject({ gaps: 1, resyncs: 0 });
  });

  it('emits a line for every book change, with its depth, in order', async () => {
    const path = await generate('binance-spot', 'a', '--symbols', '1');
    const out = join(folder, 'o.ndjson');

    const summary = await replay(path, '--emit', out, '--depth', '3');

    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
    const changes = lines.map((line) => JSON.parse(line));
    const last = changes.at(-1);
    expect(lines.length).toBe(summary.events.book + summary.events.state);
    expect(Object.keys(last)).toEqual([
      'symbol',
      'seq',
      'exchangeTime',
      'bids',
      'asks',
      'state',
      'reason',
    ]);
    expect([last.bids.length, last.asks.length]).toEqual([3, 3]);
    expect(last.seq).toBe(summary.symbols.BTCUSDT.seq);
    const sequences = changes.map((change) => change.seq);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  });

  it('writes books to standard output with the summary beside them', async () => {
    const path = await generate('binance-spot', 'a');

    const { code, stdout, stderr } = await hft(['data', 'replay', path, '--emit', '-', '--json']);

    expect(code).toBe(0);
    for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line).symbol).toBeDefined();
    expect(JSON.parse(stderr).frames).toBe(5003);
  });

  it('plays on one thread where the order of the books is asked for', async () => {
    const path = await generate('binance-spot', 'a');
    const args = [path, '--emit', join(folder, 'o'), '--workers', '2', '--json'];

    const { stdout, stderr } = await hft(['data', 'replay', ...args]);

    expect(JSON.parse(stdout).workers).toBe(0);
    expect(stderr).toContain('--workers is 0');
  });

  it('gives the same books from a recording as from the lines that it was made of', async () => {
    const path = await generate('binance-spot', 'a');
    const recording = join(folder, 'b.hftrec');
    await hft(['data', 'convert', path, recording]);

    const [fromLines, fromRecording] = [await replay(path), await replay(recording)];

    expect(fromRecording.symbols).toEqual(fromLines.symbols);
    expect(fromRecording.frames).toBe(fromLines.frames);
  });

  it('reports what came before the cut of a gzip file, and returns 3', async () => {
    const whole = await readFile(await generate('binance-spot', 'a.gz'));
    const cut = join(folder, 'cut.gz');
    await writeFile(cut, whole.subarray(0, whole.length >> 1));

    const { code, stdout, stderr } = await hft(['data', 'replay', cut, '--json']);

    expect(code).toBe(3);
    expect(JSON.parse(stdout).frames).toBeGreaterThan(1000);
    expect(stderr).toContain('gzip');
  });
});

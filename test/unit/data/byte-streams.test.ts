import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openByteSink } from '../../../src/data/byte-sink.js';
import { type ByteSource, openByteSource, peekSource } from '../../../src/data/byte-source.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hft-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function readAll(source: ByteSource): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.chunks) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('openByteSource', () => {
  it('reads a plain file', async () => {
    const source = await openByteSource(await file('a.txt', 'hello'));

    expect(await readAll(source)).toBe('hello');
    expect([source.sizeBytes, source.bytesRead()]).toEqual([5, 5]);
  });

  it('decompresses gzip by content, whatever the name', async () => {
    const text = 'line\n'.repeat(500_000);
    const source = await openByteSource(await file('plain-name', gzipSync(text)));

    expect(await readAll(source)).toBe(text);
    expect(source.bytesRead()).toBe(source.sizeBytes);
  });

  it('reads all members of a gzip file', async () => {
    const path = await file('x.gz', Buffer.concat([gzipSync('one '), gzipSync('two')]));

    expect(await readAll(await openByteSource(path))).toBe('one two');
  });

  it('gives what comes before the cut of a gzip file, then the error', async () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `line ${i * 7919}\n`).join('');
    const whole = gzipSync(text);
    const path = await file('cut.gz', whole.subarray(0, whole.length >> 1));
    const source = await openByteSource(path);
    let read = '';

    const reading = (async () => {
      for await (const chunk of source.chunks) read += chunk.toString();
    })();

    await expect(reading).rejects.toMatchObject({ code: 'HFT_DATA_FORMAT' });
    expect(read.length).toBeGreaterThan(1000);
    expect(text.startsWith(read)).toBe(true);
  });

  it('reads an empty file', async () => {
    expect(await readAll(await openByteSource(await file('empty', '')))).toBe('');
  });

  it('reads standard input for "-"', async () => {
    const stdin = Readable.from([Buffer.from('a'), Buffer.from('b')]);
    const source = await openByteSource('-', { stdin });

    expect(await readAll(source)).toBe('ab');
    expect(source.sizeBytes).toBeUndefined();
  });

  it('names the file that does not exist', async () => {
    const path = join(folder, 'nothing');

    await expect(openByteSource(path)).rejects.toMatchObject({
      code: 'HFT_DATA_FILE',
      message: `cannot read ${path}: no such file`,
    });
  });

  it('refuses a folder', async () => {
    await expect(openByteSource(folder)).rejects.toMatchObject({ code: 'HFT_DATA_FILE' });
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const source = await openByteSource(await file('a', 'x'), { signal: controller.signal });
    controller.abort();

    await expect(readAll(source)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('peekSource', () => {
  it('loses nothing of what it looked at', async () => {
    const stdin = Readable.from(['abc', 'def', 'ghi'].map((text) => Buffer.from(text)));
    const { head, source } = await peekSource(await openByteSource('-', { stdin }), 5);

    expect(head.toString()).toBe('abcde');
    expect(await readAll(source)).toBe('abcdefghi');
  });
});

describe('openByteSink', () => {
  it('shows the file under its name only when it is complete', async () => {
    const path = join(folder, 'out.txt');
    const sink = await openByteSink(path);
    await sink.write(Buffer.from('hello'));

    expect(await readdir(folder)).toEqual(['out.txt.part']);
    await sink.close();
    expect(await readdir(folder)).toEqual(['out.txt']);
    expect(await readFile(path, 'utf8')).toBe('hello');
  });

  it('lets the caller reuse its buffer after a write', async () => {
    const path = join(folder, 'out.txt');
    const sink = await openByteSink(path);
    const buffer = Buffer.alloc(1 << 20);
    for (const byte of ['a', 'b', 'c']) await sink.write(buffer.fill(byte));
    await sink.close();

    const written = await readFile(path, 'latin1');
    expect([written[0], written[1 << 20], written[1 << 21]]).toEqual(['a', 'b', 'c']);
  });

  it('compresses a name that ends in .gz', async () => {
    const path = join(folder, 'out.gz');
    const sink = await openByteSink(path);
    await sink.write(Buffer.from('hello'));
    await sink.close();

    expect(gunzipSync(await readFile(path)).toString()).toBe('hello');
    expect(sink.bytesWritten()).toBe(5);
  });

  it('leaves nothing behind when it is abandoned', async () => {
    const sink = await openByteSink(join(folder, 'out.gz'));
    await sink.write(Buffer.from('hello'));

    await sink.abandon();

    expect(await readdir(folder)).toEqual([]);
  });

  it('writes to standard output for "-" without ending it', async () => {
    const stdout = new PassThrough();
    const sink = await openByteSink('-', { stdout });
    await sink.write(Buffer.from('hello'));
    await sink.close();

    expect(stdout.read()?.toString()).toBe('hello');
    expect(stdout.writableEnded).toBe(false);
  });

  it('says which file it cannot write', async () => {
    const path = join(folder, 'no', 'such', 'folder');

    await expect(openByteSink(path)).rejects.toMatchObject({ code: 'HFT_DATA_FILE' });
  });
});

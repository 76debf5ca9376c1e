import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openByteSink } from '../../../src/data/byte-sink.js';
import type { CaptureFormat } from '../../../src/data/capture-entry.js';
import { openCapture } from '../../../src/data/capture-files.js';
import { createCaptureReader, detectCaptureFormat } from '../../../src/data/capture-format.js';
import { CaptureInspector } from '../../../src/data/capture-info.js';
import type { WritableFormat } from '../../../src/data/capture-writer.js';
import { convertCapture } from '../../../src/data/convert-capture.js';
import { toIsoText } from '../../../src/data/time-text.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hft-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The entries of a capture cut into chunks of `size` bytes, as text. */
function readEntries(format: CaptureFormat, bytes: Buffer, size: number): string[] {
  const reader = createCaptureReader(format);
  const found: string[] = [];
  const drain = (): void => {
    for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
      const payload = entry.bytes.toString('latin1', entry.start, entry.end);
      found.push(`${entry.kind} ${toIsoText(entry)} ${entry.url} ${payload}`);
    }
  };
  for (let at = 0; at < bytes.length; at += size) {
    reader.push(Buffer.from(bytes.subarray(at, at + size)));
    drain();
  }
  reader.finish();
  drain();
  if (reader.faults.first !== undefined) found.push(`fault ${reader.faults.first}`);
  return found;
}

async function convert(from: string, to: string, format: WritableFormat): Promise<void> {
  const sink = await openByteSink(to);
  await convertCapture(await openCapture([from]), sink, { format, creationTime: 5n });
  await sink.close();
}

const trade =
  '{"stream":"a@trade","data":{"e":"trade","E":1,"s":"A","t":1,"p":"1","q":"1","M":true}}';
const depth =
  '{"stream":"a@depth","data":{"e":"depthUpdate","E":1,"s":"A","U":1,"u":2,"b":[],"a":[]}}';
const hftbacktest = `1723161253937085768 ${depth}\n1723161253937085769 ${trade}\r\n\n17 ${trade}`;
const cryptofeed = [
  'wss://x.y/z <-> 1633998512.0',
  'wss://x.y/z <- 1633998512.5: {"method":"SUBSCRIBE"}',
  `1633998512.5633569: ${depth}`,
  `https://x.y/api/v3/depth?symbol=A -> 1633998513.25: {"lastUpdateId":1,"bids":[],"asks":[]}`,
  `1633998514.0: ${trade}\n`,
].join('\n');
const itch = Buffer.from(
  '000c53000000000a30478f8f964f' + '001344000200001f1cea1b4d9b0000000000014b64',
  'hex',
);

describe('capture readers', () => {
  it('read hftbacktest lines with either line end and without the last one', () => {
    expect(readEntries('hftbacktest', Buffer.from(hftbacktest), 1 << 20)).toEqual([
      `received 2024-08-08T23:54:13.937085768Z  ${depth}`,
      `received 2024-08-08T23:54:13.937085769Z  ${trade}`,
      `received 1970-01-01T00:00:00.000000017Z  ${trade}`,
    ]);
  });

  it('read the four kinds of cryptofeed lines', () => {
    const kinds = readEntries('cryptofeed', Buffer.from(cryptofeed), 1 << 20).map((text) =>
      text.split(' ').slice(0, 3),
    );

    expect(kinds).toEqual([
      ['opened', '2021-10-12T00:28:32.000000000Z', 'wss://x.y/z'],
      ['sent', '2021-10-12T00:28:32.500000000Z', 'wss://x.y/z'],
      ['received', '2021-10-12T00:28:32.563356900Z', 'wss://x.y/z'],
      ['rest-answer', '2021-10-12T00:28:33.250000000Z', 'https://x.y/api/v3/depth?symbol=A'],
      ['received', '2021-10-12T00:28:34.000000000Z', 'wss://x.y/z'],
    ]);
  });

  it.each(['hftbacktest', 'cryptofeed'] as const)(
    'give the same %s entries however cut',
    (format) => {
      const bytes = Buffer.from(format === 'cryptofeed' ? cryptofeed : hftbacktest);
      const whole = readEntries(format, bytes, bytes.length);

      for (let size = 1; size < 64; size += 1) {
        expect(readEntries(format, bytes, size)).toEqual(whole);
      }
    },
  );

  it('count a line that is not the format and go on', () => {
    const bytes = Buffer.from(`nonsense\n17 ${trade}\n18\n`);

    const found = readEntries('hftbacktest', bytes, 7);

    expect(found.length).toBe(2);
    expect(found[1]).toBe('fault line 1: no time in nanoseconds');
  });

  it('never throw, whatever the bytes', () => {
    const formats = ['hftbacktest', 'cryptofeed', 'lobster', 'itch'] as const;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...formats),
        (bytes, format) => {
          readEntries(format, Buffer.from(bytes), 17);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tell a format by its first known line', () => {
    const detect = (text: string | Buffer, name = 'x') =>
      detectCaptureFormat(Buffer.from(text), name);

    expect(detect(hftbacktest)).toBe('hftbacktest');
    expect(detect(cryptofeed)).toBe('cryptofeed');
    expect(detect(`damaged\n${cryptofeed}`)).toBe('cryptofeed');
    expect(detect('34200.004241176,1,16113575,18,5853300,1\n')).toBe('lobster');
    expect(detect('HFTREC\r\n...')).toBe('recording');
    expect(detect('hello')).toBeUndefined();
    expect(detect('', '01302019.NASDAQ_ITCH50')).toBe('itch');
    expect(detect(itch)).toBe('itch');
  });
});

describe('convertCapture', () => {
  it('keeps every entry of a cryptofeed capture in a recording and back', async () => {
    const from = await file('X.ws.1.0', cryptofeed);
    const recording = join(folder, 'x.hftrec.gz');
    const back = join(folder, 'Y.ws.1.0');

    await convert(from, recording, 'recording');
    await convert(recording, back, 'cryptofeed');

    const original = readEntries('cryptofeed', Buffer.from(cryptofeed), 1 << 20);
    expect(readEntries('cryptofeed', await readFile(back), 1 << 20)).toEqual(original);
  });

  it('keeps times to the nanosecond from lines to a recording and back', async () => {
    const from = await file('a.txt', `${hftbacktest}\n`);
    const recording = join(folder, 'x.hftrec');
    const back = join(folder, 'b.txt');

    await convert(from, recording, 'recording');
    await convert(recording, back, 'hftbacktest');

    const original = readEntries('hftbacktest', Buffer.from(hftbacktest), 1 << 20);
    expect(readEntries('hftbacktest', await readFile(back), 1 << 20)).toEqual(original);
  });

  it('keeps the bytes of an ITCH file through a recording', async () => {
    const from = await file('a.NASDAQ_ITCH50', itch);
    const recording = join(folder, 'x.hftrec');
    const back = join(folder, 'b.itch');

    await convert(from, recording, 'recording');
    await convert(recording, back, 'itch');

    expect((await readFile(back)).equals(itch)).toBe(true);
  });

  it('refuses binary frames in a format of lines', async () => {
    const from = await file('a.NASDAQ_ITCH50', itch);

    await expect(convert(from, join(folder, 'b.txt'), 'hftbacktest')).rejects.toMatchObject({
      code: 'HFT_ARGUMENT',
    });
  });

  it('refuses a file of no known format', async () => {
    const from = await file('a.txt', 'hello world\n');

    await expect(openCapture([from])).rejects.toMatchObject({ code: 'HFT_DATA_FORMAT' });
  });
});

describe('a damaged recording', () => {
  async function recording(): Promise<Buffer> {
    const from = await file('a.txt', `${hftbacktest}\n`);
    await convert(from, join(folder, 'x.hftrec'), 'recording');
    return readFile(join(folder, 'x.hftrec'));
  }

  it('gives no entry of a block whose CRC is wrong', async () => {
    const bytes = await recording();
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;

    expect(readEntries('recording', bytes, 100)).toEqual([
      'fault offset 64: the recording ends inside a block',
    ]);
  });

  it('is torn wherever it was cut inside of a block', async () => {
    const bytes = await recording();
    for (let size = 65; size < bytes.length; size += 13) {
      const found = readEntries('recording', bytes.subarray(0, size), 50);
      expect(found).toEqual(['fault offset 64: the recording ends inside a block']);
    }
  });

  it('is refused when its header is wrong', async () => {
    const bytes = await recording();
    bytes[20] = (bytes[20] ?? 0) ^ 1;

    expect(() => readEntries('recording', bytes, 1000)).toThrow('header');
  });
});

describe('openCapture', () => {
  it('merges the REST siblings of a lone cryptofeed stream by time', async () => {
    const stream = await file('V.ws.1.0', `10.5: ${depth}\n12.5: ${trade}\n`);
    await file('V.http.0.0', 'https://v/a -> 11.0: {"a":1}\nhttps://v/b -> 13.0: {"b":1}\n');
    await file('W.http.0.0', 'https://w/a -> 11.0: {"w":1}\n');
    const capture = await openCapture([stream]);
    let text = '';
    for await (const chunk of capture.chunks) text += chunk.toString();

    expect(text.split('\n').map((line) => line.slice(0, 14))).toEqual([
      '10.5: {"stream',
      'https://v/a ->',
      '12.5: {"stream',
      'https://v/b ->',
      '',
    ]);
  });

  it('leaves the siblings alone when told so', async () => {
    const stream = await file('V.ws.1.0', `10.5: ${depth}\n`);
    await file('V.http.0.0', 'https://v/a -> 11.0: {"a":1}\n');

    const capture = await openCapture([stream], { withSiblings: false });

    expect(capture.files).toEqual([stream]);
  });

  it('equals a stable sort by time, however many files are merged', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 4 }), async (files) => {
        const sorted = files.map((list) => [...list].sort((a, b) => a - b));
        const lines = sorted.map((list, f) => list.map((time, i) => `${time}.0: {"f${f}":${i}}`));
        const expected = lines
          .flatMap((list, f) => list.map((line, i) => ({ line, time: sorted[f]?.[i] ?? 0 })))
          .sort((a, b) => a.time - b.time)
          .map(({ line }) => line);
        const paths: string[] = [];
        for (const [f, list] of lines.entries()) {
          // The format is told from the first line, so every file has one.
          paths.push(await file(`F.ws.${f}.0`, ['0.0: {}', ...list].join('\n')));
        }
        const capture = await openCapture(paths);
        let text = '';
        for await (const chunk of capture.chunks) text += chunk.toString();

        expect(text.split('\n').filter((line) => line !== '' && line !== '0.0: {}')).toEqual(
          expected,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('reads several files of lines after each other', async () => {
    const first = await file('a', `1 ${depth}`);
    const second = await file('b', `2 ${trade}`);
    const capture = await openCapture([first, second]);
    const inspector = new CaptureInspector(capture.format, createCaptureReader(capture.format));
    for await (const chunk of capture.chunks) inspector.push(chunk);
    inspector.finish();

    expect(inspector.info(capture.files)).toMatchObject({ frames: 2, faults: 0 });
  });

  it('refuses files of different formats', async () => {
    const first = await file('a', `1 ${depth}`);
    const second = await file('b', cryptofeed);

    await expect(openCapture([first, second])).rejects.toMatchObject({ code: 'HFT_DATA_FORMAT' });
  });
});

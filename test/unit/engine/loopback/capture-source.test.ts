import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCapture } from '../../../../src/data/capture-files.js';
import { CaptureSource } from '../../../../src/engine/loopback/capture-source.js';
import { LoopbackServer } from '../../../../src/venues/loopback/server.js';
import { connect } from '../../venues/client.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hft-source-'));
});
afterEach(() => rm(folder, { recursive: true }));

const depth = (update: number): string =>
  `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":${update},"u":${update},"b":[],"a":[]}}`;
const snapshot = (id: number): string => `{"lastUpdateId":${id},"bids":[],"asks":[]}`;

async function open(lines: readonly string[]): Promise<CaptureSource> {
  const path = join(folder, 'capture');
  await writeFile(path, lines.join('\n'));
  return CaptureSource.open(await openCapture([path]));
}

describe('CaptureSource', () => {
  it('plays the stream frames and keeps the snapshots for REST', async () => {
    const source = await open([`1000 ${depth(1)}`, `2000 ${snapshot(1)}`, `3000 ${depth(2)}`]);
    const server = new LoopbackServer({ source, speed: { kind: 'maximum' } });
    await server.listen();
    const client = await connect(`${server.url}/stream?streams=btcusdt@depth@100ms`);
    await client.until((all) => all.length === 1);
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/v3/depth?symbol=BTCUSDT`);
    const body = await answer.text();
    const messages = await client.until((all) => all.length === 2);
    client.socket.terminate();
    await server.close();

    expect(source.wireFormat).toBe('binance-spot');
    expect(source.symbols).toEqual(['BTCUSDT']);
    expect(messages).toEqual([depth(1), depth(2)]);
    expect(body).toBe(snapshot(1));
  });

  it('answers with the newest snapshot before the present point, or the first after it', async () => {
    const source = await open([
      `1000 ${depth(1)}`,
      `2000 ${snapshot(1)}`,
      `3000 ${depth(2)}`,
      `4000 ${snapshot(2)}`,
      `5000 ${depth(3)}`,
    ]);
    const ask = () => {
      const request = { symbol: 'BTCUSDT', levels: 10, isL3: false };
      return Buffer.from(source.restSnapshot(request) ?? []).toString();
    };
    const play = (framesMax: number) =>
      source.fill(new Uint8Array(1000), { framesMax, untilNs: Number.POSITIVE_INFINITY });

    expect(ask()).toBe(snapshot(1));
    play(2);
    expect(ask()).toBe(snapshot(1));
    play(1);
    expect(ask()).toBe(snapshot(2));
  });

  it('waits where the first snapshot was recorded until it is asked for', async () => {
    const source = await open([`1000 ${depth(1)}`, `2000 ${snapshot(1)}`, `3000 ${depth(2)}`]);
    const play = () =>
      source.fill(new Uint8Array(1000), { framesMax: 10, untilNs: Number.POSITIVE_INFINITY });

    expect(play()).toMatchObject({ frames: 1, isEnded: false });
    expect(play()).toMatchObject({ frames: 0, isEnded: false });
    const ready = source.ready();
    source.restSnapshot({ symbol: 'BTCUSDT', levels: 10, isL3: false });
    await ready;

    expect(play()).toMatchObject({ frames: 1, isEnded: true });
  });

  it('gives only what is due by its own times', async () => {
    const source = await open([`1000 ${depth(1)}`, `2500 ${depth(2)}`]);
    const buffer = new Uint8Array(1000);

    const first = source.fill(buffer, { framesMax: 10, untilNs: 1000 });
    const second = source.fill(buffer, { framesMax: 10, untilNs: 1500 });

    expect(first).toMatchObject({ frames: 1, nextNs: 1500, isEnded: false });
    expect(second).toMatchObject({ frames: 1, nextNs: undefined, isEnded: true });
  });

  it('asks for a larger buffer when a frame needs one', async () => {
    const source = await open([`1000 ${depth(1)}`]);

    const result = source.fill(new Uint8Array(20), { framesMax: 1, untilNs: 0 });

    expect(result.frames).toBe(0);
    expect(result.bytesNeeded).toBeGreaterThan(depth(1).length);
  });

  it('refuses data that no WebSocket carries', async () => {
    await expect(open(['34200.1,1,16113575,18,5853300,1'])).rejects.toMatchObject({
      code: 'HFT_ARGUMENT',
    });
  });

  it('refuses a capture without frames', async () => {
    await expect(open(['1000 {"hello":1}'])).rejects.toMatchObject({ code: 'HFT_DATA_FORMAT' });
  });
});

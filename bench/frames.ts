import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadAddon } from '#dist/addon/addon.js';
import { GeneratorFraming, type NativeMarketGenerator } from '#dist/addon/market-generator.js';
import { WIRE_FORMATS, type WireFormat } from '#dist/domain/market-data.js';

const HEADER_BYTES = 32;

/** A generated market: 20 % depth frames, 40 % trades, 40 % tickers. */
export function generatedMarket(wireFormat: WireFormat, seed: number): NativeMarketGenerator {
  return new (loadAddon().NativeMarketGenerator)({
    format: WIRE_FORMATS.indexOf(wireFormat),
    seed,
    instrumentCount: 1,
  });
}

/** The next `count` frames of a generated market. */
export function takeFrames(market: NativeMarketGenerator, count: number): Buffer[] {
  const buffer = Buffer.alloc(4 << 20);
  const frames: Buffer[] = [];
  while (frames.length < count) {
    const filled = market.fill(
      buffer,
      GeneratorFraming.Records,
      count - frames.length,
      Number.POSITIVE_INFINITY,
    );
    let at = 0;
    for (let i = 0; i < filled.frames; i += 1) {
      const bytes = buffer.readUInt32LE(at);
      frames.push(Buffer.from(buffer.subarray(at + HEADER_BYTES, at + HEADER_BYTES + bytes)));
      at += HEADER_BYTES + bytes;
    }
  }
  return frames;
}

/** Recorded Binance USD-M futures frames, without the REST snapshot among them. */
export interface RecordedFrames {
  readonly frames: readonly Buffer[];
  readonly snapshot: Buffer;
  readonly input: string;
}

/** The recorded capture, or a generated market of the same format where it is absent. */
export function binanceFuturesFrames(): RecordedFrames {
  const root = process.env['HFT_FIXTURES'] ?? resolve('..', 'shared', 'data');
  const path = join(root, 'hftbacktest', 'usdm_btcusdt_20240808.first60s.gz');
  if (!existsSync(path)) {
    const market = generatedMarket('binance-futures', 1);
    const snapshot = market.snapshot(0, 1000) ?? Buffer.alloc(0);
    return { frames: takeFrames(market, 15_000), snapshot, input: 'generated, seed 1' };
  }
  const lines = gunzipSync(readFileSync(path)).toString('latin1').split('\n');
  const bodies = lines.filter((line) => line.length > 0).map((line) => line.slice(20));
  const isSnapshot = (body: string): boolean => body.startsWith('{"lastUpdateId"');
  return {
    frames: bodies.filter((body) => !isSnapshot(body)).map((body) => Buffer.from(body)),
    snapshot: Buffer.from(bodies.find(isSnapshot) ?? ''),
    input: 'hftbacktest usdm_btcusdt_20240808.first60s',
  };
}

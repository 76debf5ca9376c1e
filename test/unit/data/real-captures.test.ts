import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCapture } from '../../../src/data/capture-files.js';
import { createCaptureReader } from '../../../src/data/capture-format.js';
import { type CaptureInfo, CaptureInspector } from '../../../src/data/capture-info.js';

const fixtures =
  process.env['HFT_FIXTURES'] ?? join(import.meta.dirname, '../../../../shared/data');

async function inspect(...names: string[]): Promise<CaptureInfo> {
  const capture = await openCapture(names.map((name) => join(fixtures, name)));
  const inspector = new CaptureInspector(capture.format, createCaptureReader(capture.format));
  for await (const chunk of capture.chunks) inspector.push(chunk);
  inspector.finish();
  return inspector.info(capture.files);
}

describe.skipIf(!existsSync(fixtures))('recorded captures (HFT_FIXTURES)', () => {
  it('reads a gzip capture of hftbacktest', async () => {
    const info = await inspect('hftbacktest/spot_btcusdt_20240808.first60s.gz');

    expect(info).toMatchObject({
      format: 'hftbacktest',
      wireFormat: 'binance-spot',
      frames: 7341,
      faults: 0,
      symbols: { BTCUSDT: 7340 },
    });
    expect(info.kinds['snapshot']).toBe(1);
    expect(info.durationSeconds).toBeCloseTo(60, 0);
  });

  it('tells Binance futures from spot', async () => {
    const usdm = await inspect('hftbacktest/usdm_btcusdt_20240808.first60s.gz');
    const coin = await inspect('hftbacktest/cm_btcusd_perp_20240808.first20s.gz');

    expect([usdm.wireFormat, usdm.frames]).toEqual(['binance-futures', 15738]);
    expect([coin.wireFormat, coin.frames]).toEqual(['binance-futures', 2728]);
  });

  it('merges the REST answers beside a cryptofeed stream by time', async () => {
    const info = await inspect('cryptofeed/BINANCE.ws.1.0');

    expect(info).toMatchObject({ format: 'cryptofeed', wireFormat: 'binance-spot', faults: 0 });
    expect(info.files.map((file) => file.split('/').pop())).toEqual([
      'BINANCE.ws.1.0',
      'BINANCE.http.0.0',
    ]);
    expect(info.entries).toMatchObject({ 'rest-answer': 1, opened: 1 });
    expect(info.timeReversals).toBe(0);
  });

  it('reads Kraken and Coinbase captures of cryptofeed', async () => {
    const kraken = await inspect('cryptofeed/KRAKEN.ws.50.0');
    const coinbase = await inspect('cryptofeed/COINBASE.ws.28.0');

    expect(kraken).toMatchObject({ wireFormat: 'kraken-v1', faults: 0 });
    expect(Object.keys(kraken.symbols).sort()).toEqual([
      'ETH/CHF',
      'GRT/ETH',
      'KSM/XBT',
      'XMR/USD',
    ]);
    expect(coinbase).toMatchObject({ wireFormat: 'coinbase-exchange', faults: 0 });
  });

  it('reads a LOBSTER message file', async () => {
    const info = await inspect('lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv');

    expect(info).toMatchObject({ format: 'lobster', wireFormat: 'lobster', frames: 999 });
    expect(info.kinds).toEqual({ 'type 1': 471, 'type 3': 369, 'type 4': 98, 'type 5': 61 });
    expect(info.firstTime).toBe('09:30:00.004241176');
  });
});

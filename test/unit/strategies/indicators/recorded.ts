import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const CAPTURE = join(
  process.env['HFT_FIXTURES'] ?? join(import.meta.dirname, '../../../../../shared/data'),
  'hftbacktest/spot_btcusdt_20240808.first60s.gz',
);

/** Prices of the recorded trades of a minute of BTCUSDT; empty where the capture isn't there. */
export function recordedTrades(): number[] {
  if (!existsSync(CAPTURE)) return [];
  const text = gunzipSync(readFileSync(CAPTURE)).toString('utf8');
  return [...text.matchAll(/"e":"trade"[^}]*?"p":"([0-9.]+)"/g)].map((match) => Number(match[1]));
}

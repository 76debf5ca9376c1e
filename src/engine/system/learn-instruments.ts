import { setTimeout as sleep } from 'node:timers/promises';
import { openCapture } from '../../data/capture-files.js';
import { HftError } from '../../domain/errors.js';
import type { DataFeedConfig } from '../../domain/feed-config.js';
import type { InstrumentInfo } from '../../domain/views.js';
import type { SourceInstrument } from '../../venues/loopback/frame-source.js';
import { RealTimeDataFeed } from '../real-time-data-feed.js';
import { StreamProcessor } from '../stream-processor.js';

/** A feed that shows no trusted book for so long isn't one to trade on. */
const LEARN_MS_MAX = 30_000;
const LOOK_MS = 50;
/** From the last book on: trades and deeper levels show more decimals. */
const SETTLE_MS = 1_000;

/** The instruments of a capture at the finest scale that it shows anywhere. */
export async function learnFromCapture(files: readonly string[]): Promise<SourceInstrument[]> {
  const stream = new StreamProcessor({ discover: true, depth: 0, stamps: false });
  try {
    const capture = await openCapture(files, { withSiblings: true });
    const feed = stream.openCapture({ captureFormat: capture.format });
    for await (const chunk of capture.chunks) await feed.push(chunk);
    await feed.finish();
    return stream.instruments.map(scaleOf);
  } finally {
    stream.close();
  }
}

/**
 * The instruments of a live feed at the scale that their books and first trades show.
 *
 * Errors: HFT_TIMEOUT where a symbol has no trusted book in 30 seconds; name its decimals in
 * `instruments` then, or take it out.
 */
export async function learnFromFeed(
  config: DataFeedConfig,
  signal: AbortSignal,
): Promise<SourceInstrument[]> {
  const { symbols } = config;
  if (symbols.length === 0) return [];
  const stream = new StreamProcessor({ symbols, depth: 1, stamps: false });
  const feed = new RealTimeDataFeed(config, stream);
  try {
    feed.start();
    const isTrusted = (symbol: string): boolean =>
      stream.bookSnapshot(symbol, 1)?.state === 'trusted';
    const end = performance.now() + LEARN_MS_MAX;
    while (!symbols.every(isTrusted)) {
      if (performance.now() > end) {
        const missing = symbols.filter((symbol) => !isTrusted(symbol));
        throw new HftError(
          'HFT_TIMEOUT',
          `no trusted book of ${missing.join(', ')} in ${LEARN_MS_MAX / 1000} s: its scale is ` +
            'unknown; name its decimals in instruments, or take it out',
        );
      }
      await sleep(LOOK_MS, undefined, { signal });
    }
    await sleep(SETTLE_MS, undefined, { signal });
    return stream.instruments.map(scaleOf);
  } finally {
    feed.close();
    stream.close();
  }
}

function scaleOf({ symbol, priceDecimals, qtyDecimals }: InstrumentInfo): SourceInstrument {
  const digits = { priceDigits: priceDecimals, qtyDigits: qtyDecimals };
  return { symbol, priceDecimals, qtyDecimals, ...digits };
}

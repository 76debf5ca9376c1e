import type { RealTimeConfig } from '../../../config/schema/root.js';
import { HftError } from '../../../domain/errors.js';
import {
  type InstrumentConfig,
  StreamProcessor,
  type StreamProcessorOptions,
} from '../../stream-processor.js';
import type { MarketSource, OpenSource } from './market-source.js';

/** What is known of a source before it is played. Plain data, in the order of the sources. */
export interface SourceSurvey {
  readonly instruments: readonly InstrumentConfig[];
  /** Number of each instrument in `MarketSurvey.instruments`. */
  readonly ids: readonly number[];
  /** When its first entry was received, in milliseconds; minus infinity where that isn't known. */
  readonly firstMs: number;
  /** Of its bytes on disk, or of an estimate. */
  readonly sizeBytes: number;
  /** Whether only its beginning was read: what comes later may be finer, or more. */
  readonly isPartial: boolean;
}

/** An instrument of the whole market. */
export interface SurveyedInstrument extends InstrumentConfig {
  readonly id: number;
  readonly feed: string;
}

/** What a market is made of: which instruments, and how fine. It can be sent to other threads. */
export interface MarketSurvey {
  readonly instruments: readonly SurveyedInstrument[];
  readonly sources: readonly SourceSurvey[];
}

/** How a market is surveyed. */
export interface SurveyOptions {
  /** Of each source, from its beginning; everything without. */
  readonly bytesMax?: number;
  readonly signal?: AbortSignal;
  /** Bytes of all sources. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads what must be known before the first order: the finest scale that a capture shows.
 *
 * Generated markets say it; a capture is decoded once, without books for anyone. One symbol of one
 * feed is one instrument, in however many sources it is.
 * Errors: those of reading a capture; HFT_DATA_FORMAT where a source has no market; HFT_CONFIG for
 * configured decimals that the data exceeds, and for a queue model that it can't have.
 */
export async function surveyMarket(
  sources: readonly MarketSource[],
  config: RealTimeConfig,
  options: SurveyOptions = {},
): Promise<MarketSurvey> {
  const byName = new Map<string, SurveyedInstrument>();
  const found: (Omit<Found, 'instruments'> & { readonly keys: readonly string[] })[] = [];
  for (const source of sources) {
    const { instruments, ...facts } = await surveySource(source, config, options);
    if (instruments.length === 0) {
      throw new HftError('HFT_DATA_FORMAT', `there is no market in ${source.name}`);
    }
    const keys = instruments.map((instrument) => {
      const key = `${source.feed}:${instrument.symbol}`;
      const known = byName.get(key);
      byName.set(key, {
        ...finest(instrument, known),
        id: known?.id ?? byName.size,
        feed: source.feed,
      });
      return key;
    });
    found.push({ ...facts, keys });
  }
  const instruments = [...byName.values()].map((instrument) => configured(instrument, config));
  const idOf = (key: string) => byName.get(key)?.id ?? -1;
  return {
    instruments,
    sources: found.map(({ keys, ...facts }) => {
      const ids = keys.map(idOf);
      return { ...facts, ids, instruments: ids.map((id) => scaleOf(instruments[id])) };
    }),
  };
}

function scaleOf(instrument: SurveyedInstrument | undefined): InstrumentConfig {
  if (instrument === undefined) throw new HftError('HFT_ARGUMENT', 'an instrument is missing');
  const { id: _id, feed: _feed, ...scale } = instrument;
  return scale;
}

/** What one source showed. */
interface Found {
  readonly instruments: readonly InstrumentConfig[];
  readonly firstMs: number;
  readonly sizeBytes: number;
  readonly isPartial: boolean;
}

async function surveySource(
  source: MarketSource,
  config: RealTimeConfig,
  options: SurveyOptions,
): Promise<Found> {
  const open = await source.open(options.signal);
  const needsOrders = config.simulation.queue.model === 'fifo';
  try {
    if (open.instruments !== undefined) {
      const { instruments, sizeBytes } = open;
      if (needsOrders) throw needsSingleOrders(source.name, 'is generated as price levels');
      return { instruments, firstMs: Number.NEGATIVE_INFINITY, sizeBytes, isPartial: false };
    }
    return await decode(open, options, (stream) => {
      if (needsOrders) checkSingleOrders(stream, source.name);
    });
  } finally {
    await open.chunks.return?.();
  }
}

/**
 * Checks that each book of a stream is one of single orders, as `simulation.queue.model: fifo`
 * needs. Errors: HFT_CONFIG.
 */
export function checkSingleOrders(stream: StreamProcessor, name: string): void {
  for (const { symbol } of stream.instruments) {
    const known = stream.bookSnapshot(symbol, 1)?.singleOrders ?? 'whole';
    if (known === 'whole') continue;
    const found =
      known === 'none'
        ? `tells ${symbol} by price levels (L2)`
        : `tells the single orders of ${symbol}, but not which of them were executed`;
    throw needsSingleOrders(name, found);
  }
}

function needsSingleOrders(name: string, found: string): HftError {
  return new HftError(
    'HFT_CONFIG',
    `simulation.queue.model: fifo needs single orders with their executions (L3: ITCH, LOBSTER, ` +
      `Coinbase full), but ${name} ${found}: use risk_averse, power, logarithm or identity`,
  );
}

async function decode(
  open: OpenSource,
  options: SurveyOptions,
  check: (stream: StreamProcessor) => void,
): Promise<Found> {
  const { onProgress, bytesMax = Number.POSITIVE_INFINITY } = options;
  const stream = openStream(open, { discover: true, depth: 0 });
  try {
    const feed = openFeed(open, stream);
    let bytes = 0;
    let next = await open.chunks.next();
    while (next.done !== true && bytes < bytesMax) {
      bytes += next.value.length;
      await feed.push(next.value);
      onProgress?.(open.bytesRead(), open.sizeBytes);
      next = await open.chunks.next();
    }
    const isPartial = next.done !== true;
    if (!isPartial) await feed.finish();
    check(stream);
    const firstMs = Number(feed.counts().firstTime) / 1e6;
    return { instruments: stream.scales, firstMs, sizeBytes: open.sizeBytes, isPartial };
  } finally {
    stream.close();
  }
}

/** A stream for one reading of a source. */
export function openStream(
  open: OpenSource,
  { tellsOrders, ...options }: StreamProcessorOptions & { readonly tellsOrders?: boolean },
): StreamProcessor {
  const { midnightMs, itchMessagesMax } = open.facts;
  return new StreamProcessor({
    stamps: false,
    ...options,
    native: {
      midnightMs,
      ...(itchMessagesMax > 0 ? { itchMessagesMax } : {}),
      ...(tellsOrders === undefined ? {} : { tellsOrders }),
    },
  });
}

/** The reading of a source, in a stream. */
export function openFeed(open: OpenSource, stream: StreamProcessor) {
  const feed = stream.openCapture({
    captureFormat: open.format,
    ...(open.wireFormat === undefined ? {} : { wireFormat: open.wireFormat }),
  });
  if (open.format === 'lobster') {
    feed.describe(open.facts.symbol === '' ? 'LOBSTER' : open.facts.symbol, open.facts.rows);
  }
  return feed;
}

function finest(a: InstrumentConfig, b: InstrumentConfig | undefined): InstrumentConfig {
  if (b === undefined) return a;
  return {
    ...a,
    priceDecimals: Math.max(a.priceDecimals, b.priceDecimals),
    qtyDecimals: Math.max(a.qtyDecimals, b.qtyDecimals),
    ...digitsOf(a, b),
  };
}

/** What the venue prints, where one of two says it. */
function digitsOf(a: InstrumentConfig, b: InstrumentConfig): Partial<InstrumentConfig> {
  const priceDigits = Math.max(a.priceDigits ?? 0, b.priceDigits ?? 0);
  const qtyDigits = Math.max(a.qtyDigits ?? 0, b.qtyDigits ?? 0);
  return priceDigits + qtyDigits === 0 ? {} : { priceDigits, qtyDigits };
}

/** The instrument with the decimals of the configuration, which may be finer than the data. */
function configured(instrument: SurveyedInstrument, config: RealTimeConfig): SurveyedInstrument {
  const entry = config.instruments[instrument.symbol];
  const of = (key: 'price_decimals' | 'qty_decimals', found: number): number => {
    const given = entry?.[key];
    if (given === undefined || given >= found) return given ?? found;
    throw new HftError(
      'HFT_CONFIG',
      `instruments.${instrument.symbol}.${key}: expected at least ${found}, which the data of ` +
        `feed ${instrument.feed} has, found ${given}`,
    );
  };
  const priceDecimals = of('price_decimals', instrument.priceDecimals);
  const qtyDecimals = of('qty_decimals', instrument.qtyDecimals);
  return {
    ...instrument,
    priceDecimals,
    qtyDecimals,
    priceDigits: Math.max(priceDecimals, instrument.priceDigits ?? 0),
    qtyDigits: Math.max(qtyDecimals, instrument.qtyDigits ?? 0),
  };
}

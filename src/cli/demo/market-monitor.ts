import type { BookSnapshot, StreamStatistics } from '../../addon/stream-engine.js';
import { BOOK_REASONS, BOOK_STATES } from '../../domain/market-data.js';
import { scaledText } from '../decimal-text.js';
import { droppedByReason, eventCount } from '../market-figures.js';
import type { MarketView, PanelBook, PanelLevel, PanelSignal } from '../terminal/market-view.js';

/** What a running market is asked for, once for each picture of it. */
export interface MarketSample {
  readonly timeMs: number;
  readonly statistics: StreamStatistics;
  readonly books: readonly BookSnapshot[];
  readonly connection: string;
  readonly isConnected: boolean;
  readonly reconnects: number;
  readonly signals: readonly PanelSignal[];
}

/** What stays the same for as long as a market runs. */
export interface MarketFacts {
  readonly program: string;
  readonly source: string;
  readonly transport: string;
  readonly strategy: string;
}

/** Rates are taken over at least this time, so that they do not flicker. */
const RATE_WINDOW_MS = 1000;

/** Turns samples of a running market into what the terminal shows. */
export class MarketMonitor {
  readonly #facts: MarketFacts;
  readonly #startMs: number;
  #window: MarketSample[] = [];

  constructor(facts: MarketFacts, startMs: number) {
    this.#facts = facts;
    this.#startMs = startMs;
  }

  /** The picture of that moment. */
  view(sample: MarketSample): MarketView {
    const since = this.#slide(sample);
    const { statistics } = sample;
    const seconds = (sample.timeMs - since.timeMs) / 1000;
    const rate = (count: (statistics: StreamStatistics) => number): number =>
      seconds > 0 ? (count(statistics) - count(since.statistics)) / seconds : 0;
    return {
      ...this.#facts,
      connection: sample.connection,
      isConnected: sample.isConnected,
      uptimeMs: sample.timeMs - this.#startMs,
      eventsPerSecond: rate(eventCount),
      framesPerSecond: rate((all) => all.frames),
      bytesPerSecond: rate((all) => all.bytes),
      events: eventCount(statistics),
      frames: statistics.frames,
      bytes: statistics.bytes,
      books: sample.books.map(panelBook),
      hops: (['decode', 'book', 'publish', 'handle'] as const).map((hop) => ({
        hop,
        p50Ns: statistics.latency[hop].p50,
        p99Ns: statistics.latency[hop].p99,
        maxNs: statistics.latency[hop].max,
      })),
      gaps: statistics.gaps,
      resyncs: statistics.resyncs,
      reconnects: sample.reconnects,
      checksumsVerified: statistics.checksumsVerified,
      checksumsFailed: statistics.checksumsFailed,
      decodeErrors: statistics.decodeErrors,
      dropped: droppedByReason(statistics),
      signals: sample.signals,
    };
  }

  /** The sample that rates are taken from. */
  #slide(sample: MarketSample): MarketSample {
    this.#window.push(sample);
    const latest = this.#window.findLastIndex(
      (old) => sample.timeMs - old.timeMs >= RATE_WINDOW_MS,
    );
    if (latest > 0) this.#window = this.#window.slice(latest);
    return this.#window[0] ?? sample;
  }
}

/** A book as the terminal shows it. */
export function panelBook(book: BookSnapshot): PanelBook {
  const { priceDecimals, qtyDecimals } = book;
  const level = ([ticks, lots]: readonly [number, number]): PanelLevel => ({
    price: scaledText(ticks, priceDecimals),
    qty: scaledText(lots, qtyDecimals),
    size: lots,
  });
  const bid = book.bids[0]?.[0];
  const ask = book.asks[0]?.[0];
  const hasBoth = bid !== undefined && ask !== undefined;
  return {
    symbol: book.symbol,
    state: BOOK_STATES.find((state) => state === book.state) ?? 'broken',
    reason: BOOK_REASONS.find((reason) => reason === book.reason) ?? 'none',
    // Half a tick needs one more decimal.
    mid: hasBoth ? scaledText((bid + ask) * 5, priceDecimals + 1) : '-',
    spread: hasBoth ? scaledText(ask - bid, priceDecimals) : '-',
    bids: book.bids.map(level),
    asks: book.asks.map(level),
  };
}

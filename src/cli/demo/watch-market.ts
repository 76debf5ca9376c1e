import type { BookSnapshot, StreamStatistics } from '../../addon/stream-engine.js';
import type { FeedState } from '../../domain/feed-config.js';
import { startVenue } from '../../engine/loopback/venue.js';
import type { RunningVenue, VenuePlan } from '../../engine/loopback/venue-plan.js';
import { RealTimeDataFeed } from '../../engine/real-time-data-feed.js';
import { StreamProcessor } from '../../engine/stream-processor.js';
import { feedTypeOf } from '../../engine/system/market.js';
import { OrderFlowImbalance } from '../../strategies/order-flow-imbalance.js';
import type { LoopbackCounts } from '../../venues/loopback/server.js';
import type { DemoCommandOptions } from '../commands/demo.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { droppedByReason, eventCount } from '../market-figures.js';
import { booksOf, FinalBooks } from '../replay/final-books.js';
import type { PanelSignal } from '../terminal/market-view.js';
import { firstOf } from '../trading/first-of.js';
import { demoFacts } from './demo-config.js';
import { LiveBooks } from './live-books.js';
import { type MarketFacts, MarketMonitor, type MarketSample } from './market-monitor.js';
import { displayMode, showMarket, summaryLines } from './show-market.js';

/** Levels a side that the live view may show. */
const SHOWN_LEVELS = 15;

/** A market to a strategy that only watches: with several workers events have no one order. */
export async function watchMarket(
  plan: VenuePlan,
  options: DemoCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const venue = await startVenue(plan);
  let failure: unknown;
  try {
    const market = new WatchedMarket(venue, options);
    try {
      await playUntilEnd(market, venue, options, context);
      await report(market, venue, options, context);
    } finally {
      market.close();
    }
  } catch (error) {
    failure = error;
  } finally {
    await venue.close();
  }
  if (failure !== undefined) throw failure;
  return ExitCode.Ok;
}

async function playUntilEnd(
  market: WatchedMarket,
  venue: RunningVenue,
  options: DemoCommandOptions,
  context: CliContext,
): Promise<void> {
  const modes = { isHeadless: options.headless === true, isJson: options.json === true };
  market.start();
  const display = showMarket(displayMode(context, modes), () => market.view(), context);
  try {
    await firstOf({
      signal: context.signal,
      ended: venue.ended,
      durationSeconds: options.duration,
    });
  } finally {
    display.stop();
  }
}

async function report(
  market: WatchedMarket,
  venue: RunningVenue,
  options: DemoCommandOptions,
  context: CliContext,
): Promise<void> {
  const counts = await venue.counts();
  if (options.json === true) {
    printJson(context, market.summary(counts));
    return;
  }
  for (const line of summaryLines(market.view())) printLine(context, line);
  for (const error of market.errors) printNote(context, `feed: ${error}`);
}

/** The feed, stream and strategy of a demo, and what can be seen of them. */
class WatchedMarket {
  readonly #stream: StreamProcessor;
  readonly #feed: RealTimeDataFeed;
  readonly #strategy = new OrderFlowImbalance();
  readonly #live: LiveBooks;
  readonly #final = new FinalBooks();
  readonly #monitor: MarketMonitor;
  readonly #facts: MarketFacts;
  readonly #workers: number;
  readonly #startMs = performance.now();
  /** Errors of the feed by message, to be told once each. */
  readonly errors = new Set<string>();
  #state: FeedState = 'idle';

  constructor(venue: RunningVenue, options: DemoCommandOptions) {
    const { wireFormat, symbols, url } = venue.facts;
    this.#workers = options.workers;
    this.#stream = new StreamProcessor({
      symbols,
      workers: options.workers,
      depth: options.workers > 0 ? SHOWN_LEVELS : 1,
      staleAfterMs: 5000,
    });
    this.#live = new LiveBooks(SHOWN_LEVELS);
    this.#stream.subscribe(this.#strategy);
    // Inline books can be asked; those of workers are known by their events only.
    if (options.workers > 0) {
      this.#stream.subscribe(this.#live);
      this.#stream.subscribe(this.#final);
    }
    this.#feed = new RealTimeDataFeed(
      {
        type: feedTypeOf(wireFormat),
        url,
        symbols,
        transport: options.transport,
        // The depth that the generated Kraken market tells.
        bookDepth: 10,
        credentials: { apiKey: 'demo', secretKey: 'demo' },
        staleAfterMs: 5000,
      },
      this.#stream,
      {
        onState: (state) => {
          this.#state = state;
        },
        onError: (error) => this.errors.add(error.message),
      },
    );
    this.#facts = demoFacts(options, this.#strategy.name);
    this.#monitor = new MarketMonitor(this.#facts, this.#startMs);
  }

  start(): void {
    this.#strategy.onStart();
    this.#feed.start();
  }

  close(): void {
    this.#feed.close();
    this.#strategy.onStop();
    this.#stream.close();
  }

  view() {
    return this.#monitor.view(this.#sample());
  }

  /** What `--json` prints at the end. */
  summary(venue: LoopbackCounts): Record<string, unknown> {
    const statistics = this.#stream.statistics();
    const seconds = (performance.now() - this.#startMs) / 1000;
    const events = eventCount(statistics);
    return {
      ...this.#facts,
      seconds,
      frames: statistics.frames,
      bytes: statistics.bytes,
      events: statistics.events,
      trades: statistics.events['trade'] ?? 0,
      eventsPerSecond: Math.round(events / seconds),
      ...countersOf(statistics),
      reconnects: this.#reconnects(),
      feed: this.#feed.statistics(),
      latency: statistics.latency,
      symbols: this.#workers > 0 ? this.#final.all() : booksOf(this.#stream),
      signals: Object.fromEntries(
        this.#strategy.signals().map(({ symbol, value }) => [symbol, value]),
      ),
      errors: [...this.errors],
      venue,
    };
  }

  #sample(): MarketSample {
    return {
      timeMs: performance.now(),
      statistics: this.#stream.statistics(),
      books: this.#workers > 0 ? this.#live.books() : this.#inlineBooks(),
      connection: this.#state,
      isConnected: this.#state === 'connected',
      reconnects: this.#reconnects(),
      signals: this.#strategy.signals().map(
        ({ symbol, value }): PanelSignal => ({
          symbol,
          value: Math.abs(value) < 0.005 ? 0 : value,
          text: `${value < 0 ? '' : '+'}${value.toFixed(2)}`,
        }),
      ),
    };
  }

  #inlineBooks(): BookSnapshot[] {
    return this.#stream.instruments
      .map((instrument) => this.#stream.bookSnapshot(instrument.symbol, SHOWN_LEVELS))
      .filter((book) => book !== undefined);
  }

  #reconnects(): number {
    return Math.max(0, this.#feed.statistics().connects - 1);
  }
}

/** The counters of a stream, as `--json` prints them. */
export function countersOf(statistics: StreamStatistics): Record<string, unknown> {
  return {
    gaps: statistics.gaps,
    resyncs: statistics.resyncs,
    checksumsVerified: statistics.checksumsVerified,
    checksumsFailed: statistics.checksumsFailed,
    quotesAgreed: statistics.quotesAgreed,
    quotesDisagreed: statistics.quotesDisagreed,
    decodeErrors: statistics.decodeErrors,
    dropped: droppedByReason(statistics),
  };
}

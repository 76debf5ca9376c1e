import { learnFromCapture } from '../../engine/system/learn-instruments.js';
import type { MarketPlan } from '../../engine/system/market.js';
import { RealTimeTradingSystem } from '../../engine/system/real-time-trading-system.js';
import type { SourceInstrument } from '../../venues/loopback/frame-source.js';
import { GeneratorSource } from '../../venues/loopback/generator-source.js';
import type { LoopbackCounts } from '../../venues/loopback/server.js';
import type { DemoCommandOptions } from '../commands/demo.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { eventCount } from '../market-figures.js';
import { firstOf } from '../trading/first-of.js';
import { SHOWN_LEVELS, SystemView } from '../trading/system-view.js';
import { tradingSummary } from '../trading/trading-summary.js';
import { demoConfiguration, demoFacts, demoVenue } from './demo-config.js';
import { displayMode, showMarket, summaryLines } from './show-market.js';
import { countersOf, watchMarket } from './watch-market.js';

/** `hft demo`: a market over a loopback WebSocket to a strategy that trades it on paper. */
export async function runDemo(options: DemoCommandOptions, context: CliContext): Promise<ExitCode> {
  const venue = demoVenue(options);
  if (options.workers > 1) return watchMarket(venue, options, context);
  const instruments = await instrumentsOf(options);
  const market: MarketPlan = {
    kind: 'loopback',
    venue,
    transport: options.transport,
    instruments,
  };
  const configuration = demoConfiguration({
    workers: options.workers,
    levels: options.workers > 0 ? SHOWN_LEVELS : 5,
    qtyDecimalsMax: Math.max(0, ...instruments.map(({ qtyDecimals }) => qtyDecimals)),
  });
  const system = new RealTimeTradingSystem(configuration, { market });
  await system.initialise();
  try {
    await play(system, options, context);
  } finally {
    await system.close();
  }
  return system.failures.length === 0 ? ExitCode.Ok : ExitCode.Failure;
}

async function instrumentsOf(options: DemoCommandOptions): Promise<readonly SourceInstrument[]> {
  if (options.data !== undefined) return learnFromCapture([options.data]);
  const { format: wireFormat, seed, symbols: symbolCount } = options;
  return new GeneratorSource({ wireFormat, seed, symbolCount }).instruments;
}

async function play(
  system: RealTimeTradingSystem,
  options: DemoCommandOptions,
  context: CliContext,
): Promise<void> {
  const [maker] = system.plan.strategies;
  const view = new SystemView(system, demoFacts(options, maker?.className ?? ''));
  const failed = new Promise<void>((resolve) => system.once('systemError', () => resolve()));
  const startMs = performance.now();
  system.start();
  const modes = { isHeadless: options.headless === true, isJson: options.json === true };
  const display = showMarket(displayMode(context, modes), () => view.view(), context);
  const { venue } = system.parts.market;
  try {
    const { duration: durationSeconds } = options;
    await firstOf({ signal: context.signal, ended: venue?.ended, durationSeconds, failed });
  } finally {
    display.stop();
  }
  if (system.state !== 'running') return;
  const last = view.view();
  const counts = await venue?.counts();
  const summary = summaryOf(system, view, { options, counts, startMs });
  const result = await system.stop();
  if (options.json === true) {
    printJson(context, { ...summary, trading: tradingSummary(result) });
    return;
  }
  for (const line of summaryLines({ ...last, trading: view.trading(result) }))
    printLine(context, line);
  for (const error of system.errors) printNote(context, `feed: ${error}`);
}

/** What `--json` prints at the end of the market. */
function summaryOf(
  system: RealTimeTradingSystem,
  view: SystemView,
  facts: {
    readonly options: DemoCommandOptions;
    readonly counts: LoopbackCounts | undefined;
    readonly startMs: number;
  },
): Record<string, unknown> {
  const { program: _, ...shown } = demoFacts(
    facts.options,
    system.plan.strategies[0]?.className ?? '',
  );
  const [feed] = Object.values(system.statistics().feeds);
  if (feed === undefined) return shown;
  const { stream, ...feedFigures } = feed;
  const seconds = (performance.now() - facts.startMs) / 1000;
  return {
    ...shown,
    seconds,
    frames: stream.frames,
    bytes: stream.bytes,
    events: stream.events,
    trades: stream.events['trade'] ?? 0,
    eventsPerSecond: Math.round(eventCount(stream) / seconds),
    ...countersOf(stream),
    reconnects: Math.max(0, feed.connects - 1),
    feed: feedFigures,
    latency: stream.latency,
    symbols: view.finalBooks(),
    signals: view.signals(),
    errors: system.errors,
    venue: facts.counts,
  };
}

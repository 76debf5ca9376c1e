// Paper sessions over a generated capture, recorded, for the tests of replay and why.
import { openByteSink } from '../../../../src/data/byte-sink.js';
import { openCapture } from '../../../../src/data/capture-files.js';
import { generateCapture } from '../../../../src/data/generate-capture.js';
import type { Strategy } from '../../../../src/domain/strategy.js';
import type { InstrumentInfo } from '../../../../src/domain/views.js';
import { StreamProcessor } from '../../../../src/engine/stream-processor.js';
import { SessionClock } from '../../../../src/engine/trading/session-clock.js';
import { StrategyRunner } from '../../../../src/engine/trading/strategy-runner.js';
import { TradingSession } from '../../../../src/engine/trading/trading-session.js';
import type { OrderManagerOptions } from '../../../../src/orders/order-manager-options.js';
import { RealTimeOrderManager } from '../../../../src/orders/real-time-order-manager.js';

/** A generated market of two instruments. */
export async function generateMarket(file: string, messages: number): Promise<void> {
  const sink = await openByteSink(file);
  await generateCapture(sink, {
    wireFormat: 'binance-spot',
    container: 'recording',
    seed: 3,
    messages,
    symbolCount: 2,
  });
  await sink.close();
}

/** The same in lines of text, which a session gets as it reads them: no blocks of thousands. */
export async function generateLines(file: string, messages: number): Promise<void> {
  const sink = await openByteSink(file);
  const market = { wireFormat: 'coinbase-exchange', container: 'cryptofeed' } as const;
  await generateCapture(sink, { ...market, seed: 3, messages, symbolCount: 2 });
  await sink.close();
}

async function play(
  file: string,
  stream: StreamProcessor,
  beforeChunk: () => ChunkFate | Promise<ChunkFate>,
): Promise<void> {
  const capture = await openCapture([file], { withSiblings: true });
  const feed = stream.openCapture({ captureFormat: capture.format });
  for await (const chunk of capture.chunks) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      if ((await beforeChunk()) === 'lost') continue;
      await feed.push(chunk.subarray(at, at + CHUNK_BYTES));
    }
  }
  await feed.finish();
}

export async function learnInstruments(file: string): Promise<readonly InstrumentInfo[]> {
  const stream = new StreamProcessor({ discover: true, depth: 0, stamps: false });
  await play(file, stream, () => {});
  const instruments = [...stream.instruments];
  stream.close();
  return instruments;
}

/** What becomes of a chunk of the market: it may be lost on the way. */
export type ChunkFate = 'lost' | undefined;

/** One strategy of a session. */
export interface SessionStrategy {
  readonly strategyId: string;
  readonly strategy: Strategy;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly className?: string;
  readonly module?: string;
}

/** What happens beside the market. */
export interface SessionPlot {
  readonly capture: string;
  readonly journalPath: string;
  readonly instruments: readonly InstrumentInfo[];
  readonly strategies: readonly SessionStrategy[];
  readonly native?: OrderManagerOptions['native'];
  /** Before the start. */
  readonly setUp?: (manager: RealTimeOrderManager) => void;
  /** From outside, before a chunk of the market (16 KiB); `chunk` counts from 1. */
  readonly act?: (chunk: number, desk: SessionDesk) => ChunkFate | Promise<ChunkFate>;
  /** Orders go to a connector, which `act` is, in place of the simulated exchange. */
  readonly isConnected?: boolean;
  /** Nothing is closed at the end. */
  readonly isLeftOpen?: boolean;
}

/** What acts from outside. */
export interface SessionDesk {
  readonly manager: RealTimeOrderManager;
  readonly session: TradingSession;
  readonly clock: SessionClock;
}

const CHUNK_BYTES = 16_384;
const START_MS = 1_000;

/** Runs a session to its end and returns the hash of its decisions. */
export async function runSession(plot: SessionPlot): Promise<string> {
  const { instruments, journalPath } = plot;
  const manager = new RealTimeOrderManager({
    ...(plot.isConnected === true ? {} : { simulated: 'market' as const }),
    journalPath,
    native: {
      isStepped: true,
      flushesToDisk: false,
      instrumentsMax: 8,
      segmentBytes: 4 << 20,
      recordingSegmentBytes: 4 << 20,
      orderLatencyNs: 20_000,
      responseLatencyNs: 20_000,
      ...plot.native,
    },
  });
  const stream = new StreamProcessor({ instruments, depth: 10 });
  instruments.forEach((instrument, id) => {
    manager.addInstrument({ ...instrument, id, currency: 'USD' });
  });
  plot.setUp?.(manager);
  const clock = new SessionClock();
  const session = new TradingSession({ manager, clock });
  for (const { strategyId, strategy, parameters, className, module } of plot.strategies) {
    session.add(
      new StrategyRunner({
        strategy,
        strategyId,
        mode: 'paper',
        manager,
        instruments: instruments.map((info, id) => ({
          ...info,
          id,
          feed: 'market',
          multiplier: 1,
          currency: 'USD',
        })),
        clock,
        seed: 7,
        parameters: parameters ?? {},
        log: { debug() {}, info() {}, warn() {}, error() {} },
        source: {
          className: className ?? strategy.constructor.name,
          ...(module === undefined ? {} : { module }),
        },
        onFailure: () => {},
      }),
    );
  }
  // The market is one of the past.
  manager.setTime(START_MS);
  manager.start();
  session.attach(stream);
  session.start(START_MS);
  let chunk = 0;
  await play(plot.capture, stream, async () => {
    chunk += 1;
    session.tick(clock.nowMs + 0.25);
    return plot.act?.(chunk, { manager, session, clock });
  });
  session.stop(clock.nowMs + 1);
  const { decisionHash } = manager.statistics();
  if (plot.isLeftOpen !== true) {
    stream.close();
    manager.close();
  }
  return decisionHash;
}

import { openCapture } from '../../data/capture-files.js';
import { HftError } from '../../domain/errors.js';
import type { Strategy } from '../../domain/strategy.js';
import type { StrategyLog, TradedInstrument } from '../../domain/strategy-context.js';
import type { InstrumentInfo } from '../../domain/views.js';
import type { OrderManagerOptions } from '../../orders/order-manager-options.js';
import { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type { RealTimeRiskManager } from '../../risk/real-time-risk-manager.js';
import { StreamProcessor } from '../stream-processor.js';
import { SessionClock } from './session-clock.js';
import { StrategyRunner } from './strategy-runner.js';
import { TradingSession } from './trading-session.js';

/** One strategy of a backtest. */
export interface BacktestStrategy {
  readonly strategyId: string;
  readonly strategy: Strategy;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Symbols that it sees and trades; all without. */
  readonly symbols?: readonly string[];
}

/** What a backtest runs on. */
export interface BacktestOptions {
  /** Files of one capture, in their order. */
  readonly files: readonly string[];
  readonly strategies: readonly BacktestStrategy[];
  /** Of the strategies' random numbers. Default: 1. */
  readonly seed?: number;
  /** Levels a side that strategies and the simulated exchange see. Default: 20. */
  readonly depth?: number;
  /** Of prices and profits. Default: USD. */
  readonly currency?: string;
  /** Models of the simulated exchange, and sizes. */
  readonly native?: OrderManagerOptions['native'];
  readonly setLimits?: (risk: RealTimeRiskManager) => void;
  readonly log?: StrategyLog;
  readonly signal?: AbortSignal;
}

/** What a backtest came to. */
export interface BacktestOutcome {
  readonly marketEvents: number;
  readonly orders: number;
  readonly fills: number;
  readonly instruments: readonly InstrumentInfo[];
  /** Exact decimal text in the currency. */
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  /** Strategies that threw, with what. */
  readonly failures: readonly { readonly strategyId: string; readonly message: string }[];
  /** Of every decision: equal for equal input and seed. */
  readonly stateHash: string;
}

const SILENT: StrategyLog = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Runs strategies over a capture, against the simulated exchange, in the market's time.
 *
 * The capture is read twice: first for its instruments and their scales, then with both known. Same
 * code as live from the frame to the fill; equal input, parameters and seed give an equal hash.
 * Errors: those of reading the capture; HFT_STRATEGY.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestOutcome> {
  const depth = options.depth ?? 20;
  const instruments = await learnInstruments(options);
  if (instruments.length === 0) {
    throw new HftError('HFT_DATA_FILE', `there is no market in ${options.files.join(', ')}`);
  }
  const currency = options.currency ?? 'USD';
  const manager = new RealTimeOrderManager({
    simulated: 'market',
    native: { instrumentsMax: instruments.length, ...options.native, isVirtual: true },
  });
  const stream = new StreamProcessor({ instruments, depth });
  try {
    instruments.forEach(({ symbol, priceDecimals, qtyDecimals }, id) => {
      manager.addInstrument({ id, symbol, priceDecimals, qtyDecimals, currency });
    });
    options.setLimits?.(manager.risk);
    const clock = new SessionClock();
    const session = new TradingSession({ manager, clock });
    const failures: { strategyId: string; message: string }[] = [];
    const traded = instruments.map(
      (info, id): TradedInstrument => ({ ...info, id, feed: 'market', multiplier: 1, currency }),
    );
    for (const entry of options.strategies) {
      const { symbols } = entry;
      session.add(
        new StrategyRunner({
          strategy: entry.strategy,
          strategyId: entry.strategyId,
          mode: 'backtest',
          manager,
          instruments: traded.filter(
            ({ symbol }) => symbols === undefined || symbols.includes(symbol),
          ),
          clock,
          seed: options.seed ?? 1,
          parameters: entry.parameters ?? {},
          log: options.log ?? SILENT,
          onFailure: (strategyId, error) =>
            failures.push({
              strategyId,
              message: error instanceof Error ? error.message : String(error),
            }),
        }),
      );
    }
    let orders = 0;
    let fills = 0;
    manager.subscribe({
      onOrder: (order) => {
        if (order.ordStatus === 'PendingNew') orders += 1;
      },
      onFill: () => {
        fills += 1;
      },
    });
    manager.start();
    session.attach(stream);
    session.start();
    await play(options, stream);
    session.stop();
    const { realised, unrealised, fees } = manager.totals(currency);
    return {
      marketEvents: session.events,
      orders,
      fills,
      instruments,
      realised,
      unrealised,
      fees,
      failures,
      stateHash: manager.statistics().decisionHash,
    };
  } finally {
    stream.close();
    manager.close();
  }
}

/** The instruments of a capture at the finest scale that it shows. */
async function learnInstruments(options: BacktestOptions): Promise<readonly InstrumentInfo[]> {
  const stream = new StreamProcessor({ discover: true, depth: 0, stamps: false });
  try {
    await play(options, stream);
    return [...stream.instruments];
  } finally {
    stream.close();
  }
}

async function play(options: BacktestOptions, stream: StreamProcessor): Promise<void> {
  const capture = await openCapture(options.files, {
    withSiblings: true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const feed = stream.openCapture({ captureFormat: capture.format });
  for await (const chunk of capture.chunks) await feed.push(chunk);
  await feed.finish();
}

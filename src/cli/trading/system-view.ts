import type { BookSnapshot, StreamStatistics } from '../../addon/stream-engine.js';
import type { TradedInstrument } from '../../domain/strategy-context.js';
import type { RealTimeTradingSystem } from '../../engine/system/real-time-trading-system.js';
import type { OrderFill } from '../../engine/system/system-events.js';
import type { SystemStatistics } from '../../engine/system/system-statistics.js';
import { OrderFlowImbalance } from '../../strategies/order-flow-imbalance.js';
import { LiveBooks } from '../demo/live-books.js';
import { type MarketFacts, MarketMonitor } from '../demo/market-monitor.js';
import { booksOf, type FinalBook, FinalBooks } from '../replay/final-books.js';
import type { MarketView, PanelFill, PanelSignal, TradingView } from '../terminal/market-view.js';
import { mergeStreams } from './merge-streams.js';

/** Levels a side that the live view may show. */
export const SHOWN_LEVELS = 15;
const FILLS_KEPT = 8;

/** A trading system as the terminal shows it. */
export class SystemView {
  readonly #system: RealTimeTradingSystem;
  readonly #monitor: MarketMonitor;
  readonly #live = new LiveBooks(SHOWN_LEVELS);
  readonly #final = new FinalBooks();
  readonly #fills: OrderFill[] = [];
  readonly #hasWorkers: boolean;
  readonly #instruments: readonly TradedInstrument[];

  /** `system` is initialised and not started yet. */
  constructor(system: RealTimeTradingSystem, facts: MarketFacts) {
    this.#system = system;
    this.#monitor = new MarketMonitor(facts, performance.now());
    this.#instruments = system.parts.instruments;
    this.#hasWorkers = system.plan.config.stream_processing.num_workers > 0;
    system.on('orderFilled', (fill) => {
      this.#fills.unshift(fill);
      if (this.#fills.length > FILLS_KEPT) this.#fills.pop();
    });
    if (!this.#hasWorkers) return;
    // The books of workers are known by their events only.
    for (const { stream } of system.parts.feeds) {
      stream.subscribe(this.#live);
      stream.subscribe(this.#final);
    }
  }

  /** The picture of this moment; the system must be open. */
  view(): MarketView {
    const statistics = this.#system.statistics();
    const feeds = Object.values(statistics.feeds);
    const states = feeds.map(({ state }) => state);
    const away = Object.values(statistics.brokers).find(({ state }) => state !== 'logged-on');
    const worst =
      away === undefined
        ? (states.find((state) => state !== 'connected') ?? 'connected')
        : `broker ${away.state.replace('-', ' ')}`;
    const view = this.#monitor.view({
      timeMs: performance.now(),
      statistics: this.#streams(statistics),
      books: this.#books(),
      connection: worst,
      isConnected: worst === 'connected',
      reconnects: feeds.reduce((sum, { connects }) => sum + Math.max(0, connects - 1), 0),
      signals: signalsOf(this.#system),
    });
    const { readToOrder } = statistics.trading;
    const hop = {
      hop: 'to order',
      p50Ns: readToOrder.p50,
      p99Ns: readToOrder.p99,
      maxNs: readToOrder.max,
    };
    const hops = readToOrder.count === 0 ? view.hops : [...view.hops, hop];
    return { ...view, hops, trading: this.trading(statistics) };
  }

  /** The final state of each book, as `hft data replay` has it. */
  finalBooks(): Record<string, FinalBook> {
    if (this.#hasWorkers) return this.#final.all();
    const { feeds } = this.#system.parts;
    return Object.assign({}, ...feeds.map(({ stream }) => booksOf(stream)));
  }

  /** What the strategies that only watch think of each symbol. */
  signals(): Record<string, number> {
    return Object.fromEntries(signalsOf(this.#system).map(({ symbol, value }) => [symbol, value]));
  }

  /** What these statistics say of trading. */
  trading(statistics: SystemStatistics): TradingView {
    const { orders, money, strategies } = statistics;
    const [realised, unrealised, fees] = [money.realised, money.unrealised, money.fees].map(Number);
    const positions = new Map<string, number>();
    for (const { symbol, quantity } of statistics.positions) {
      positions.set(symbol, (positions.get(symbol) ?? 0) + quantity);
    }
    return {
      currency: statistics.currency,
      profit: (realised ?? 0) + (unrealised ?? 0) - (fees ?? 0),
      unrealised: unrealised ?? 0,
      fees: fees ?? 0,
      positions: [...positions].map(([symbol, quantity]) => ({ symbol, quantity })),
      sent: orders.submitted,
      replaced: orders.replaced,
      working: statistics.workingOrders,
      fillCount: orders.fills,
      makerFills: orders.makerFills,
      refused: orders.refused,
      rejected: orders.rejected,
      limits: statistics.riskUse,
      fills: this.#fills.map((fill) => this.#panelFill(fill)),
      stopped: strategies.flatMap(({ strategyId, stopped }) =>
        stopped === undefined ? [] : [strategyId],
      ),
      isKilled: statistics.isKilled,
    };
  }

  #streams(statistics: SystemStatistics): StreamStatistics {
    const merged = mergeStreams(Object.values(statistics.feeds).map(({ stream }) => stream));
    if (merged === undefined) throw new Error('a system without a feed');
    return merged;
  }

  #books(): BookSnapshot[] {
    if (this.#hasWorkers) return this.#live.books();
    const { feeds, manager } = this.#system.parts;
    return feeds.flatMap(({ stream }) =>
      stream.instruments.flatMap(({ id, symbol }) => {
        const book = stream.bookSnapshot(symbol, SHOWN_LEVELS);
        // `feed:SYMBOL` where several feeds have it.
        const name = manager.names.symbolOf(id)?.symbol ?? symbol;
        return book === undefined ? [] : [{ ...book, symbol: name }];
      }),
    );
  }

  #panelFill(fill: OrderFill): PanelFill {
    const instrument = this.#instruments.find(({ symbol }) => symbol === fill.symbol);
    return {
      time: new Date(fill.timeMs).toISOString().slice(11, 19),
      strategy: fill.strategyId,
      symbol: fill.symbol,
      isBuy: fill.side === 'BUY',
      isMaker: fill.isMaker,
      qty: fill.quantity.toFixed(instrument?.qtyDecimals ?? 0),
      price: fill.price.toFixed(instrument?.priceDecimals ?? 0),
    };
  }
}

/** What the strategies that only watch think of each instrument. */
export function signalsOf(system: RealTimeTradingSystem): PanelSignal[] {
  return system.plan.strategies.flatMap(({ strategy }) =>
    strategy instanceof OrderFlowImbalance
      ? strategy.signals().map(({ symbol, value }) => ({
          symbol,
          value: Math.abs(value) < 0.005 ? 0 : value,
          text: `${value < 0 ? '' : '+'}${value.toFixed(2)}`,
        }))
      : [],
  );
}

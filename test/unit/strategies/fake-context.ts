import type { OrderChange, OrderRequest, OrderResponse } from '../../../src/domain/orders.js';
import {
  type ParameterDeclarations,
  type ParameterValues,
  requireParameters,
} from '../../../src/domain/parameters.js';
import { SeededRandom } from '../../../src/domain/seeded-random.js';
import { SignalBoard } from '../../../src/domain/signals.js';
import type { Strategy } from '../../../src/domain/strategy.js';
import type {
  BookTop,
  StrategyContext,
  TradedInstrument,
} from '../../../src/domain/strategy-context.js';
import type { StrategyOrders } from '../../../src/domain/strategy-orders.js';
import { KeyedState } from '../../../src/domain/strategy-state.js';
import type { BookView } from '../../../src/domain/views.js';
import { Side } from '../../../src/domain/vocabulary.js';
import { indicatorFactory } from '../../../src/strategies/indicators/factory.js';

/** An order that a strategy under test has working. */
export interface FakeOrder {
  clOrdID: number;
  readonly instrumentId: number;
  readonly side: Side;
  readonly kind: 'limit' | 'postOnly' | 'market';
  lots: number;
  ticks: number;
  cumLots: number;
  isWorking: boolean;
}

/** A touch for a book event. */
export interface Touch {
  readonly bid: number;
  readonly ask: number;
  readonly bidLots?: number;
  readonly askLots?: number;
  readonly isTrusted?: boolean;
}

/** The orders of a strategy under test: accepted at once, filled when the test says so. */
export class FakeOrders implements StrategyOrders {
  readonly all: FakeOrder[] = [];
  /** What was asked for, in order: `postOnly BUY 5 @ 100`. */
  readonly calls: string[] = [];
  readonly pending = new Set<number>();
  isRefusing = false;
  lastVerdict = 'accepted' as const;
  #next = 1;

  submit(_request: OrderRequest): OrderResponse {
    throw new Error('no shipped strategy uses the slow form');
  }
  replace(_clOrdID: number, _change: OrderChange): OrderResponse {
    throw new Error('no shipped strategy uses the slow form');
  }
  cancel(clOrdID: number): boolean {
    const order = this.working(clOrdID);
    this.calls.push(`cancel ${clOrdID}`);
    if (order === undefined) return false;
    order.isWorking = false;
    return true;
  }
  cancelAll(): number {
    this.calls.push('cancelAll');
    const open = this.open();
    for (const order of open) order.isWorking = false;
    return open.length;
  }
  limit(instrumentId: number, side: Side, lots: number, ticks: number): number {
    return this.#add('limit', { instrumentId, side, lots, ticks });
  }
  postOnly(instrumentId: number, side: Side, lots: number, ticks: number): number {
    return this.#add('postOnly', { instrumentId, side, lots, ticks });
  }
  market(instrumentId: number, side: Side, lots: number): number {
    return this.#add('market', { instrumentId, side, lots, ticks: Number.NaN });
  }
  move(clOrdID: number, lots: number, ticks: number): number {
    this.calls.push(`move ${clOrdID} to ${lots} @ ${ticks}`);
    const order = this.working(clOrdID);
    if (order === undefined || this.isRefusing) return 0;
    order.clOrdID = this.#next;
    this.#next += 1;
    order.lots = lots;
    order.ticks = ticks;
    return order.clOrdID;
  }
  orderLots(clOrdID: number): number {
    return this.working(clOrdID)?.lots ?? 0;
  }
  leavesLots(clOrdID: number): number {
    const order = this.working(clOrdID);
    return order === undefined ? 0 : order.lots - order.cumLots;
  }
  priceTicks(clOrdID: number): number {
    return this.working(clOrdID)?.ticks ?? Number.NaN;
  }
  isPending(clOrdID: number): boolean {
    return this.pending.has(clOrdID);
  }
  get workingCount(): number {
    return this.open().length;
  }

  working(clOrdID: number): FakeOrder | undefined {
    return this.all.find((order) => order.clOrdID === clOrdID && order.isWorking);
  }
  open(side?: Side): FakeOrder[] {
    return this.all.filter(
      (order) => order.isWorking && (side === undefined || order.side === side),
    );
  }

  #add(
    kind: FakeOrder['kind'],
    order: Pick<FakeOrder, 'instrumentId' | 'side' | 'lots' | 'ticks'>,
  ) {
    const word = order.side === Side.Buy ? 'BUY' : 'SELL';
    this.calls.push(`${kind} ${word} ${order.lots} @ ${order.ticks} #${order.instrumentId}`);
    if (this.isRefusing) return 0;
    const clOrdID = this.#next;
    this.#next += 1;
    this.all.push({ clOrdID, kind, cumLots: 0, isWorking: true, ...order });
    return clOrdID;
  }
}

/** An instrument with whole prices and quantities. */
export function instrument(id: number, symbol: string, qtyDecimals = 0): TradedInstrument {
  const feed = `venue${id}`;
  return { id, symbol, priceDecimals: 0, qtyDecimals, feed, multiplier: 1, currency: 'USD' };
}

/** A market of hand-made books around one strategy. */
export class FakeMarket {
  readonly orders = new FakeOrders();
  readonly positions = new Map<number, number>();
  readonly signals = new SignalBoard();
  readonly notes = { get: (name: string) => this.signals.signal(name).value };
  readonly state = new KeyedState();
  nowNs = 0;
  readonly #tops = new Map<number, BookTop & { at: number }>();
  readonly #strategy: Strategy;
  readonly #instruments: readonly TradedInstrument[];

  constructor(
    strategy: Strategy,
    options: {
      readonly instruments: readonly TradedInstrument[];
      readonly parameters?: Readonly<Record<string, unknown>>;
    },
  ) {
    this.#strategy = strategy;
    this.#instruments = options.instruments;
    for (const { id } of options.instruments) this.#setTop(id, { bid: NaN, ask: NaN }, false);
    strategy.attach(this.#context(options.parameters ?? {}));
    strategy.onStart();
  }

  /** Lets `seconds` pass. */
  wait(seconds: number): this {
    this.nowNs += Math.round(seconds * 1e9);
    return this;
  }

  /** A book event. */
  book(touch: Touch, id = 0): this {
    const top = this.#setTop(id, touch, touch.isTrusted ?? true);
    const found = this.#instruments.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no instrument ${id}`);
    this.#strategy.onBook({
      ...top,
      instrument: found,
      symbol: found.symbol,
    } as unknown as BookView);
    return this;
  }

  /** Fills an order of the strategy and moves its position. */
  fill(order: FakeOrder | undefined, lots: number): this {
    if (order === undefined) throw new Error('no such order');
    order.cumLots += lots;
    if (order.cumLots >= order.lots) order.isWorking = false;
    const signed = order.side === Side.Buy ? lots : -lots;
    this.positions.set(order.instrumentId, this.lots(order.instrumentId) + signed);
    return this;
  }

  /** What immediate-or-cancel does: fills `lots` of every working order, cancels the rest. */
  settle(lotsMax = Number.POSITIVE_INFINITY): this {
    for (const order of this.orders.open()) {
      this.fill(order, Math.min(order.lots - order.cumLots, lotsMax));
      order.isWorking = false;
    }
    return this;
  }

  lots(id: number): number {
    return this.positions.get(id) ?? 0;
  }

  #setTop(id: number, touch: Touch, isTrusted: boolean): BookTop {
    const { bid, ask, bidLots = 10, askLots = 10 } = touch;
    const scale = 10 ** (this.#instruments.find((one) => one.id === id)?.qtyDecimals ?? 0);
    const top = this.#tops.get(id) ?? ({} as BookTop & { at: number });
    Object.assign(top, {
      at: this.nowNs,
      bidTicks: bid,
      bidLots,
      askTicks: ask,
      askLots,
      bid,
      bidQty: bidLots / scale,
      ask,
      askQty: askLots / scale,
      mid: (bid + ask) / 2,
      spread: ask - bid,
      microprice: (bid * askLots + ask * bidLots) / (bidLots + askLots),
      state: isTrusted ? 'trusted' : 'broken',
      isTrusted,
      imbalance: () => (bidLots - askLots) / (bidLots + askLots),
      sequence: 1,
    });
    if (!Object.hasOwn(top, 'ageMs')) {
      Object.defineProperty(top, 'ageMs', {
        get: () => (this.nowNs - top.at) / 1e6,
        enumerable: false,
      });
    }
    this.#tops.set(id, top);
    return top;
  }

  #context(given: Readonly<Record<string, unknown>>): StrategyContext {
    const market = this;
    const all = this.#instruments;
    const find = (name: string) =>
      all.find(({ symbol, feed }) => name === symbol || name === `${feed}:${symbol}`);
    const silent = () => {};
    return {
      strategyId: 'under-test',
      mode: 'backtest',
      instruments: {
        all,
        find,
        require: (name) => {
          const found = find(name);
          if (found === undefined) throw new Error(`no instrument ${name}`);
          return found;
        },
      },
      books: {
        top: (id) => {
          const top = market.#tops.get(id);
          if (top === undefined) throw new Error(`no instrument ${id}`);
          return top;
        },
      },
      positions: {
        lots: (id) => market.lots(id),
        workingBuyLots: () => 0,
        workingSellLots: () => 0,
        avgPrice: () => Number.NaN,
        realisedPnl: () => 0,
        unrealisedPnl: () => 0,
        fees: () => 0,
        totalPnl: () => 0n,
      },
      orders: this.orders,
      bars: { subscribe: silent },
      indicators: indicatorFactory,
      timers: { setTimer: () => 1, setInterval: () => 1, clear: () => true },
      clock: {
        now: () => BigInt(market.nowNs),
        get elapsedNs() {
          return market.nowNs;
        },
        get nowMs() {
          return market.nowNs / 1e6;
        },
      },
      random: new SeededRandom(1),
      state: this.state,
      log: { debug: silent, info: silent, warn: silent, error: silent },
      parameters: <P extends ParameterDeclarations>(declarations: P): ParameterValues<P> =>
        requireParameters(declarations, given),
      signal: (name) => market.signals.signal(name),
      note: (signal, value) => {
        market.signals.signal(signal).value = value;
      },
    };
  }
}

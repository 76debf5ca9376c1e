import {
  type OrderChange,
  type OrderEventView,
  OrderFlags,
  type OrderRequest,
  type OrderResponse,
  OrderType,
  SUBMIT_VERDICTS,
  type SubmitVerdict,
  TimeInForce,
} from '../../domain/orders.js';
import type { StrategyOrders } from '../../domain/strategy-orders.js';
import { Side } from '../../domain/vocabulary.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';

/** ClOrdIDs by which an order is known beside its first: as many as the native core keeps. */
const IDS_KEPT = 32;

/** Orders that are found without the map: more than a strategy asks for at every event. */
const RECENT_SLOTS = 64;

/** One working order of a strategy, under each ClOrdID of its chain. */
interface WorkingOrder {
  readonly ids: number[];
  readonly instrumentId: number;
  readonly side: Side;
  lots: number;
  cumLots: number;
  ticks: number;
  isPending: boolean;
}

/** The orders of one strategy: sent through the order manager, followed by its events. */
export class RunnerOrders implements StrategyOrders {
  readonly #manager: RealTimeOrderManager;
  readonly #strategyId: string;
  readonly #strategy: number;
  readonly #accountId: string;
  readonly #account: number;
  readonly #orders = new Map<number, WorkingOrder>();
  /**
   * Orders of the map by the last bits of their ClOrdID, as they were last found. A ClOrdID is too
   * large for a small integer: as a key of the map it would become an object each time.
   */
  readonly #recentIds = new Float64Array(RECENT_SLOTS);
  readonly #recent: (WorkingOrder | undefined)[] = [];
  readonly #working = new Set<WorkingOrder>();
  readonly #buyLots: number[] = [];
  readonly #sellLots: number[] = [];
  isOpen = true;

  /** Orders are for `accountId`. */
  constructor(manager: RealTimeOrderManager, strategyId: string, accountId: string) {
    this.#manager = manager;
    this.#accountId = accountId;
    this.#account = manager.names.accounts.id(accountId);
    this.#strategyId = strategyId;
    this.#strategy = manager.names.strategies.id(strategyId);
  }

  /** The number by which the native core knows the strategy. */
  get number(): number {
    return this.#strategy;
  }

  submit(request: OrderRequest): OrderResponse {
    if (!this.isOpen) return CLOSED;
    try {
      return this.#manager.submit({
        ...request,
        accountId: this.#accountId,
        strategyId: this.#strategyId,
      });
    } catch (error) {
      return {
        ok: false,
        verdict: 'bad-request',
        clOrdID: 0,
        message: error instanceof Error ? error.message : String(error),
      };
    }
  }

  replace(clOrdID: number, change: OrderChange): OrderResponse {
    const order = this.#find(clOrdID);
    if (order === undefined) return { ...CLOSED, verdict: 'unknown-order' };
    const response = this.#manager.replace(clOrdID, change);
    if (response.ok) this.#rename(order, response.clOrdID);
    return response;
  }

  cancel(clOrdID: number): boolean {
    const order = this.#find(clOrdID);
    return order !== undefined && this.#manager.fast.cancel(clOrdID);
  }

  cancelAll(instrumentId?: number): number {
    let asked = 0;
    // A copy: a cancel may be answered, and change the set, while it is sent.
    for (const order of [...this.#working]) {
      if (instrumentId !== undefined && order.instrumentId !== instrumentId) continue;
      const [first = 0] = order.ids;
      if (this.#manager.fast.cancel(first)) asked += 1;
    }
    return asked;
  }

  limit(
    instrumentId: number,
    side: Side,
    lots: number,
    ticks: number,
    timeInForce: TimeInForce,
  ): number {
    return this.#send(instrumentId, side, OrderType.LIMIT, timeInForce, lots, ticks, 0);
  }

  postOnly(instrumentId: number, side: Side, lots: number, ticks: number): number {
    const { PostOnly } = OrderFlags;
    return this.#send(instrumentId, side, OrderType.LIMIT, TimeInForce.GTC, lots, ticks, PostOnly);
  }

  market(instrumentId: number, side: Side, lots: number): number {
    return this.#send(instrumentId, side, OrderType.MARKET, TimeInForce.IOC, lots, 0, 0);
  }

  move(clOrdID: number, lots: number, ticks: number): number {
    const order = this.#find(clOrdID);
    if (order === undefined) return 0;
    order.isPending = true;
    const id = this.#manager.fast.move(clOrdID, lots, ticks);
    if (id === 0) order.isPending = false;
    else this.#rename(order, id);
    return id;
  }

  get lastVerdict(): SubmitVerdict {
    if (!this.isOpen) return 'not-ready';
    return SUBMIT_VERDICTS[this.#manager.fast.lastVerdict] ?? 'bad-request';
  }

  leavesLots(clOrdID: number): number {
    const order = this.#find(clOrdID);
    return order === undefined ? 0 : order.lots - order.cumLots;
  }

  orderLots(clOrdID: number): number {
    return this.#find(clOrdID)?.lots ?? 0;
  }

  priceTicks(clOrdID: number): number {
    return this.#find(clOrdID)?.ticks ?? Number.NaN;
  }

  isPending(clOrdID: number): boolean {
    return this.#find(clOrdID)?.isPending ?? false;
  }

  get workingCount(): number {
    return this.#working.size;
  }

  /** Lots that working orders of a side may add. */
  workingLots(instrumentId: number, side: Side): number {
    return (side === Side.Buy ? this.#buyLots : this.#sellLots)[instrumentId] ?? 0;
  }

  /** Takes up the newest state of an order of this strategy. */
  onOrder(view: OrderEventView): void {
    const side = view.side === 'BUY' ? Side.Buy : Side.Sell;
    let order = this.#find(view.clOrdID);
    if (order === undefined) {
      if (!view.isWorking) return;
      order = {
        ids: [view.clOrdID],
        instrumentId: view.instrumentId,
        side,
        lots: 0,
        cumLots: 0,
        ticks: view.priceTicks,
        isPending: false,
      };
      this.#orders.set(view.clOrdID, order);
      this.#working.add(order);
    }
    const totals = side === Side.Buy ? this.#buyLots : this.#sellLots;
    const before = order.lots - order.cumLots;
    const after = view.isWorking ? view.orderLots - view.cumLots : 0;
    totals[view.instrumentId] = (totals[view.instrumentId] ?? 0) + after - before;
    if (!view.isWorking) {
      for (const id of order.ids) this.#forget(id);
      this.#working.delete(order);
      order.lots = 0;
      order.cumLots = 0;
      return;
    }
    order.lots = view.orderLots;
    order.cumLots = view.cumLots;
    order.ticks = view.priceTicks;
    const status = view.ordStatus;
    order.isPending = status === 'PendingCancel' || status === 'PendingReplace';
  }

  #find(clOrdID: number): WorkingOrder | undefined {
    const slot = clOrdID & (RECENT_SLOTS - 1);
    if (this.#recentIds[slot] === clOrdID) return this.#recent[slot];
    const order = this.#orders.get(clOrdID);
    if (order === undefined) return undefined;
    this.#recentIds[slot] = clOrdID;
    this.#recent[slot] = order;
    return order;
  }

  #forget(clOrdID: number): void {
    this.#orders.delete(clOrdID);
    const slot = clOrdID & (RECENT_SLOTS - 1);
    if (this.#recentIds[slot] !== clOrdID) return;
    this.#recentIds[slot] = 0;
    this.#recent[slot] = undefined;
  }

  #send(
    instrumentId: number,
    side: Side,
    ordType: number,
    timeInForce: number,
    lots: number,
    ticks: number,
    flags: number,
  ): number {
    if (!this.isOpen) return 0;
    const { fast } = this.#manager;
    return fast.send(
      instrumentId,
      side,
      ordType,
      timeInForce,
      lots,
      ticks,
      flags,
      this.#strategy,
      this.#account,
    );
  }

  #rename(order: WorkingOrder, id: number): void {
    if (!this.#working.has(order)) return;
    order.ids.push(id);
    this.#orders.set(id, order);
    if (order.ids.length <= 2 * IDS_KEPT) return;
    // The first one is the order's name; of the others the newest are enough.
    for (const old of order.ids.splice(1, order.ids.length - 1 - IDS_KEPT)) {
      this.#forget(old);
    }
  }
}

const CLOSED: OrderResponse = {
  ok: false,
  verdict: 'not-ready',
  clOrdID: 0,
  message: 'the strategy has been stopped',
};

import type { FillEventView } from '../../domain/orders.js';
import type { StrategyPositions } from '../../domain/strategy-context.js';
import { Side } from '../../domain/vocabulary.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type { RunnerOrders } from './runner-orders.js';

/** The positions of one strategy, kept from its fills; money is asked of the native core. */
export class RunnerPositions implements StrategyPositions {
  readonly #manager: RealTimeOrderManager;
  readonly #orders: RunnerOrders;
  readonly #strategyId: string;
  readonly #lots: number[] = [];

  constructor(manager: RealTimeOrderManager, orders: RunnerOrders, strategyId: string) {
    this.#manager = manager;
    this.#orders = orders;
    this.#strategyId = strategyId;
    for (const position of manager.positions()) {
      if (position.strategyId === strategyId) this.#lots[position.instrumentId] = position.lots;
    }
  }

  onFill(fill: FillEventView): void {
    const id = fill.instrumentId;
    const lots = fill.side === 'BUY' ? fill.lastLots : -fill.lastLots;
    this.#lots[id] = (this.#lots[id] ?? 0) + lots;
  }

  lots(instrumentId: number): number {
    return this.#lots[instrumentId] ?? 0;
  }
  workingBuyLots(instrumentId: number): number {
    return this.#orders.workingLots(instrumentId, Side.Buy);
  }
  workingSellLots(instrumentId: number): number {
    return this.#orders.workingLots(instrumentId, Side.Sell);
  }
  avgPrice(instrumentId: number): number {
    return this.#find(instrumentId)?.averagePrice ?? Number.NaN;
  }
  realisedPnl(instrumentId: number): number {
    return Number(this.#find(instrumentId)?.realisedPnl ?? 0);
  }
  unrealisedPnl(instrumentId: number): number {
    return Number(this.#find(instrumentId)?.unrealisedPnl ?? 0);
  }
  fees(instrumentId: number): number {
    const currency = this.#manager.names.symbolOf(instrumentId)?.currency;
    if (currency === undefined) return 0;
    return Number(this.#manager.strategyTotals(this.#strategyId, currency).fees);
  }
  totalPnl(): bigint {
    return this.#manager.risk.pnl(this.#strategyId);
  }

  #find(instrumentId: number) {
    return this.#manager
      .positions()
      .find(
        (position) =>
          position.instrumentId === instrumentId && position.strategyId === this.#strategyId,
      );
  }
}

import type { StreamStatistics } from '../../addon/stream-engine.js';
import type { NativeTotals, NativeTradingStatistics } from '../../addon/trading-core.js';
import type { FeedStatistics } from '../../domain/feed-config.js';
import type { FixLinkStatistics } from '../fix/fix-link.js';
import type { OrderTotals } from './order-counts.js';
import type { LimitUse } from './risk-use.js';
import type { StrategyFailure } from './system-events.js';
import type { SystemParts } from './system-parts.js';
import type { SystemState } from './system-state.js';

/** One strategy of a running system. */
export interface StrategyStatistics {
  readonly strategyId: string;
  readonly className: string;
  readonly isRunning: boolean;
  /** Why it was stopped; absent where it wasn't. */
  readonly stopped?: string;
  readonly workingOrders: number;
  /** Exact decimal text, in the currency of the configuration. */
  readonly money: NativeTotals;
}

/** A position that isn't flat. */
export interface PositionFigure {
  readonly symbol: string;
  readonly strategyId: string;
  /** In units; below zero short. */
  readonly quantity: number;
}

/** One feed with what its stream has counted. */
export interface FeedFigures extends FeedStatistics {
  readonly stream: StreamStatistics;
}

/** Everything that a system counts. */
export interface SystemStatistics {
  readonly state: SystemState;
  readonly uptimeMs: number;
  /** Market events that strategies were given. */
  readonly marketEvents: number;
  readonly feeds: Readonly<Record<string, FeedFigures>>;
  /** Sessions of brokers, by the broker's name; empty where orders are simulated. */
  readonly brokers: Readonly<Record<string, FixLinkStatistics>>;
  readonly orders: OrderTotals;
  readonly workingOrders: number;
  readonly trading: NativeTradingStatistics;
  readonly currency: string;
  readonly money: NativeTotals;
  readonly positions: readonly PositionFigure[];
  readonly strategies: readonly StrategyStatistics[];
  /** Shares of the global limits that are used, largest first. */
  readonly riskUse: readonly LimitUse[];
  /** Whether the global kill switch is thrown. */
  readonly isKilled: boolean;
  /** Listeners of events that threw. */
  readonly listenerErrors: number;
}

/** Gathers what the parts have counted. */
export function statisticsOf(
  parts: SystemParts,
  facts: {
    readonly state: SystemState;
    readonly uptimeMs: number;
    readonly orders: OrderTotals;
    readonly riskUse: readonly LimitUse[];
    readonly listenerErrors: number;
    readonly failures: readonly StrategyFailure[];
    readonly currency: string;
  },
): SystemStatistics {
  const { manager, session } = parts;
  const { failures, currency, ...counted } = facts;
  const trading = manager.statistics();
  return {
    ...counted,
    marketEvents: session.events,
    isKilled: manager.risk.state().isKilled,
    feeds: Object.fromEntries(
      parts.feeds.map(({ name, feed, stream }) => [
        name,
        { ...feed.statistics(), stream: stream.statistics() },
      ]),
    ),
    brokers: Object.fromEntries(
      (parts.connectors?.connectors ?? []).map(({ name, link }) => [name, link.statistics()]),
    ),
    workingOrders: trading.working + trading.held,
    trading,
    currency,
    money: manager.totals(currency),
    positions: manager
      .positions()
      .filter(({ lots }) => lots !== 0)
      .map(({ symbol, strategyId, lots, instrumentId }) => ({
        symbol,
        strategyId,
        quantity: lots / 10 ** (parts.instruments[instrumentId]?.qtyDecimals ?? 0),
      })),
    strategies: parts.strategies.map(({ strategyId, className, runner }) => {
      const failure = failures.find((known) => known.strategyId === strategyId);
      return {
        strategyId,
        className,
        isRunning: runner.isRunning,
        ...(failure === undefined ? {} : { stopped: failure.message }),
        workingOrders: runner.orders.workingCount,
        money: manager.strategyTotals(strategyId, currency),
      };
    }),
  };
}

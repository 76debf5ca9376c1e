import type { SystemStatistics } from '../../engine/system/system-statistics.js';

/** What a system has traded, as `--json` prints it. Money is exact decimal text. */
export function tradingSummary(statistics: SystemStatistics): Record<string, unknown> {
  const { currency, money, orders, workingOrders, positions, strategies, riskUse } = statistics;
  const { realised, unrealised, fees } = money;
  return {
    currency,
    realised,
    unrealised,
    fees,
    orders,
    workingOrders,
    positions,
    strategies: strategies.map(({ money: own, ...strategy }) => ({
      ...strategy,
      realised: own.realised,
      unrealised: own.unrealised,
      fees: own.fees,
    })),
    riskUse,
    isKilled: statistics.isKilled,
    readToOrder: statistics.trading.readToOrder,
  };
}

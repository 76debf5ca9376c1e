import type { BacktestResult } from './backtest-result.js';
import { figuresOf } from './figures.js';

/** A result with its figures as one JSON object: what `--json` prints, documented and stable. */
export function jsonReport(result: BacktestResult): Record<string, unknown> {
  const figures = figuresOf(result);
  const { drawdown } = figures;
  return {
    ...result,
    figures: {
      netProfit: figures.netProfit,
      returnRatio: figures.returnRatio,
      sharpe: figures.sharpe ?? null,
      sortino: figures.sortino ?? null,
      drawdown: { ...drawdown, recoveredMs: drawdown.recoveredMs ?? null },
      hitRate: figures.hitRate ?? null,
      turnoverRatio: figures.turnoverRatio,
      makerShare: figures.makerShare ?? null,
      fillRatio: figures.fillRatio ?? null,
      assumptions: figures.assumptions,
    },
  };
}

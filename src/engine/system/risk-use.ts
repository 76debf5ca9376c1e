import { LIMIT_UNITS, RiskScope, ViolationType } from '../../domain/risk.js';
import type { OrderTotals } from './order-counts.js';
import type { SystemParts } from './system-parts.js';

/** How much of a global limit is used. */
export interface LimitUse {
  /** The limit, such as `LOSS_LIMIT`. */
  readonly name: string;
  /** In the limit's own unit, as the limit. */
  readonly used: number;
  readonly limit: number;
  /** From 0; 1 is all of it. */
  readonly share: number;
}

/** Rates are taken over at least this time. */
const RATE_MS = 1000;

/**
 * Shares of the global limits that are used, as far as they can be told from outside: the native
 * engine decides by figures of its own, which also count working orders at their worst.
 */
export class RiskUse {
  #peak = 0;
  #window: { readonly timeMs: number; readonly requests: number }[] = [];

  /** The shares at `timeMs`, largest first. */
  measure(parts: SystemParts, orders: OrderTotals, timeMs: number): LimitUse[] {
    const { manager } = parts;
    const { pnl = 0, grossExposure = 0, limits } = manager.risk.state(RiskScope.Global);
    this.#peak = Math.max(this.#peak, pnl);
    const used: Partial<Record<ViolationType, number>> = {
      [ViolationType.LOSS_LIMIT]: Math.max(0, -pnl),
      [ViolationType.DRAWDOWN_LIMIT]: this.#peak - pnl,
      [ViolationType.EXPOSURE_LIMIT]: grossExposure,
      [ViolationType.POSITION_LIMIT]: largestPosition(parts),
      [ViolationType.VELOCITY_LIMIT]: this.#requestRate(orders, timeMs),
    };
    return limits
      .flatMap(({ type, name, limitValue: limit }): LimitUse[] => {
        const figure = used[type];
        if (figure === undefined || LIMIT_UNITS[type] === undefined || limit <= 0) return [];
        return [{ name, used: figure, limit, share: figure / limit }];
      })
      .sort((a, b) => b.share - a.share);
  }

  /** New orders and replaces in the last second. */
  #requestRate({ submitted, replaced }: OrderTotals, timeMs: number): number {
    const requests = submitted + replaced;
    this.#window.push({ timeMs, requests });
    const latest = this.#window.findLastIndex((old) => timeMs - old.timeMs >= RATE_MS);
    if (latest > 0) this.#window = this.#window.slice(latest);
    const since = this.#window[0];
    if (since === undefined || timeMs - since.timeMs < RATE_MS) return 0;
    return ((requests - since.requests) * 1000) / (timeMs - since.timeMs);
  }
}

/** The value of the largest position of all strategies in one instrument, at its mark. */
function largestPosition({ manager, instruments }: SystemParts): number {
  const units = new Map<number, number>();
  const marks = new Map<number, number>();
  for (const { instrumentId, lots, markPrice } of manager.positions()) {
    units.set(instrumentId, (units.get(instrumentId) ?? 0) + lots);
    if (markPrice !== undefined) marks.set(instrumentId, markPrice);
  }
  let largest = 0;
  for (const [id, lots] of units) {
    const instrument = instruments[id];
    if (instrument === undefined) continue;
    const quantity = Math.abs(lots) / 10 ** instrument.qtyDecimals;
    largest = Math.max(largest, quantity * (marks.get(id) ?? 0) * instrument.multiplier);
  }
  return largest;
}

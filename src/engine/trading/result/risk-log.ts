import { RiskScope, type RiskViolation } from '../../../domain/risk.js';
import type { ScopeNames } from '../../../risk/scope-names.js';
import type { ResultRiskEvent } from '../../report/backtest-result.js';

/** Events that are kept; later ones are only counted. */
const EVENTS_MAX = 1000;
/** The same again within so much of the market's time is one event. */
const REPEAT_MS = 1000;

interface Entry extends Omit<ResultRiskEvent, 'count'> {
  count: number;
  lastMs: number;
}

/** What limits did, with repeats counted in place of being kept. */
export class RiskLog {
  readonly #names: ScopeNames;
  readonly #events: Entry[] = [];
  readonly #newest = new Map<string, Entry>();
  total = 0;

  constructor(names: ScopeNames) {
    this.#names = names;
  }

  add(kind: ResultRiskEvent['kind'], violation: RiskViolation | undefined, timeMs: number): void {
    this.total += 1;
    const name = violation?.name ?? 'NO_ROOM';
    const scope = violation === undefined ? 'core' : this.#scopeOf(violation);
    const key = `${kind} ${name} ${scope}`;
    const last = this.#newest.get(key);
    if (last !== undefined && timeMs - last.lastMs <= REPEAT_MS) {
      last.count += 1;
      last.lastMs = timeMs;
      return;
    }
    if (this.#events.length === EVENTS_MAX) return;
    const message =
      violation?.message ?? 'the request was refused: no such order, closed, or no room for it';
    const event = { timeMs, kind, violation: name, scope, message, count: 1, lastMs: timeMs };
    this.#events.push(event);
    this.#newest.set(key, event);
  }

  get events(): readonly ResultRiskEvent[] {
    return this.#events.map(({ lastMs: _last, ...event }) => event);
  }

  #scopeOf({ scope, scopeId }: RiskViolation): string {
    switch (scope) {
      case RiskScope.Account:
        return `account ${this.#names.accounts.name(scopeId)}`;
      case RiskScope.Strategy:
        return `strategy ${this.#names.strategies.name(scopeId)}`;
      case RiskScope.Symbol:
        return `symbol ${this.#names.symbolOf(scopeId)?.symbol ?? scopeId}`;
      case RiskScope.Venue:
        return `venue ${this.#names.venues.name(scopeId)}`;
      default:
        return 'global';
    }
  }
}

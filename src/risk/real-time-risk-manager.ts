import type { NativeTradingCore } from '../addon/trading-core.js';
import { HftError } from '../domain/errors.js';
import {
  LIMIT_UNITS,
  LimitAction,
  limitFactor,
  type RiskLevel,
  type RiskLimit,
  RiskScope,
  type RiskViolation,
  ViolationType,
  violationName,
} from '../domain/risk.js';
import type { ScopeNames } from './scope-names.js';

/** How much of a limit is used. */
export interface LimitUtilisation {
  readonly type: ViolationType;
  readonly name: string;
  /** In the limit's own unit (`LIMIT_UNITS`). */
  readonly limitValue: number;
}

/** The state of one scope. Money in units of the base currency. */
export interface ScopeState {
  readonly pnl: number | undefined;
  readonly grossExposure: number | undefined;
  readonly isHalted: boolean;
  readonly isReduceOnly: boolean;
  readonly isKilled: boolean;
  readonly limits: readonly LimitUtilisation[];
}

const KINDS = new Set<number>(Object.values(ViolationType));
const MONEY = 1e8;

/** Phases of an instrument's session, as `SessionPhase` of native/risk/risk_engine.hpp. */
const OPEN = 0;
const CLOSED = 2;

/** What tells of refusals and breaches. */
export type ViolationListener = (violation: RiskViolation) => void;

/**
 * Limits, halts and the kill switch of the native risk engine, which every order must pass.
 *
 * A limit holds from the next order on, also a tightened one; every change is journaled. Scopes are
 * global, one account, one strategy or one symbol, by name. Errors are HFT_ARGUMENT and say what
 * was wrong.
 */
export class RealTimeRiskManager {
  readonly #native: NativeTradingCore;
  readonly #names: ScopeNames;
  readonly #violationListeners: ViolationListener[] = [];
  readonly #warningListeners: ViolationListener[] = [];

  /** Made by RealTimeOrderManager, which shares its native core: `orders.risk`. */
  constructor(native: NativeTradingCore, names: ScopeNames) {
    this.#native = native;
    this.#names = names;
  }

  addGlobalLimit(type: ViolationType, limit: RiskLimit): void {
    this.#set(type, RiskScope.Global, 0, limit);
  }

  addAccountLimit(accountId: string, type: ViolationType, limit: RiskLimit): void {
    this.#set(type, RiskScope.Account, this.#names.accounts.id(accountId), limit);
  }

  addStrategyLimit(strategyId: string, type: ViolationType, limit: RiskLimit): void {
    this.#set(type, RiskScope.Strategy, this.#names.strategies.id(strategyId), limit);
  }

  addSymbolLimit(symbol: string, type: ViolationType, limit: RiskLimit): void {
    this.#set(type, RiskScope.Symbol, this.#names.require(symbol).id, limit);
  }

  /** Changes a limit: the same call as adding it, for any scope by its number. */
  updateLimit(scope: RiskScope, name: string, type: ViolationType, limit: RiskLimit): void {
    this.#set(type, scope, this.#names.scopeId(scope, name), limit);
  }

  /** Errors: HFT_ARGUMENT where there is no such limit. */
  removeLimit(scope: RiskScope, name: string, type: ViolationType): void {
    this.#native.removeLimit(type, scope, this.#names.scopeId(scope, name));
  }

  /** The capital by which concentration is measured, in units of the base currency. */
  setCapital(scope: RiskScope, name: string, capital: number): void {
    this.#native.setCapital(
      scope,
      this.#names.scopeId(scope, name),
      scaled(capital, MONEY, 'capital'),
    );
  }

  /** What one unit of `currency` is worth in the base currency. */
  setRate(currency: string, rate: number): void {
    this.#native.setRate(this.#names.currencies.id(currency), scaled(rate, MONEY, 'rate'));
  }

  /** The correlation of two symbols, -1 to 1. */
  setCorrelation(a: string, b: string, correlation: number): void {
    this.#native.setCorrelation(
      this.#names.require(a).id,
      this.#names.require(b).id,
      Math.round(correlation * 1e4),
    );
  }

  /** Stops everything that adds risk in a scope; cancels and reductions pass. */
  halt(scope: RiskScope, name: string): void {
    this.#native.halt(scope, this.#names.scopeId(scope, name), true);
  }

  /** Ends a halt, and what a breach has latched. It does not release the kill switch. */
  resume(scope: RiskScope, name: string): void {
    this.#native.halt(scope, this.#names.scopeId(scope, name), false);
    this.#native.reduceOnly(scope, this.#names.scopeId(scope, name), false);
  }

  reduceOnly(scope: RiskScope, name: string): void {
    this.#native.reduceOnly(scope, this.#names.scopeId(scope, name), true);
  }

  /** Refuses every new order of a scope and cancels what works there; stays until released. */
  killSwitch(scope: RiskScope = RiskScope.Global, name = ''): void {
    this.#native.kill(scope, this.#names.scopeId(scope, name), true);
  }

  releaseKillSwitch(scope: RiskScope = RiskScope.Global, name = ''): void {
    this.#native.kill(scope, this.#names.scopeId(scope, name), false);
  }

  /** Loss and drawdown count from here, as at the beginning of a day. */
  beginSession(): void {
    this.#native.beginSession();
  }

  /** Whether a symbol's session is open: what adds risk is refused while it is not. */
  openSession(symbol: string, isOpen: boolean): void {
    this.#native.setSession(this.#names.require(symbol).id, isOpen ? OPEN : CLOSED);
  }

  restrict(symbol: string, isRestricted: boolean): void {
    this.#native.setRestricted(this.#names.require(symbol).id, isRestricted);
  }

  /** The state of a scope: P&L, exposure, latches, limits. Makes objects: not for the hot path. */
  state(scope: RiskScope = RiskScope.Global, name = ''): ScopeState {
    const native = this.#native.scope(scope, this.#names.scopeId(scope, name));
    return {
      pnl: native.pnl === undefined ? undefined : native.pnl / MONEY,
      grossExposure: native.grossExposure === undefined ? undefined : native.grossExposure / MONEY,
      isHalted: native.isHalted === 1,
      isReduceOnly: native.isReduceOnly === 1,
      isKilled: native.isKilled === 1,
      limits: native.limits.map(({ type, value }) => ({
        type: type as ViolationType,
        name: violationName(type),
        limitValue: value / limitFactor(type as ViolationType),
      })),
    };
  }

  /** P&L of a strategy in 10^-8 of the base currency, fees off; exact below 2^53. */
  pnl(strategyId: string): bigint {
    const { pnl } = this.#native.scope(RiskScope.Strategy, this.#names.strategies.id(strategyId));
    return BigInt(Math.trunc(pnl ?? 0));
  }

  /** Called for every refusal and breach. Returns what ends it. */
  onViolation(listener: ViolationListener): () => void {
    return subscribe(this.#violationListeners, listener);
  }

  /** Called for every accepted order that reached a warning threshold. Returns what ends it. */
  onWarning(listener: ViolationListener): () => void {
    return subscribe(this.#warningListeners, listener);
  }

  /** For the order manager: a refusal, breach or warning happened. */
  tell(violation: RiskViolation): void {
    const listeners =
      violation.level === 'warning' ? this.#warningListeners : this.#violationListeners;
    for (const listener of listeners) listener(violation);
  }

  get hasWarningListeners(): boolean {
    return this.#warningListeners.length > 0;
  }

  #set(type: ViolationType, scope: RiskScope, id: number, limit: RiskLimit): void {
    if (!KINDS.has(type) || LIMIT_UNITS[type] === undefined) {
      throw new HftError('HFT_ARGUMENT', `${String(type)} is no type of limit that can be set`);
    }
    if (typeof limit !== 'object' || limit === null) {
      throw new HftError('HFT_ARGUMENT', `limit must be an object, found ${String(limit)}`);
    }
    const { limitValue, warningThreshold = 0.8, action = LimitAction.Reject } = limit;
    const windowMs = limit.windowMs ?? 1_000;
    if (!(warningThreshold >= 0 && warningThreshold <= 1)) {
      throw new HftError(
        'HFT_ARGUMENT',
        `warningThreshold must be from 0 to 1, found ${String(warningThreshold)}`,
      );
    }
    if (!(windowMs > 0 && windowMs <= 86_400_000)) {
      throw new HftError('HFT_ARGUMENT', `windowMs must be above 0, found ${String(windowMs)}`);
    }
    const value = scaled(limitValue, limitFactor(type), 'limitValue');
    const bps = Math.round(warningThreshold * 1e4);
    this.#native.setLimit(type, scope, id, value, bps, action, Math.round(windowMs * 1e6));
  }
}

function subscribe(listeners: ViolationListener[], listener: ViolationListener): () => void {
  listeners.push(listener);
  return () => {
    const at = listeners.indexOf(listener);
    if (at >= 0) listeners.splice(at, 1);
  };
}

/** The largest figure in native units, a little below 2^63. */
const FIGURE_MAX = 9.2e18;

/** A figure in native units; rounded down, so that a limit is never looser than it was meant. */
function scaled(value: number, factor: number, name: string): number {
  if (typeof value !== 'number' || !(value >= 0) || !Number.isFinite(value)) {
    throw new HftError(
      'HFT_ARGUMENT',
      `${name} must be a number of at least 0, found ${String(value)}`,
    );
  }
  if (value * factor > FIGURE_MAX) {
    throw new HftError(
      'HFT_ARGUMENT',
      `${name} must be at most ${FIGURE_MAX / factor}, found ${value}`,
    );
  }
  // One unit in the last place up, so that 0.1 * 1e8 is what it looks like.
  return Math.floor(value * factor * (1 + Number.EPSILON));
}

/** The level of a decision: how a refusal or a warning is told. */
export function levelOf(isRefused: boolean): RiskLevel {
  return isRefused ? 'breach' : 'warning';
}

import type { RealTimeConfig } from '../../../config/schema/root.js';
import type { ScopeLimits } from '../../../config/schema/trading.js';
import { HftError } from '../../../domain/errors.js';
import { LimitAction, type RiskLimit, RiskScope, ViolationType } from '../../../domain/risk.js';
import type { RealTimeOrderManager } from '../../../orders/real-time-order-manager.js';

/** 10^8: the unit of money and shares in a configuration. */
const UNIT = 1e8;
/** Native shares are in basis points. */
const BASIS_POINT = UNIT / 1e4;

const ACTIONS: Readonly<Record<ScopeLimits['on_breach'], LimitAction>> = {
  reject: LimitAction.Reject,
  warn: LimitAction.Warn,
  reduce_only: LimitAction.ReduceOnly,
  halt: LimitAction.Halt,
  cancel_all: LimitAction.CancelAll,
};

/** Keys of a scope whose value is money or a share of the capital. */
const MONEY = {
  max_position_value: ViolationType.POSITION_LIMIT,
  max_order_value: ViolationType.ORDER_VALUE_LIMIT,
  daily_loss_limit: ViolationType.LOSS_LIMIT,
  max_drawdown: ViolationType.DRAWDOWN_LIMIT,
  max_gross_exposure: ViolationType.EXPOSURE_LIMIT,
  max_net_exposure: ViolationType.NET_EXPOSURE_LIMIT,
  max_correlated_exposure: ViolationType.CORRELATION_LIMIT,
} as const;
const SHARES = {
  max_concentration: ViolationType.CONCENTRATION_LIMIT,
  max_volatility: ViolationType.VOLATILITY_LIMIT,
  max_touch_share: ViolationType.LIQUIDITY_LIMIT,
  price_collar: ViolationType.PRICE_COLLAR,
} as const;
const QUANTITIES = {
  max_position_quantity: ViolationType.POSITION_QTY_LIMIT,
  max_order_quantity: ViolationType.ORDER_SIZE_LIMIT,
} as const;
const COUNTS = {
  max_order_rate: ViolationType.VELOCITY_LIMIT,
  max_message_rate: ViolationType.MESSAGE_RATE_LIMIT,
  book_updates_max: ViolationType.BOOK_MOVED,
} as const;
const WINDOWS = {
  duplicate_window: ViolationType.DUPLICATE_ORDER,
  book_age_max: ViolationType.FRESHNESS,
} as const;

/** Of one instrument the exposure is the value of its position. */
const OF_SYMBOL: Readonly<Partial<Record<ViolationType, ViolationType>>> = {
  [ViolationType.EXPOSURE_LIMIT]: ViolationType.POSITION_LIMIT,
  [ViolationType.NET_EXPOSURE_LIMIT]: ViolationType.POSITION_LIMIT,
};

/** One limit on its way to the native engine, with the key that asked for it. */
interface MappedLimit {
  readonly key: string;
  readonly scope: RiskScope;
  readonly name: string;
  readonly type: ViolationType;
  readonly limit: RiskLimit & { readonly windowMs: number };
}

/** What the limits of a configuration are set on. */
export interface SetLimitsOptions {
  readonly manager: RealTimeOrderManager;
  /** Brokers that orders go to in this run: their limits must hold for all of the run's orders. */
  readonly brokers?: readonly string[];
}

/**
 * Sets every limit of a configuration natively, with the capital that shares are shares of. The
 * instruments must be there already.
 *
 * Limits of a symbol that isn't traded in this run have nothing to hold. `max_orders_per_second` of
 * `trading` holds for all orders. Errors: HFT_CONFIG, naming the key, for a limit that the native
 * engine can't hold as it was meant; nothing is ever left out.
 */
export function setConfiguredLimits(config: RealTimeConfig, options: SetLimitsOptions): void {
  const { manager } = options;
  const { risk } = manager;
  const limits = config.risk_limits;
  const capital = Number(config.trading.capital) / UNIT;
  const mapped: MappedLimit[] = [];
  const take = (key: string, scope: RiskScope, name: string, of: ScopeLimits) => {
    mapped.push(...mapScope({ key, scope, name, of, capital: config.trading.capital }));
  };
  take('risk_limits', RiskScope.Global, '', limits);
  for (const [name, of] of Object.entries(limits.accounts)) {
    take(`risk_limits.accounts.${name}`, RiskScope.Account, name, of);
  }
  for (const [name, of] of Object.entries(limits.strategies)) {
    take(`risk_limits.strategies.${name}`, RiskScope.Strategy, name, of);
  }
  for (const [name, of] of Object.entries(limits.symbols)) {
    for (const symbol of symbolsCalled(name, manager)) {
      take(`risk_limits.symbols.${name}`, RiskScope.Symbol, symbol, of);
    }
  }
  for (const [name, of] of Object.entries(limits.venues)) {
    requireOneVenue(config, name, options.brokers);
    // All orders go there, so that what holds for the venue holds for everything.
    take(`risk_limits.venues.${name}`, RiskScope.Global, '', of);
  }
  mapped.push(orderRate(config));
  risk.setCapital(RiskScope.Global, '', capital);
  for (const { scope, name, type, key, limit } of tightest(mapped, config)) {
    try {
      if (type === ViolationType.CONCENTRATION_LIMIT) risk.setCapital(scope, name, capital);
      risk.updateLimit(scope, name, type, limit);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new HftError('HFT_CONFIG', `${key}: ${reason}`, { cause: error });
    }
  }
  for (const name of limits.restricted_symbols) {
    for (const symbol of symbolsCalled(name, manager)) risk.restrict(symbol, true);
  }
}

/** What a symbol means: where several feeds have it, `feed:SYMBOL` of each. */
function symbolsCalled(name: string, manager: RealTimeOrderManager): string[] {
  const all = Object.keys(manager.names.symbols);
  return all.filter((symbol) => symbol === name || symbol.endsWith(`:${name}`));
}

function requireOneVenue(
  config: RealTimeConfig,
  name: string,
  brokers: readonly string[] | undefined,
): void {
  const used = brokers ?? Object.keys(config.brokers);
  if (used.length === 1 && used[0] === name) return;
  throw new HftError(
    'HFT_CONFIG',
    `risk_limits.venues.${name}: limits of a venue can be held where all orders go to it; this ` +
      `run has ${used.length === 0 ? 'no broker' : used.join(', ')}`,
  );
}

/** `trading.max_orders_per_second`, for all orders. */
function orderRate(config: RealTimeConfig): MappedLimit {
  const limitValue = config.trading.max_orders_per_second;
  return {
    key: 'trading.max_orders_per_second',
    scope: RiskScope.Global,
    name: '',
    type: ViolationType.VELOCITY_LIMIT,
    limit: { limitValue, windowMs: 1000, warningThreshold: 1, action: LimitAction.Reject },
  };
}

function mapScope(scope: {
  readonly key: string;
  readonly scope: RiskScope;
  readonly name: string;
  readonly of: ScopeLimits;
  readonly capital: bigint;
}): MappedLimit[] {
  const { of, capital } = scope;
  const mapped: MappedLimit[] = [];
  const add = (key: string, type: ViolationType, limitValue: number) => {
    const isSymbol = scope.scope === RiskScope.Symbol;
    mapped.push({
      key: `${scope.key}.${key}`,
      scope: scope.scope,
      name: scope.name,
      type: isSymbol ? (OF_SYMBOL[type] ?? type) : type,
      limit: {
        limitValue,
        warningThreshold: of.warning_threshold / UNIT,
        action: ACTIONS[of.on_breach],
        windowMs: of.rate_window / 1e6,
      },
    });
  };
  for (const [key, type] of entriesOf(MONEY)) {
    const value = of[key];
    if (value === undefined) continue;
    const money =
      value.kind === 'money' ? value.money : (capital * BigInt(value.ratio)) / BigInt(UNIT);
    add(key, type, Number(money) / UNIT);
  }
  for (const [key, type] of entriesOf(SHARES)) {
    const value = of[key];
    if (value === undefined) continue;
    if (value < BASIS_POINT) {
      throw new HftError(
        'HFT_CONFIG',
        `${scope.key}.${key}: expected at least 1bps, the finest that is held, found ` +
          `${value / BASIS_POINT}bps`,
      );
    }
    add(key, type, value / UNIT);
  }
  for (const [key, type] of entriesOf(QUANTITIES)) {
    const value = of[key];
    if (value !== undefined) add(key, type, Number(value) / UNIT);
  }
  for (const [key, type] of entriesOf(COUNTS)) {
    const value = of[key];
    if (value !== undefined) add(key, type, value);
  }
  for (const [key, type] of entriesOf(WINDOWS)) {
    const value = of[key];
    if (value !== undefined) add(key, type, value / 1e6);
  }
  if (of.prevent_self_trade === true) add('prevent_self_trade', ViolationType.SELF_TRADE, 1);
  return mapped;
}

/**
 * One limit a scope and type: the native engine holds one. The smaller of two holds both, where
 * they count over the same span.
 */
function tightest(limits: readonly MappedLimit[], config: RealTimeConfig): MappedLimit[] {
  const byPlace = new Map<string, MappedLimit>();
  for (const next of limits) {
    const place = `${next.scope}/${next.name}/${next.type}`;
    const known = byPlace.get(place);
    if (known === undefined) {
      byPlace.set(place, next);
      continue;
    }
    const isRate =
      next.type === ViolationType.VELOCITY_LIMIT || next.type === ViolationType.MESSAGE_RATE_LIMIT;
    if (isRate && known.limit.windowMs !== next.limit.windowMs) {
      const moved = onOnlyAccount(next, limits, config);
      byPlace.set(`${moved.scope}/${moved.name}/${moved.type}`, moved);
      continue;
    }
    if (next.limit.limitValue < known.limit.limitValue) byPlace.set(place, next);
  }
  return [...byPlace.values()];
}

/** A second global rate, over another span: held on the account, where there is only one. */
function onOnlyAccount(
  rate: MappedLimit,
  limits: readonly MappedLimit[],
  config: RealTimeConfig,
): MappedLimit {
  const accounts = new Set(Object.values(config.strategies).map(({ account }) => account));
  const [name] = accounts;
  const isTaken = limits.some(
    ({ scope, type }) => scope === RiskScope.Account && type === rate.type,
  );
  if (name === undefined || accounts.size !== 1 || isTaken) {
    throw new HftError(
      'HFT_CONFIG',
      `${rate.key}: expected the rate_window of the other limit of all orders, found ` +
        `${rate.limit.windowMs} ms: two rates can be held only over one span`,
    );
  }
  return { ...rate, scope: RiskScope.Account, name };
}

function entriesOf<T extends Readonly<Record<string, ViolationType>>>(
  keys: T,
): [keyof T & string, ViolationType][] {
  return Object.entries(keys) as [keyof T & string, ViolationType][];
}

import {
  acceptsParameter,
  describeParameter,
  nearestName,
  type ParameterDeclarations,
  resolveParameters,
} from '../domain/parameters.js';
import { checkFix } from './fix-checks.js';
import type { ConfigProblem, SourcePosition } from './problems.js';
import type { RealTimeConfig } from './schema/root.js';

/** The declared parameters of the strategies that a configuration can name without a module. */
export type StrategyCatalog = ReadonlyMap<string, ParameterDeclarations>;

/** Collects problems between keys, each at the place of the key that has to change. */
export class CrossCheck {
  readonly problems: ConfigProblem[] = [];
  readonly #positions: ReadonlyMap<string, SourcePosition>;
  readonly #fallback: SourcePosition;

  constructor(positions: ReadonlyMap<string, SourcePosition>, source: string) {
    this.#positions = positions;
    this.#fallback = { source, line: 1, column: 1 };
  }

  fail(key: string, expected: string, found: string, nearest?: string): void {
    this.problems.push({
      position: this.#positionOf(key),
      key,
      expected,
      found,
      ...(nearest === undefined ? {} : { nearest }),
    });
  }

  /** A key that isn't given is told at the nearest section around it that is. */
  #positionOf(key: string): SourcePosition {
    for (let at = key; at !== ''; at = at.slice(0, Math.max(0, lastStep(at)))) {
      const position = this.#positions.get(at);
      if (position !== undefined) return position;
    }
    return this.#positions.get('') ?? this.#fallback;
  }

  known(key: string, name: string, names: readonly string[]): void {
    if (names.includes(name)) return;
    const list = names.length === 0 ? 'none are configured' : names.join(', ');
    this.fail(key, `one of those configured (${list})`, name, nearestName(name, names));
  }
}

function lastStep(key: string): number {
  return Math.max(key.lastIndexOf('.'), key.lastIndexOf('['));
}

/** What keys must say about each other, as far as the keys themselves are right. */
export function crossCheck(
  config: RealTimeConfig,
  options: {
    readonly positions: ReadonlyMap<string, SourcePosition>;
    readonly source: string;
    readonly catalog: StrategyCatalog | undefined;
    /** Keys with problems of their own: what rests on them isn't judged. */
    readonly unsound: readonly string[];
  },
): ConfigProblem[] {
  const { positions, source, catalog, unsound } = options;
  const check = new CrossCheck(positions, source);
  const isSound = (key: string) =>
    !unsound.some((bad) => bad === key || bad.startsWith(`${key}.`) || bad.startsWith(`${key}[`));
  const when = (keys: readonly string[], run: () => void) => {
    if (keys.every(isSound)) run();
  };
  when(['environment', 'debug_mode', 'trading', 'brokers', 'journal'], () =>
    checkLive(config, check),
  );
  when(['trading', 'risk_limits'], () => checkLiveLimits(config, check));
  when(['data_feeds', 'brokers', 'instruments', 'security'], () => checkConnections(config, check));
  const strategies = Object.entries(config.strategies ?? {}).filter(([name]) =>
    isSound(`strategies.${name}`),
  );
  when(['data_feeds', 'brokers', 'instruments', 'fix_sessions', 'trading'], () =>
    checkFix(config, check),
  );
  checkStrategies(strategies, check, catalog);
  when(['risk_limits', 'strategies', 'brokers'], () => checkLimits(config, check));
  when(['simulation'], () => checkSimulation(config, check));
  when(['backtest'], () => checkBacktest(config, check));
  when(['sweep', 'strategies'], () => checkSweep(config, check, catalog));
  return check.problems;
}

function checkLive(config: RealTimeConfig, check: CrossCheck): void {
  const { trading, brokers } = config;
  if (config.environment === 'production' && config.debug_mode) {
    check.fail('debug_mode', 'false in production', 'true');
  }
  if (!trading.enable_live_trading) return;
  if (trading.paper_trading_mode) {
    check.fail('trading.paper_trading_mode', 'false where enable_live_trading is true', 'true');
  }
  const real = Object.entries(brokers).filter(([, { broker_type }]) => broker_type !== 'simulated');
  if (real.length === 0) {
    check.fail('brokers', 'a broker other than simulated for live trading', 'none');
  }
  for (const [name, broker] of real) {
    if (broker.broker_type === 'fix') continue;
    for (const part of ['api_key', 'secret_key'] as const) {
      if (broker[part] === undefined) {
        check.fail(`brokers.${name}.${part}`, 'credentials for live trading', 'nothing');
      }
    }
  }
  if (!config.journal.enabled) check.fail('journal.enabled', 'true for live trading', 'false');
}

/** What real money must be held by. */
function checkLiveLimits(
  { trading, risk_limits: limits }: RealTimeConfig,
  check: CrossCheck,
): void {
  if (!trading.enable_live_trading) return;
  const needed = [
    ['max_order_value', limits.max_order_value ?? limits.max_order_quantity],
    ['max_position_value', limits.max_position_value ?? limits.max_position_quantity],
    ['daily_loss_limit', limits.daily_loss_limit],
  ] as const;
  for (const [key, limit] of needed) {
    if (limit !== undefined) continue;
    check.fail(`risk_limits.${key}`, 'a limit for live trading', 'nothing');
  }
}

function checkConnections(config: RealTimeConfig, check: CrossCheck): void {
  const feeds = Object.keys(config.data_feeds);
  for (const [name, feed] of Object.entries(config.data_feeds)) {
    const key = `data_feeds.${name}`;
    if ((feed.api_key === undefined) !== (feed.secret_key === undefined)) {
      check.fail(key, 'both api_key and secret_key, or neither', 'one of them');
    }
    const seen = new Set<string>();
    for (const [index, symbol] of feed.symbols.entries()) {
      if (seen.has(symbol)) check.fail(`${key}.symbols[${index}]`, 'each symbol once', symbol);
      seen.add(symbol);
    }
  }
  for (const [name, broker] of Object.entries(config.brokers)) {
    for (const [index, feed] of broker.feeds.entries()) {
      check.known(`brokers.${name}.feeds[${index}]`, feed, feeds);
    }
  }
  for (const [symbol, { feed }] of Object.entries(config.instruments)) {
    if (feed !== undefined && feeds.length > 0) {
      check.known(`instruments.${symbol}.feed`, feed, feeds);
    }
  }
  const { security } = config;
  if ((security.tls_cert_file === undefined) !== (security.tls_key_file === undefined)) {
    check.fail('security', 'both tls_cert_file and tls_key_file, or neither', 'one of them');
  }
  if (security.api_token !== undefined && security.api_token.length < 16) {
    check.fail('security.api_token', 'at least 16 characters', `${security.api_token.length}`);
  }
}

function checkStrategies(
  strategies: readonly (readonly [string, RealTimeConfig['strategies'][string]])[],
  check: CrossCheck,
  catalog: StrategyCatalog | undefined,
): void {
  for (const [name, strategy] of strategies) {
    const key = `strategies.${name}`;
    if (strategy.class === undefined && strategy.module === undefined) {
      check.fail(key, 'class (a shipped strategy), module, or both', 'neither');
    }
    if (strategy.class === undefined || strategy.module !== undefined || !catalog) continue;
    const declarations = catalog.get(strategy.class);
    if (declarations === undefined) {
      const names = [...catalog.keys()];
      const expected = `a shipped strategy (${names.join(', ')}), or module beside it`;
      const nearest = nearestName(strategy.class, names);
      check.fail(`${key}.class`, expected, strategy.class, nearest);
      continue;
    }
    const result = resolveParameters(declarations, strategy.parameters);
    if (result.ok) continue;
    for (const problem of result.problems) {
      const at = `${key}.parameters.${problem.name}`;
      check.fail(at, problem.expected, problem.found, problem.nearest);
    }
  }
}

function checkLimits(config: RealTimeConfig, check: CrossCheck): void {
  const limits = config.risk_limits;
  const strategies = Object.keys(config.strategies);
  for (const name of Object.keys(limits.strategies)) {
    check.known(`risk_limits.strategies.${name}`, name, strategies);
  }
  for (const name of Object.keys(limits.venues)) {
    check.known(`risk_limits.venues.${name}`, name, Object.keys(config.brokers));
  }
}

function checkSimulation({ simulation }: RealTimeConfig, check: CrossCheck): void {
  const { latency, fees } = simulation;
  if (latency.model === 'measured' && latency.file === undefined) {
    check.fail('simulation.latency.file', 'a file for measured latency', 'nothing');
  }
  const hasSamples = latency.samples.length > 0 || latency.file !== undefined;
  if (latency.model === 'distribution' && !hasSamples) {
    check.fail('simulation.latency.samples', 'samples or a file to draw from', 'neither');
  }
  for (const [index, tier] of fees.tiers.entries()) {
    const before = fees.tiers[index - 1]?.volume;
    const key = `simulation.fees.tiers[${index}].volume`;
    if (before === undefined) {
      if (tier.volume !== 0n) check.fail(key, '0 for the first tier', 'more');
    } else if (tier.volume <= before) check.fail(key, 'more than the tier before', 'less or equal');
  }
}

function checkBacktest({ backtest }: RealTimeConfig, check: CrossCheck): void {
  const { start, end } = backtest;
  if (start !== undefined && end !== undefined && end <= start) {
    check.fail('backtest.end', 'a time after start', 'one that is not');
  }
  for (const [index, source] of backtest.data.entries()) {
    if (typeof source === 'string') continue;
    if ((source.file === undefined) === (source.generate === undefined)) {
      const found = source.file === undefined ? 'neither' : 'both';
      check.fail(`backtest.data[${index}]`, 'either file or generate', found);
    }
  }
}

function checkSweep(
  config: RealTimeConfig,
  check: CrossCheck,
  catalog: StrategyCatalog | undefined,
): void {
  const { sweep, strategies } = config;
  if (sweep === undefined) return;
  check.known('sweep.strategy', sweep.strategy, Object.keys(strategies));
  const strategy = Object.hasOwn(strategies, sweep.strategy)
    ? strategies[sweep.strategy]
    : undefined;
  const isShipped = strategy?.class !== undefined && strategy.module === undefined;
  const declarations = isShipped ? catalog?.get(strategy.class ?? '') : undefined;
  for (const [name, values] of Object.entries(sweep.parameters)) {
    const key = `sweep.parameters.${name}`;
    const declaration = declarations?.[name];
    if (declarations !== undefined && declaration === undefined) {
      check.known(key, name, Object.keys(declarations));
    }
    if ('from' in values) {
      if (values.to < values.from) check.fail(`${key}.to`, 'at least from', String(values.to));
      if (values.scale === 'log' && values.from <= 0) {
        check.fail(`${key}.from`, 'more than 0 on a log scale', String(values.from));
      }
      const steps = Number(values.step !== undefined) + Number(values.count !== undefined);
      if (sweep.method === 'grid' && steps !== 1) {
        check.fail(key, 'step or count, one of them', steps === 0 ? 'neither' : 'both');
      }
    }
    if (declaration === undefined) continue;
    const tried = 'from' in values ? [values.from, values.to] : values;
    for (const value of tried) {
      if (acceptsParameter(declaration, value)) continue;
      check.fail(key, describeParameter(declaration), JSON.stringify(value) ?? 'nothing');
    }
  }
}

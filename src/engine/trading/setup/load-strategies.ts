import type { RealTimeConfig } from '../../../config/schema/root.js';
import { HftError } from '../../../domain/errors.js';
import { resolveParameters } from '../../../domain/parameters.js';
import type { Strategy, StrategyClass } from '../../../domain/strategy.js';
import type { JsonValue } from '../../../domain/strategy-context.js';
import { loadStrategyClass } from '../../strategy-loading/load-strategy.js';

/** A strategy of a configuration, ready to run. */
export interface LoadedStrategy {
  readonly strategyId: string;
  readonly className: string;
  /** Absolute path of its module; a shipped one without. */
  readonly module: string | undefined;
  readonly strategy: Strategy;
  readonly account: string;
  /** What it sees and trades; empty: everything. */
  readonly symbols: readonly string[];
  /** All of its parameters: given ones and defaults. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly stallAfterMs: number;
  readonly stopsAll: boolean;
}

/** How strategies are loaded. */
export interface LoadStrategiesOptions {
  /** A path of the configuration from its folder on: `ConfigurationManager.resolvePath`. */
  readonly resolvePath: (path: string) => string;
  /** Values in place of those of the configuration, by strategy and parameter. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Loads the enabled strategies of a configuration, one instance each, in its order.
 *
 * Errors: HFT_STRATEGY for what can't be loaded or made; HFT_CONFIG with every parameter that is
 * wrong.
 */
export async function loadStrategies(
  config: RealTimeConfig,
  options: LoadStrategiesOptions,
): Promise<LoadedStrategy[]> {
  const loaded: LoadedStrategy[] = [];
  const problems: string[] = [];
  for (const strategyId of Object.keys(options.overrides ?? {})) {
    if (Object.hasOwn(config.strategies, strategyId)) continue;
    problems.push(`strategies.${strategyId}: there is no such strategy to override`);
  }
  for (const [strategyId, entry] of Object.entries(config.strategies)) {
    if (!entry.enabled) continue;
    const module = entry.module === undefined ? undefined : options.resolvePath(entry.module);
    const found = await loadStrategyClass({
      strategyId,
      ...(module === undefined ? {} : { module }),
      ...(entry.class === undefined ? {} : { className: entry.class }),
    });
    const given = { ...entry.parameters, ...options.overrides?.[strategyId] };
    const result = resolveParameters(found.parameters, given);
    if (!result.ok) {
      for (const { name, expected, found: was, nearest } of result.problems) {
        const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
        const key = `strategies.${strategyId}.parameters.${name}`;
        problems.push(`${key}: expected ${expected}, found ${was}${hint}`);
      }
      continue;
    }
    loaded.push({
      strategyId,
      className: found.name,
      module,
      strategy: make(found, strategyId),
      account: entry.account,
      symbols: entry.symbols,
      parameters: result.values as Readonly<Record<string, JsonValue>>,
      stallAfterMs: entry.stall_after / 1e6,
      stopsAll: entry.on_error === 'stop_all',
    });
  }
  if (problems.length > 0) throw new HftError('HFT_CONFIG', problems.join('\n'));
  return loaded;
}

function make(found: StrategyClass, strategyId: string): Strategy {
  try {
    return new found();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_STRATEGY', `strategies.${strategyId}: ${found.name} threw: ${reason}`, {
      cause: error,
    });
  }
}

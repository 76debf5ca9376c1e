import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { HftError } from '../../domain/errors.js';
import { nearestName } from '../../domain/parameters.js';
import type { StrategyClass } from '../../domain/strategy.js';
import { SHIPPED_STRATEGIES } from '../../strategies/catalog.js';

/** Which class a configuration names. */
export interface StrategySource {
  /** The strategy's name in the configuration, for messages. */
  readonly strategyId: string;
  /** Absolute path of a JavaScript or TypeScript module; a shipped strategy without. */
  readonly module?: string;
  /** The exported class; the only one of the module without. */
  readonly className?: string;
}

let hasHooks = false;

/** Node is made to read TypeScript the same way in every version: those that can, read less. */
function prepareTypeScript(): void {
  if (hasHooks) return;
  register('./typescript-hooks.js', import.meta.url);
  hasHooks = true;
}

/**
 * The class of a strategy: shipped, or from a module of the user's.
 *
 * Errors: HFT_STRATEGY where the module can't be loaded, or has no such class; the message names
 * what it has.
 */
export async function loadStrategyClass(source: StrategySource): Promise<StrategyClass> {
  const { strategyId, module, className } = source;
  if (module === undefined) {
    const shipped = SHIPPED_STRATEGIES.get(className ?? '');
    if (shipped !== undefined) return shipped;
    throw new HftError(
      'HFT_STRATEGY',
      `strategies.${strategyId}: ${className ?? 'no class'} is no shipped strategy; there are ` +
        [...SHIPPED_STRATEGIES.keys()].join(', '),
    );
  }
  if (/\.m?ts$/.test(module)) prepareTypeScript();
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(module).href)) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError(
      'HFT_STRATEGY',
      `strategies.${strategyId}: cannot load ${module}: ${reason}`,
      { cause: error },
    );
  }
  return chooseClass(exported, source);
}

function chooseClass(exported: Record<string, unknown>, source: StrategySource): StrategyClass {
  const { strategyId, module = '', className } = source;
  const classes = Object.entries(exported).filter(([, value]) => isStrategyClass(value));
  const names = classes.map(([name]) => name);
  const fail = (expected: string): never => {
    const found = names.length === 0 ? 'exports no strategy' : `exports ${names.join(', ')}`;
    const nearest = className === undefined ? undefined : nearestName(className, names);
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    throw new HftError(
      'HFT_STRATEGY',
      `strategies.${strategyId}: expected ${expected} in ${module}, which ${found}${hint}`,
    );
  };
  if (className === undefined) {
    if (classes.length !== 1) fail('one exported strategy, or its name as class,');
    return classes[0]?.[1] as StrategyClass;
  }
  const found = classes.find(([name]) => name === className);
  return (found ?? fail(`the exported strategy ${className}`))[1] as StrategyClass;
}

/** By its shape: a project may carry a copy of the package of its own. */
function isStrategyClass(value: unknown): value is StrategyClass {
  if (typeof value !== 'function') return false;
  const { prototype, parameters } = value as unknown as {
    readonly prototype?: Record<string, unknown>;
    readonly parameters?: unknown;
  };
  return (
    typeof prototype?.['attach'] === 'function' &&
    typeof prototype['onStart'] === 'function' &&
    typeof parameters === 'object'
  );
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '../../domain/strategy-context.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type { StrategyRunner } from '../trading/strategy-runner.js';
import { type ManifestStrategy, moduleHash, type RunManifest } from './run-manifest.js';

/** What a manifest says of the order manager. */
export function describeManager(
  manager: RealTimeOrderManager,
): Omit<
  RunManifest,
  'mode' | 'isStartedFirst' | 'depth' | 'instruments' | 'strategies' | 'config'
> {
  return {
    format: 1,
    run: manager.run,
    version: packageVersion(),
    node: process.version,
    simulated: manager.options.simulated ?? null,
    native: manager.options.native ?? {},
    setup: manager.recorder.setup,
    symbols: Object.values(manager.names.symbols).flatMap((id) => {
      const symbol = manager.names.symbolOf(id);
      const venue = manager.names.venues.name(manager.venueOf(id));
      return symbol === undefined ? [] : [{ ...symbol, venue }];
    }),
  };
}

/** What a manifest says of a strategy. */
export function describeRunner({ strategyId, options, state }: StrategyRunner): ManifestStrategy {
  const { source, strategy } = options;
  const module = source?.module;
  const sha256 = module === undefined ? undefined : moduleHash(module);
  return {
    strategyId,
    accountId: options.accountId ?? 'default',
    className: source?.className ?? strategy.constructor.name,
    ...(module === undefined ? {} : { module }),
    ...(sha256 === undefined ? {} : { sha256 }),
    instruments: options.instruments.map(({ id }) => id),
    parameters: options.parameters,
    seed: options.seed,
    stopsAll: options.stopsAll ?? false,
    state: Object.fromEntries(
      state.keys().map((key): [string, JsonValue] => [key, state.get(key) ?? null]),
    ),
  };
}

/** The version in the package.json above this file. */
function packageVersion(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let i = 0; i < 5; i += 1) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
    }
    folder = dirname(folder);
  }
  return 'unknown';
}

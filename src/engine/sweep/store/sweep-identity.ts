import type { RealTimeConfig } from '../../../config/schema/root.js';
import { restSiblings } from '../../../data/capture-files.js';
import type { ParameterValue } from '../../../domain/parameters.js';
import { hashFile, hashModule, hashOf, hashProgram } from './fingerprints.js';

/** Sections that change nothing in a backtest. */
const IDLE = ['sweep', 'paper', 'database', 'redis', 'logging', 'monitoring', 'security'] as const;

/**
 * A hash of all that decides a backtest but for the swept parameters and the span: the program, the
 * configuration, the code of strategies, and the whole content of data and latency files.
 *
 * Errors: HFT_DATA_FILE, HFT_STRATEGY for files that can't be read; `signal` ends it.
 */
export async function sweepIdentity(options: {
  readonly config: RealTimeConfig;
  readonly resolvePath: (path: string) => string;
  readonly version: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { config, resolvePath, version, signal } = options;
  const { batch_size: _batch, output: _output, data, ...backtest } = config.backtest;
  const rest = Object.fromEntries(
    Object.entries(config).filter(([name]) => !IDLE.some((idle) => idle === name)),
  );
  const files = data.flatMap((source) => {
    const file = typeof source === 'string' ? source : source.file;
    return file === undefined ? [] : [resolvePath(file)];
  });
  const siblings = await restSiblings(files);
  const latency = config.simulation.latency.file;
  if (latency !== undefined) files.push(resolvePath(latency));
  const contents: string[] = [];
  for (const file of [...files, ...siblings]) contents.push(await hashFile(file, signal));
  const modules = Object.values(config.strategies).flatMap(({ enabled, module }) =>
    enabled && module !== undefined ? [hashModule(resolvePath(module))] : [],
  );
  const { feeds, brokers } = withoutSecrets(config);
  return hashOf({
    version,
    program: hashProgram(),
    config: { ...rest, data_feeds: feeds, brokers, backtest: { ...backtest, data } },
    contents,
    modules,
  });
}

/** The identity of one run. `parameters` are all of the strategy's, defaults filled in. */
export function runIdentity(
  sweep: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  span: { readonly startNs?: bigint; readonly endNs?: bigint },
): string {
  const { startNs = null, endNs = null } = span;
  return hashOf({ sweep, parameters, startNs, endNs }).slice(0, 32);
}

/** Keys of accounts decide nothing here, and have no place in anything that is written. */
function withoutSecrets(config: RealTimeConfig) {
  const strip = (entries: Readonly<Record<string, object>>) =>
    Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [
        name,
        Object.fromEntries(Object.entries(entry).filter(([key]) => !/key|secret|pass/.test(key))),
      ]),
    );
  return { feeds: strip(config.data_feeds), brokers: strip(config.brokers) };
}

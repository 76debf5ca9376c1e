import { ConfigurationManager } from '../../../config/configuration-manager.js';
import type { RealTimeConfig } from '../../../config/schema/root.js';
import { HftError } from '../../../domain/errors.js';
import type { MarketSurvey } from '../../trading/market/market-survey.js';
import { runConfiguredBacktest } from '../../trading/run-configured-backtest.js';
import { metricsOf } from '../judge/run-metrics.js';
import { serveRuns } from './serve-runs.js';

/** What the workers of a sweep share: the same configuration and data, read and surveyed once. */
export interface BacktestPayload {
  readonly config: RealTimeConfig;
  readonly source: string;
  /** The strategy whose parameters vary. */
  readonly strategy: string;
  /** Of the beginning of the data, as a rule. */
  readonly survey: MarketSurvey;
}

serveRuns((payload) => {
  const { config, source, strategy, survey: beginning } = payload as BacktestPayload;
  let survey = beginning;
  const manager = ConfigurationManager.adopt(config, source);
  return async (spec, { signal, report }) => {
    const result = await runConfiguredBacktest(manager, {
      overrides: { [strategy]: spec.parameters },
      ...(spec.startNs === undefined ? {} : { start: spec.startNs }),
      ...(spec.endNs === undefined ? {} : { end: spec.endNs }),
      survey,
      onSurveyed: (whole) => {
        survey = whole;
      },
      signal,
      onProgress: ({ done, total }) => report(total > 0 ? done / total : 0),
    });
    const stopped = result.strategies.find((one) => one.stopped !== undefined);
    if (stopped !== undefined) {
      throw new HftError('HFT_STRATEGY', `${stopped.strategyId} ${stopped.stopped ?? ''}`);
    }
    return metricsOf(result);
  };
});

import type { ComponentHealth, SystemHealth } from '../../engine/system/health.js';
import type { RealTimeTradingSystem } from '../../engine/system/real-time-trading-system.js';
import type { SystemStatistics } from '../../engine/system/system-statistics.js';
import type { WrittenReport } from '../backtest/write-report.js';
import { eventCount } from '../market-figures.js';
import { mergeStreams } from './merge-streams.js';
import { tradingSummary } from './trading-summary.js';

/** Names the shape of `hft run --json`; it changes when a field changes its meaning. */
export const RUN_SCHEMA = 'hft.run/1';

/** What is known of a run when it has ended. */
export interface RunOutcome {
  readonly system: RealTimeTradingSystem;
  readonly source: string;
  /** While everything was still open. */
  readonly health: SystemHealth;
  readonly statistics: SystemStatistics;
  readonly files: WrittenReport | undefined;
}

/** Why a run isn't well; empty where all is. */
export function problemsOf({ system, health, statistics }: RunOutcome): string[] {
  const { policy } = system.plan.shutdown;
  const problems = health.components.filter(isProblem).map(problemText);
  if (system.state === 'failed') problems.push(...system.errors);
  for (const [name, { connects }] of Object.entries(statistics.feeds)) {
    if (connects === 0) problems.push(`feed ${name} was never connected`);
  }
  if (policy !== 'keep' && statistics.workingOrders > 0) {
    problems.push(`${statistics.workingOrders} orders still work: shutdown_timeout was over`);
  }
  return [...new Set(problems)];
}

/** Where only the risk of the present moment is limited, trading was as it should be. */
function isProblem({ kind, level }: ComponentHealth): boolean {
  return level === 'failed' || (level === 'degraded' && kind !== 'risk');
}

function problemText({ kind, name, detail }: ComponentHealth): string {
  return kind === name ? `${kind}: ${detail}` : `${kind} ${name}: ${detail}`;
}

/** The object that `hft run --json` prints. */
export function runSummary(outcome: RunOutcome): Record<string, unknown> {
  const { system, source, health, statistics, files } = outcome;
  const { plan } = system;
  const problems = problemsOf(outcome);
  const stream = mergeStreams(Object.values(statistics.feeds).map((feed) => feed.stream));
  const seconds = statistics.uptimeMs / 1000;
  const events = stream === undefined ? 0 : eventCount(stream);
  const { recovery } = system;
  return {
    schema: RUN_SCHEMA,
    ok: problems.length === 0,
    problems,
    mode: plan.mode,
    config: plan.configFile,
    source,
    seconds,
    marketEvents: statistics.marketEvents,
    eventsPerSecond: seconds > 0 ? Math.round(events / seconds) : 0,
    feeds: statistics.feeds,
    brokers: statistics.brokers,
    health,
    trading: tradingSummary(statistics),
    journal:
      plan.journalDirectory === undefined
        ? null
        : {
            directory: plan.journalDirectory,
            run: recovery?.run ?? 0,
            lastSequence: statistics.trading.journalSequence,
            recovered: {
              records: recovery?.records ?? 0,
              orders: recovery?.orders ?? 0,
              fills: recovery?.fills ?? 0,
              unknown: recovery?.unknown ?? 0,
            },
          },
    stateHash: statistics.trading.decisionHash,
    errors: system.errors,
    files: files ?? null,
  };
}

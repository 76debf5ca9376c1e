import {
  brokers,
  database,
  dataFeeds,
  logging,
  monitoring,
  redis,
  security,
} from './connections.js';
import { fixSessions } from './fix-sessions.js';
import { is, optional, preset, type ValueOfSchema } from './kinds.js';
import { backtest, paper, simulation, sweep } from './research.js';
import {
  instruments,
  journal,
  performance,
  riskLimits,
  strategies,
  streamProcessing,
  trading,
} from './trading.js';

/** The whole configuration. docs/configuration.md is made from it. */
export const ROOT = is.object({
  environment: preset(
    is.choice('development', 'testing', 'staging', 'production'),
    'development',
    'Where it runs; `production` refuses `debug_mode`.',
  ),
  debug_mode: preset(is.boolean(), 'false', 'Whether more is checked and told.'),
  system_id: preset(
    is.text({
      pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
      hint: 'a name of at most 64 letters, digits, _, . and -',
    }),
    'hft',
    'The name of this system in logs, metrics and order ids.',
  ),
  data_feeds: preset(dataFeeds, '{}', 'Where market data comes from, by name.'),
  brokers: preset(brokers, '{}', 'Where orders go, by name.'),
  fix_sessions: preset(fixSessions, '{}', 'FIX sessions of brokers and data feeds, by name.'),
  instruments: preset(instruments, '{}', 'What is traded, where data and venue do not say it.'),
  trading: preset(trading, '{}', 'Whether and how orders are sent.'),
  risk_limits: preset(riskLimits, '{}', 'What holds orders and positions.'),
  strategies: preset(strategies, '{}', 'What trades, by name.'),
  simulation: preset(simulation, '{}', 'The exchange of backtest and paper.'),
  backtest: preset(backtest, '{}', 'Runs over recorded or generated data.'),
  paper: preset(paper, '{}', 'Runs in real time against the simulated exchange.'),
  sweep: optional(sweep, 'Many backtests over the parameters of a strategy.'),
  stream_processing: preset(streamProcessing, '{}', 'From frames to strategies.'),
  performance: preset(performance, '{}', 'What the process may use.'),
  journal: preset(journal, '{}', 'The record that everything else follows from.'),
  database: preset(database, '{}', 'Where the journal is projected to.'),
  redis: preset(redis, '{}', 'What several processes share.'),
  logging: preset(logging, '{}', 'The log.'),
  monitoring: preset(monitoring, '{}', 'Metrics, health and dashboard.'),
  security: preset(security, '{}', 'Who may do what.'),
});

/** A validated configuration. Money is in 10^-8, ratios in 10^-8, durations in nanoseconds. */
export type RealTimeConfig = ValueOfSchema<typeof ROOT>;

import { existsSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationManager } from '../../config/configuration-manager.js';
import { HftError } from '../../domain/errors.js';
import { RealTimeTradingSystem } from '../../engine/system/real-time-trading-system.js';
import { SHIPPED_PARAMETERS } from '../../strategies/catalog.js';
import { writeReport } from '../backtest/write-report.js';
import type { RunCommandOptions } from '../commands/run.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { displayMode, showMarket, summaryLines } from '../demo/show-market.js';
import { ExitCode } from '../exit-code.js';
import type { MarketView } from '../terminal/market-view.js';
import { packageVersion } from '../version.js';
import { firstOf } from './first-of.js';
import { openRunLog } from './run-log.js';
import { problemsOf, type RunOutcome, runSummary } from './run-outcome.js';
import { SystemView } from './system-view.js';

/** What strategies log goes where the configuration says, while they run. */
const NO_LOG = { text: () => '' };

/** `hft run`: the strategies of a configuration in real time. Exit code 0 only when all is well. */
export async function runSystem(
  file: string,
  options: RunCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const configuration = await ConfigurationManager.load(file, {
    env: context.env,
    catalog: SHIPPED_PARAMETERS,
  });
  const output =
    options.output === undefined
      ? configuration.resolvePath(configuration.config.paper.output)
      : resolve(options.output);
  // Never one journal for both: what paper trading holds is no position of a real account.
  const isLive = configuration.config.trading.enable_live_trading;
  const home = isLive ? join(output, 'live') : output;
  const journalDirectory = join(home, 'journal');
  if (options.fresh === true && isLive) {
    // A new journal would give ClOrdIDs again that the venue has.
    throw new HftError('HFT_ARGUMENT', '--fresh: the journal of live trading is never put aside');
  }
  if (options.fresh === true) {
    putAside(journalDirectory);
    putAside(join(output, 'strategies'));
  }
  const modes = { isHeadless: options.headless === true, isJson: options.json === true };
  const mode = displayMode(context, modes);
  const log = openRunLog(configuration, { output, hasScreen: mode === 'screen' }, context);
  const system = new RealTimeTradingSystem(configuration, {
    stateDirectory: options.stateDir ?? context.env['HFT_STATE_DIR'] ?? '.hft',
    journalDirectory,
    version: packageVersion(),
    log: log.logger,
    env: context.env,
  });
  try {
    await system.initialise();
    const { outcome, view } = await play(system, options, context);
    const { result } = system;
    const files = result === undefined ? undefined : await writeReport(result, output, NO_LOG);
    const whole = { ...outcome, files };
    report(whole, view, options, context);
    if (log.file !== undefined && mode === 'screen') printLine(context, `log ${log.file}`);
    return problemsOf(whole).length === 0 ? ExitCode.Ok : ExitCode.Failure;
  } finally {
    await system.close();
    await log.close();
  }
}

async function play(
  system: RealTimeTradingSystem,
  options: RunCommandOptions,
  context: CliContext,
): Promise<{ readonly outcome: Omit<RunOutcome, 'files'>; readonly view: MarketView }> {
  const source = sourceOf(system);
  const pictures = new SystemView(system, {
    program: 'hft run',
    source,
    transport: system.plan.mode,
    strategy: system.plan.strategies.map(({ strategyId }) => strategyId).join(', '),
  });
  const failed = new Promise<void>((done) => system.once('systemError', () => done()));
  const modes = { isHeadless: options.headless === true, isJson: options.json === true };
  system.start();
  const display = showMarket(displayMode(context, modes), () => pictures.view(), context);
  try {
    const ended = system.parts.market.venue?.ended;
    const { duration: durationSeconds } = options;
    await firstOf({ signal: context.signal, ended, durationSeconds, failed });
  } finally {
    display.stop();
  }
  if (system.state !== 'running') {
    await system.close();
    throw new HftError('HFT_LIFECYCLE', `the system has failed: ${system.errors.join('; ')}`);
  }
  const health = system.health();
  const view = pictures.view();
  const statistics = await system.stop();
  return {
    outcome: { system, source, health, statistics },
    view: { ...view, trading: pictures.trading(statistics) },
  };
}

function report(
  outcome: RunOutcome,
  view: MarketView,
  options: RunCommandOptions,
  context: CliContext,
): void {
  const { system, files } = outcome;
  if (options.json === true) {
    printJson(context, runSummary(outcome));
    return;
  }
  for (const line of summaryLines(view)) printLine(context, line);
  const { recovery } = system;
  if (recovery !== undefined && recovery.records > 0) {
    const { orders, fills, unknown } = recovery;
    printLine(context, `recovered ${orders} orders, ${fills} fills, ${unknown} unknown`);
  }
  if (files !== undefined) printLine(context, `report ${files.report}`);
  for (const error of system.errors) printNote(context, `note: ${error}`);
  for (const problem of problemsOf(outcome)) printNote(context, `error: ${problem}`);
}

/** What the market is, for people. */
function sourceOf({ plan }: RealTimeTradingSystem): string {
  const { market } = plan;
  if (market.kind === 'feeds') return market.feeds.map(({ name }) => name).join(', ');
  const { source } = market.venue;
  return source.kind === 'generator'
    ? `generator ${source.wireFormat}, seed ${source.seed}`
    : source.files.join(', ');
}

/** Earlier runs keep what they have, under a name with the time. */
function putAside(folder: string): void {
  if (!existsSync(folder)) return;
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  try {
    renameSync(folder, `${folder}.${stamp}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot put ${folder} aside: ${reason}`, { cause: error });
  }
}

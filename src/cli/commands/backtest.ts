import { type Command, InvalidArgumentError } from 'commander';
import { ConfigurationManager } from '../../config/configuration-manager.js';
import type { BacktestResult } from '../../engine/report/backtest-result.js';
import { jsonReport } from '../../engine/report/json-report.js';
import { textSummary } from '../../engine/report/text-summary.js';
import {
  type BacktestProgress,
  type ConfiguredBacktestOptions,
  runConfiguredBacktest,
} from '../../engine/trading/run-configured-backtest.js';
import { SHIPPED_PARAMETERS } from '../../strategies/catalog.js';
import type { Progress } from '../../telemetry/progress.js';
import { BacktestLog } from '../backtest/backtest-log.js';
import { type WrittenReport, writeReport } from '../backtest/write-report.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { commandProgress } from '../data/read-capture.js';
import { ExitCode } from '../exit-code.js';
import { packageVersion } from '../version.js';

interface BacktestCommandOptions {
  readonly output?: string;
  readonly start?: bigint;
  readonly end?: bigint;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** Adds `hft backtest`. */
export function addBacktestCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const backtest = program
    .command('backtest')
    .description('run strategies over recorded or generated markets and write a report')
    .argument('<config>', 'configuration in YAML')
    .option('-o, --output <folder>', 'folder of the report, in place of backtest.output')
    .option('--start <time>', 'strategies begin here (ISO 8601, UTC)', momentOption)
    .option('--end <time>', 'and end here', momentOption)
    .option('--verify', 'run twice: both must decide the same')
    .option('--json', 'print one JSON object');
  backtest.action(async (config: string) => {
    setExitCode(await runBacktest(config, backtest.opts<BacktestCommandOptions>(), context));
  });
}

/** `hft backtest`: exit code 0 only where every strategy ran to the end. */
async function runBacktest(
  file: string,
  options: BacktestCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const read = { env: context.env, catalog: SHIPPED_PARAMETERS };
  const manager = await ConfigurationManager.load(file, read);
  const folder = options.output ?? manager.resolvePath(manager.config.backtest.output);
  const log = new BacktestLog(manager.config.logging.level);
  const { start, end } = options;
  const span = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  const result = await run('backtest', manager, options, context, {
    ...span,
    openLog: (strategyId, clock) => log.open(strategyId, clock),
  });
  if (options.verify === true) {
    const again = await run('verify', manager, options, context, span);
    const difference = differenceOf(result, again);
    if (difference !== undefined) {
      printNote(context, `error: ${difference}`);
      return ExitCode.Failure;
    }
  }
  const written = await writeReport(result, folder, log);
  if (options.json === true) printJson(context, { ...jsonReport(result), files: written });
  else report(result, written, context);
  const stopped = result.strategies.filter((strategy) => strategy.stopped !== undefined);
  for (const { strategyId, stopped: why } of stopped) {
    printNote(context, `error: ${strategyId} did not run to the end: ${why}`);
  }
  return stopped.length === 0 ? ExitCode.Ok : ExitCode.Failure;
}

async function run(
  label: string,
  manager: ConfigurationManager,
  options: BacktestCommandOptions,
  context: CliContext,
  changes: ConfiguredBacktestOptions,
): Promise<BacktestResult> {
  const display = new BacktestDisplay(label, options.json === true, context);
  try {
    return await runConfiguredBacktest(manager, {
      ...changes,
      version: packageVersion(),
      signal: context.signal,
      onProgress: (progress) => display.update(progress),
    });
  } finally {
    display.finish();
  }
}

/** Progress of both phases: bytes that are read, then market events that are played. */
class BacktestDisplay {
  readonly #label: string;
  readonly #isSilent: boolean;
  readonly #context: CliContext;
  #phase: BacktestProgress['phase'] | undefined;
  #progress: Progress | undefined;

  constructor(label: string, isSilent: boolean, context: CliContext) {
    this.#label = label;
    this.#isSilent = isSilent;
    this.#context = context;
  }

  update({ phase, done, total, events }: BacktestProgress): void {
    if (phase !== this.#phase) {
      this.finish();
      this.#phase = phase;
      const isSurvey = phase === 'survey';
      this.#progress = commandProgress(
        {
          label: isSurvey ? 'instruments' : this.#label,
          unit: isSurvey ? 'bytes' : 'messages',
          total,
        },
        { isSilent: this.#isSilent },
        this.#context,
      );
    }
    if (phase === 'survey') this.#progress?.update(done, total);
    // How many events there will be follows from the share of the bytes that they took so far.
    else this.#progress?.update(events, done > 0 ? Math.max(events, (events * total) / done) : 0);
  }

  finish(): void {
    this.#progress?.finish();
    this.#progress = undefined;
  }
}

function report(result: BacktestResult, written: WrittenReport, context: CliContext): void {
  context.stdout.write(textSummary(result));
  printLine(context, `report: ${written.report}`);
}

/** What two runs of the same differ in; undefined where they don't. */
function differenceOf(one: BacktestResult, other: BacktestResult): string | undefined {
  if (one.run.stateHash === other.run.stateHash) return undefined;
  const at = one.fills.findIndex(
    (fill, index) => JSON.stringify(fill) !== JSON.stringify(other.fills[index]),
  );
  const fill = one.fills[at] ?? other.fills[at];
  const where =
    fill === undefined
      ? 'in orders that were not filled'
      : `from ${new Date(fill.timeMs).toISOString()} on, with a fill of ${fill.strategyId}`;
  return (
    `two runs of the same data and seeds differ ${where} (state hashes ${one.run.stateHash} and ` +
    `${other.run.stateHash}): a strategy uses Math.random, Date or something else that isn't in ` +
    'its context'
  );
}

/** A parser of moments for a commander option: nanoseconds since the epoch. */
function momentOption(text: string): bigint {
  const ms = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z?)?$/.test(text)
    ? Date.parse(text.includes('T') && !text.endsWith('Z') ? `${text}Z` : text)
    : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError('Expected a time such as 2026-01-31T09:30:00Z.');
  }
  const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? '';
  return BigInt(Math.floor(ms / 1000)) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

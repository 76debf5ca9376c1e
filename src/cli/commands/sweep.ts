import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { ConfigurationManager } from '../../config/configuration-manager.js';
import { sweepText } from '../../engine/sweep/report/sweep-text.js';
import { writeSweepReports } from '../../engine/sweep/report/write-reports.js';
import { runSweep, type SweepProgress } from '../../engine/sweep/run-sweep.js';
import { SHIPPED_PARAMETERS } from '../../strategies/catalog.js';
import { createProgress, type Progress, progressMode } from '../../telemetry/progress.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode, StopSignal } from '../exit-code.js';
import { wholeNumber } from '../options.js';
import { packageVersion } from '../version.js';

interface SweepCommandOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

/** Adds `hft sweep`. */
export function addSweepCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const sweep = program
    .command('sweep')
    .description('backtest many parameters of a strategy on all cores, and judge the best')
    .argument('<config>', 'configuration in YAML, with a section sweep')
    .option('--workers <n>', 'threads, in place of sweep.workers', wholeNumber(0, 1024))
    .option('--json', 'print one JSON object');
  sweep.action(async (file: string) => {
    setExitCode(await run(file, sweep.opts<SweepCommandOptions>(), context));
  });
}

async function run(
  file: string,
  options: SweepCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const read = { env: context.env, catalog: SHIPPED_PARAMETERS };
  const manager = await ConfigurationManager.load(file, read);
  const { config } = manager;
  const { workers } = options;
  const isOther = config.sweep !== undefined && workers !== undefined;
  const display = new SweepDisplay(options.json === true, context);
  const result = await runSweep({
    config: isOther ? { ...config, sweep: { ...config.sweep, workers } } : config,
    source: file,
    resolvePath: (path) => manager.resolvePath(path),
    sourceOf: (key) => manager.sourceOf(key),
    version: packageVersion(),
    signal: context.signal,
    onProgress: (progress) => display.show(progress),
  }).catch((error: unknown) => {
    display.finish();
    if (context.signal.reason instanceof StopSignal) display.tellStopped(file);
    throw error;
  });
  display.finish();
  const folder = manager.resolvePath(config.sweep?.output ?? '.');
  const reports = existsSync(folder) ? writeSweepReports(folder, result) : undefined;
  if (options.json === true) printJson(context, { ...result, reports });
  else {
    context.stdout.write(sweepText(result));
    if (reports !== undefined) printLine(context, `report: ${reports.html}`);
  }
  const { failed, open } = result.counts;
  return failed === 0 && open === 0 ? ExitCode.Ok : ExitCode.Failure;
}

/** The progress of a sweep, whose whole is known once it is planned. */
class SweepDisplay {
  readonly #isSilent: boolean;
  readonly #context: CliContext;
  #progress: Progress | undefined;
  #total = 0;
  #last: SweepProgress = { done: 0, total: 0, reused: 0 };

  constructor(isSilent: boolean, context: CliContext) {
    this.#isSilent = isSilent;
    this.#context = context;
  }

  show(progress: SweepProgress): void {
    this.#last = progress;
    if (progress.total === 0) return;
    if (progress.total !== this.#total) this.#restart(progress);
    this.#progress?.update(progress.done);
  }

  finish(): void {
    this.#progress?.finish();
    this.#progress = undefined;
  }

  tellStopped(file: string): void {
    const { done, total, reused } = this.#last;
    if (this.#isSilent || total === 0) return;
    const kept = Math.floor(done) + reused;
    const words = `${kept} of ${total + reused} runs are kept`;
    printNote(this.#context, `${words}: hft sweep ${file} goes on from there`);
  }

  #restart({ total, reused }: SweepProgress): void {
    const { stderr } = this.#context;
    if (this.#total === 0 && reused > 0 && !this.#isSilent) {
      printNote(this.#context, `${reused} runs are there already`);
    }
    this.finish();
    this.#total = total;
    this.#progress = createProgress({
      label: 'sweep',
      total,
      unit: 'runs',
      mode: progressMode({ isSilent: this.#isSilent, isTerminal: stderr.isTTY === true }),
      write: (text) => void stderr.write(text),
      columns: () => stderr.columns ?? 80,
    });
  }
}

import type { Command } from 'commander';
import type { JournalReplay, RunReplay } from '../../engine/replay/replay-journal.js';
import { type CliContext, printJson, printLine } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { wholeNumber } from '../options.js';
import { describeRunReplay } from '../replay/describe-run-replay.js';

interface ReplayCommandOptions {
  readonly verify?: boolean;
  readonly json?: boolean;
  readonly run?: number;
}

/** Adds `hft replay`. */
export function addReplayCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const replay = program
    .command('replay')
    .description('run strategies once more over their own journal, decision by decision')
    .argument('<journal>', 'directory of the journal')
    .option('--verify', 'fail where a decision differs (the default; says what is meant)')
    .option('--run <number>', 'this run alone; every run without', wholeNumber(1))
    .option('--json', 'print one JSON object');
  replay.action(async (journal: string) => {
    setExitCode(await runReplay(journal, replay.opts<ReplayCommandOptions>(), context));
  });
}

async function runReplay(
  journal: string,
  options: ReplayCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { replayJournal } = await import('../../engine/replay/replay-journal.js');
  const { createProgress, progressMode } = await import('../../telemetry/progress.js');
  const progress = createProgress({
    label: 'replay',
    unit: 'messages',
    mode: progressMode({
      isSilent: options.json === true,
      isTerminal: context.stderr.isTTY === true,
    }),
    write: (text) => void context.stderr.write(text),
    columns: () => context.stderr.columns ?? 80,
  });
  let before = 0;
  let current = 0;
  let last = 0;
  let result: JournalReplay;
  try {
    result = await replayJournal(journal, {
      ...(options.run === undefined ? {} : { run: options.run }),
      signal: context.signal,
      onProgress: (run, events) => {
        if (run !== current) before += last;
        current = run;
        last = events;
        progress.update(before + events);
      },
    });
  } finally {
    progress.finish();
  }
  if (options.json === true) {
    printJson(context, result);
  } else {
    for (const run of result.runs) printRun(context, run);
    printLine(context, result.ok ? 'verdict: identical' : 'verdict: NOT identical');
  }
  return result.ok ? ExitCode.Ok : ExitCode.BadData;
}

function printRun(context: CliContext, run: RunReplay): void {
  for (const line of describeRunReplay(run)) printLine(context, line);
}

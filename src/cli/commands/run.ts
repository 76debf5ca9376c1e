import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import { positiveNumber } from '../options.js';

/** The options of `hft run`. */
export interface RunCommandOptions {
  readonly duration?: number;
  readonly stateDir?: string;
  readonly output?: string;
  readonly fresh?: boolean;
  readonly headless?: boolean;
  readonly json?: boolean;
}

/** Adds `hft run`. */
export function addRunCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const run = program
    .command('run')
    .description('trade the strategies of a configuration in real time')
    .argument('<config>', 'configuration in YAML')
    .option('--duration <seconds>', 'end after so long; Ctrl-C ends it too', positiveNumber)
    .option('-o, --output <folder>', 'folder of report and journal, in place of paper.output')
    .option('--state-dir <dir>', 'of the kill switch (default: HFT_STATE_DIR, or .hft)')
    .option('--fresh', 'put the journal of earlier runs aside, and begin without positions')
    .option('--headless', 'plain lines instead of the live view')
    .option('--json', 'print one JSON object at the end, and nothing else');
  run.action(async (config: string) => {
    // What needs the addon is loaded when it is used: help and doctor work without it.
    const { runSystem } = await import('../trading/run-system.js');
    setExitCode(await runSystem(config, run.opts<RunCommandOptions>(), context));
  });
}

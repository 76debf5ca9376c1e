import { Command, CommanderError } from 'commander';
import { HftError } from '../domain/errors.js';
import { maskText } from '../telemetry/log.js';
import { addAuditCommand } from './commands/audit.js';
import { addBacktestCommand } from './commands/backtest.js';
import { addConfigCommand } from './commands/config.js';
import { addDataCommand } from './commands/data.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addFixCommand } from './commands/fix.js';
import { addInitCommand } from './commands/init.js';
import { addKillCommands } from './commands/kill.js';
import { addReplayCommand } from './commands/replay.js';
import { addRunCommand } from './commands/run.js';
import { addSweepCommand } from './commands/sweep.js';
import { addVenueCommand } from './commands/venue.js';
import { addWhyCommand } from './commands/why.js';
import type { CliContext } from './context.js';
import { ExitCode, exitCodeOf, StopSignal } from './exit-code.js';
import { packageVersion } from './version.js';

/**
 * Runs `hft` with `args` (without node and script) and returns its exit code.
 *
 * Nothing is thrown: an error becomes one sentence on standard error, and with HFT_DEBUG its stack.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.Ok;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage;
    }
    if (context.signal.aborted && context.signal.reason instanceof StopSignal) {
      return context.signal.reason.exitCode;
    }
    context.stderr.write(describeError(error, context));
    return exitCodeOf(error);
  }
}

function createProgram(context: CliContext, setExitCode: (code: ExitCode) => void): Command {
  const program = new Command('hft')
    .description('Real-time trading: strategies in TypeScript at the speed of C++.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
      getErrHelpWidth: () => context.stderr.columns ?? 80,
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 ok, 1 failure, 2 wrong command line, 3 bad data, 130 Ctrl-C.\n' +
        'HFT_DEBUG=1 prints the stack of an error. Reference: docs/cli.md',
    )
    // `hft fix decode --version 4.4` means the version of FIX.
    .enablePositionalOptions()
    .exitOverride();
  addDemoCommand(program, context, setExitCode);
  addBacktestCommand(program, context, setExitCode);
  addRunCommand(program, context, setExitCode);
  addAuditCommand(program, context, setExitCode);
  addKillCommands(program, context, setExitCode);
  addConfigCommand(program, context, setExitCode);
  addInitCommand(program, context);
  addSweepCommand(program, context, setExitCode);
  addDataCommand(program, context, setExitCode);
  addDoctorCommand(program, context, setExitCode);
  addFixCommand(program, context, setExitCode);
  addReplayCommand(program, context, setExitCode);
  addWhyCommand(program, context, setExitCode);
  addVenueCommand(program, context, setExitCode);
  return program;
}

function describeError(error: unknown, context: CliContext): string {
  const hasStack = (context.env['HFT_DEBUG'] ?? '') !== '';
  if (!(error instanceof Error)) return `error: ${maskText(String(error))}\n`;
  const code = error instanceof HftError ? ` (${error.code})` : '';
  const sentence = `error: ${maskText(error.message)}${code}\n`;
  return hasStack ? `${sentence}${maskText(error.stack ?? '')}\n` : sentence;
}

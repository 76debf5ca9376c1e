import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import type { FixLogOptions, FixRunOptions, FixSendOptions } from '../fix/options.js';
import { positiveNumber } from '../options.js';

/** Adds the verbs of `hft fix` that run sessions. */
export function addFixSessionCommands(
  fix: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const config = ['-c, --config <file>', 'sessions, in YAML or as a QuickFIX .cfg'] as const;

  const accept = fix
    .command('accept')
    .description('run the sessions of a file, acceptors first of all, until Ctrl-C')
    .requiredOption(...config)
    .option('--echo', "answer as the application behind QuickFIX's acceptance scripts does")
    .option('--no-fast-path', 'send every message through the session brain')
    .option('--json', 'print events as JSON lines');
  accept.action(async () => {
    const { runSessions } = await import('../fix/run-sessions.js');
    setExitCode(await runSessions(accept.opts<FixRunOptions>(), context));
  });

  const connect = fix
    .command('connect')
    .description('log on and print what comes, until Ctrl-C; lines of standard input are sent')
    .requiredOption(...config)
    .option('--no-fast-path', 'send every message through the session brain')
    .option('--json', 'print events as JSON lines');
  connect.action(async () => {
    const { runSessions } = await import('../fix/run-sessions.js');
    setExitCode(await runSessions({ ...connect.opts<FixRunOptions>(), input: true }, context));
  });

  const send = fix
    .command('send')
    .description('log on, send messages, print the answers, log out')
    .argument('<message...>', '`35=D|11=id|...`: MsgType and body, fields apart by | or SOH')
    .requiredOption(...config)
    .option('-s, --session <id>', 'session id or TargetCompID; may be left out where there is one')
    .option(
      '-w, --wait <seconds>',
      'how long to wait for the logon and for answers',
      positiveNumber,
      5,
    )
    .option('--json', 'print events as JSON lines');
  send.action(async (messages: string[]) => {
    const { runSend } = await import('../fix/run-send.js');
    setExitCode(await runSend(messages, send.opts<FixSendOptions>(), context));
  });

  const log = fix
    .command('log')
    .description('print a session log, fields apart by |')
    .argument('<file>', 'log of a session')
    .option('-t, --type <msgType>', 'only messages of this MsgType')
    .option('--messages', 'messages only, without the times and events');
  log.action(async (file: string) => {
    const { runLog } = await import('../fix/run-log.js');
    setExitCode(await runLog(file, log.opts<FixLogOptions>(), context));
  });
}

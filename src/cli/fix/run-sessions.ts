import { createInterface } from 'node:readline';
import { FixSessions } from '../../connectors/fix/fix-session.js';
import { readFixSettings } from '../../connectors/fix/settings.js';
import { type CliContext, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { parseMessageText, printEvent } from './fix-text.js';
import type { FixRunOptions } from './options.js';

/** `hft fix accept` and `hft fix connect`: runs the sessions of a file until the signal. */
export async function runSessions(options: FixRunOptions, context: CliContext): Promise<ExitCode> {
  const group = FixSessions.open({
    settings: readFixSettings(options.config, context.env),
    echoes: options.echo === true,
    usesFastPath: options.fastPath,
  });
  const asJson = options.json === true;
  for (const session of group.sessions) {
    session.onBatch((events) => {
      for (const event of events) printEvent(context, session.info.id, event, asJson);
    });
  }
  group.start();
  if (!asJson) {
    for (const { info } of group.sessions) {
      const verb = info.connectionType === 'acceptor' ? 'listening on' : 'connecting to';
      printLine(context, `${info.id} ${verb} ${info.host}:${info.port}`);
    }
  }
  const input = options.input === true ? createInterface({ input: context.stdin }) : undefined;
  input?.on('line', (line) => sendLine(group, line, context));
  if (!context.signal.aborted) {
    await new Promise<void>((resolve) => {
      context.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  input?.close();
  await group.close();
  return ExitCode.Ok;
}

function sendLine(group: FixSessions, line: string, context: CliContext): void {
  if (line.trim() === '') return;
  const [session] = group.sessions;
  try {
    const { msgType, fields } = parseMessageText(line);
    session?.send(msgType, fields);
  } catch (error) {
    printNote(context, `error: ${error instanceof Error ? error.message : String(error)}`);
  }
}

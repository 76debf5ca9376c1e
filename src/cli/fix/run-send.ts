import { setTimeout as delay } from 'node:timers/promises';
import { type FixSession, FixSessions } from '../../connectors/fix/fix-session.js';
import { readFixSettings } from '../../connectors/fix/settings.js';
import { HftError } from '../../domain/errors.js';
import type { CliContext } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { parseMessageText, printEvent } from './fix-text.js';
import type { FixSendOptions } from './options.js';

/** `hft fix send`: logs on, sends, prints what comes back, logs out. */
export async function runSend(
  texts: readonly string[],
  options: FixSendOptions,
  context: CliContext,
): Promise<ExitCode> {
  const messages = texts.map(parseMessageText);
  const group = FixSessions.open({ settings: readFixSettings(options.config, context.env) });
  try {
    const session = chosen(group, options.session);
    let refused = 0;
    const loggedOn = new Promise<void>((resolve) => {
      session.onBatch((events) => {
        for (const event of events) {
          if (event.kind === 'logon') resolve();
          if (event.kind === 'refused') refused += 1;
          printEvent(context, session.info.id, event, options.json === true);
        }
      });
    });
    group.start();
    const patience = delay(options.wait * 1000, 'late', { signal: context.signal });
    if ((await Promise.race([loggedOn, patience])) === 'late') {
      throw new HftError('HFT_TIMEOUT', `${session.info.id} did not log on in ${options.wait} s`);
    }
    for (const { msgType, fields } of messages) session.send(msgType, fields);
    await delay(options.wait * 1000, undefined, { signal: context.signal });
    return refused === 0 ? ExitCode.Ok : ExitCode.Failure;
  } finally {
    await group.close();
  }
}

function chosen(group: FixSessions, name: string | undefined): FixSession {
  if (name !== undefined) return group.session(name);
  const [session, other] = group.sessions;
  if (session !== undefined && other === undefined) return session;
  const ids = group.sessions.map(({ info }) => info.id).join(', ');
  throw new HftError('HFT_ARGUMENT', `--session must name one of ${ids}`);
}

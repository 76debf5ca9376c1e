// Sends orders on a FIX session as fast as it can, until it is killed: fix-sessions.test.ts.
// Arguments: the file with the settings, the first ClOrdID, how many orders. It loads nothing but
// the sessions: a thousand starts are part of the test.
import { readFileSync } from 'node:fs';
import { FixSessions } from '../../dist/connectors/fix/fix-session.js';

const [settings, first, count] = process.argv.slice(2);
const group = FixSessions.open({ settings: readFileSync(settings, 'utf8') });
const [session] = group.sessions;
session.onBatch((events) => {
  if (!events.some(({ kind }) => kind === 'logon')) return;
  for (let at = 0; at < Number(count); at += 1) {
    session.send('D', [
      [11, Number(first) + at],
      [55, 'A'],
    ]);
  }
});
group.start();

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fieldText } from '../../src/connectors/fix/messages/field-text.js';
import { OneSession } from '../../src/connectors/fix/one-session.js';
import { FixLink } from '../../src/engine/fix/fix-link.js';
import { eventually, startFixSide } from './fix-sides.js';

let folder: string;
const closers: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fix-link-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

const HEAD = ['[DEFAULT]', 'StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y'];

function startVenue() {
  const side = startFixSide(
    [
      ...[...HEAD, 'ConnectionType=acceptor', 'SocketAcceptPort=0', 'HeartBtInt=30'],
      ...['UseDataDictionary=N', '[SESSION]', 'BeginString=FIX.4.4'],
      ...['SenderCompID=VENUE', 'TargetCompID=DESK', ''],
    ].join('\n'),
  );
  closers.push(() => side.group.close());
  return side;
}

/** A link and the numbers of the reports that its listeners have had. */
function openLink(port: number) {
  const settings = new OneSession(
    [
      ...[...HEAD, 'ConnectionType=initiator', `SocketConnectPort=${port}`, 'HeartBtInt=30'],
      ...['ReconnectInterval=0', `FileStorePath=${folder}`, '[SESSION]', 'BeginString=FIX.4.4'],
      ...['SenderCompID=DESK', 'TargetCompID=VENUE', ''],
    ].join('\n'),
    'test',
    undefined,
  );
  const link = new FixLink({ name: 'orders', settings, positionFile: join(folder, 'position') });
  closers.push(() => link.close());
  const taken: string[] = [];
  link.session.onBatch((events) => {
    for (const event of events) {
      if (event.kind === 'message') taken.push(fieldText(event.message, 58) ?? '');
    }
  });
  link.start();
  return { link, taken };
}

describe('FixLink', () => {
  it('asks again for what a killed process had received and not taken, and only then', async () => {
    const venue = startVenue();
    const first = openLink(venue.session.info.port);
    await eventually(() => first.link.isLoggedOn && venue.session.isLoggedOn);
    for (const text of ['a', 'b', 'c'])
      venue.session.send('B', [
        [148, 'x'],
        [33, 1],
        [58, text],
      ]);
    await eventually(() => first.taken.length === 3);
    await first.link.close();
    const second = openLink(venue.session.info.port);
    await eventually(() => second.link.isLoggedOn);
    venue.session.send('B', [
      [148, 'x'],
      [33, 1],
      [58, 'd'],
    ]);
    await eventually(() => second.taken.length > 0);
    expect(second.taken).toEqual(['d']);
    await second.link.close();
    // As a process leaves it that was killed when it had taken `b`, number 3.
    const position = Buffer.alloc(8);
    position.writeDoubleLE(3);
    writeFileSync(join(folder, 'position'), position);
    const third = openLink(venue.session.info.port);
    await eventually(() => third.taken.length >= 2);
    expect(third.taken).toEqual(['c', 'd']);
  });

  it('names the sessions that there are where none is meant', () => {
    const text = [...HEAD, 'ConnectionType=initiator', 'BeginString=FIX.4.4', 'SenderCompID=A'];
    for (const target of ['X', 'Y']) text.push('[SESSION]', `TargetCompID=${target}`);
    expect(() => new OneSession(text.join('\n'), 'fix.yaml', undefined)).toThrow(
      'fix.yaml: expected one session, or a name of one; there are FIX.4.4:A->X, FIX.4.4:A->Y',
    );
    expect(() => new OneSession(text.join('\n'), 'fix.yaml', 'Z')).toThrow(/one session Z/);
    expect(new OneSession(text.join('\n'), 'fix.yaml', 'Y').text).not.toContain('TargetCompID=X');
  });
});

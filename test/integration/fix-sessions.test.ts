import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FixEvent, FixSession, FixSessions } from '../../src/connectors/fix/fix-session.js';
import { eventually, startFixSide } from './fix-sides.js';

/** How often a sender is killed: `HFT_FIX_KILLS=1000` for a long run. */
const KILLS = Number(process.env['HFT_FIX_KILLS'] ?? 8);

/** The orders that a sender would send if it lived. */
const ORDERS = 3000;

let folder: string;
const open: FixSessions[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fix-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((group) => group.close()));
  rmSync(folder, { recursive: true });
});

const STANDARD = [
  '[DEFAULT]',
  'StartTime=00:00:00',
  'EndTime=00:00:00',
  'NonStopSession=Y',
  'HeartBtInt=30',
  'ReconnectInterval=0',
  'UseDataDictionary=N',
];

function acceptorSettings(more: readonly string[] = []): string {
  const lines = ['ConnectionType=acceptor', 'SocketAcceptPort=0', `FileStorePath=${folder}`];
  const session = ['[SESSION]', 'BeginString=FIX.4.4', 'SenderCompID=S', 'TargetCompID=C'];
  return [...STANDARD, ...lines, ...more, ...session, ''].join('\n');
}

function initiatorSettings(port: number, more: readonly string[] = []): string {
  const lines = [
    'ConnectionType=initiator',
    `SocketConnectPort=${port}`,
    `FileStorePath=${folder}`,
  ];
  const session = ['[SESSION]', 'BeginString=FIX.4.4', 'SenderCompID=C', 'TargetCompID=S'];
  return [...STANDARD, ...lines, ...more, ...session, ''].join('\n');
}

/** Opens and starts a group of one session; `events` grows. */
function start(settings: string): { session: FixSession; events: FixEvent[] } {
  const side = startFixSide(settings);
  open.push(side.group);
  return side;
}

const messagesOf = (events: readonly FixEvent[]) =>
  events.flatMap((event) => (event.kind === 'message' ? [event.message] : []));
const readable = (message: string) => message.replaceAll('\u0001', '|');
const idOf = (message: string) => Number(/\|11=(\d+)/.exec(readable(message))?.[1]);

describe('FIX sessions', () => {
  it('log on, exchange messages and log out', async () => {
    const seller = start(acceptorSettings());
    const buyer = start(initiatorSettings(seller.session.info.port));
    await eventually(() => buyer.session.isLoggedOn && seller.session.isLoggedOn);
    buyer.session.send('D', [
      [11, 1],
      [55, 'A'],
    ]);
    const [order = ''] = await eventually(
      () => messagesOf(seller.events).length > 0 && messagesOf(seller.events),
    );
    expect(readable(order)).toMatch(/^8=FIX\.4\.4\|9=\d+\|35=D\|34=2\|49=C\|/);
    buyer.session.logout('done');
    await eventually(() => seller.events.some(({ kind }) => kind === 'logout'));
  });

  it('give back what they cannot send', async () => {
    const seller = start(acceptorSettings());
    seller.session.send('8', [[37, 'x']]);
    const refused = await eventually(() => seller.events.find(({ kind }) => kind === 'refused'));
    expect(refused).toMatchObject({
      reason: 'the session is not logged on',
      msgType: '8',
      body: '37=x\u0001',
    });
  });

  it('refuse fields that would break a message', () => {
    const seller = start(acceptorSettings());
    for (const [tag, value] of [
      [58, 'a\u000110=000'],
      [58, ''],
      [34, '7'],
      [0, 'x'],
      [44, Number.NaN],
      [44, 1e-9],
    ] as const) {
      expect(() => seller.session.send('D', [[tag, value]])).toThrow('cannot be sent');
    }
  });

  it(
    'keep their numbers and double no order when the sender is killed at any moment',
    async () => {
      const seller = start(acceptorSettings());
      const config = join(folder, 'buyer.cfg');
      writeFileSync(config, initiatorSettings(seller.session.info.port));
      // Counted as they come: to keep and search millions would be most of a long run.
      const ids: number[] = [];
      let logons = 0;
      let logouts = 0;
      seller.session.onBatch((events) => {
        ids.push(...messagesOf(events).map(idOf));
        logons += events.filter(({ kind }) => kind === 'logon').length;
        logouts += events.filter(({ kind }) => kind === 'logout').length;
        seller.events.length = 0;
      });
      for (let round = 0; round < KILLS; round += 1) {
        ids.length = 0;
        const sender = join(import.meta.dirname, 'fix-sender.mjs');
        const first = round * ORDERS;
        const child = spawn(process.execPath, [sender, config, String(first), String(ORDERS)], {
          stdio: 'ignore',
        });
        await eventually(() => logons === round + 1);
        // Logged on, and in most rounds somewhere in the midst of sending.
        const wanted = (round * 37) % ORDERS;
        await eventually(() => ids.length >= wanted);
        child.kill('SIGKILL');
        // The event, not the state: it comes behind the last order.
        await eventually(() => logouts === round + 1);
        // What came is what was sent first, each once; nothing of an earlier sender among it.
        expect(ids).toEqual(Array.from(ids, (_, at) => first + at));
      }
    },
    60_000 + KILLS * 5_000,
  );

  it('speak TLS, and not with a certificate of somebody else', async () => {
    const make = (name: string) =>
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
          ...['-nodes', '-days', '2', '-subj', '/CN=localhost'],
          ...['-addext', 'subjectAltName=DNS:localhost'],
          ...['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)],
        ],
        { stdio: 'ignore' },
      );
    make('server');
    make('other');
    const seller = start(
      acceptorSettings([
        'SocketUseSSL=Y',
        `ServerCertificateFile=${folder}/server.pem`,
        `ServerCertificateKeyFile=${folder}/server.key`,
      ]),
    );
    const tls = ['SocketUseSSL=Y', 'TlsServerName=localhost', 'SocketConnectHost=127.0.0.1'];
    const trusting = (name: string) =>
      initiatorSettings(seller.session.info.port, [
        ...tls,
        `CertificationAuthoritiesFile=${folder}/${name}.pem`,
      ]);
    const stranger = start(trusting('other'));
    await eventually(() =>
      stranger.events.some((event) => event.kind === 'note' && /certificate/.test(event.text)),
    );
    expect(stranger.session.isLoggedOn).toBe(false);
    await open.pop()?.close();
    const buyer = start(trusting('server'));
    await eventually(() => buyer.session.isLoggedOn);
  }, 30_000);
});

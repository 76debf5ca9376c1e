import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FixEvent,
  type FixSession,
  FixSessions,
} from '../../src/connectors/fix/fix-session.js';
import type { FixMessage } from '../../src/connectors/fix/messages/fix-messages.js';
import {
  decodeFixMessage,
  encodeFixBody,
} from '../../src/connectors/fix/messages/message-codec.js';
import { eventually as waitFor } from './fix-sides.js';

const ROOT = join(import.meta.dirname, '../..');
const DICTIONARIES = join(ROOT, 'dist/dictionaries');
const QUICKFIX = join(ROOT, 'out/build/test/quickfix_client');
const VERSIONS = ['40', '41', '42', '43', '44', '50', '50SP1', '50SP2'];

let folder: string;
const programs: ChildProcessWithoutNullStreams[] = [];
const groups: FixSessions[] = [];
/** What programs and sessions of this test have said. */
const outputs: string[][] = [];
const logs: string[][] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fix-venue-'));
});
afterEach(async () => {
  await Promise.all(groups.splice(0).map((group) => group.close()));
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  outputs.length = 0;
  logs.length = 0;
  rmSync(folder, { recursive: true });
});

/** The settings of a version: names, and dictionaries that check what the other side writes. */
function versionOf(version: string): string[] {
  if (!version.startsWith('5')) {
    const file = `${DICTIONARIES}/FIX${version}.xml`;
    return [`BeginString=FIX.4.${version.slice(1)}`, `DataDictionary=${file}`];
  }
  return [
    ...['BeginString=FIXT.1.1', `DefaultApplVerID=FIX.5.0${version.slice(2)}`],
    `TransportDataDictionary=${DICTIONARIES}/FIXT11.xml`,
    `AppDataDictionary=${DICTIONARIES}/FIX${version}.xml`,
  ];
}

const STANDARD = [
  ...['StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y', 'HeartBtInt=30'],
  ...['ReconnectInterval=1', 'ResetOnLogon=Y'],
];

/** A program and the lines that it has written. */
function run(program: string, args: readonly string[]) {
  const child = spawn(program, args);
  programs.push(child);
  const lines: string[] = [];
  outputs.push(lines);
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  child.stderr.on('data', (chunk) => void lines.push(`error ${String(chunk)}`));
  return { child, lines };
}

/** Waits until `find` finds something; where it never does, what the programs said last is told. */
const eventually = <T>(find: () => T | undefined | false): Promise<T> =>
  waitFor(find, () => [...outputs, ...logs].flatMap((lines) => lines.slice(-6)).join('\n'));

/** Starts `hft venue fix` with a client and a drop copy of every version; resolves to its port. */
async function startVenue(): Promise<number> {
  const sessions = VERSIONS.flatMap((version) =>
    [`C${version}`, `D${version}`].flatMap((target) => [
      ...['[SESSION]', `TargetCompID=${target}`, ...versionOf(version)],
    ]),
  );
  const file = join(folder, 'venue.cfg');
  const head = ['[DEFAULT]', 'ConnectionType=acceptor', 'SocketAcceptPort=0', 'SenderCompID=V'];
  writeFileSync(file, [...head, ...STANDARD, ...sessions, ''].join('\n'));
  const { lines } = run(process.execPath, [
    ...[join(ROOT, 'dist/cli/main.js'), 'venue', 'fix', '--config', file],
    ...['--symbol', 'AB:2:1'],
    ...VERSIONS.flatMap((version) => ['--drop-copy', `D${version}`]),
  ]);
  const line = await eventually(() => lines.find((text) => text.includes('listening on')));
  return Number(/:(\d+)/.exec(line.slice(line.indexOf('listening')))?.[1]);
}

interface Client {
  readonly session: FixSession;
  readonly events: FixEvent[];
  readonly messages: () => FixMessage[];
}

function client(port: number, version: string, sender: string): Client {
  const group = FixSessions.open({
    settings: [
      ...['[DEFAULT]', 'ConnectionType=initiator', `SocketConnectPort=${port}`, ...STANDARD],
      ...['[SESSION]', `SenderCompID=${sender}`, 'TargetCompID=V', ...versionOf(version), ''],
    ].join('\n'),
  });
  groups.push(group);
  const [session] = group.sessions;
  if (session === undefined) throw new Error('no session');
  const events: FixEvent[] = [];
  const log: string[] = [];
  logs.push(log);
  session.onBatch((batch) => {
    events.push(...batch);
    for (const event of batch) log.push(`${sender} ${Object.values(event).join(' ')}`);
  });
  group.start();
  const messages = () =>
    events.flatMap((event) =>
      event.kind === 'message'
        ? [decodeFixMessage(Buffer.from(event.message, 'latin1')) as FixMessage]
        : [],
    );
  return { session, events, messages };
}

const reportsOf = (of: Client) =>
  of.messages().filter((message) => message.type === 'ExecutionReport');
const now = () => BigInt(Date.now()) * 1_000_000n;

describe('hft venue fix', () => {
  it('trades between clients of every version, each checking it by its dictionary', async () => {
    const port = await startVenue();
    for (const [at, version] of VERSIONS.entries()) {
      const buyer = client(port, version, `C${version}`);
      const copy = client(port, version, `D${version}`);
      const seller = client(port, '44', 'C44');
      await eventually(() => buyer.session.isLoggedOn && copy.session.isLoggedOn);
      const isSelf = version === '44';
      if (!isSelf) await eventually(() => seller.session.isLoggedOn);
      const order = { symbol: 'AB', orderQty: '3', ordType: '2', price: '10.25' } as const;
      const old = version < '42' ? {} : { transactTime: now() };
      const handl = version < '44' ? { handlInst: '1' } : {};
      buyer.session.send(
        'D',
        encodeFixBody('NewOrderSingle', {
          ...order,
          ...old,
          ...handl,
          side: '1',
          clOrdID: `b${at}`,
        }),
      );
      await eventually(() => reportsOf(buyer).length === 1);
      if (!isSelf) {
        const sale = { ...order, transactTime: now(), side: '2', clOrdID: `s${at}` } as const;
        seller.session.send('D', encodeFixBody('NewOrderSingle', { ...sale, orderQty: '1' }));
        await eventually(() => reportsOf(buyer).length === 2);
        const fill = reportsOf(buyer).at(-1);
        const facts = { lastQty: '1', lastPx: '10.25', cumQty: '1', ordStatus: '1' };
        expect(fill).toMatchObject(facts);
        expect(fill?.execType).toBe(version === '40' ? undefined : version < '43' ? '1' : 'F');
      }
      const cancel = { symbol: 'AB', side: '1', clOrdID: `c${at}`, origClOrdID: `b${at}` } as const;
      const qty = version === '40' ? { orderQty: '3', fields: [[125, 'F']] as const } : {};
      buyer.session.send('F', encodeFixBody('OrderCancelRequest', { ...cancel, ...old, ...qty }));
      const count = isSelf ? 2 : 3;
      await eventually(() => reportsOf(buyer).length === count);
      expect(reportsOf(buyer).at(-1)).toMatchObject({ ordStatus: '4', clOrdID: `c${at}` });
      await eventually(() => reportsOf(copy).length >= count);
      for (const { events } of [buyer, copy, seller]) {
        expect(events.filter(({ kind }) => kind === 'rejected' || kind === 'refused')).toEqual([]);
      }
      await Promise.all(groups.splice(0).map((group) => group.close()));
    }
  });

  it('sends market data that the dictionaries of 4.2, 4.4 and 5.0 SP2 take', async () => {
    const port = await startVenue();
    const seller = client(port, '43', 'C43');
    await eventually(() => seller.session.isLoggedOn);
    const sell = (id: string, price: string) =>
      seller.session.send(
        'D',
        encodeFixBody('NewOrderSingle', {
          ...{ symbol: 'AB', orderQty: '1', ordType: '2', price, side: '2', clOrdID: id },
          ...{ transactTime: now(), handlInst: '1' },
        }),
      );
    sell('a', '10');
    await eventually(() => reportsOf(seller).length === 1);
    const watchers = ['42', '44', '50SP2'].map((version) => client(port, version, `C${version}`));
    await eventually(() => watchers.every(({ session }) => session.isLoggedOn));
    for (const { session } of watchers) {
      session.send(
        'V',
        encodeFixBody('MarketDataRequest', {
          ...{ mdReqID: 'md', subscriptionRequestType: '1', marketDepth: 0, mdUpdateType: 1 },
          noMDEntryTypes: [{ mdEntryType: '0' }, { mdEntryType: '1' }],
          noRelatedSym: [{ symbol: 'AB' }],
        }),
      );
    }
    await eventually(() => watchers.every(({ messages }) => messages().length === 1));
    sell('b', '11');
    await eventually(() => watchers.every(({ messages }) => messages().length === 2));
    for (const { messages, events } of watchers) {
      expect(messages()).toMatchObject([
        { type: 'MarketDataSnapshotFullRefresh', symbol: 'AB', noMDEntries: [{ mdEntryPx: '10' }] },
        {
          type: 'MarketDataIncrementalRefresh',
          noMDEntries: [{ mdUpdateAction: '0', mdEntryType: '1', mdEntryPx: '11' }],
        },
      ]);
      expect(events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
    }
  });

  it.skipIf(!existsSync(QUICKFIX))('serves QuickFIX as a client', async () => {
    const port = await startVenue();
    const quickfix = (version: string, sender: string) => {
      const file = join(folder, `${sender}.cfg`);
      const settings = [
        ...['[DEFAULT]', 'ConnectionType=initiator', 'StartTime=00:00:00', 'EndTime=00:00:00'],
        ...['HeartBtInt=30', 'ReconnectInterval=1', 'SocketConnectHost=127.0.0.1'],
        ...[`SocketConnectPort=${port}`, 'ResetOnLogon=Y'],
        ...['[SESSION]', `SenderCompID=${sender}`, 'TargetCompID=V', ...versionOf(version), ''],
      ];
      writeFileSync(file, settings.join('\n'));
      return run(QUICKFIX, [file]);
    };
    const ours = quickfix('44', 'C44');
    const other = quickfix('42', 'C42');
    const copy = quickfix('50SP2', 'D50SP2');
    const all = [ours, other, copy];
    await eventually(() => all.every(({ lines }) => lines.includes('logon')));
    const say = (to: typeof ours, ...lines: string[]) =>
      to.child.stdin.write(lines.map((line) => `${line}\n`).join(''));
    const app = (of: typeof ours, ...fields: readonly string[]) =>
      eventually(() =>
        of.lines.find((line) => {
          const parts = line.split('|');
          return line.startsWith('app') && fields.every((field) => parts.includes(field));
        }),
      );
    const time = new Date().toISOString().slice(0, 19).replaceAll('-', '').replace('T', '-');

    say(ours, '35=V|262=md|263=1|264=0|265=1|267=2|269=0|269=1|146=1|55=AB');
    await app(ours, '35=W', '268=0');
    say(ours, `35=D|11=q1|38=3|40=2|44=10.5|54=1|55=AB|60=${time}`);
    await app(ours, '35=8', '11=q1', '39=0');
    await app(ours, '35=X', '279=0', '269=0');
    say(other, `35=D|11=q2|21=1|38=1|40=2|44=10.5|54=2|55=AB|60=${time}`);
    await app(ours, '11=q1', '14=1', '39=1', '150=F', '151=2');
    await app(other, '11=q2', '20=0', '39=2', '150=2', '151=0');
    say(ours, `35=G|11=q3|41=q1|38=5|40=2|44=10.6|54=1|55=AB|60=${time}`);
    await app(ours, '11=q3', '41=q1', '150=5', '151=4');
    say(ours, `35=F|11=q4|41=q1|38=5|54=1|55=AB|60=${time}`);
    await app(ours, '35=9', '11=q4', '434=1');
    say(ours, '35=H|11=q3|54=1|55=AB', `35=q|11=q5|530=7|60=${time}`, '35=x|320=l|559=4');
    await app(ours, '11=q3', '150=I');
    await app(ours, '35=r', '531=7', '533=1');
    await app(ours, '35=8', '39=4', '150=4');
    await app(ours, '35=y', '55=AB');
    await app(copy, '35=8', '39=4');
    // Nothing that we sent was refused by QuickFIX, and nothing of its own by us.
    expect(all.flatMap(({ lines }) => lines.filter((line) => /\|35=[3j]\|/.test(line)))).toEqual(
      [],
    );
  });
});

// FIX in TypeScript: typed messages read and written, and NewOrderSingle to ExecutionReport between
// two sessions of this process on loopback, each on a native thread of its own, both with the
// durable store and the dictionary on and every message seen by TypeScript. Checked by the ids that
// come back. Compare the round trip with bench_fix_session's of one core, behind `taskset -c 1`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FixSession, FixSessions } from '#dist/connectors/fix/fix-session.js';
import { FixMessageView } from '#dist/connectors/fix/messages/fix-message-view.js';
import { decodeFixMessage, encodeFixBody } from '#dist/connectors/fix/messages/message-codec.js';
import { median, Report } from '../report.js';

const SOH = '\u0001';
const MESSAGES = 50_000;
const ROUND_TRIPS = 5_000;
const RUNS = 5;
const report = new Report();

const TEXT =
  '8=FIX.4.4|9=205|35=8|34=5|49=VENUE|52=20240115-10:20:31.050|56=CLIENT1|37=9001|11=ord-0001|' +
  '17=E1|150=F|39=1|55=AAPL|54=1|38=100|40=2|44=185.25|59=0|32=40|31=185.25|151=60|14=40|' +
  '6=185.25|60=20240115-10:20:31.049|10=044|';
const bytes = Buffer.from(TEXT.replaceAll('|', SOH), 'latin1');

/** Nanoseconds of processor time: other programs on the machine do not change them. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

function runs(measure: () => number): number[] {
  measure();
  return Array.from({ length: RUNS }, measure);
}

function add(name: string, input: string, unit: string, values: readonly number[]): void {
  report.add({ name, unit, value: median([...values]), runs: values.length, input });
}

const view = new FixMessageView();
let sum = 0;
add(
  'fix/TypeScript: twelve fields of an ExecutionReport through a view',
  '22 fields',
  'ns',
  runs(
    () =>
      processorTime(() => {
        for (let at = 0; at < MESSAGES; at += 1) {
          view.wrap(bytes);
          for (const tag of [37, 11, 17, 55, 38, 44, 32, 31, 151, 14, 6]) {
            sum += view.getString(tag)?.length ?? 0;
          }
          sum += Number((view.getTime(60) ?? 0n) & 1n);
        }
      }) / MESSAGES,
  ),
);
add(
  'fix/TypeScript: an ExecutionReport as a typed object',
  '22 fields',
  'ns',
  runs(
    () =>
      processorTime(() => {
        for (let at = 0; at < MESSAGES; at += 1) {
          const message = decodeFixMessage(bytes);
          if (message.type === 'ExecutionReport') sum += message.lastQty?.length ?? 0;
        }
      }) / MESSAGES,
  ),
);
add(
  'fix/TypeScript: fields of a typed NewOrderSingle',
  '8 fields',
  'ns',
  runs(
    () =>
      processorTime(() => {
        for (let at = 0; at < MESSAGES; at += 1) {
          const fields = encodeFixBody('NewOrderSingle', {
            clOrdID: 'ord-0001',
            symbol: 'AAPL',
            side: '1',
            orderQty: '100',
            ordType: '2',
            price: '185.25',
            timeInForce: '0',
            transactTime: 1_705_314_031_000_000_000n,
          });
          sum += fields.length;
        }
      }) / MESSAGES,
  ),
);
if (sum === 0) throw new Error('nothing was read');

const DICTIONARY = fileURLToPath(import.meta.resolve('#dist/dictionaries/FIX44.xml'));

function open(folder: string, settings: readonly string[]): [FixSessions, FixSession] {
  const group = FixSessions.open({
    settings: [
      ...['[DEFAULT]', 'StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y'],
      ...['HeartBtInt=30', 'ReconnectInterval=1', 'ResetOnLogon=Y'],
      `DataDictionary=${DICTIONARY}`,
      ...[`FileStorePath=${folder}`, ...settings, ''],
    ].join('\n'),
  });
  const [session] = group.sessions;
  if (session === undefined) throw new Error('no session');
  return [group, session];
}

const folder = mkdtempSync(join(tmpdir(), 'hft-fix-bench-'));
const [sellers, seller] = open(folder, [
  ...['ConnectionType=acceptor', 'SocketAcceptPort=0', '[SESSION]', 'BeginString=FIX.4.4'],
  ...['SenderCompID=S', 'TargetCompID=C'],
]);
const [buyers, buyer] = open(folder, [
  ...['ConnectionType=initiator', `SocketConnectPort=${seller.info.port}`, '[SESSION]'],
  ...['BeginString=FIX.4.4', 'SenderCompID=C', 'TargetCompID=S'],
]);
seller.onBatch((events) => {
  for (const event of events) {
    if (event.kind !== 'message') continue;
    const id = event.message.split(SOH).find((field) => field.startsWith('11='));
    seller.send('8', [
      ...([
        [37, '9001'],
        [11, id?.slice(3) ?? ''],
        [17, 'E1'],
        [150, '0'],
        [39, '0'],
      ] as const),
      ...([
        [55, 'AAPL'],
        [54, 1],
        [38, 100],
        [151, 100],
        [14, 0],
        [6, 0],
      ] as const),
    ]);
  }
});
let onReport = (_id: string): void => {};
let onLogon = (): void => {};
buyer.onBatch((events) => {
  for (const event of events) {
    if (event.kind === 'logon') onLogon();
    if (event.kind !== 'message') continue;
    onReport(event.message.split(SOH).find((field) => field.startsWith('11=')) ?? '');
  }
});
const loggedOn = new Promise<void>((resolve) => {
  onLogon = resolve;
});
sellers.start();
buyers.start();
await loggedOn;

const samples: number[] = [];
for (let at = 0; at < ROUND_TRIPS + 500; at += 1) {
  const begin = process.hrtime.bigint();
  const id = await new Promise<string>((resolve) => {
    onReport = resolve;
    buyer.send('D', [
      ...([
        [11, at],
        [55, 'AAPL'],
        [54, 1],
        [38, 100],
        [40, 2],
        [44, '185.25'],
        [59, 0],
        [60, '20240115-10:20:31.000'],
      ] as const),
    ]);
  });
  if (id !== `11=${at}`) throw new Error(`the report of ${at} is of ${id}`);
  if (at >= 500) samples.push(Number(process.hrtime.bigint() - begin) / 1000);
}
add(
  'fix/TypeScript to TypeScript: NewOrderSingle to ExecutionReport, two native sessions',
  `${ROUND_TRIPS} round trips one after another, one process`,
  'us',
  samples,
);
await buyers.close();
await sellers.close();
rmSync(folder, { recursive: true });
report.write();

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealTimeOrderManager } from '../../src/orders/real-time-order-manager.js';
import { type FixSide, startFixSide, eventually as waitFor } from './fix-sides.js';

const ROOT = join(import.meta.dirname, '../..');
const SOH = '\u0001';
const KILLS = 2;
const FILLS = 6;

let folder: string;
const programs: ChildProcessWithoutNullStreams[] = [];
const sides: FixSide[] = [];
const said: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fix-live-'));
  for (const file of ['fix-venue.yaml', 'configs/fix-live.yaml']) {
    copyFileSync(join(ROOT, 'examples', file), join(folder, basename(file)));
  }
});
afterEach(async () => {
  await Promise.all(sides.splice(0).map(({ group }) => group.close()));
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  said.length = 0;
  rmSync(folder, { recursive: true });
});

const eventually = <T>(find: () => T | undefined | false): Promise<T> =>
  waitFor(find, () => said.slice(-12).join('\n'));

/** Runs `hft` in the folder of the example; returns what it prints, line by line. */
function hft(port: number, ...args: string[]) {
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    cwd: folder,
    env: { ...process.env, FIX_VENUE_PORT: String(port) },
  });
  programs.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.on('data', (chunk) => {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      said.push(...parts);
    });
  }
  return { child, lines };
}

/** A counterparty of the venue in this process. */
function counterparty(port: number, sender: string): FixSide {
  const side = startFixSide(
    [
      ...['[DEFAULT]', 'ConnectionType=initiator', `SocketConnectPort=${port}`],
      ...['StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y', 'HeartBtInt=30'],
      ...['ReconnectInterval=1', 'ResetOnLogon=Y', 'UseDataDictionary=N', '[SESSION]'],
      ...['BeginString=FIX.4.4', `SenderCompID=${sender}`, 'TargetCompID=VENUE', ''],
    ].join('\n'),
  );
  sides.push(side);
  return side;
}

const field = (message: string, tag: number): string =>
  new RegExp(`${SOH}${tag}=([^${SOH}]*)`).exec(message)?.[1] ?? '';

/** What the venue says of the desk's orders: its ClOrdIDs are numbers, those of others are not. */
class Truth {
  readonly #side: FixSide;
  constructor(side: FixSide) {
    this.#side = side;
  }
  get reports(): string[] {
    return this.#side.events.flatMap((event) =>
      event.kind === 'message' && /^\d+$/.test(field(event.message, 11)) ? [event.message] : [],
    );
  }
  get fills(): string[] {
    return this.reports.filter((report) => field(report, 150) === 'F');
  }
  /** The newest report of each order, by OrderID. */
  get orders(): Map<string, string> {
    return new Map(this.reports.map((report) => [field(report, 37), report]));
  }
}

describe('hft run over FIX', () => {
  it('trades with a venue, and survives kill -9 without a lost or doubled order or fill', async () => {
    const venue = hft(0, 'venue', 'fix', '--config', 'fix-venue.yaml');
    const line = await eventually(() => venue.lines.find((text) => text.includes('listening on')));
    const port = Number(/:(\d+)$/.exec(line.replace(' (drop copy)', ''))?.[1]);
    const truth = new Truth(counterparty(port, 'DROP'));
    const other = counterparty(port, 'OTHER');
    await eventually(() => sides.every(({ session }) => session.isLoggedOn));
    let count = 0;
    const order = (side: 1 | 2, qty: string, price: string, timeInForce: 1 | 3) => {
      count += 1;
      other.session.send('D', [
        ...([
          [11, `x${count}`],
          [55, 'BTCUSD'],
          [54, side],
          [38, qty],
          [40, 2],
          [44, price],
        ] as const),
        ...([
          [59, timeInForce],
          [60, '20261124-18:00:00'],
        ] as const),
      ]);
    };
    order(1, '1', '49990.00', 1);
    order(2, '1', '50010.00', 1);
    /** Takes what the desk quotes, on alternating sides. */
    const take = () => {
      // The book moves: a strategy decides on what it sees.
      order(1, '0.01', `498${10 + (count % 89)}.00`, 1);
      order(1, '0.001', '50009.00', 3);
      order(2, '0.001', '49991.00', 3);
    };
    const traded = async (fills: number) => {
      const timer = setInterval(take, 40);
      try {
        await eventually(() => truth.fills.length >= fills);
      } finally {
        clearInterval(timer);
      }
    };
    const run = () => hft(port, 'run', 'fix-live.yaml', '--json', '--state-dir', 'state');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child } = run();
      await traded(truth.fills.length + FILLS);
      // What is on its way back to the desk dies with it; what rests goes on trading.
      take();
      child.kill('SIGKILL');
      await once(child, 'exit');
      take();
    }
    const last = run();
    await traded(truth.fills.length + FILLS);
    last.child.kill('SIGTERM');
    await once(last.child, 'exit');
    const summary = JSON.parse(last.lines.slice(last.lines.indexOf('{')).join('\n'));
    expect(summary).toMatchObject({ ok: true, problems: [], mode: 'live' });
    expect(summary.trading.workingOrders).toBe(0);
    expect(summary.brokers.venue).toMatchObject({ session: 'FIX.4.4:DESK->VENUE', logons: 1 });
    expect(summary.journal.recovered.fills).toBeGreaterThan(0);

    const desk = new RealTimeOrderManager({
      journalPath: join(folder, 'fix-out/live/journal'),
      instruments: [{ symbol: 'BTCUSD', priceDecimals: 2, qtyDecimals: 6, venue: 'venue' }],
    });
    try {
      desk.start();
      const { fills, orders } = truth;
      const net = fills.reduce(
        (sum, fill) => sum + Number(field(fill, 32)) * (field(fill, 54) === '1' ? 1 : -1),
        0,
      );
      expect(new Set(fills.map((fill) => field(fill, 17))).size).toBe(fills.length);
      expect(Number(desk.positions()[0]?.quantity ?? 0)).toBeCloseTo(net, 9);
      for (const report of orders.values()) {
        // Filled, Canceled, Rejected, Expired: nothing is left behind.
        expect(['2', '4', '8', 'C'], report).toContain(field(report, 39));
        expect(field(report, 103), 'a ClOrdID that came twice').not.toBe('6');
        const ours = desk.order(Number(field(report, 11))) ?? desk.order(Number(field(report, 41)));
        expect(Number(ours?.cumQty), report).toBeCloseTo(Number(field(report, 14)), 9);
      }
    } finally {
      desk.close();
    }
    // Secrets or not: the session log is the desk's own.
    expect(readFileSync(join(folder, 'fix-log/FIX.4.4%3ADESK-%3EVENUE.log'), 'utf8')).toContain(
      '35=A',
    );
  }, 60_000);
});

import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type FixEvent,
  type FixSession,
  FixSessions,
} from '../../src/connectors/fix/fix-session.js';
import {
  FixOrderEntry,
  type FixOrderEntryOptions,
} from '../../src/connectors/fix/orders/fix-order-entry.js';
import { MatchingEngine } from '../../src/engine/matching-engine.js';
import { RealTimeOrderManager } from '../../src/orders/real-time-order-manager.js';
import { FixExchange } from '../../src/venues/fix/exchange.js';
import { eventually } from './fix-sides.js';

const SOH = '\u0001';
const DICTIONARIES = join(import.meta.dirname, '../../dist/dictionaries');
const INSTRUMENTS = [
  { id: 0, symbol: 'AB', priceDecimals: 2, qtyDecimals: 1 },
  { id: 1, symbol: 'ELSEWHERE', priceDecimals: 2, qtyDecimals: 1 },
];
const HEAD = [
  ...['[DEFAULT]', 'StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y', 'HeartBtInt=30'],
  ...['ReconnectInterval=0', 'ResetOnLogon=Y'],
];

const CLOSED = { symbol: 'AB', side: 'BUY', price: '9', orderType: 2 } as const;

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function versionOf(version: string): string[] {
  if (version !== '50SP2') {
    const file = `${DICTIONARIES}/FIX${version}.xml`;
    return [`BeginString=FIX.4.${version.slice(1)}`, `DataDictionary=${file}`];
  }
  return [
    ...['BeginString=FIXT.1.1', 'DefaultApplVerID=FIX.5.0SP2'],
    `TransportDataDictionary=${DICTIONARIES}/FIXT11.xml`,
    `AppDataDictionary=${DICTIONARIES}/FIX50SP2.xml`,
  ];
}

/** A session of a group of its own, closed at the end. */
function open(settings: readonly string[]): FixSession {
  const group = FixSessions.open({ settings: [...HEAD, ...settings, ''].join('\n') });
  closers.push(() => group.close());
  const [session] = group.sessions;
  if (session === undefined) throw new Error('no session');
  group.start();
  return session;
}

const acceptor = (version: string) =>
  open([
    ...['ConnectionType=acceptor', 'SocketAcceptPort=0', '[SESSION]', 'SenderCompID=V'],
    ...['TargetCompID=C', ...versionOf(version)],
  ]);

/** The trading core in front of a FIX session to `seller`. */
async function startEntry(
  seller: FixSession,
  version: string,
  more: Partial<FixOrderEntryOptions> = {},
) {
  const session = open([
    ...['ConnectionType=initiator', `SocketConnectPort=${seller.info.port}`, '[SESSION]'],
    ...['SenderCompID=C', 'TargetCompID=V', ...versionOf(version)],
  ]);
  const orders = new RealTimeOrderManager({
    instruments: INSTRUMENTS,
    native: { needsTrust: false },
  });
  closers.push(() => orders.close());
  const problems: string[] = [];
  const entry = new FixOrderEntry({
    ...{ session, desk: orders.connector, instruments: INSTRUMENTS },
    onProblem: (what) => problems.push(what),
    ...more,
  });
  closers.push(() => entry.close());
  orders.subscribe(entry.listener);
  orders.start();
  await eventually(() => entry.isLoggedOn);
  const submit = (side: 'BUY' | 'SELL', quantity: string, price: string, symbol = 'AB') => {
    const response = orders.submit({ symbol, side, quantity, price, orderType: 2 });
    if (!response.ok) throw new Error(response.message);
    return response.clOrdID;
  };
  const until = (clOrdID: number, ordStatus: string) =>
    eventually(() => {
      const order = orders.order(clOrdID);
      return order?.ordStatus === ordStatus && order;
    });
  return { session, orders, entry, problems, submit, until };
}

/** An exchange behind `seller`, with another counterparty that trades without a wire. */
function exchangeBehind(seller: FixSession) {
  const exchange = new FixExchange({
    instruments: INSTRUMENTS.slice(0, 1),
    createMatcher: () => new MatchingEngine(),
    now: Date.now,
  });
  const { beginString, defaultApplVerID } = seller.info;
  const inside = exchange.attach({
    ...{ name: 'wire', beginString, defaultApplVerID, isDropCopy: false },
    send: (msgType, fields) => seller.send(msgType, fields),
  });
  seller.onBatch((events) => {
    for (const event of events) {
      if (event.kind === 'logon') inside.onLogon();
      if (event.kind === 'logout') inside.onLogout();
      if (event.kind === 'message') inside.onMessage(event.message);
      if (event.kind === 'refused') inside.onRefused(event.msgType, event.body);
    }
  });
  const other = exchange.attach({
    ...{ name: 'other', beginString: 'FIX.4.4', defaultApplVerID: '', isDropCopy: false },
    send: () => {},
  });
  let count = 0;
  return (side: 1 | 2, qty: string, price: string) => {
    count += 1;
    const fields = `11=x${count}|55=AB|54=${side}|38=${qty}|40=2|44=${price}|59=0|`;
    other.onMessage(`8=FIX.4.4|35=D|34=1|${fields}`.replaceAll('|', SOH));
  };
}

describe('FixOrderEntry', () => {
  it.each(['40', '41', '42', '43', '44', '50SP2'])('trades over FIX %s', async (version) => {
    const seller = acceptor(version);
    const trade = exchangeBehind(seller);
    const { orders, submit, until, problems } = await startEntry(seller, version);
    // In FIX 4.0 quantities are whole.
    const id = submit('BUY', '5', '10.25');
    await until(id, 'New');
    trade(2, '2', '10.25');
    expect(await until(id, 'PartiallyFilled')).toMatchObject({ cumQty: '2', leavesQty: '3' });
    orders.replace(id, { quantity: '6', price: '10.5' });
    await eventually(() => orders.order(id)?.orderQty === '6');
    trade(2, '1', '10.5');
    await eventually(() => orders.order(id)?.cumQty === '3');
    orders.cancel(id);
    expect(await until(id, 'Canceled')).toMatchObject({ cumQty: '3', leavesQty: '0' });
    expect(orders.positions()[0]).toMatchObject({ quantity: '3' });
    expect(problems).toEqual([]);
  });

  it('has orders refused by the venue, and cancels that come too late', async () => {
    const seller = acceptor('44');
    const trade = exchangeBehind(seller);
    const { orders, submit, until } = await startEntry(seller, '44');
    await until(submit('BUY', '1', '9', 'ELSEWHERE'), 'Rejected');
    const id = submit('BUY', '1', '10');
    await until(id, 'New');
    trade(2, '1', '10');
    orders.cancel(id);
    await until(id, 'Filled');
    expect(orders.order(id)?.anomalies).toBe(0);
  });

  it('takes an order for rejected whose message the session of the venue rejects', async () => {
    const seller = acceptor('42');
    exchangeBehind(seller);
    // Without HandlInst(21), which the dictionary of FIX 4.2 asks for.
    const { submit, until, problems } = await startEntry(seller, '42', { dialect: 'FIX.4.4' });
    await until(submit('BUY', '1', '10'), 'Rejected');
    expect(problems).toEqual([expect.stringContaining('the counterparty rejected it')]);
  });

  it('refuses what finds the session logged off, and keeps cancels for the logon', async () => {
    const seller = acceptor('44');
    exchangeBehind(seller);
    const { session, orders, submit, until } = await startEntry(seller, '44');
    const id = submit('BUY', '1', '10');
    await until(id, 'New');
    session.logout();
    await eventually(() => !session.isLoggedOn);
    await until(submit('BUY', '1', '10'), 'Rejected');
    orders.cancel(id);
    await new Promise((resolve) => setImmediate(resolve));
    session.logon();
    await until(id, 'Canceled');
  });

  it('learns at the logon what it has missed', async () => {
    const seller = acceptor('44');
    const trade = exchangeBehind(seller);
    const { session, submit, until } = await startEntry(seller, '44');
    const id = submit('BUY', '2', '10');
    await until(id, 'New');
    session.logout();
    await eventually(() => !session.isLoggedOn && !seller.isLoggedOn);
    trade(2, '2', '10');
    session.logon();
    expect(await until(id, 'Filled')).toMatchObject({ cumQty: '2' });
  });

  it('holds what is unanswered for Unknown until the venue says what it is', async () => {
    // A venue that never answers an order, and says on a question that there is none.
    const seller = acceptor('44');
    const events: FixEvent[] = [];
    seller.onBatch((batch) => {
      events.push(...batch);
      for (const event of batch) {
        if (event.kind !== 'message' || !event.message.includes(`${SOH}35=H${SOH}`)) continue;
        const id = event.message.split(SOH).find((field) => field.startsWith('11='));
        seller.send('8', [
          ...([
            [37, 'NONE'],
            [11, id?.slice(3) ?? ''],
            [17, '1'],
            [150, 'I'],
            [39, '8'],
          ] as const),
          ...([
            [55, 'AB'],
            [54, 1],
            [151, 0],
            [14, 0],
            [6, 0],
            [103, 5],
          ] as const),
        ]);
      }
    });
    const { session, submit, until } = await startEntry(seller, '44');
    const id = submit('BUY', '1', '10');
    await eventually(() => events.some((event) => event.kind === 'message'));
    session.logout();
    await until(id, 'Unknown');
    session.logon();
    await until(id, 'Rejected');
  });

  it.each([
    ['40', 'FIX.4.0'],
    ['44', 'FIX.4.4'],
    ['50SP2', 'FIXT.1.1'],
    ['44', 'coinbase'],
  ] as const)('cancels over FIX %s (%s) while this thread is blocked', async (version, dialect) => {
    const seller = acceptor(version);
    const cancels: string[] = [];
    seller.onBatch((events) => {
      for (const event of events) {
        if (event.kind !== 'message' || !event.message.includes(`${SOH}35=F${SOH}`)) continue;
        cancels.push(event.message.replaceAll(SOH, '|'));
      }
    });
    exchangeBehind(seller);
    const { orders, submit, until, problems } = await startEntry(seller, version, {
      ...{ dialect, accountOf: () => 'ACC' },
    });
    orders.watch(undefined, 0);
    const ids = [submit('BUY', '3', '10'), submit('SELL', '2', '11')];
    for (const id of ids) await until(id, 'New');
    const { received } = seller.statistics();
    // From here on nothing of JavaScript runs but this loop; the latch is thrown beside it.
    process.kill(process.pid, 'SIGUSR2');
    const clock = new Int32Array(new SharedArrayBuffer(4));
    const deadline = performance.now() + 20_000;
    while (seller.statistics().received < received + 2 && performance.now() < deadline) {
      Atomics.wait(clock, 0, 0, 1);
    }
    expect(orders.statistics().emergencyCancels).toBe(2);
    expect(problems).toEqual([]);
    for (const id of ids) await until(id, 'Canceled');
    const [first = '', second = ''] = cancels;
    expect(first.includes('|1=ACC|11=')).toBe(version !== '40');
    expect(first).toMatch(/\|54=1\|55=AB\|/);
    expect(second).toMatch(/\|54=2\|55=AB\|/);
    expect(orders.submit({ ...CLOSED, quantity: '1' }).violation?.name).toBe('KILLED');
    expect(orders.statistics().unknownReports).toBe(0);
  });

  it('takes from a drop copy what the other session has not told, once', async () => {
    const seller = acceptor('44');
    const copies = open([
      ...['ConnectionType=acceptor', 'SocketAcceptPort=0', '[SESSION]', 'SenderCompID=V'],
      ...['TargetCompID=D', ...versionOf('44')],
    ]);
    const dropCopy = open([
      ...['ConnectionType=initiator', `SocketConnectPort=${copies.info.port}`, '[SESSION]'],
      ...['SenderCompID=D', 'TargetCompID=V', ...versionOf('44')],
    ]);
    const { orders, submit, until, session } = await startEntry(seller, '44', { dropCopy });
    await eventually(() => dropCopy.isLoggedOn);
    const id = submit('BUY', '1', '10');
    const report = [
      ...([
        [37, 'o'],
        [11, id],
        [17, 'e1'],
        [150, 'F'],
        [39, '2'],
        [55, 'AB'],
        [54, 1],
      ] as const),
      ...([
        [32, 1],
        [31, '10'],
        [151, 0],
        [14, 1],
        [6, '10'],
      ] as const),
    ];
    copies.send('8', report);
    await until(id, 'Filled');
    seller.send('8', report);
    await eventually(() => session.statistics().received > 1);
    expect(orders.positions()[0]).toMatchObject({ quantity: '1' });
    expect(orders.order(id)?.anomalies).toBe(0);
  });
});

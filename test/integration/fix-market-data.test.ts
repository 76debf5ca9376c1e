import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type FixFieldValue,
  type FixSession,
  FixSessions,
} from '../../src/connectors/fix/fix-session.js';
import {
  FixMarketData,
  type FixMarketDataOptions,
} from '../../src/connectors/fix/market-data/fix-market-data.js';
import { SeededRandom } from '../../src/domain/seeded-random.js';
import { Side } from '../../src/domain/vocabulary.js';
import { MatchingEngine } from '../../src/engine/matching-engine.js';
import { OrderBook } from '../../src/engine/order-book.js';
import { FixExchange } from '../../src/venues/fix/exchange.js';
import { eventually } from './fix-sides.js';

const SOH = '\u0001';
const DICTIONARIES = join(import.meta.dirname, '../../dist/dictionaries');
const INSTRUMENTS = ['AB', 'CD'].map((symbol) => ({ symbol, priceDecimals: 2, qtyDecimals: 1 }));
const HEAD = [
  ...['[DEFAULT]', 'StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y', 'HeartBtInt=30'],
  ...['ReconnectInterval=0', 'ResetOnLogon=Y'],
];
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  '4.4': ['BeginString=FIX.4.4', `DataDictionary=${DICTIONARIES}/FIX44.xml`],
  '5.0SP2': [
    ...['BeginString=FIXT.1.1', 'DefaultApplVerID=FIX.5.0SP2'],
    `TransportDataDictionary=${DICTIONARIES}/FIXT11.xml`,
    `AppDataDictionary=${DICTIONARIES}/FIX50SP2.xml`,
  ],
  // With the fields of venues.
  free: [
    ...['BeginString=FIXT.1.1', 'DefaultApplVerID=FIX.5.0SP2'],
    `TransportDataDictionary=${DICTIONARIES}/FIXT11.xml`,
    `AppDataDictionary=${DICTIONARIES}/FIX50SP2.xml`,
    ...['ValidateUserDefinedFields=N', 'AllowUnknownMsgFields=Y'],
  ],
};

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function open(settings: readonly string[]): FixSession {
  const group = FixSessions.open({ settings: [...HEAD, ...settings, ''].join('\n') });
  closers.push(() => group.close());
  const [session] = group.sessions;
  if (session === undefined) throw new Error('no session');
  group.start();
  return session;
}

/** A session to a venue, and the books from it. */
function start(version: string, more: Partial<FixMarketDataOptions> = {}) {
  const words = VERSIONS[version] ?? [];
  const venue = open([
    ...['ConnectionType=acceptor', 'SocketAcceptPort=0', '[SESSION]', 'SenderCompID=V'],
    ...['TargetCompID=C', ...words],
  ]);
  const session = open([
    ...['ConnectionType=initiator', `SocketConnectPort=${venue.info.port}`, '[SESSION]'],
    ...['SenderCompID=C', 'TargetCompID=V', ...words],
  ]);
  const books = new Map<string, OrderBook>();
  const problems: string[] = [];
  const data = new FixMarketData({
    ...{ session, instruments: INSTRUMENTS },
    createBook: (instrument) => {
      const book = new OrderBook(instrument);
      books.set(instrument.symbol, book);
      return book;
    },
    onProblem: (what) => problems.push(what),
    ...more,
  });
  closers.push(() => data.close());
  const book = (symbol = 'AB') => {
    const found = books.get(symbol);
    if (found === undefined) throw new Error(`no book of ${symbol}`);
    return found;
  };
  return { venue, session, data, book, problems };
}

/** A venue that says what it is told to: the requests that it got, by symbol. */
function requestsOf(venue: FixSession) {
  const requests: { symbol: string; id: string; kind: string }[] = [];
  venue.onBatch((events) => {
    for (const event of events) {
      if (event.kind !== 'message') continue;
      const get = (tag: number) =>
        event.message
          .split(SOH)
          .find((field) => field.startsWith(`${tag}=`))
          ?.slice(`${tag}=`.length);
      requests.push({ symbol: get(55) ?? '', id: get(262) ?? '', kind: get(263) ?? '' });
    }
  });
  return (symbol: string, kind = '1') =>
    requests.filter((request) => request.symbol === symbol && request.kind === kind);
}

const fields = (text: string): FixFieldValue[] =>
  text.split('|').map((field): FixFieldValue => {
    const at = field.indexOf('=');
    return [Number(field.slice(0, at)), field.slice(at + 1)];
  });

describe('FixMarketData', () => {
  it.each(['4.4', '5.0SP2'])('keeps the books of an exchange over FIX %s', async (version) => {
    const engines: MatchingEngine[] = [];
    const exchange = new FixExchange({
      instruments: INSTRUMENTS,
      createMatcher: () => {
        const engine = new MatchingEngine();
        engines.push(engine);
        return engine;
      },
      now: Date.now,
    });
    const trades: number[] = [];
    const { venue, data, book, problems } = start(version, {
      onTrade: ({ qtyLots }) => trades.push(qtyLots),
    });
    const { beginString, defaultApplVerID } = venue.info;
    const inside = exchange.attach({
      ...{ name: 'md', beginString, defaultApplVerID, isDropCopy: false },
      send: (msgType, body) => venue.send(msgType, body),
    });
    venue.onBatch((events) => {
      for (const event of events) {
        if (event.kind === 'logon') inside.onLogon();
        if (event.kind === 'message') inside.onMessage(event.message);
      }
    });
    let filled = 0;
    const trader = exchange.attach({
      ...{ name: 'x', beginString: 'FIX.4.4', defaultApplVerID: '', isDropCopy: false },
      send: (_msgType, report) => {
        const get = (tag: number) => report.find(([found]) => found === tag)?.[1];
        if (get(150) === 'F') filled += Number(get(32)) * 10;
      },
    });
    trader.onLogon();
    await eventually(() => data.isTrusted('AB') && data.isTrusted('CD'));
    const random = new SeededRandom(7);
    for (let at = 0; at < 500; at += 1) {
      const symbol = random.next() < 0.5 ? 'AB' : 'CD';
      const price = (100 + Math.round(random.next() * 20) / 10).toFixed(2);
      const what =
        random.next() < 0.3 && at > 10
          ? `35=F|11=c${at}|41=o${at - 1 - Math.floor(random.next() * 9)}`
          : `35=D|11=o${at}|55=${symbol}|54=${random.next() < 0.5 ? 1 : 2}|38=1.5|40=2|44=${price}`;
      trader.onMessage(`8=FIX.4.4|${what}|`.replaceAll('|', SOH));
      if (at % 3 === 0) exchange.publish();
    }
    exchange.publish();
    const isEqual = () =>
      INSTRUMENTS.every(({ symbol }, at) =>
        [Side.Buy, Side.Sell].every(
          (side) =>
            JSON.stringify(book(symbol).depthTicks(side, 100)) ===
            JSON.stringify(engines[at]?.depth(side, 100)),
        ),
      );
    await eventually(isEqual);
    // Each execution is one trade and two reports.
    expect(trades.reduce((sum, qty) => sum + qty, 0)).toBe(filled / 2);
    expect(problems).toEqual([]);
    expect(data.counts()).toMatchObject({ gaps: 0, refusals: 0, snapshots: 2 });
  });

  it('asks anew after a gap, and at every logon', async () => {
    const { venue, session, data, book, problems } = start('free');
    const asked = requestsOf(venue);
    const [first] = await eventually(() => asked('AB').length === 1 && asked('AB'));
    const entry = '269=0|270=10|271=1';
    venue.send('W', fields(`262=${first?.id}|55=AB|268=1|${entry}|83=5`));
    await eventually(() => data.isTrusted('AB'));
    venue.send('X', fields(`262=${first?.id}|268=1|279=0|269=0|55=AB|270=9|271=2|83=6`));
    // Said before the snapshot: it is in it already.
    venue.send('X', fields(`262=${first?.id}|268=1|279=2|269=0|55=AB|270=10|83=4`));
    await eventually(() => book().qtyAt(Side.Buy, 900) === 20);
    expect(book().qtyAt(Side.Buy, 1000)).toBe(10);
    venue.send('X', fields(`262=${first?.id}|268=1|279=0|269=0|55=AB|270=8|271=2|83=8`));
    await eventually(() => !data.isTrusted('AB'));
    const [, second] = await eventually(() => asked('AB').length === 2 && asked('AB'));
    expect(asked('AB', '2').map(({ id }) => id)).toEqual([first?.id]);
    expect(problems).toEqual(['AB: a gap in the sequence of its entries']);
    venue.send('W', fields(`262=${first?.id}|55=AB|268=1|269=0|270=1|271=1|83=9`));
    venue.send('W', fields(`262=${second?.id}|55=AB|268=1|269=0|270=7|271=1|83=9`));
    await eventually(() => data.isTrusted('AB'));
    expect(book().depthTicks(Side.Buy, 9)).toEqual([[700, 10]]);
    session.logout();
    await eventually(() => !data.isTrusted('AB'));
    session.logon();
    await eventually(() => asked('AB').length === 3);
  });

  it('follows the update ids of Binance, several entries an update', async () => {
    const { venue, data, book } = start('free');
    const asked = requestsOf(venue);
    const [request] = await eventually(() => asked('AB').length === 1 && asked('AB'));
    venue.send('W', fields(`262=${request?.id}|55=AB|25044=100|268=1|269=0|270=10|271=1`));
    await eventually(() => data.isTrusted('AB'));
    venue.send(
      'X',
      fields(
        `262=${request?.id}|268=2|279=0|269=0|270=11|271=1|55=AB|25043=99|25044=102|` +
          '279=2|269=0|270=10',
      ),
    );
    await eventually(() => book().qtyAt(Side.Buy, 1000) === 0);
    expect(book().depthTicks(Side.Buy, 9)).toEqual([[1100, 10]]);
    venue.send(
      'X',
      fields(`262=${request?.id}|268=1|279=0|269=1|270=12|271=1|55=AB|25043=104|25044=105`),
    );
    await eventually(() => data.counts().gaps === 1);
  });

  it('adds up single orders by their ids', async () => {
    const { venue, data, book } = start('free', { byOrder: true });
    const asked = requestsOf(venue);
    const [request] = await eventually(() => asked('AB').length === 1 && asked('AB'));
    venue.send(
      'W',
      fields(
        `262=${request?.id}|55=AB|83=1|268=2|269=0|278=a|270=10|271=1|269=0|278=b|270=10|271=2`,
      ),
    );
    await eventually(() => data.isTrusted('AB'));
    expect(book().qtyAt(Side.Buy, 1000)).toBe(30);
    const say = (text: string) => venue.send('X', fields(`262=${request?.id}|268=1|${text}`));
    say('279=1|269=0|278=a|83=2|55=AB|270=11|271=1');
    say('279=2|269=0|278=b|83=3|55=AB');
    say('279=2|269=0|278=unknown|83=4|55=AB');
    await eventually(() => data.counts().increments === 3);
    expect(book().depthTicks(Side.Buy, 9)).toEqual([[1100, 10]]);
  });

  it('puts fragments of a snapshot together and does not trust what it cannot read', async () => {
    const { venue, data, book, problems } = start('free');
    const asked = requestsOf(venue);
    const [request] = await eventually(() => asked('AB').length === 1 && asked('AB'));
    const head = `262=${request?.id}|55=AB|268=1|269=`;
    venue.send('W', fields(`${head}0|270=10|271=1|893=N`));
    venue.send('W', fields(`${head}1|270=11|271=1|893=Y`));
    await eventually(() => data.isTrusted('AB'));
    expect(data.counts().snapshots).toBe(2);
    expect(book().bestBidTicks()).toEqual([1000, 10]);
    venue.send('X', fields(`262=${request?.id}|268=1|279=0|269=0|55=AB|270=10.001|271=1`));
    await eventually(() => !data.isTrusted('AB'));
    venue.send('Y', fields('262=CD-2|281=0|58=no such symbol'));
    await eventually(() => data.counts().refusals === 1);
    expect(problems).toEqual([
      expect.stringContaining('decimals'),
      'CD is refused: no such symbol',
    ]);
  });
});

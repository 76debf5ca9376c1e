import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationManager } from '../../src/config/configuration-manager.js';
import { problemText } from '../../src/config/problems.js';
import { withShippedDictionaries } from '../../src/connectors/fix/one-session.js';
import { ViolationType } from '../../src/domain/risk.js';
import { MatchingEngine } from '../../src/engine/matching-engine.js';
import { RealTimeTradingSystem } from '../../src/engine/system/real-time-trading-system.js';
import { createLogger } from '../../src/telemetry/log.js';
import { FixExchange } from '../../src/venues/fix/exchange.js';
import { eventually, type FixSide, startFixSide } from './fix-sides.js';

const SOH = '\u0001';

let folder: string;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fix-system-'));
  writeFileSync(
    join(folder, 'silent.mjs'),
    `import { Strategy } from '${join(import.meta.dirname, '../../dist/index.js')}';
     export class Silent extends Strategy {}`,
  );
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

/** A venue of one session for orders and one for market data, in this process. */
function startVenue(version = 'FIX.4.4') {
  const isFive = version === 'FIX.5.0SP2';
  const sides = ['DESK', 'DESKMD'].map((target): FixSide => {
    const side = startFixSide(
      withShippedDictionaries(
        [
          ...['[DEFAULT]', 'ConnectionType=acceptor', 'SocketAcceptPort=0', 'NonStopSession=Y'],
          ...['StartTime=00:00:00', 'EndTime=00:00:00', 'HeartBtInt=30', 'ResetOnLogon=Y'],
          ...['[SESSION]', `BeginString=${isFive ? 'FIXT.1.1' : version}`],
          ...(isFive ? [`DefaultApplVerID=${version}`] : []),
          ...['SenderCompID=VENUE', `TargetCompID=${target}`, ''],
        ].join('\n'),
      ),
    );
    closers.push(() => side.group.close());
    return side;
  });
  const exchange = new FixExchange({
    instruments: [{ symbol: 'AB', priceDecimals: 2, qtyDecimals: 0 }],
    createMatcher: () => new MatchingEngine(),
    now: Date.now,
  });
  for (const { session } of sides) {
    const inside = exchange.attach({
      ...{ name: session.info.id, beginString: session.info.beginString, isDropCopy: false },
      defaultApplVerID: session.info.defaultApplVerID,
      send: (msgType, fields) => session.send(msgType, fields),
    });
    session.onBatch((events) => {
      for (const event of events) {
        if (event.kind === 'logon') inside.onLogon();
        if (event.kind === 'logout') inside.onLogout();
        if (event.kind === 'message') inside.onMessage(event.message);
      }
      exchange.publish();
    });
  }
  const other = exchange.attach({
    ...{ name: 'other', beginString: 'FIX.4.4', defaultApplVerID: '', isDropCopy: false },
    send: () => {},
  });
  let count = 0;
  const order = (side: 1 | 2, qty: number, price: string) => {
    count += 1;
    const fields = `11=x${count}|55=AB|54=${side}|38=${qty}|40=2|44=${price}|59=0|`;
    other.onMessage(`8=FIX.4.4|35=D|34=1|${fields}`.replaceAll('|', SOH));
    exchange.publish();
  };
  const [orders, market] = sides as [FixSide, FixSide];
  return { orders, market, order };
}

type Venue = ReturnType<typeof startVenue>;

function configurationOf({ orders, market }: Venue, version = 'FIX.4.4', more = '') {
  const isFive = version === 'FIX.5.0SP2';
  const session = (sender: string, port: number) => `
      beginString: ${isFive ? `FIXT.1.1\n      defaultApplVerID: ${version}` : version}
      senderCompID: ${sender}
      targetCompID: VENUE
      socketConnectHost: 127.0.0.1
      socketConnectPort: ${port}
      reconnectInterval: 0
      resetOnLogon: true`;
  const yaml = `
fix_sessions:
  orders:
    settings: ${session('DESK', orders.session.info.port)}
  market:
    settings: ${session('DESKMD', market.session.info.port)}
data_feeds: { feed: { type: fix, session: market, symbols: [AB], stale_after: 0s } }
brokers: { venue: { broker_type: fix, session: orders } }
instruments: { AB: { price_decimals: 2, qty_decimals: 0 } }
trading: { enable_live_trading: true, paper_trading_mode: false, shutdown_timeout: 2s }
risk_limits: { max_order_value: 5%, max_position_value: 20%, daily_loss_limit: 2% }
strategies: { s: { module: ./silent.mjs, class: Silent } }
journal: { segment_size: 4MiB }
performance: { orders_max: 1024 }
paper: { output: out }
${more}`;
  const read = ConfigurationManager.parse(yaml, join(folder, 'live.yaml'));
  if (!read.ok) throw new Error(read.problems.map(problemText).join('\n'));
  return read.manager;
}

async function startSystem(venue: Venue, version?: string) {
  const system = new RealTimeTradingSystem(configurationOf(venue, version), {
    log: createLogger({ level: 'silent' }),
  });
  closers.push(() => system.close());
  await system.initialise();
  const book = () => system.parts.feeds[0]?.stream.bookSnapshot('AB', 5);
  const submit = (side: 'BUY' | 'SELL', price: string) =>
    system.orders.submit({ symbol: 'AB', side, quantity: '1', price, orderType: 2 });
  const isTrusted = () => eventually(() => book()?.state === 'trusted' && book());
  return { system, book, submit, isTrusted };
}

describe('a live system over FIX', () => {
  it('closes its instruments while the broker is logged off, and opens them at the logon', async () => {
    const venue = startVenue();
    venue.order(1, 5, '9.00');
    venue.order(2, 5, '11.00');
    const { system, submit, isTrusted } = await startSystem(venue);
    const states: string[] = [];
    system.on('brokerState', ({ state }) => states.push(state));
    expect(system.plan.mode).toBe('live');
    system.start();
    expect(submit('BUY', '10.00').violation?.type).toBe(ViolationType.SESSION_STATE);
    await isTrusted();
    const first = submit('BUY', '10.00');
    expect(first.ok).toBe(true);
    await eventually(() => system.orders.order(first.clOrdID)?.ordStatus === 'New');
    expect(system.health().components).toContainEqual(
      expect.objectContaining({ kind: 'broker', name: 'venue', level: 'ok' }),
    );
    venue.orders.session.logout();
    await eventually(() => states.at(-1) === 'logged-off');
    expect(submit('BUY', '10.00').violation?.type).toBe(ViolationType.SESSION_STATE);
    venue.orders.session.logon();
    await eventually(() => states.at(-1) === 'logged-on');
    venue.order(2, 1, '10.00');
    await eventually(() => system.orders.order(first.clOrdID)?.ordStatus === 'Filled');
    expect(system.statistics().brokers['venue']).toMatchObject({ state: 'logged-on', logons: 2 });
  });

  it('cancels what works at the end, by the policy', async () => {
    const venue = startVenue();
    venue.order(1, 5, '9.00');
    venue.order(2, 5, '11.00');
    const { system, submit, isTrusted } = await startSystem(venue);
    system.start();
    await isTrusted();
    const { clOrdID } = submit('BUY', '10.00');
    await eventually(() => system.orders.order(clOrdID)?.ordStatus === 'New');
    expect((await system.stop()).workingOrders).toBe(0);
    expect(
      venue.orders.events.some((e) => e.kind === 'message' && e.message.includes('35=F')),
    ).toBe(true);
  });

  it('asks for a book anew after a gap, and trusts none while the session is away', async () => {
    const venue = startVenue('FIX.5.0SP2');
    venue.order(1, 5, '9.00');
    venue.order(2, 5, '11.00');
    const { system, book, isTrusted } = await startSystem(venue, 'FIX.5.0SP2');
    system.start();
    expect((await isTrusted()).bids).toEqual([[900, 5]]);
    venue.order(1, 1, '9.10');
    await eventually(() => book()?.bids.length === 2);
    const requests = () =>
      venue.market.events.filter((e) => e.kind === 'message' && e.message.includes('35=V')).length;
    const before = requests();
    const asked = venue.market.events.find((e) => e.kind === 'message');
    const id = asked?.kind === 'message' ? /262=([^\W]+-\d+)/.exec(asked.message)?.[1] : undefined;
    venue.market.session.send('X', [
      ...([
        [262, id ?? ''],
        [268, 1],
        [279, 0],
        [269, 0],
        [55, 'AB'],
        [270, '9.50'],
      ] as const),
      ...([
        [271, 1],
        [83, 40],
      ] as const),
    ]);
    await eventually(() => requests() >= before + 2);
    expect((await isTrusted()).bids).toEqual([
      [910, 1],
      [900, 5],
    ]);
    expect(system.statistics().feeds['feed']?.stream.gaps).toBe(1);
    venue.market.session.logout();
    await eventually(() => book()?.reason === 'disconnected');
    venue.market.session.logon();
    await isTrusted();
  });
});

describe('the configuration of FIX sessions', () => {
  const problemsOf = (text: string, env: Record<string, string> = {}): string[] => {
    const read = ConfigurationManager.parse(text, 'c.yaml', { env });
    return read.ok ? [] : read.problems.map(problemText);
  };

  it('tells what is wrong with place and key', () => {
    expect(
      problemsOf(`fix_sessions:
  a: { settings: { beginString: FIX.9, senderCompId: ME } }
  b: {}
  c: { config: x.yaml }
data_feeds:
  f: { type: fix, session: c, symbols: [AB] }
brokers:
  x: { broker_type: fix, session: c }
`),
    ).toEqual([
      expect.stringMatching(
        /^c\.yaml:2:33 fix_sessions\.a\.settings\.beginString: expected one of FIX/,
      ),
      expect.stringMatching(/^c\.yaml:2:40 .*senderCompId.*did you mean senderCompID\?$/),
    ]);
    expect(
      problemsOf(`fix_sessions:
  b: {}
  c: { config: x.yaml }
data_feeds:
  f: { type: fix, session: c, symbols: [AB] }
brokers:
  x: { broker_type: fix, session: c }
  y: { broker_type: fix, session: z }
`).map((text) => text.slice(0, text.indexOf(':', 9))),
    ).toEqual([
      'c.yaml:2:6 fix_sessions.b',
      'c.yaml:5:28 data_feeds.f.session',
      'c.yaml:5:41 data_feeds.f.symbols[0]',
      'c.yaml:8:35 brokers.y.session',
    ]);
  });

  it('needs limits for real money', () => {
    expect(
      problemsOf('trading: { enable_live_trading: true, paper_trading_mode: false }').join(),
    ).toMatch(/max_order_value.*max_position_value.*daily_loss_limit/s);
  });

  it('shows no secret of a session', () => {
    const read = ConfigurationManager.parse(
      `fix_sessions: { a: { settings: { beginString: FIX.4.4, senderCompID: ME, targetCompID: YOU,
  socketConnectHost: h, socketConnectPort: 1, logonSecret: "\${KEY}", logonFields: { 553: "\${KEY}" } } } }`,
      'c.yaml',
      { env: { KEY: 'hidden' } },
    );
    if (!read.ok) throw new Error(read.problems.map(problemText).join());
    expect(read.manager.config.fix_sessions['a']?.settings?.['logonSecret']).toBe('hidden');
    expect(JSON.stringify(read.manager)).not.toContain('hidden');
  });
});

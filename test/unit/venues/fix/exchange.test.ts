import { describe, expect, it } from 'vitest';
import { MatchingEngine } from '../../../../src/engine/matching-engine.js';
import { FixExchange } from '../../../../src/venues/fix/exchange.js';
import type { FixField } from '../../../../src/venues/fix/ports.js';

const SOH = '\u0001';
type Fields = readonly (readonly [tag: number, value: string | number])[];

/** A message that the exchange has sent: fields by tag, the first of each. */
interface Sent {
  readonly msgType: string;
  readonly fields: readonly FixField[];
  get(tag: number): string | undefined;
}

/** A counterparty that keeps what it is told. */
class Client {
  readonly sent: Sent[] = [];
  readonly #inside;
  readonly #exchange: FixExchange;

  constructor(exchange: FixExchange, options: { version?: string; isDropCopy?: boolean } = {}) {
    this.#exchange = exchange;
    this.#inside = exchange.attach({
      name: 'client',
      beginString: options.version ?? 'FIX.4.4',
      defaultApplVerID: options.version === 'FIXT.1.1' ? 'FIX.5.0SP2' : '',
      isDropCopy: options.isDropCopy ?? false,
      send: (msgType, fields) => {
        const get = (tag: number) => fields.find(([found]) => found === tag)?.[1];
        this.sent.push({ msgType, fields, get });
      },
    });
    this.#inside.onLogon();
  }

  /** Sends a message and returns what this client got for it, market data included. */
  say(msgType: string, fields: Fields): Sent[] {
    const at = this.sent.length;
    const body = fields.map(([tag, value]) => `${tag}=${value}${SOH}`).join('');
    this.#inside.onMessage(`8=FIX${SOH}35=${msgType}${SOH}34=7${SOH}${body}10=000${SOH}`);
    this.#exchange.publish();
    return this.sent.slice(at);
  }

  order(id: string, side: 1 | 2, qty: number | string, price: number | string, more: Fields = []) {
    const kind: Fields =
      price === 0
        ? [[40, 1]]
        : [
            [40, 2],
            [44, price],
          ];
    return this.say('D', [[11, id], [55, 'AB'], [54, side], [38, qty], ...kind, ...more]);
  }

  logout(): void {
    this.#inside.onLogout();
  }
  logon(): void {
    this.#inside.onLogon();
  }
}

function exchange(more: { cancelsOnDisconnect?: boolean } = {}): FixExchange {
  return new FixExchange({
    instruments: [
      { symbol: 'AB', priceDecimals: 2, qtyDecimals: 1 },
      { symbol: 'CD', priceDecimals: 0, qtyDecimals: 0 },
    ],
    createMatcher: () => new MatchingEngine(),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    ...more,
  });
}

const shown = (message: Sent | undefined, tags: readonly number[]) =>
  tags.map((tag) => message?.get(tag));
const STATE = [150, 39, 14, 151];

describe('FixExchange', () => {
  it('lets orders of two counterparties meet and reports to both', () => {
    const venue = exchange();
    const [maker, taker] = [new Client(venue), new Client(venue)];
    const [accepted] = maker.order('m1', 2, '3', '10.50', [[1, 'ACC']]);
    expect(shown(accepted, [...STATE, 11, 38, 44, 1, 60])).toEqual([
      ...['0', '0', '0', '3', 'm1', '3', '10.5', 'ACC', '20260102-03:04:05.678'],
    ]);
    const reports = taker.order('t1', 1, '5', '11');
    expect(reports.map((report) => shown(report, STATE))).toEqual([
      ['0', '0', '0', '5'],
      ['F', '1', '3', '2'],
    ]);
    expect(shown(reports[1], [31, 32, 6, 851])).toEqual(['10.5', '3', '10.5', '2']);
    const fill = maker.sent.at(-1);
    expect(shown(fill, [...STATE, 11, 851])).toEqual(['F', '2', '3', '0', 'm1', '1']);
    const ids = [...maker.sent, ...taker.sent].map((report) => report.get(17));
    expect(new Set(ids).size).toBe(4);
  });

  it('averages over fills exactly', () => {
    const venue = exchange();
    const [maker, taker] = [new Client(venue), new Client(venue)];
    maker.order('m1', 2, '1', '10');
    maker.order('m2', 2, '2', '10.01');
    expect(taker.order('t1', 1, '3', 0).at(-1)?.get(6)).toBe('10.00666666');
  });

  it('refuses what it cannot trade, with the reason of the version', () => {
    const client = new Client(exchange());
    client.order('a', 1, '1', '10');
    const reason = (fields: Fields) => {
      const [report] = client.say('D', fields);
      return [...shown(report, [150, 39]), report?.get(103)];
    };
    expect(
      reason([
        [11, 'b'],
        [55, 'XX'],
        [54, 1],
        [38, 1],
        [40, 1],
      ]),
    ).toEqual(['8', '8', '1']);
    expect(
      reason([
        [11, 'a'],
        [55, 'AB'],
        [54, 1],
        [38, 1],
        [40, 1],
      ]),
    ).toEqual(['8', '8', '6']);
    expect(
      reason([
        [11, 'c'],
        [55, 'AB'],
        [54, 9],
        [38, 1],
        [40, 1],
      ]),
    ).toEqual(['8', '8', '11']);
    expect(
      reason([
        [11, 'd'],
        [55, 'AB'],
        [54, 1],
        [38, '0.05'],
        [40, 1],
      ])[2],
    ).toBe('13');
    expect(
      reason([
        [11, 'e'],
        [55, 'AB'],
        [54, 1],
        [38, 1],
        [40, 2],
      ])[2],
    ).toBe('99');
    const old = new Client(exchange(), { version: 'FIX.4.2' });
    const [report] = old.say('D', [
      [11, 'c'],
      [55, 'AB'],
      [54, 9],
      [38, 1],
      [40, 1],
    ]);
    expect(shown(report, [20, 150, 103])).toEqual(['0', '8', '0']);
  });

  it('answers a possible resend by the state of the order and enters it once', () => {
    const client = new Client(exchange());
    client.order('a', 1, '1', '10');
    const [report, ...none] = client.order('a', 1, '1', '10', [[97, 'Y']]);
    expect(shown(report, [150, 39, 11])).toEqual(['I', '0', 'a']);
    expect(none).toEqual([]);
  });

  it('chains cancels and replaces by ClOrdID', () => {
    const client = new Client(exchange());
    client.order('a', 1, '4', '10');
    const [replaced] = client.say('G', [
      [11, 'b'],
      [41, 'a'],
      [38, 6],
      [44, '10.5'],
      [40, 2],
    ]);
    expect(shown(replaced, [...STATE, 11, 41, 38, 44])).toEqual([
      ...['5', '0', '0', '6', 'b', 'a', '6', '10.5'],
    ]);
    const [stale] = client.say('F', [
      [11, 'c'],
      [41, 'a'],
    ]);
    expect(stale?.msgType).toBe('9');
    expect(shown(stale, [11, 41, 39, 434, 102])).toEqual(['c', 'a', '0', '1', '1']);
    const [canceled] = client.say('F', [
      [11, 'd'],
      [41, 'b'],
    ]);
    expect(shown(canceled, [...STATE, 11, 41])).toEqual(['4', '4', '0', '0', 'd', 'b']);
    const [late] = client.say('F', [
      [11, 'e'],
      [41, 'd'],
    ]);
    expect(shown(late, [39, 102])).toEqual(['4', '0']);
    const [unknown] = client.say('G', [
      [11, 'f'],
      [41, 'zz'],
      [38, 1],
    ]);
    expect(shown(unknown, [37, 39, 434, 102])).toEqual(['NONE', '8', '2', '1']);
  });

  it('ends an order that is replaced to no more than has traded', () => {
    const venue = exchange();
    const [maker, taker] = [new Client(venue), new Client(venue)];
    maker.order('m', 2, '5', '10');
    taker.order('t', 1, '2', '10');
    const [report] = maker.say('G', [
      [11, 'n'],
      [41, 'm'],
      [38, 2],
      [44, 10],
      [40, 2],
    ]);
    expect(shown(report, STATE)).toEqual(['4', '4', '2', '0']);
  });

  it('cancels in mass, all or of a symbol, and only what is the asker’s', () => {
    const venue = exchange();
    const [client, other] = [new Client(venue), new Client(venue)];
    client.order('a', 1, '1', '9');
    client.order('b', 2, '1', '12');
    client.say('D', [
      [11, 'c'],
      [55, 'CD'],
      [54, 1],
      [38, 1],
      [40, 2],
      [44, 5],
    ]);
    other.order('x', 1, '1', '8');
    const [report, ...cancels] = client.say('q', [
      [11, 'q1'],
      [530, 1],
      [55, 'AB'],
      [60, 'x'],
    ]);
    expect(shown(report, [11, 530, 531, 533])).toEqual(['q1', '1', '1', '2']);
    expect(cancels.map((cancel) => cancel.get(11))).toEqual(['a', 'b']);
    expect(
      client
        .say('q', [
          [11, 'q2'],
          [530, 7],
        ])[0]
        ?.get(533),
    ).toBe('1');
    expect(
      shown(
        client.say('q', [
          [11, 'q3'],
          [530, 'Z'],
        ])[0],
        [531, 532],
      ),
    ).toEqual(['0', '0']);
    expect(venue.counts().openOrders).toBe(1);
  });

  it('tells the state of an order, of all, and that there is none', () => {
    const client = new Client(exchange());
    client.order('a', 1, '1', '9');
    client.order('b', 2, '1', '12');
    expect(
      shown(
        client.say('H', [
          [11, 'a'],
          [790, 'r'],
        ])[0],
        [150, 39, 790],
      ),
    ).toEqual([...['I', '0', 'r']]);
    const [unknown] = client.say('H', [
      [11, 'zz'],
      [55, 'AB'],
      [54, 1],
    ]);
    expect(shown(unknown, [150, 39, 103, 37])).toEqual(['I', '8', '5', 'NONE']);
    const all = client.say('AF', [
      [584, 'm'],
      [585, 7],
    ]);
    expect(all.map((report) => shown(report, [11, 911, 912]))).toEqual([
      ['a', '2', 'N'],
      ['b', '2', 'Y'],
    ]);
    client.say('q', [
      [11, 'q'],
      [530, 7],
    ]);
    expect(
      shown(
        client.say('AF', [
          [584, 'm'],
          [585, 7],
        ])[0],
        [39, 911],
      ),
    ).toEqual(['8', '0']);
  });

  it('says what a fill is in the words of each version', () => {
    const words = ['FIX.4.0', 'FIX.4.1', 'FIX.4.2', 'FIX.4.3', 'FIXT.1.1'].map((version) => {
      const venue = exchange();
      const [maker, taker] = [new Client(venue), new Client(venue, { version })];
      maker.order('m', 2, '1', '10');
      const fill = taker.order('t', 1, '2', '10').at(-1);
      return shown(fill, [20, 150, 39, 151, 851]);
    });
    expect(words).toEqual([
      ['0', undefined, '1', undefined, undefined],
      ['0', '1', '1', '1', undefined],
      ['0', '1', '1', '1', undefined],
      [undefined, 'F', '1', '1', undefined],
      [undefined, 'F', '1', '1', '2'],
    ]);
  });

  it('copies every report to drop copies, which send no orders', () => {
    const venue = exchange();
    const client = new Client(venue);
    const copy = new Client(venue, { isDropCopy: true, version: 'FIX.4.2' });
    const [accepted] = client.order('a', 1, '1', '9');
    client.say('H', [[11, 'a']]);
    expect(copy.sent.map((report) => shown(report, [150, 11]))).toEqual([['0', 'a']]);
    expect(copy.sent[0]?.get(37)).toBe(accepted?.get(37));
    const [refused] = copy.order('b', 1, '1', '9');
    expect(refused?.msgType).toBe('j');
    expect(shown(refused, [45, 372, 380])).toEqual(['7', 'D', '6']);
  });

  it('keeps reports for a counterparty that is away', () => {
    const venue = exchange();
    const [maker, taker] = [new Client(venue), new Client(venue)];
    maker.order('m', 2, '1', '10');
    maker.logout();
    taker.order('t', 1, '1', '10');
    expect(maker.sent).toHaveLength(1);
    maker.logon();
    expect(shown(maker.sent[1], STATE)).toEqual(['F', '2', '1', '0']);
  });

  it('cancels on disconnect where it is asked to', () => {
    const venue = exchange({ cancelsOnDisconnect: true });
    const client = new Client(venue);
    client.order('a', 1, '1', '9');
    client.logout();
    expect(venue.counts().openOrders).toBe(0);
    client.logon();
    expect(client.sent.at(-1)?.get(150)).toBe('4');
  });

  it('expires orders that are good till a time', () => {
    const client = new Client(exchange());
    const reports = client.order('a', 1, '1', '9', [
      [59, 6],
      [126, '20250101-00:00:00'],
    ]);
    expect(reports.at(-1)?.get(39)).toBe('C');
  });

  it('sends snapshots and increments that make up the book', () => {
    const venue = exchange();
    const [client, watcher] = [new Client(venue), new Client(venue, { version: 'FIXT.1.1' })];
    client.order('a', 1, '1', '9');
    const request: Fields = [
      [262, 'md'],
      [263, 1],
      [264, 2],
      [265, 1],
      [267, 3],
    ];
    const types: Fields = [
      [269, 0],
      [269, 1],
      [269, 2],
      [146, 1],
      [55, 'AB'],
    ];
    const [snapshot] = watcher.say('V', [...request, ...types]);
    expect(snapshot?.msgType).toBe('W');
    expect(shown(snapshot, [262, 55, 268, 269, 270, 271])).toEqual([
      ...['md', 'AB', '1', '0', '9', '1'],
    ]);
    client.order('b', 1, '1', '8');
    client.order('c', 1, '2', '9.5');
    const entries = watcher.sent
      .slice(1)
      .map(({ fields }) =>
        fields.filter(([tag]) => [279, 269, 270, 271, 83].includes(tag)).map(([, value]) => value),
      );
    // The third level pushes the second out of a book of two.
    expect(entries).toEqual([
      ['0', '0', '8', '1', '1'],
      ['2', '0', '8', '1', '2', '0', '0', '9.5', '2', '3'],
    ]);
    client.order('d', 2, '1', '9.5');
    const last = watcher.sent.at(-1);
    expect(last?.fields.filter(([tag]) => tag === 269).map(([, type]) => type)).toEqual(['0', '2']);
    watcher.say('V', [
      [262, 'md'],
      [263, 2],
      [264, 2],
    ]);
    const count = watcher.sent.length;
    client.order('e', 1, '1', '7');
    expect(watcher.sent).toHaveLength(count);
  });

  it('refuses market data that it does not have', () => {
    const client = new Client(exchange());
    const reason = (fields: Fields) => client.say('V', [[262, 'md'], ...fields])[0]?.get(281);
    const symbol: Fields = [
      [269, 0],
      [55, 'AB'],
    ];
    expect(
      reason([
        [263, 1],
        [264, 0],
        [269, 0],
        [55, 'XX'],
      ]),
    ).toBe('0');
    expect(reason([[263, 7], [264, 0], ...symbol])).toBe('4');
    expect(reason([[263, 1], [264, -1], ...symbol])).toBe('5');
    expect(reason([[263, 1], [264, 0], [265, 3], ...symbol])).toBe('6');
    expect(reason([[263, 1], [264, 0], [266, 'N'], ...symbol])).toBe('7');
    expect(
      reason([
        [263, 1],
        [264, 0],
        [269, 9],
        [55, 'AB'],
      ]),
    ).toBe('8');
    expect(
      reason([
        [263, 2],
        [264, 0],
      ]),
    ).toBe('1');
    expect(reason([[263, 1], [264, 0], ...symbol])).toBeUndefined();
    expect(reason([[263, 1], [264, 0], ...symbol])).toBe('1');
  });

  it('lists securities, tells their state, and refuses other messages', () => {
    const client = new Client(exchange());
    const [list] = client.say('x', [
      [320, 'l'],
      [559, 4],
    ]);
    expect(shown(list, [560, 393, 146, 55])).toEqual(['0', '2', '2', 'AB']);
    expect(
      client
        .say('x', [
          [320, 'l'],
          [559, 0],
          [55, 'ZZ'],
        ])[0]
        ?.get(560),
    ).toBe('2');
    expect(
      client
        .say('e', [
          [324, 's'],
          [55, 'AB'],
          [263, 0],
        ])[0]
        ?.get(326),
    ).toBe('17');
    expect(shown(client.say('R', [[131, 'q']])[0], [372, 380])).toEqual(['R', '3']);
  });
});

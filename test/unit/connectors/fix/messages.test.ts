import { describe, expect, it } from 'vitest';
import { FixMessageView } from '../../../../src/connectors/fix/messages/fix-message-view.js';
import { readFixTime, writeFixTime } from '../../../../src/connectors/fix/messages/fix-time.js';
import {
  decodeFixMessage,
  encodeFixBody,
  msgTypeOf,
} from '../../../../src/connectors/fix/messages/message-codec.js';

const bytes = (text: string) => Buffer.from(text.replaceAll('|', '\u0001'), 'latin1');
const REPORT = bytes(
  '8=FIX.4.4|9=175|35=8|34=5|49=VENUE|52=20240115-10:20:31.050|56=CLIENT1|37=9001|11=ord-0001|' +
    '17=E1|150=F|39=1|55=AAPL|54=1|38=100|32=40|31=185.25|151=60|14=40|6=185.25|' +
    '60=20240115-10:20:31.049|10=044|',
);
const UPDATE = bytes(
  '8=FIX.4.4|9=151|35=X|34=10|49=VENUE|52=20240115-10:20:32.200|56=CLIENT1|262=md-1|268=2|279=1|' +
    '269=0|55=BTC-USD|270=42500.10|271=1.2|25044=7|279=2|269=1|270=42500.20|10=112|',
);

describe('FixMessageView', () => {
  it('reads values of every kind when they are asked for', () => {
    const view = new FixMessageView().wrap(REPORT);
    expect(view.getString(11)).toBe('ord-0001');
    expect(view.getInt(34)).toBe(5);
    expect(view.getDecimal(31)).toBe('185.25');
    expect(view.getChar(54)).toBe('1');
    expect(view.getTime(60)).toBe(1_705_314_031_049_000_000n);
    expect(view.getString(44)).toBeUndefined();
  });

  it('steps through the entries of a group', () => {
    const view = new FixMessageView().wrap(UPDATE);
    const entries = view.groups(268, (tag) => tag !== 10);
    expect(entries.map((entry) => entry.getDecimal(270))).toEqual(['42500.10', '42500.20']);
    expect(entries.map((entry) => entry.getString(55))).toEqual(['BTC-USD', undefined]);
  });

  it('reads data by its length', () => {
    const view = new FixMessageView().wrap(bytes('35=A|95=3|96=a|b|108=30|'));
    expect(view.getBytes(96)).toEqual(bytes('a|b'));
    expect(view.getInt(108)).toBe(30);
  });

  it('serves messages of any number of fields, one after another', () => {
    const many = bytes(Array.from({ length: 500 }, (_none, at) => `${at + 2000}=v${at}|`).join(''));
    const view = new FixMessageView();
    expect(view.wrap(many).getString(2499)).toBe('v499');
    expect(view.wrap(bytes('35=0|')).size).toBe(1);
  });

  it.each([
    ['35', 'without a tag'],
    ['=x|', 'without a tag'],
    ['x=1|', 'no number'],
    ['35=0', 'does not end'],
    ['95=9|96=abc|', 'does not end'],
  ])('refuses %s', (text, what) => {
    expect(() => new FixMessageView().wrap(bytes(text))).toThrow(what);
  });

  it.each(['getInt', 'getDecimal', 'getChar', 'getBoolean', 'getTime'] as const)(
    'names the field whose text is no value: %s',
    (getter) => {
      const view = new FixMessageView().wrap(bytes('58=1e5x|'));
      expect(() => view[getter](58)).toThrow("field 58 is '1e5x'");
    },
  );
});

describe('decodeFixMessage', () => {
  it('tells messages apart by type', () => {
    const message = decodeFixMessage(REPORT);
    if (message.type !== 'ExecutionReport') throw new Error(message.type);
    expect(message.lastPx).toBe('185.25');
    expect(message.execType).toBe('F');
    expect(message.transactTime).toBe(1_705_314_031_049_000_000n);
    expect(message.price).toBeUndefined();
  });

  it('keeps the fields of a venue in the entry where they stand', () => {
    const message = decodeFixMessage(UPDATE);
    if (message.type !== 'MarketDataIncrementalRefresh') throw new Error(message.type);
    expect(message.noMDEntries).toEqual([
      {
        mdUpdateAction: '1',
        mdEntryType: '0',
        symbol: 'BTC-USD',
        mdEntryPx: '42500.10',
        mdEntrySize: '1.2',
        fields: [[25044, '7']],
      },
      { mdUpdateAction: '2', mdEntryType: '1', mdEntryPx: '42500.20' },
    ]);
  });

  it('gives a message without a type of its own as its fields', () => {
    const message = decodeFixMessage(bytes('35=B|34=2|148=News|58=x|10=000|'));
    expect(message).toEqual({
      type: 'Other',
      msgType: 'B',
      fields: [
        [148, 'News'],
        [58, 'x'],
      ],
    });
  });

  it('refuses a group whose count is wrong', () => {
    expect(() => decodeFixMessage(bytes('35=W|55=A|268=2|269=0|10=000|'))).toThrow('268');
  });
});

describe('encodeFixBody', () => {
  it('writes the fields in their order, whatever that of the object', () => {
    const body = encodeFixBody('NewOrderSingle', {
      symbol: 'AAPL',
      side: '1',
      clOrdID: 'a',
      ordType: '2',
      orderQty: '100',
      price: '185.25',
      transactTime: 1_705_314_031_000_000_000n,
      noPartyIDs: [{ partyID: 'p', partyRole: 3 }],
      fields: [[25001, '1']],
    });
    expect(msgTypeOf('NewOrderSingle')).toBe('D');
    expect(body.map(([tag, value]) => `${tag}=${value}`).join('|')).toBe(
      '11=a|38=100|40=2|44=185.25|54=1|55=AAPL|60=20240115-10:20:31.000|453=1|448=p|452=3|25001=1',
    );
  });

  it('writes what decoding reads again', () => {
    const body = {
      clOrdID: 'c',
      orderID: 'o',
      execID: 'e',
      lastQty: '0.5',
      noMiscFees: [{ miscFeeAmt: '0.01', miscFeeCurr: 'USD' }],
      transactTime: 1_705_314_031_049_000_000n,
    };
    const fields = encodeFixBody('ExecutionReport', body);
    const text = fields.map(([tag, value]) => `${tag}=${value}|`).join('');
    expect(decodeFixMessage(bytes(`35=8|${text}10=000|`))).toEqual({
      type: 'ExecutionReport',
      ...body,
    });
  });

  it.each([
    [{ clOrdID: 'a\u000138=5' }, 'NewOrderSingle.clOrdID'],
    [{ clOrdID: '' }, 'NewOrderSingle.clOrdID'],
    [{ price: '1e5' }, 'NewOrderSingle.price'],
    [{ price: '5.' }, 'NewOrderSingle.price'],
    [{ side: '12' }, 'NewOrderSingle.side'],
    [{ noPartyIDs: [{ partyRole: 3 }] }, 'noPartyIDs[0]'],
    [{ fields: [[34, '5']] }, 'field 34'],
    [{ fields: [[58, 'a\u0001b']] }, 'field 58'],
    [{ transactTime: -1n }, '-1 ns'],
    [{ clientOrderId: 'a' }, 'no field clientOrderId'],
  ])('refuses %o', (body, what) => {
    expect(() => encodeFixBody('NewOrderSingle', body as never)).toThrow(what);
  });
});

describe('FIX times', () => {
  it('are read and written in every precision', () => {
    const time = 1_709_251_199_123_456_789n;
    expect(writeFixTime(time, 9)).toBe('20240229-23:59:59.123456789');
    expect(readFixTime(writeFixTime(time, 9))).toBe(time);
    expect(writeFixTime(time, 3)).toBe('20240229-23:59:59.123');
    expect(writeFixTime(time, 0)).toBe('20240229-23:59:59');
    expect(readFixTime('20161231-23:59:60')).toBe(readFixTime('20170101-00:00:00'));
  });

  it.each(['20230229-00:00:00', '20241301-00:00:00', '20240115-24:00:00', '20240115', 'x'])(
    'refuse %s',
    (text) => {
      expect(readFixTime(text)).toBeUndefined();
    },
  );
});

describe('FIX times of one day or second after another', () => {
  it('are right for each of many days and seconds, one after another', () => {
    const times = [0n, 951_782_400n, 951_868_800n, 951_868_801n, 1_709_251_199n, 4_102_444_800n];
    for (const seconds of [...times, ...times.toReversed()]) {
      for (const nanos of [0n, 7n, 50_000_000n, 999_999_999n]) {
        const time = seconds * 1_000_000_000n + nanos;
        const text = new Date(Number(seconds) * 1000).toISOString().replaceAll('-', '');
        const expected = `${text.slice(0, 8)}-${text.slice(9, 17)}`;
        expect(writeFixTime(time, 0)).toBe(expected);
        expect(writeFixTime(time, 9)).toBe(`${expected}.${String(nanos).padStart(9, '0')}`);
        expect(readFixTime(writeFixTime(time, 9))).toBe(time);
      }
    }
  });

  it('are none on days and hours that there are not, whatever was read before', () => {
    for (const day of ['20240230', '20230229', '20241301', '20240100', '20240132']) {
      expect(readFixTime('20240229-10:20:31')).toBe(1_709_202_031_000_000_000n);
      expect(readFixTime(`${day}-10:20:31`)).toBeUndefined();
    }
    expect(readFixTime('20240229-24:00:00')).toBeUndefined();
    expect(readFixTime('20240229-10:20:31.')).toBeUndefined();
  });
});

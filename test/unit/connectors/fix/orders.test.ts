import { describe, expect, it } from 'vitest';
import { FixMessageView } from '../../../../src/connectors/fix/messages/fix-message-view.js';
import {
  clOrdIDOf,
  clOrdIDText,
  FIX_ORDER_DIALECTS,
} from '../../../../src/connectors/fix/orders/order-dialect.js';
import {
  idNumber,
  isUnknownOrder,
  type ReportTerms,
  readReport,
} from '../../../../src/connectors/fix/orders/report-reader.js';
import { writeRequest } from '../../../../src/connectors/fix/orders/request-writer.js';

const INSTRUMENT = { id: 3, symbol: 'AB', priceDecimals: 2, qtyDecimals: 1 };

const view = (text: string) =>
  new FixMessageView().wrap(Buffer.from(`${text}|`.replaceAll('|', '\u0001')));

function read(text: string, problems: string[] = []) {
  const terms: ReportTerms = {
    dialect: FIX_ORDER_DIALECTS['FIX.4.4'],
    ...{ instrument: INSTRUMENT, venue: 2, currencyOf: (name) => (name === 'USD' ? 7 : 0) },
    onProblem: (what) => problems.push(what),
  };
  return readReport(view(`35=8|37=o1|11=5|17=e1|55=AB|54=1|14=1|${text}`), terms);
}

const request = {
  ...{ kind: 0, clOrdID: 2 ** 40 + 1, origClOrdID: 0, instrument: 3, account: 0, strategy: 0 },
  ...{ venue: 2, side: 2, ordType: 2, timeInForce: 1, flags: 0, orderQty: 25, price: 1050 },
  ...{ stopPx: 0, displayQty: 0, expireTimeMs: 0 },
};
const terms = {
  dialect: FIX_ORDER_DIALECTS['FIX.4.4'],
  ...{ instrument: INSTRUMENT, account: undefined, orderID: undefined },
  ...{ timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678), timeDigits: 3 as const },
};
const written = (change: object, more: object = {}) => {
  const answer = writeRequest({ ...request, ...change }, { ...terms, ...more });
  if ('refusal' in answer) return answer.refusal;
  return `35=${answer.msgType}|${answer.fields.map((field) => field.join('=')).join('|')}`;
};

describe('Reports', () => {
  it('mean the same in the words of every version', () => {
    const fills = [
      '20=0|150=1|39=1|32=0.5|31=10.5|151=2',
      '150=F|39=1|32=0.5|31=10.5|151=2',
      '20=0|39=1|32=0.5|31=10.5|38=3',
    ];
    for (const fill of fills) {
      const facts = { execType: 3, ordStatus: 3, lastQty: 5, lastPx: 1050, cumQty: 10 };
      expect(read(fill)).toMatchObject({ ...facts, leavesQty: 20, clOrdID: 5, side: 1, venue: 2 });
    }
    expect(read('20=1|150=1|39=1|19=e0|151=0')).toMatchObject({
      execType: 5,
      execRefID: idNumber('e0'),
    });
    expect(read('20=2|150=1|39=1|19=e0|32=1|31=9|151=0').execType).toBe(4);
    expect(read('20=3|150=0|39=0|151=0').execType).toBe(16);
    expect(read('150=B|39=B|151=0').execType).toBe(16);
    expect(read('150=8|39=8|103=6|151=0')).toMatchObject({ execType: 11, reason: 7 });
  });

  it('keep a fill between two ticks, and say so', () => {
    const problems: string[] = [];
    expect(read('150=F|39=1|32=1|31=10.505|151=0', problems).lastPx).toBe(1051);
    expect(read('150=F|39=1|32=1|31=10.5049|151=0', problems).lastPx).toBe(1050);
    expect(problems).toHaveLength(2);
    expect(() => read('150=F|39=1|32=0.55|31=10|151=0')).toThrow('decimals');
  });

  it('bring fees as the sum of their entries, or the commission', () => {
    const fees = '136=2|137=0.25|138=USD|139=4|137=0.5|138=USD|139=7';
    expect(read(`150=F|39=1|32=1|31=1|151=0|${fees}`)).toMatchObject({
      ...{ fee: 75_000_000, feeCurrency: 7 },
    });
    expect(read('150=F|39=1|32=1|31=1|151=0|12=0.1|13=3|479=USD').fee).toBe(10_000_000);
    expect(read('150=F|39=1|32=1|31=1|151=0|12=5|13=2').fee).toBeUndefined();
  });

  it('say when there is no such order, which a rejected one is not', () => {
    expect(isUnknownOrder(view('35=8|150=I|39=8|103=5|37=x'))).toBe(true);
    expect(isUnknownOrder(view('35=8|20=3|39=8|37=NONE'))).toBe(true);
    expect(isUnknownOrder(view('35=8|150=I|39=8|103=1|37=x'))).toBe(false);
    expect(isUnknownOrder(view('35=8|150=8|39=8|103=5|37=NONE'))).toBe(false);
  });

  it('give equal numbers to equal ids only', () => {
    const numbers = new Set(Array.from({ length: 100_000 }, (_none, at) => idNumber(`E${at}`)));
    expect(numbers.size).toBe(100_000);
    expect([...numbers].every((number) => Number.isSafeInteger(number) && number > 0)).toBe(true);
    expect(idNumber('x')).toBe(idNumber('x'));
  });
});

describe('Requests', () => {
  it('are written as their dialect wants them', () => {
    expect(written({})).toBe(
      '35=D|11=1099511627777|38=2.5|40=2|44=10.5|54=2|55=AB|59=1|60=20260102-03:04:05.678',
    );
    expect(written({ flags: 1 }, { dialect: FIX_ORDER_DIALECTS.binance })).toBe(
      '35=D|11=1099511627777|18=6|38=2.5|40=2|44=10.5|54=2|55=AB|59=1',
    );
    expect(written({ ordType: 4, stopPx: 1000 }, { dialect: FIX_ORDER_DIALECTS.alpaca })).toBe(
      '35=D|11=1099511627777|21=1|38=2.5|40=4|44=10.5|54=2|55=AB|59=1|60=20260102-03:04:05.678|99=10',
    );
    expect(written({ kind: 1, origClOrdID: 9 }, { orderID: 'o', account: 'a' })).toBe(
      '35=F|1=a|11=1099511627777|38=2.5|37=o|41=9|54=2|55=AB|60=20260102-03:04:05.678',
    );
    expect(written({ kind: 4, origClOrdID: 9 })).toBe('35=H|11=9|54=2|55=AB');
  });

  it('are refused where there is no word for them', () => {
    expect(written({ ordType: 8 })).toContain('type 8');
    expect(written({ flags: 2 })).toContain('reduce-only');
    expect(written({ kind: 2 }, { dialect: FIX_ORDER_DIALECTS.binance })).toContain('replaced');
    expect(written({ kind: 4 }, { dialect: FIX_ORDER_DIALECTS.binance })).toContain('state');
    expect(written({ ordType: 3 }, { dialect: FIX_ORDER_DIALECTS.binance })).toContain('type 3');
  });

  it('carry ids that come back as the same number', () => {
    for (const id of [1, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
      const text = clOrdIDText(id, 'uuid');
      expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(clOrdIDOf(text, 'uuid')).toBe(id);
      expect(clOrdIDOf(clOrdIDText(id, 'decimal'), 'decimal')).toBe(id);
    }
    for (const text of ['x', '', '01', '1e3', '9007199254740993', undefined]) {
      expect(clOrdIDOf(text, 'decimal')).toBe(0);
    }
  });
});

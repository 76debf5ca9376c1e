import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayMoney, fromMoneyText, toMoneyText } from '../../../../src/engine/report/money.js';
import { PnlAttribution, RoundTripCounter } from '../../../../src/engine/report/pnl-attribution.js';

describe('attribution of profit', () => {
  it('splits a hand-made story into its parts', () => {
    // A lot at a tick is worth 0.01. Bought 10 at 99 while bid 99, ask 101 (middle 100); sold 10
    // by taking the bid of 104 while the ask is 106 (middle 105). Fees of 0.02 each.
    const subject = new PnlAttribution({ numerator: 1_000_000n, denominator: 1n });
    const fee = 2_000_000n;
    subject.onFill({ signedLots: 10, ticks: 99, twiceMidTicks: 200, isMaker: true, fee });
    subject.onFill({ signedLots: -10, ticks: 104, twiceMidTicks: 210, isMaker: false, fee });

    expect(subject.split(50_000_000n)).toEqual({
      spread: '0.1',
      slippage: '-0.1',
      inventory: '0.5',
      fees: '0.04',
      total: '0.46',
    });
  });

  it('always sums to the total', () => {
    const fill = fc.record({
      signedLots: fc.integer({ min: -1e6, max: 1e6 }),
      ticks: fc.integer({ min: 1, max: 1e7 }),
      twiceMidTicks: fc.integer({ min: 2, max: 2e7 }),
      isMaker: fc.boolean(),
      fee: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    });
    const unit = fc.record({
      numerator: fc.bigInt({ min: 1n, max: 10n ** 9n }),
      denominator: fc.bigInt({ min: 1n, max: 10n ** 6n }),
    });
    fc.assert(
      fc.property(
        fc.array(fill, { maxLength: 30 }),
        unit,
        fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
        (fills, value, gross) => {
          const subject = new PnlAttribution(value);
          for (const one of fills) subject.onFill(one);
          const split = subject.split(gross);
          const units = (text: string) => fromMoneyText(text) ?? 0n;

          expect(
            units(split.spread) +
              units(split.slippage) +
              units(split.inventory) -
              units(split.fees),
          ).toBe(units(split.total));
          expect(units(split.total)).toBe(gross - fills.reduce((sum, one) => sum + one.fee, 0n));
        },
      ),
    );
  });
});

describe('round trips', () => {
  it('end flat, and are profitable by what they brought in', () => {
    const subject = new RoundTripCounter();
    subject.onFill(10, -1000n);
    subject.onFill(-4, 420n);
    subject.onFill(-6, 590n);
    subject.onFill(-5, 500n);
    subject.onFill(5, -510n);

    expect([subject.count, subject.profitable]).toEqual([2, 1]);
  });

  it('end where a fill turns the position, with the share of the cash that closed', () => {
    const subject = new RoundTripCounter();
    subject.onFill(10, -1000n);
    subject.onFill(-30, 3300n);
    expect([subject.count, subject.profitable]).toEqual([1, 1]);

    // The other 20 were sold for 2200, and are bought back for 2300.
    subject.onFill(20, -2300n);
    expect([subject.count, subject.profitable]).toEqual([2, 1]);
  });
});

describe('money', () => {
  it.each([
    ['1234567.891', '1,234,567.89'],
    ['-1234.5', '\u22121,234.50'],
    ['0', '0.00'],
    ['-0.005', '\u22120.00500000'],
    ['999.995', '1,000.00'],
    ['12', '12.00'],
  ])('%s reads %s', (text, shown) => {
    expect(displayMoney(text)).toBe(shown);
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (units) => {
        expect(fromMoneyText(toMoneyText(units))).toBe(units);
      }),
    );
  });
});

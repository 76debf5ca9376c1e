import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationText,
  moneyText,
  ratioText,
  readDuration,
  readInteger,
  readMoney,
  readRatio,
  readSize,
  readTime,
  sizeText,
  timeText,
} from '../../../src/config/scalars.js';

describe('money', () => {
  it.each([
    ['0', 0n],
    ['1', 100_000_000n],
    ['0.1', 10_000_000n],
    ['-12.5', -1_250_000_000n],
    ['.5', 50_000_000n],
    ['1_000_000.00000001', 100_000_000_000_001n],
    ['1e6', 100_000_000_000_000n],
    ['2.5E-3', 250_000n],
    ['92233720368.54775807', 9_223_372_036_854_775_807n],
  ])('reads %s exactly', (text, value) => {
    expect(readMoney(text)).toBe(value);
  });

  it.each([
    '',
    '.',
    '1.',
    'x',
    '1,000',
    '0.000000001',
    '92233720368.54775808',
    '1e400',
    '0x10',
    '--1',
  ])('refuses %j', (text) => {
    expect(readMoney(text)).toBeUndefined();
  });

  it('reads back what it writes, for every amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), (money) => {
        expect(readMoney(moneyText(money))).toBe(money);
      }),
    );
  });
});

describe('ratios', () => {
  it.each([
    ['5%', 5_000_000],
    ['0.05', 5_000_000],
    ['10bps', 100_000],
    ['-0.5 bps', -5_000],
    ['0.29%', 290_000],
    ['100%', 100_000_000],
  ])('reads %s exactly', (text, value) => {
    expect(readRatio(text)).toBe(value);
  });

  it('refuses what 10^-8 cannot say', () => {
    expect(readRatio('0.0000001%')).toBeUndefined();
    expect(readRatio('five%')).toBeUndefined();
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (ratio) => {
        expect(readRatio(ratioText(ratio))).toBe(ratio);
      }),
    );
  });
});

describe('durations', () => {
  it.each([
    ['0', 0],
    ['250ms', 250_000_000],
    ['1.5s', 1_500_000_000],
    ['1h30m', 5_400_000_000_000],
    ['1d', 86_400_000_000_000],
    ['100ns', 100],
    ['10us', 10_000],
    ['0.1ms', 100_000],
    ['0.000000001s', 1],
  ])('reads %s exactly', (text, value) => {
    expect(readDuration(text)).toBe(value);
  });

  it.each(['', '5', '5 s', '-5s', 's', '1.5ns', '5x', '1e3s', '9999999d'])('refuses %j', (text) => {
    expect(readDuration(text)).toBeUndefined();
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (ns) => {
        expect(readDuration(durationText(ns))).toBe(ns);
      }),
    );
  });
});

describe('sizes', () => {
  it.each([
    ['4096', 4096],
    ['64MiB', 67_108_864],
    ['1GB', 1_000_000_000],
    ['1.5 KiB', 1536],
    ['2kb', 2000],
  ])('reads %s exactly', (text, value) => {
    expect(readSize(text)).toBe(value);
  });

  it.each(['', '-1', '1.5', '1XB', '1constructor', '0.1KiB'])('refuses %j', (text) => {
    expect(readSize(text)).toBeUndefined();
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(readSize(sizeText(bytes))).toBe(bytes);
      }),
    );
  });
});

describe('times', () => {
  it('reads nanoseconds and plain days', () => {
    expect(readTime('2026-01-31T09:30:00.123456789Z')).toBe(1_769_851_800_123_456_789n);
    expect(readTime('2024-02-29')).toBe(1_709_164_800_000_000_000n);
  });

  it.each(['2023-02-29', '2026-13-01', '2026-01-01T25:00', '2026-01-01T10:61', '09:30', ''])(
    'refuses %j',
    (text) => {
      expect(readTime(text)).toBeUndefined();
    },
  );

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_102_444_800_000_000_000n }), (ns) => {
        expect(readTime(timeText(ns))).toBe(ns);
      }),
    );
  });
});

describe('whole numbers', () => {
  it('reads what double holds exactly and nothing else', () => {
    expect(readInteger('1_000_000')).toBe(1_000_000);
    expect(readInteger('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(readInteger('9007199254740993')).toBeUndefined();
    expect(readInteger('1.0')).toBeUndefined();
    expect(readInteger('_1')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatInteger,
  formatNanos,
} from '../../../src/telemetry/figures.js';

describe('figures for people', () => {
  it('scales counts without ever showing four digits before the point', () => {
    expect([0, 999, 1000, 12_345, 999_499, 999_500, 4_560_000].map(formatCount)).toEqual([
      '0',
      '999',
      '1.00k',
      '12.3k',
      '999k',
      '1.00M',
      '4.56M',
    ]);
  });

  it('scales bytes in decimal units', () => {
    expect([0, 999, 1500, 2_000_000_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.50 kB',
      '2.00 GB',
    ]);
  });

  it('separates thousands', () => {
    expect([0, 999, 1000, 1_234_567, -1000].map(formatInteger)).toEqual([
      '0',
      '999',
      '1,000',
      '1,234,567',
      '-1,000',
    ]);
  });

  it('gives nanoseconds the unit that fits', () => {
    expect([undefined, 0, 740, 1250, 3.4e6, 2e9].map(formatNanos)).toEqual([
      '-',
      '0 ns',
      '740 ns',
      '1.25 us',
      '3.40 ms',
      '2.00 s',
    ]);
  });

  it('shows time as a clock and as words', () => {
    expect([0, 65_000, 90_061_000].map(formatClock)).toEqual([
      '00:00:00',
      '00:01:05',
      '1d 01:01:01',
    ]);
    expect([850, 12_300, 245_000, 7_800_000].map(formatDuration)).toEqual([
      '850 ms',
      '12.3 s',
      '4 min 5 s',
      '2 h 10 min',
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeParameter,
  nearestName,
  parameter,
  requireParameters,
  resolveParameters,
} from '../../../src/domain/parameters.js';

const DECLARED = {
  edge: parameter.number({ default: 1.5, min: 0, max: 10, unit: 'ticks', description: 'Edge.' }),
  lots: parameter.integer({ default: 5, min: 1, max: 100, description: 'Size.' }),
  isPassive: parameter.boolean({ default: true, description: 'Whether it rests.' }),
  mode: parameter.choice({ default: 'calm', choices: ['calm', 'wild'], description: 'How.' }),
  symbol: parameter.text({ default: '', lengthMax: 8, description: 'What.' }),
};

describe('parameters', () => {
  it('have their defaults, and the types that were declared', () => {
    const values = requireParameters(DECLARED, { lots: 7 });
    const typed: { edge: number; isPassive: boolean; mode: 'calm' | 'wild'; symbol: string } =
      values;

    expect(typed).toEqual({ edge: 1.5, lots: 7, isPassive: true, mode: 'calm', symbol: '' });
    expect(Object.isFrozen(values)).toBe(true);
  });

  it.each([
    [{ edge: 10.1 }, 'edge: expected a number from 0 to 10 (ticks), found 10.1'],
    [{ edge: Number.NaN }, 'edge: expected a number from 0 to 10 (ticks), found NaN'],
    [{ edge: '1' }, 'edge: expected a number from 0 to 10 (ticks), found "1"'],
    [{ lots: 1.5 }, 'lots: expected a whole number from 1 to 100, found 1.5'],
    [{ lots: null }, 'lots: expected a whole number from 1 to 100, found null'],
    [{ isPassive: 'yes' }, 'isPassive: expected true or false, found "yes"'],
    [{ mode: 'mild' }, 'mode: expected one of calm, wild, found "mild"'],
    [{ symbol: 'TOOLONGNAME' }, 'symbol: expected text of at most 8 characters'],
    [{ Lots: 5 }, 'did you mean lots?'],
    [{ constructor: 5 }, 'constructor: expected a declared parameter'],
  ])('%j is refused with a reason', (given, reason) => {
    expect(() => requireParameters(DECLARED, given)).toThrow(reason);
  });

  it('tell all problems at once', () => {
    const result = resolveParameters(DECLARED, { edge: -1, lots: 0, moed: 'calm' });

    expect(result.ok ? [] : result.problems.map(({ name }) => name)).toEqual([
      'edge',
      'lots',
      'moed',
    ]);
  });

  it('accept both ends of their range', () => {
    expect(resolveParameters(DECLARED, { edge: 0, lots: 100 }).ok).toBe(true);
    expect(resolveParameters(DECLARED, { edge: 10, lots: 1 }).ok).toBe(true);
  });

  it('describe themselves', () => {
    expect(Object.values(DECLARED).map(describeParameter)).toEqual([
      'a number from 0 to 10 (ticks)',
      'a whole number from 1 to 100',
      'true or false',
      'one of calm, wild',
      'text of at most 8 characters',
    ]);
  });
});

describe('the nearest name', () => {
  const names = ['max_position_value', 'daily_loss_limit', 'type', 'symbols'];

  it.each([
    ['max_positon_value', 'max_position_value'],
    ['maxPositionValue', 'max_position_value'],
    ['tpye', 'type'],
    ['symbol', 'symbols'],
    ['daily-loss-limit', 'daily_loss_limit'],
  ])('of %s is %s', (word, expected) => {
    expect(nearestName(word, names)).toBe(expected);
  });

  it('is none where nothing is near', () => {
    expect(nearestName('colour', names)).toBeUndefined();
    expect(nearestName('', names)).toBeUndefined();
  });

  it('is the name itself where it is known, for any word', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (word) => {
        expect(nearestName(word, [word])).toBe(word);
      }),
    );
  });
});

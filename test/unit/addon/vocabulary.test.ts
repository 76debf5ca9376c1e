import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../../src/addon/addon.js';
import {
  BOOK_REASONS,
  BOOK_STATES,
  DECODE_ERRORS,
  EventKind,
  WIRE_FORMATS,
} from '../../../src/domain/market-data.js';

function numbered(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, index]));
}

describe('the vocabulary of the addon', () => {
  const { vocabulary } = loadAddon();

  it('numbers wire formats as the domain does', () => {
    expect(vocabulary.wireFormat).toEqual(numbered(WIRE_FORMATS));
  });
  it('numbers event kinds as the domain does', () => {
    expect(vocabulary.eventKind).toEqual(EventKind);
  });
  it('numbers book states as the domain does', () => {
    expect(vocabulary.bookState).toEqual(numbered(BOOK_STATES));
  });
  it('numbers book reasons as the domain does', () => {
    expect(vocabulary.bookReason).toEqual(numbered(BOOK_REASONS));
  });
  it('numbers decode errors as the domain does', () => {
    expect(vocabulary.decodeError).toEqual(numbered(DECODE_ERRORS));
  });
});

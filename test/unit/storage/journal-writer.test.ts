import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAddon } from '../../../src/addon/addon.js';
import { type DecodedRecord, decodeRecord } from '../../../src/storage/journal/decode-record.js';
import { JournalWriter } from '../../../src/storage/journal/journal-writer.js';
import { hasAddon } from '../cli/addon-present.js';

const TIME = { realtime: 1_700_000_000_000_000_000n, monotonic: 5n };
const ENTRY_BYTES = 64 + 16_384;

describe.skipIf(!hasAddon)('JournalWriter', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hft-journal-'));
    path = join(folder, 'journal');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function open(): JournalWriter {
    return new JournalWriter(path, { journalId: 7, segmentBytes: 65_536 });
  }

  function records(): (DecodedRecord & { readonly realtime: bigint })[] {
    const found: (DecodedRecord & { readonly realtime: bigint })[] = [];
    const report = loadAddon().auditJournal(path, (_sequence, kind, realtime, _time, payload) => {
      found.push({ ...decodeRecord(kind, payload), realtime });
    });
    expect(report.fault).toBe('ok');
    return found;
  }

  it('writes every kind that JavaScript may write, and an audit reads them', () => {
    const journal = open();
    const session = { run: 1n, randomSeed: 2n ** 64n - 1n, startTime: -3n, configHash: 4n };
    expect(journal.sessionStart(session, TIME)).toEqual({ ok: true, sequence: 1n });
    expect(journal.note('enters at 5 – ü', TIME)).toEqual({ ok: true, sequence: 2n });
    expect(journal.timer(9n, 10n, TIME)).toEqual({ ok: true, sequence: 3n });
    expect(journal.configChange('risk.limit', '5=6', TIME)).toEqual({ ok: true, sequence: 4n });
    const seen = { firstSequence: 1n, lastSequence: 8n, stateHash: 3n };
    expect(journal.marketReference(seen, TIME)).toEqual({ ok: true, sequence: 5n });
    expect(journal.position()).toMatchObject({ run: 1n, lastSequence: 5n });
    journal.close();
    expect(records()).toEqual([
      { name: 'sessionStart', fields: session, realtime: TIME.realtime },
      { name: 'strategyNote', fields: { text: 'enters at 5 – ü' }, realtime: TIME.realtime },
      { name: 'timer', fields: { timer: 9n, dueTime: 10n }, realtime: TIME.realtime },
      { name: 'configChange', fields: { text: 'risk.limit=5=6' }, realtime: TIME.realtime },
      { name: 'marketReference', fields: seen, realtime: TIME.realtime },
    ]);
  });

  it('refuses text beyond the limit, and takes text that reaches it', () => {
    const journal = open();
    expect(journal.note('n'.repeat(16_384), TIME).ok).toBe(true);
    expect(journal.note('n'.repeat(16_385), TIME)).toEqual({ ok: false, reason: 'tooLong' });
    expect(journal.note('ü'.repeat(8_193), TIME)).toEqual({ ok: false, reason: 'tooLong' });
    expect(() => journal.configChange('a=b', 'c', TIME)).toThrow(/'a=b'/);
    journal.close();
    expect(records()).toHaveLength(1);
  });

  it('says that a closed journal takes nothing', () => {
    const journal = open();
    journal.close();
    journal.close();
    expect(journal.note('late', TIME)).toEqual({ ok: false, reason: 'closed' });
  });

  it('names a journal that is in use, and one that is damaged', async () => {
    const journal = open();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'HFT_DATA_FILE' }));
    expect(() => open()).toThrow(/open for writing/);
    journal.note('first', TIME);
    journal.close();
    const { readFileSync, writeFileSync } = await import('node:fs');
    const segment = join(path, '000000000001.journal');
    const bytes = readFileSync(segment);
    bytes.writeUInt8(bytes.readUInt8(64 + 41) ^ 1, 64 + 41);
    writeFileSync(segment, bytes);
    expect(() => open()).toThrow(/segment 1, offset 64, sequence 1/);
  });

  it('refuses garbage in the memory, whatever it is, and stays sound', () => {
    const memory = new Uint8Array(new SharedArrayBuffer(ENTRY_BYTES));
    const view = new DataView(memory.buffer);
    const journal = new (loadAddon().NativeJournal)(path, memory, { segmentBytes: 65_536 });
    const append = journal.appender();
    function verdictOf(kind: number, payloadBytes: number): number {
      view.setUint32(0, kind, true);
      view.setUint32(4, payloadBytes, true);
      append();
      return view.getUint32(28, true);
    }
    for (const kind of [0, 2, 3, 4, 5, 6, 9, 11, 12, 13, 14, 16, 17, 255, 2 ** 32 - 1]) {
      expect(verdictOf(kind, 8)).toBe(32);
    }
    expect(verdictOf(7, 15)).toBe(33);
    expect(verdictOf(10, 16_385)).toBe(5);
    expect(verdictOf(10, 2 ** 32 - 1)).toBe(5);
    memory.set([0xc3, 0x28], 64);
    expect(verdictOf(10, 2)).toBe(33);
    expect(view.getBigUint64(32, true)).toBe(0n);
    journal.close();
    expect(records()).toHaveLength(0);
  });

  it('refuses options and memory that are none', () => {
    const { NativeJournal } = loadAddon();
    const memory = new Uint8Array(ENTRY_BYTES);
    expect(() => new NativeJournal(path, new Uint8Array(64), {})).toThrow(/16448 bytes/);
    expect(() => new NativeJournal(path, memory, { segmentBytes: 65_537 })).toThrow(/4096/);
    expect(() => new NativeJournal(path, memory, { commitWindowNs: -1 })).toThrow(/commitWindowNs/);
    expect(() => new NativeJournal(join(folder, 'no', 'where'), memory, {})).toThrow(
      expect.objectContaining({ code: 'HFT_DATA_FILE' }),
    );
  });
});

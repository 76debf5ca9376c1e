import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../../src/storage/journal/decode-record.js';

const REQUEST_BYTES = 128;

function request(clOrdID: bigint, orderQty: bigint): Buffer {
  const bytes = Buffer.alloc(REQUEST_BYTES);
  bytes.writeBigUInt64LE(clOrdID, 0);
  bytes.writeBigInt64LE(orderQty, 40);
  return bytes;
}

describe('decodeRecord', () => {
  it('reads an order request without and with what it was decided on', () => {
    const alone = decodeRecord(2, request(7n, -3n));
    expect(alone.name).toBe('orderRequest');
    expect(alone.fields).toMatchObject({ clOrdID: 7n, orderQty: -3n });
    expect(Object.keys(alone.fields).some((name) => name.startsWith('trail.'))).toBe(false);
    const trail = Buffer.alloc(64);
    trail.writeBigInt64LE(11n, 0);
    trail.writeBigInt64LE(-12n, 16);
    trail.writeBigInt64LE(13n, 56);
    const { fields } = decodeRecord(2, Buffer.concat([request(7n, 1n), trail]));
    expect(fields).toMatchObject({
      'trail.marketTime': 11n,
      'trail.bid': -12n,
      'trail.checkedTime': 13n,
    });
  });

  it('reads the legs of an order list', () => {
    const start = Buffer.alloc(64);
    start.writeUInt8(2, 0);
    start.writeUInt8(2, 1);
    const legs = [request(1n, 5n), request(2n, 6n), request(0n, 0n)];
    const { name, fields } = decodeRecord(12, Buffer.concat([start, ...legs]));
    expect(name).toBe('orderList');
    expect(fields).toMatchObject({ kind: 2, legCount: 2 });
    expect(fields).toMatchObject({ 'leg1.clOrdID': 1n, 'leg2.orderQty': 6n });
    expect(fields['leg3.clOrdID']).toBeUndefined();
  });

  it('stops at the legs that are there', () => {
    const start = Buffer.alloc(64);
    start.writeUInt8(255, 1);
    const { fields } = decodeRecord(12, Buffer.concat([start, request(1n, 5n).subarray(0, 100)]));
    expect(fields).toEqual({ kind: 0, legCount: 255 });
  });

  it('gives a kind that it does not know, and a payload that is too short, as hex', () => {
    expect(decodeRecord(99, Buffer.from([1, 171]))).toEqual({
      name: 'kind99',
      fields: { payload: '01ab' },
    });
    expect(decodeRecord(7, Buffer.from([1]))).toEqual({ name: 'timer', fields: { payload: '01' } });
  });

  it('names every kind of a journal', () => {
    const names = Array.from({ length: 22 }, (_, i) => decodeRecord(i + 1, Buffer.alloc(256)).name);
    expect(names).toEqual([
      'sessionStart',
      'orderRequest',
      'executionReport',
      'riskDecision',
      'limitChange',
      'killSwitch',
      'timer',
      'marketReference',
      'snapshot',
      'strategyNote',
      'recovered',
      'orderList',
      'trailMove',
      'latch',
      'configChange',
      'market',
      'equityMark',
      'positionMark',
      'input',
      'name',
      'signals',
      'signalName',
    ]);
  });
});

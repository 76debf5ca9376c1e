import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigurationManager } from '../../../../../src/config/configuration-manager.js';
import { simulationSetup } from '../../../../../src/engine/trading/setup/native-options.js';
import { RealTimeOrderManager } from '../../../../../src/orders/real-time-order-manager.js';

const folder = mkdtempSync(join(tmpdir(), 'hft-simulation-'));
afterAll(() => rmSync(folder, { recursive: true }));

function setUp(simulation: string) {
  const read = ConfigurationManager.parse(`simulation: ${simulation}`, join(folder, 'c.yaml'));
  if (!read.ok) throw new Error(read.problems.map(({ key }) => key).join());
  const { manager } = read;
  return simulationSetup(manager.config.simulation, (path) => manager.resolvePath(path));
}

/** Buys 2.5 units at 100.00 of a book and returns when the answer came, and what it cost. */
async function buyOnce(simulation: string) {
  const { native } = await setUp(simulation);
  const manager = new RealTimeOrderManager({
    simulated: 'synthetic',
    native: { ...native, isVirtual: true, needsTrust: false },
  });
  try {
    manager.addInstrument({ symbol: 'AAA', priceDecimals: 2, qtyDecimals: 1 });
    manager.start();
    manager.setTime(1000);
    const seen = { filledMs: 0, fee: 0, makerFee: 0 };
    manager.subscribe({
      onFill: (fill) => {
        if (fill.isMaker) seen.makerFee = fill.fee;
        else {
          seen.fee = fill.fee;
          seen.filledMs = fill.timeMs;
        }
      },
    });
    const order = { symbol: 'AAA', quantity: '2.5', orderType: 2, price: '100' } as const;
    manager.submit({ ...order, side: 'SELL' });
    manager.setTime(2000);
    manager.pump();
    manager.submit({ ...order, side: 'BUY', accountId: 'other' });
    for (let at = 2001; at < 2100; at += 1) {
      manager.setTime(at);
      manager.pump();
    }
    return seen;
  } finally {
    manager.close();
  }
}

describe('the simulated exchange of a configuration', () => {
  it('takes the time and the fees that it was given', async () => {
    const seen = await buyOnce(
      '{latency: {order: 3ms, response: 4ms}, fees: {maker: -1bps, taker: 4bps, per_unit: 0.02}}',
    );

    expect(seen).toEqual({ filledMs: 2007, fee: 15_000_000, makerFee: 2_500_000 });
  });

  it('draws from samples, and from nothing else', async () => {
    const seen = await buyOnce(
      '{latency: {model: distribution, samples: [{order: 10ms, response: 20ms}]}}',
    );

    expect(seen.filledMs).toBe(2030);
  });

  it('interpolates between measured moments', async () => {
    writeFileSync(
      join(folder, 'measured.csv'),
      'time_ns,order_ns,response_ns\n1000000000,10000000,0\n3000000000,30000000,0\n',
    );
    const seen = await buyOnce('{latency: {model: measured, file: measured.csv}}');

    expect(seen.filledMs).toBe(2020);
  });

  it('charges by the tier of the traded value', async () => {
    const seen = await buyOnce(
      '{fees: {tiers: [{volume: 0, maker: 1bps, taker: 2bps}, {volume: 1e6, maker: 0, taker: 0}]}}',
    );

    expect(seen).toMatchObject({ fee: 5_000_000, makerFee: 2_500_000 });
  });

  it('says what it assumes', async () => {
    const { assumptions, isFree, isInstant } = await setUp(
      '{latency: {order: 3ms, response: 250us}, fees: {maker: -1bps, taker: 4bps}}',
    );

    expect(assumptions).toEqual({
      latency: 'Constant: an order takes 3 ms to the exchange, its answer 250 us back.',
      queue: 'Power (3): a cancel is behind us the likelier, the longer the queue there is.',
      fills:
        'A trade fills a resting order by what it exceeds the queue before it by; ' +
        'what we take is gone until the data changes that level.',
      fees: 'Resting orders get 0.01% of the value, taking orders pay 0.04%.',
    });
    expect([isFree, isInstant]).toEqual([false, false]);
    expect(await setUp('{latency: {order: 0, response: 0}}')).toMatchObject({
      isFree: true,
      isInstant: true,
    });
  });

  it('follows single orders where the queue is first in, first out', async () => {
    const { native, assumptions } = await setUp('{queue: {model: fifo}}');
    expect(native).toMatchObject({ queueModel: 4, singleOrdersMax: 1 << 20 });
    expect(assumptions.queue).toContain('first in, first out');
  });

  it('names the line of a latency file that is wrong', async () => {
    writeFileSync(join(folder, 'bad.csv'), 'time_ns,order_ns,response_ns\n5,1,1\n5,1,1\n');

    await expect(setUp('{latency: {model: measured, file: bad.csv}}')).rejects.toThrow(
      'bad.csv:3: expected',
    );
    await expect(setUp('{latency: {model: measured, file: none.csv}}')).rejects.toThrow(
      'cannot read',
    );
  });
});

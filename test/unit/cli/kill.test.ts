import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrderType } from '../../../src/domain/orders.js';
import { EmergencyRing } from '../../../src/orders/emergency-ring.js';
import { RealTimeOrderManager } from '../../../src/orders/real-time-order-manager.js';
import { hft } from './cli-harness.js';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'hft-kill-'));
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

function manager(): RealTimeOrderManager {
  return new RealTimeOrderManager({
    instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 }],
    native: { needsTrust: false },
  });
}

const ORDER = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  quantity: '1',
  price: '100',
  orderType: OrderType.LIMIT,
} as const;

describe('hft kill and resume', () => {
  it('latches without a process, and the next start trades nothing until resumed', async () => {
    const killed = await hft(['kill', '--state-dir', state, '--json']);
    expect(killed.code).toBe(0);
    expect(JSON.parse(killed.stdout)).toMatchObject({
      ok: true,
      isRunning: false,
      scope: 'global',
    });
    const orders = manager();
    orders.watch(state);
    orders.start();
    expect(orders.submit(ORDER).violation?.name).toBe('KILLED');
    orders.close();
    rmSync(join(state, 'PROCESS.json'));
    expect((await hft(['resume', '--state-dir', state])).code).toBe(0);
    const again = manager();
    again.watch(state);
    again.start();
    expect(again.submit(ORDER).ok).toBe(true);
    again.close();
  });

  it('stops a running process, one scope alone, and is acknowledged', async () => {
    const orders = manager();
    orders.watch(state);
    orders.start();
    const first = orders.submit({ ...ORDER, strategyId: 'maker' });
    const second = orders.submit({ ...ORDER, strategyId: 'taker' });
    orders.connector.takeRequest();
    orders.connector.takeRequest();
    // The names are written again where more have come.
    orders.watch(state);
    const killed = await hft(['kill', '--scope', 'strategy:taker', '--state-dir', state, '--json']);
    expect(killed.code).toBe(0);
    expect(JSON.parse(killed.stdout)).toMatchObject({ isAcknowledged: true, scope: 'strategy' });
    expect(orders.submit({ ...ORDER, strategyId: 'taker' }).violation?.name).toBe('KILLED');
    expect(orders.submit({ ...ORDER, strategyId: 'maker', price: '99' }).ok).toBe(true);
    orders.pump();
    expect(orders.order(second.clOrdID)?.ordStatus).toBe('PendingCancel');
    expect(orders.order(first.clOrdID)?.ordStatus).toBe('PendingNew');
    expect((await hft(['resume', '--scope', 'strategy:taker', '--state-dir', state])).code).toBe(0);
    expect(orders.submit({ ...ORDER, strategyId: 'taker', price: '98' }).ok).toBe(true);
    expect(readFileSync(join(state, 'KILL'), 'utf8')).not.toContain('strategy');
    orders.close();
  });

  it('takes a damaged kill file for a global throw', () => {
    writeFileSync(join(state, 'KILL'), 'hft-kill 1\nthrow strategy 1\ncrc 00000000\n');
    const orders = manager();
    orders.watch(state);
    orders.start();
    expect(orders.submit(ORDER).violation).toMatchObject({ name: 'KILLED', scope: 0 });
    orders.close();
  });

  it('keeps what the process itself has thrown', async () => {
    const orders = manager();
    orders.watch(state);
    orders.start();
    orders.risk.killSwitch();
    await expect
      .poll(() => {
        try {
          return readFileSync(join(state, 'KILL'), 'utf8');
        } catch {
          return '';
        }
      })
      .toContain('throw global 0');
    orders.close();
  });

  it('names a scope that it does not know', async () => {
    const strange = await hft(['kill', '--scope', 'moon', '--state-dir', state]);
    expect(strange.code).not.toBe(0);
    expect(strange.stderr).toContain('moon');
    const unknown = await hft(['kill', '--scope', 'symbol:XYZ', '--state-dir', state]);
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain('XYZ');
  });

  it('cancels what works while the event loop that owns it is blocked', async () => {
    // The worker trades, then blocks for good; this thread is the venue's connector.
    const worker = new Worker(new URL('./blocked-trader.mjs', import.meta.url), {
      workerData: { state },
    });
    const { buffer, orders } = await new Promise<{ buffer: SharedArrayBuffer; orders: number[] }>(
      (resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      },
    );
    const ring = new EmergencyRing(buffer);
    const killed = await hft(['kill', '--state-dir', state, '--json']);
    expect(JSON.parse(killed.stdout)).toMatchObject({ isAcknowledged: true });
    const canceled: number[] = [];
    await expect
      .poll(() => {
        for (let cancel = ring.take(); cancel !== undefined; cancel = ring.take()) {
          canceled.push(cancel.origClOrdID);
          expect(orders).not.toContain(cancel.clOrdID);
        }
        return canceled.length;
      })
      .toBe(orders.length);
    expect(canceled.sort((a, b) => a - b)).toEqual(orders);
    await worker.terminate();
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
    await expect
      .poll(() => {
        orders.pump();
        return readFileSync(join(state, 'KILL'), 'utf8');
      })
      .not.toContain('strategy');
    orders.close();
    const after = JSON.parse((await hft(['kill', '--state-dir', state, '--json'])).stdout);
    expect(after).toMatchObject({ ok: true, isRunning: false });
  });

  it('holds in the journal and is released while nobody runs', async () => {
    const begin = (): RealTimeOrderManager => {
      const orders = new RealTimeOrderManager({
        instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 }],
        journalPath: join(state, 'journal'),
        native: { needsTrust: false },
      });
      orders.watch(state);
      orders.start();
      return orders;
    };
    const orders = begin();
    orders.risk.killSwitch();
    orders.close();
    rmSync(join(state, 'KILL'), { force: true });
    const again = begin();
    expect(again.submit(ORDER).violation?.name).toBe('KILLED');
    again.close();
    expect((await hft(['resume', '--state-dir', state])).code).toBe(0);
    const released = begin();
    expect(released.submit(ORDER).ok).toBe(true);
    released.close();
  });

  it('fails where the process has no such account, and says so at once', async () => {
    const orders = manager();
    orders.watch(state);
    const killed = await hft(['kill', '--scope', 'account:5000', '--state-dir', state]);
    expect(killed.code).toBe(1);
    expect(killed.stdout).toContain('nothing of that number');
    orders.close();
  });

  it('takes a process file that it cannot read for a process that must answer', async () => {
    writeFileSync(join(state, 'PROCESS.json'), '{"pid":');
    const killed = await hft(['kill', '--state-dir', state, '--timeout', '0.02', '--json']);
    expect(killed.code).toBe(1);
    expect(JSON.parse(killed.stdout)).toMatchObject({ ok: false, isRunning: true });
    expect(readFileSync(join(state, 'KILL'), 'utf8')).toContain('throw global 0');
  });

  it('knows that a process of the same number is another one', async () => {
    const file = { pid: process.pid, startTicks: '1', accounts: [], strategies: [], venues: [] };
    writeFileSync(join(state, 'PROCESS.json'), JSON.stringify({ ...file, symbols: {} }));
    const killed = await hft(['kill', '--state-dir', state, '--json']);
    expect(JSON.parse(killed.stdout)).toMatchObject({ ok: true, isRunning: false });
  });

  it('stops the strategy of that name in the next run too, whoever comes first there', async () => {
    const orders = manager();
    orders.watch(state);
    orders.start();
    for (const strategyId of ['maker', '600519']) orders.submit({ ...ORDER, strategyId });
    orders.close();
    expect((await hft(['kill', '--scope', 'strategy:600519', '--state-dir', state])).code).toBe(0);
    const again = manager();
    again.watch(state);
    again.start();
    expect(again.submit({ ...ORDER, strategyId: '600519' }).violation?.name).toBe('KILLED');
    expect(again.submit({ ...ORDER, strategyId: 'maker' }).ok).toBe(true);
    again.close();
    const mixed = manager();
    for (const name of ['other', 'maker', '600519']) mixed.names.strategies.id(name);
    expect(() => mixed.watch(state)).toThrow(/strategy 600519 by the number 2, which is maker/);
    mixed.close();
  });

  it('writes down who was stopped and why', async () => {
    await hft(['kill', '--state-dir', state, '--reason', 'runaway maker']);
    const log = readFileSync(join(state, 'KILL.log'), 'utf8').trim().split('\n');
    expect(log).toHaveLength(1);
    expect(JSON.parse(log[0] ?? '')).toMatchObject({
      verb: 'kill',
      scope: 'global',
      reason: 'runaway maker',
    });
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
    const long = await hft(['kill', '--scope', 'account:99999999999', '--state-dir', state]);
    expect(long.code).toBe(2);
    expect((await hft(['kill', '--scope', 'global:x', '--state-dir', state])).code).toBe(2);
    const unknown = await hft(['kill', '--scope', 'symbol:XYZ', '--state-dir', state]);
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain('XYZ');
  });

  it.each(['hft kill', 'SIGUSR2'])('latches in a process that loops for ever: %s', async (way) => {
    const script = fileURLToPath(new URL('./blocked-process.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      if (way === 'hft kill') {
        const killed = await hft(['kill', '--state-dir', state, '--json']);
        expect(JSON.parse(killed.stdout)).toMatchObject({ ok: true, isAcknowledged: true });
      } else {
        child.kill('SIGUSR2');
      }
      await expect
        .poll(() =>
          existsSync(join(state, 'KILL')) ? readFileSync(join(state, 'KILL'), 'utf8') : '',
        )
        .toContain('throw global 0');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
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

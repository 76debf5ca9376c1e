import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrderType } from '../../../../src/domain/orders.js';
import { ViolationType } from '../../../../src/domain/risk.js';
import { Strategy } from '../../../../src/domain/strategy.js';
import type { BookView } from '../../../../src/domain/views.js';
import { whyOrder } from '../../../../src/engine/replay/why-order.js';
import { generateMarket, learnInstruments, runSession } from './recorded-session.js';

/** Sends three orders: one that rests, one that is too large, one that its client names. */
class Asker extends Strategy {
  readonly ids: number[] = [];

  override onBook(book: BookView): void {
    if (this.ids.length > 0 || !book.isTrusted || book.instrument.id !== 0) return;
    const { orders } = this.context;
    this.context.note('spread', book.spread);
    const price = String(book.bid - 100);
    const order = { symbol: book.symbol, side: 'BUY', orderType: OrderType.LIMIT, price } as const;
    this.ids.push(orders.submit({ ...order, quantity: '0.01' }).clOrdID);
    this.ids.push(orders.submit({ ...order, quantity: '7' }).clOrdID);
    this.context.note('spread', -1);
    orders.submit({ ...order, quantity: '0.02', clientOrderId: 'mine=1' });
    orders.cancel(this.ids[0] ?? 0);
  }
}

describe('why an order was what it was', () => {
  let directory: string;
  let journal: string;
  let ids: readonly number[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hft-why-'));
    journal = join(directory, 'journal');
    const capture = join(directory, 'market.txt');
    await generateMarket(capture, 2000);
    const strategy = new Asker();
    await runSession({
      capture,
      journalPath: journal,
      instruments: await learnInstruments(capture),
      strategies: [{ strategyId: 'asker', strategy }],
      setUp: (manager) => {
        manager.risk.addGlobalLimit(ViolationType.ORDER_SIZE_LIMIT, { limitValue: 5 });
        manager.risk.addStrategyLimit('asker', ViolationType.POSITION_LIMIT, {
          limitValue: 1e6,
        });
      },
    });
    ids = strategy.ids;
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  it('tells event, book, signals, outcome and history', async () => {
    const why = await whyOrder(journal, String(ids[0]));
    expect(why).toMatchObject({
      run: 1,
      clOrdID: String(ids[0]),
      kind: 'new',
      outcome: 'answered',
      strategy: 'asker',
      side: 'BUY',
      decidedOn: { event: { kind: 'book' }, book: { state: 'trusted' }, reason: '' },
    });
    expect(why.decidedOn.signals['spread']).toBeGreaterThan(0);
    expect(why.decidedOn.book?.bids[0]?.[0]).toBe(why.decidedOn.bid);
    expect(why.chain).toHaveLength(2);
    expect(why.history.map(({ name }) => name)).toContain('executionReport');
    const hops = why.hops.map(({ hop }) => hop);
    expect(hops).toEqual([
      'received',
      'handled',
      'decided',
      'risk-checked',
      'journaled',
      'acknowledged',
    ]);
    expect(why.hops.slice(2).every(({ nanoseconds }) => (nanoseconds ?? 0) >= 0)).toBe(true);
  });

  it('tells every limit of an order that one refused', async () => {
    const { outcome, risk } = await whyOrder(journal, String(ids[1]), {
      makeStrategies: () => new Map([['asker', new Asker()]]),
    });
    expect(outcome).toBe('refused');
    expect(risk.refusedBy).toMatchObject({
      type: 'ORDER_SIZE_LIMIT',
      scope: 'global',
      limit: 5,
      observed: 7,
      headroom: 5,
    });
    expect(risk.reason).toBe('');
    const told = risk.checks?.map(({ type, holds }) => [type, holds]) ?? [];
    expect(told).toContainEqual(['KILLED', true]);
    expect(told).toContainEqual(['ORDER_SIZE_LIMIT', false]);
    // Behind the one that refused.
    expect(risk.checks).toContainEqual(
      expect.objectContaining({
        type: 'POSITION_LIMIT',
        scope: 'strategy',
        name: 'asker',
        holds: true,
        limit: 1e6,
      }),
    );
  });

  it('finds an order by the name that its client gave it', async () => {
    const why = await whyOrder(journal, 'mine=1');
    expect(why).toMatchObject({ clientOrderId: 'mine=1', decidedOn: { signals: { spread: -1 } } });
  });

  it('tells what the journal has when the market events are gone', async () => {
    rmSync(join(journal, 'market'), { recursive: true });
    const why = await whyOrder(journal, String(ids[1]));
    expect(why.decidedOn).toMatchObject({ event: null, book: null });
    expect(why.decidedOn.reason).toContain('not recorded, or no longer kept');
    expect(why.risk.checks).toBeNull();
    expect(why.risk.refusedBy).toMatchObject({ type: 'ORDER_SIZE_LIMIT' });
    await expect(whyOrder(journal, '5')).rejects.toMatchObject({ code: 'HFT_DATA_FILE' });
  });
});

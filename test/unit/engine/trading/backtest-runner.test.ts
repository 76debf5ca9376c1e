import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openByteSink } from '../../../../src/data/byte-sink.js';
import { generateCapture } from '../../../../src/data/generate-capture.js';
import { Strategy } from '../../../../src/domain/strategy.js';
import type { BookView } from '../../../../src/domain/views.js';
import { runBacktest } from '../../../../src/engine/trading/backtest-runner.js';
import { SimpleMarketMaker } from '../../../../src/strategies/simple-market-maker.js';

/** Throws at its thousandth book. */
class Thrower extends Strategy {
  #books = 0;

  override onBook(_book: BookView): void {
    this.#books += 1;
    if (this.#books === 1000) throw new TypeError('a thousand books are too many');
  }
}

describe('a backtest', () => {
  let directory: string;
  let capture: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hft-backtest-'));
    capture = join(directory, 'market.txt');
    const sink = await openByteSink(capture);
    await generateCapture(sink, {
      wireFormat: 'binance-spot',
      container: 'recording',
      seed: 3,
      messages: 20_000,
      symbolCount: 2,
    });
    await sink.close();
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const maker = (seed: number) =>
    runBacktest({
      files: [capture],
      strategies: [
        {
          strategyId: 'maker',
          strategy: new SimpleMarketMaker(),
          parameters: { halfSpreadTicks: 1, orderLots: 1000, inventoryLotsMax: 10_000 },
        },
      ],
      seed,
    });

  it('comes to fills, and to the same ones again', async () => {
    const first = await maker(1);
    const second = await maker(1);
    expect(first.failures).toEqual([]);
    expect(first.marketEvents).toBeGreaterThan(10_000);
    expect(first.orders).toBeGreaterThan(20);
    expect(first.fills).toBeGreaterThan(20);
    expect(Number(first.realised)).not.toBe(0);
    expect(second).toEqual(first);
  });

  it('stops a strategy that throws, and only that one', async () => {
    const alone = await maker(1);
    const beside = await runBacktest({
      files: [capture],
      strategies: [
        {
          strategyId: 'maker',
          strategy: new SimpleMarketMaker(),
          parameters: { halfSpreadTicks: 1, orderLots: 1000, inventoryLotsMax: 10_000 },
        },
        { strategyId: 'thrower', strategy: new Thrower() },
      ],
    });
    expect(beside.failures).toEqual([
      { strategyId: 'thrower', message: 'a thousand books are too many' },
    ]);
    expect(beside.fills).toBe(alone.fills);
    expect(beside.realised).toBe(alone.realised);
  });
});

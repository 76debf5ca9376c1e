import { randomInt, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RiskScope, ViolationType } from '../../../../src/domain/risk.js';
import { Strategy } from '../../../../src/domain/strategy.js';
import type { BookView, InstrumentInfo } from '../../../../src/domain/views.js';
import { Side } from '../../../../src/domain/vocabulary.js';
import { replayJournal } from '../../../../src/engine/replay/replay-journal.js';
import { readManifest } from '../../../../src/engine/replay/run-manifest.js';
import { SimpleMarketMaker } from '../../../../src/strategies/simple-market-maker.js';
import { LoopbackDesk } from './loopback-desk.js';
import {
  generateLines,
  generateMarket,
  learnInstruments,
  runSession,
  type SessionPlot,
  type SessionStrategy,
} from './recorded-session.js';

const MAKER = { halfSpreadTicks: 1, orderLots: 1000, inventoryLotsMax: 10_000 };

/** Buys and sells a lot now and then, by `draw`. */
abstract class Gambler extends Strategy {
  #books = 0;

  override onBook(book: BookView): void {
    this.#books += 1;
    if (this.#books % 50 !== 0 || !book.isTrusted) return;
    const draw = this.draw();
    this.context.note('draw', draw);
    const lots = 1000 + Math.floor(draw * 1000);
    const side = draw < 0.5 ? Side.Buy : Side.Sell;
    this.context.orders.market(book.instrument.id, side, lots);
  }

  protected abstract draw(): number;
}

class SeededGambler extends Gambler {
  protected draw(): number {
    return this.context.random.next();
  }
}

class Dice extends Gambler {
  protected draw(): number {
    return Math.random();
  }
}

/** Reads the clock, and decides by its last digit but three. */
class ClockReader extends Gambler {
  protected draw(): number {
    return (Date.now() % 1000) / 1000;
  }
}

/** Looks at the clock without deciding by it. */
class Idler extends Gambler {
  readonly started = new Date();

  protected draw(): number {
    return performance.now() > 0 ? 0.25 : 0.25;
  }
}

/** Decides by whatever its test has planted. */
class Planted extends Gambler {
  constructor(readonly plant: () => number) {
    super();
  }
  protected draw(): number {
    return this.plant();
  }
}

/** What answers otherwise in every run, with its name. */
const PLANTS: readonly (readonly [call: string, plant: () => number])[] = [
  ['performance.now()', () => (performance.now() * 1000) % 1],
  ['process.hrtime()', () => (process.hrtime()[1] % 1000) / 1000],
  ['process.hrtime.bigint()', () => Number(process.hrtime.bigint() % 1000n) / 1000],
  ['new Date()', () => (new Date().getMilliseconds() % 1000) / 1000],
  ['crypto.randomUUID()', () => Number.parseInt(crypto.randomUUID().slice(0, 4), 16) / 65_536],
  ['crypto.randomUUID()', () => Number.parseInt(randomUUID().slice(0, 4), 16) / 65_536],
  ['crypto.randomInt()', () => randomInt(1000) / 1000],
];

/** Sends its orders a moment later, behind the back of the session. */
class Latecomer extends Strategy {
  #books = 0;

  override onBook(book: BookView): void {
    this.#books += 1;
    if (this.#books % 200 !== 0 || !book.isTrusted) return;
    const { id } = book.instrument;
    setTimeout(() => this.context.orders.market(id, Side.Buy, 1000), 0);
  }
}

describe('the replay of a session', () => {
  let directory: string;
  let capture: string;
  let instruments: readonly InstrumentInfo[];
  let journals = 0;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hft-replay-'));
    capture = join(directory, 'market.txt');
    await generateMarket(capture, 12_000);
    instruments = await learnInstruments(capture);
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  function plot(
    strategies: readonly SessionStrategy[],
    more: Partial<SessionPlot> = {},
  ): SessionPlot {
    journals += 1;
    const journalPath = join(directory, `journal-${journals}`);
    return { capture, journalPath, instruments, strategies, ...more };
  }

  const maker = (): SessionStrategy => ({
    strategyId: 'maker',
    strategy: new SimpleMarketMaker(),
    parameters: MAKER,
  });
  const replayed = (journalPath: string, make: () => Readonly<Record<string, Strategy>>) =>
    replayJournal(journalPath, { makeStrategies: () => new Map(Object.entries(make())) });

  it('makes each decision again', async () => {
    const session = plot([maker()]);
    await runSession(session);
    const replay = await replayJournal(session.journalPath);
    expect(replay).toMatchObject({
      ok: true,
      runs: [{ run: 1, mode: 'paper', verdict: 'identical', reason: '', difference: null }],
    });
    const [run] = replay.runs;
    expect(run?.events).toBeGreaterThan(11_000);
    expect(run?.matched).toBeGreaterThan(500);
    // Names and signals' names are no decisions.
    expect((run?.records ?? 0) - (run?.matched ?? 0)).toBeLessThan(20);
  });

  it('repeats what came from outside: orders, limits, halts, the kill switch, a stop', async () => {
    const session = plot([maker(), { strategyId: 'gambler', strategy: new SeededGambler() }], {
      setUp: (manager) =>
        manager.risk.addGlobalLimit(ViolationType.ORDER_SIZE_LIMIT, { limitValue: 1e9 }),
      act: (chunk, { manager, session: running, clock }) => {
        const [first] = instruments;
        const symbol = first?.symbol ?? '';
        if (chunk === 2) manager.risk.halt(RiskScope.Strategy, 'gambler');
        if (chunk === 3) manager.fast.limit(0, Side.Buy, 1000, 1);
        if (chunk === 4) manager.risk.resume(RiskScope.Strategy, 'gambler');
        if (chunk === 5) manager.risk.killSwitch(RiskScope.Symbol, symbol);
        if (chunk === 6) manager.risk.releaseKillSwitch(RiskScope.Symbol, symbol);
        if (chunk === 7) running.stopStrategy('maker', 'it stalled');
        if (chunk === 8) {
          manager.risk.addStrategyLimit('gambler', ViolationType.ORDER_SIZE_LIMIT, {
            limitValue: 0,
          });
        }
        if (chunk === 9) manager.cancelAll();
        if (chunk === 10) running.tick(clock.nowMs + 5);
      },
    });
    await runSession(session);
    const replay = await replayed(session.journalPath, () => ({
      maker: new SimpleMarketMaker(),
      gambler: new SeededGambler(),
    }));
    expect(replay.runs[0]).toMatchObject({ verdict: 'identical', difference: null });
    expect(replay.runs[0]?.failures).toEqual([
      { strategyId: 'maker', message: 'maker was stopped: it stalled' },
    ]);
  });

  it('repeats a session at a venue: its reports are inputs, whatever is wrong with them', async () => {
    const desk = new LoopbackDesk();
    await desk.open();
    const lines = join(directory, 'market.ws.1.0');
    await generateLines(lines, 12_000);
    const strategies = [maker(), { strategyId: 'gambler', strategy: new SeededGambler() }];
    const session = plot(strategies, {
      capture: lines,
      instruments: await learnInstruments(lines),
      isConnected: true,
      act: async (chunk, { manager }) => {
        await desk.exchange(manager);
        // A gap in the feed near the end: books break, and quotes are withdrawn.
        return chunk === 100 ? 'lost' : undefined;
      },
    });
    await runSession(session);
    desk.close();
    expect(desk.reports).toBeGreaterThan(100);
    expect(desk.hangUps).toBeGreaterThan(2);
    const make = () => ({ maker: new SimpleMarketMaker(), gambler: new SeededGambler() });
    const replay = await replayed(session.journalPath, make);
    expect(replay.runs[0]).toMatchObject({ verdict: 'identical', reason: '', difference: null });
    expect(replay.runs[0]?.matched).toBeGreaterThan(200);

    // Another strategy would have sent something else, and that is found.
    const other = await replayed(session.journalPath, () => ({ ...make(), gambler: new Dice() }));
    expect(other.runs[0]).toMatchObject({
      verdict: 'differs',
      impure: [{ call: 'Math.random()' }],
    });
  });

  it('names Math.random() in a strategy, and the first decision that differs', async () => {
    const session = plot([{ strategyId: 'dice', strategy: new Dice() }]);
    await runSession(session);
    const { ok, runs } = await replayed(session.journalPath, () => ({ dice: new Dice() }));
    const [run] = runs;
    expect(ok).toBe(false);
    expect(run).toMatchObject({ verdict: 'differs' });
    expect(run?.impure).toMatchObject([{ call: 'Math.random()', strategyId: 'dice' }]);
    expect(run?.impure[0]?.at).toMatch(/replay-journal\.test\.ts:\d+:\d+$/);
    expect(run?.reason).toContain('dice calls Math.random()');
    const difference = run?.difference;
    // The signal that it noted is written before its order.
    expect(difference).toMatchObject({
      kind: 'other',
      expected: { name: 'signals' },
      actual: { name: 'signals', sequence: null },
      fields: ['value1'],
    });
    expect(difference?.event?.kind).toBe('book');
    expect(difference?.book?.bids.length).toBeGreaterThan(0);
  });

  it('names Date.now() in a strategy', async () => {
    const session = plot([{ strategyId: 'clock', strategy: new ClockReader() }]);
    await runSession(session);
    const { runs } = await replayed(session.journalPath, () => ({ clock: new ClockReader() }));
    expect(runs[0]).toMatchObject({
      verdict: 'differs',
      impure: [{ call: 'Date.now()', strategyId: 'clock' }],
    });
  });

  it.each(PLANTS)(
    'names %s in a strategy, and the first decision that differs',
    async (call, plant) => {
      const session = plot([{ strategyId: 'planted', strategy: new Planted(plant) }]);
      await runSession(session);
      const { ok, runs } = await replayed(session.journalPath, () => ({
        planted: new Planted(plant),
      }));
      const [run] = runs;
      expect(ok).toBe(false);
      expect(run).toMatchObject({ verdict: 'differs', difference: { fields: ['value1'] } });
      expect(run?.difference?.event?.number).toBeGreaterThan(0);
      expect(run?.difference?.expected).not.toEqual(run?.difference?.actual);
      expect(run?.impure).toMatchObject([{ call, strategyId: 'planted' }]);
      expect(run?.reason).toContain(`planted calls ${call}`);
    },
  );

  it('names setTimeout() in a strategy, whose orders come as they came', async () => {
    const session = plot([{ strategyId: 'late', strategy: new Latecomer() }]);
    await runSession(session);
    const { ok, runs } = await replayed(session.journalPath, () => ({ late: new Latecomer() }));
    expect(ok).toBe(false);
    expect(runs[0]).toMatchObject({
      verdict: 'impure',
      difference: null,
      impure: [{ call: 'setTimeout()', strategyId: 'late' }],
    });
    expect(runs[0]?.matched).toBeGreaterThan(20);
  });

  it('says that a strategy was lucky whose clock changed nothing', async () => {
    const session = plot([{ strategyId: 'idler', strategy: new Idler() }]);
    await runSession(session);
    const { ok, runs } = await replayed(session.journalPath, () => ({ idler: new Idler() }));
    expect(ok).toBe(false);
    expect(runs[0]).toMatchObject({ verdict: 'impure', difference: null });
    expect(runs[0]?.impure.map(({ call }) => call)).toEqual(['performance.now()']);
  });

  it('shows both requests, the book and the position where a strategy decides otherwise', async () => {
    const session = plot([maker()]);
    await runSession(session);
    const wider = readManifest(session.journalPath, 1);
    const [strategy] = wider.strategies;
    writeFileSync(
      join(session.journalPath, 'run-000001.json'),
      JSON.stringify({
        ...wider,
        strategies: [{ ...strategy, parameters: { ...MAKER, halfSpreadTicks: 2 } }],
      }),
    );
    const { runs } = await replayJournal(session.journalPath);
    const difference = runs[0]?.difference;
    expect(runs[0]).toMatchObject({ verdict: 'differs', impure: [] });
    expect(difference?.expected?.fields).toMatchObject({ side: 1 });
    expect(difference?.fields).toContain('price');
    expect(difference?.position).toMatchObject({ symbol: instruments[0]?.symbol });
    expect(difference?.book?.symbol).toBe(instruments[0]?.symbol);
  });

  it('repeats each run of a journal from the state that it began with', async () => {
    const first = plot([maker()]);
    await runSession(first);
    await runSession({ ...first, strategies: [maker()] });
    const { ok, runs } = await replayJournal(first.journalPath);
    expect(ok).toBe(true);
    expect(runs.map(({ run, verdict }) => [run, verdict])).toEqual([
      [1, 'identical'],
      [2, 'identical'],
    ]);
    const alone = await replayJournal(first.journalPath, { run: 2 });
    expect(alone.runs.map(({ run }) => run)).toEqual([2]);
  });

  it('says what is not there any more', async () => {
    const session = plot([maker()]);
    await runSession(session);
    const { journalPath } = session;
    const copy = `${journalPath}-copy`;
    cpSync(journalPath, copy, { recursive: true });
    rmSync(join(copy, 'market'), { recursive: true });
    const { ok, runs } = await replayJournal(copy);
    expect(ok).toBe(false);
    expect(runs[0]).toMatchObject({ verdict: 'unavailable' });
    expect(runs[0]?.reason).toContain('not recorded, or no longer kept');
    await expect(replayJournal(journalPath, { run: 9 })).rejects.toMatchObject({
      code: 'HFT_ARGUMENT',
    });
    await expect(replayJournal(join(directory, 'nothing'))).rejects.toMatchObject({
      code: 'HFT_DATA_FILE',
    });
  });
});

import { afterAll, describe, expect, it, vi } from 'vitest';
import type { BacktestResult, ResultRow } from '../../../../src/engine/report/backtest-result.js';
import { fromMoneyText } from '../../../../src/engine/report/money.js';
import { surveyConfiguredMarket } from '../../../../src/engine/trading/run-configured-backtest.js';
import { BacktestProject } from './backtest-project.js';

const project = new BacktestProject();
afterAll(() => project.remove());

const units = (text: string) => fromMoneyText(text) ?? Number.NaN;
const sum = (rows: readonly ResultRow[], pick: (row: ResultRow) => string) =>
  rows.reduce((total, row) => total + BigInt(units(pick(row))), 0n);

/** All but what the machine's speed is in. */
function decided(result: BacktestResult) {
  return { ...result, run: { ...result.run, wallSeconds: 0 } };
}

describe('a backtest of a configuration', () => {
  it('comes to orders, fills and money, and to the same again', async () => {
    const first = await project.run();
    const again = await project.run();

    expect(first.run.marketEvents).toBeGreaterThan(10_000);
    expect(first.total.orders.submitted).toBeGreaterThan(20);
    expect(first.fillsTotal).toBeGreaterThan(20);
    expect(first.fills).toHaveLength(first.fillsTotal);
    expect(Number(first.total.realised)).not.toBe(0);
    expect(decided(again)).toEqual(decided(first));
  });

  it.each([1, 7, 4096])('has the same hash with batches of %d', async (size) => {
    const data = 'data: [{generate: {seed: 3, symbols: 2, frames: 20000}}]';
    const expected = await project.run();
    const result = await project.run({ backtest: `{batch_size: ${size}, ${data}}` });

    expect(result.run.stateHash).toBe(expected.run.stateHash);
    expect(result.fills).toEqual(expected.fills);
  });

  it.each([
    ['the seed of the market', { backtest: '{data: [{generate: {seed: 4, frames: 20000}}]}' }],
    ['the latency', { simulation: '{latency: {order: 3ms, response: 2ms}}' }],
    [
      'a parameter',
      {
        strategies:
          '{maker: {class: SimpleMarketMaker, parameters: ' +
          '{halfSpreadTicks: 2, orderLots: 1000, inventoryLotsMax: 10000}}}',
      },
    ],
  ])('has another hash with another value of %s', async (_what, sections) => {
    const one = await project.run();
    const other = await project.run(sections);

    expect(other.run.stateHash).not.toBe(one.run.stateHash);
  });

  it('adds up exactly', async () => {
    const result = await project.run();

    const { spread, slippage, inventory, fees, total } = result.total.attribution;
    expect(units(spread)).not.toBe(0n);
    expect(BigInt(units(spread)) + BigInt(units(slippage)) + BigInt(units(inventory))).toBe(
      BigInt(units(total)) + BigInt(units(fees)),
    );
    expect(sum(result.rows, ({ attribution }) => attribution.total)).toBe(units(total));
    expect(sum(result.bySymbol, ({ attribution }) => attribution.total)).toBe(units(total));
    expect(BigInt(units(result.capital)) + BigInt(units(total))).toBe(units(result.finalEquity));
    expect(result.series.equity.at(-1)).toBeCloseTo(Number(result.finalEquity), 6);
    const paid = result.fills.reduce((all, fill) => all + BigInt(units(fill.fee)), 0n);
    expect(paid).toBe(units(fees));
    for (const { symbol, position } of result.symbolSeries) {
      const bought = result.fills
        .filter((fill) => fill.symbol === symbol)
        .reduce(
          (held, { side, quantity }) => held + Number(quantity) * (side === 'BUY' ? 1 : -1),
          0,
        );
      expect(position.at(-1)).toBeCloseTo(bought, 9);
    }
  });

  it('counts every order once', async () => {
    const { orders } = (await project.run()).total;

    const closed = orders.filled + orders.canceled + orders.expired;
    const open = orders.submitted - orders.refusedByRisk - orders.rejectedByVenue - closed;
    expect(open).toBeGreaterThanOrEqual(0);
    expect(open).toBeLessThanOrEqual(8);
    expect(orders.makerFills).toBeLessThanOrEqual(orders.fills);
  });

  it('samples the market on an even grid of its time', async () => {
    const { series } = await project.run();

    const distances = series.timeMs.slice(1, -1).map((at, i) => at - (series.timeMs[i] ?? 0));
    expect(new Set(distances.map(Math.round))).toEqual(new Set([1000]));
  });

  it('trades only between start and end', async () => {
    const whole = await project.run();
    const from = Date.parse(whole.run.startTime) + 1000;
    const to = from + 1500;
    const part = await project.run(
      {},
      { start: BigInt(from) * 1_000_000n, end: BigInt(to) * 1_000_000n },
    );

    expect(Date.parse(part.run.startTime)).toBeGreaterThanOrEqual(from);
    expect(Date.parse(part.run.endTime)).toBeLessThanOrEqual(to);
    expect(part.fillsTotal).toBeGreaterThan(0);
    expect(part.run.marketEvents).toBeLessThan(whole.run.marketEvents);
  });

  it('takes overrides of parameters, and a survey from before', async () => {
    const survey = await surveyConfiguredMarket(project.configure());
    const maker = { halfSpreadTicks: 3 };
    const result = await project.run({}, { overrides: { maker }, survey: structuredClone(survey) });

    expect(result.strategies[0]?.parameters).toMatchObject({ halfSpreadTicks: 3, orderLots: 1000 });
    await expect(
      project.run({}, { overrides: { maker: { halfSpreadTicks: -1 } } }),
    ).rejects.toThrow('strategies.maker.parameters.halfSpreadTicks: expected');
    await expect(project.run({}, { overrides: { other: {} } })).rejects.toThrow('strategies.other');
  });

  it('surveys the whole data where a survey of its beginning is too coarse, and hands it on', async () => {
    const whole = await surveyConfiguredMarket(project.configure());
    const coarse = <T extends object>(instrument: T) => ({ ...instrument, priceDecimals: 0 });
    const survey = {
      instruments: whole.instruments.map(coarse),
      sources: whole.sources.map((source) => ({
        ...source,
        isPartial: true,
        instruments: source.instruments.map(coarse),
      })),
    };
    const onSurveyed = vi.fn();
    const result = await project.run({}, { survey, onSurveyed });

    expect(onSurveyed.mock.calls).toEqual([[whole]]);
    expect(result.run.stateHash).toBe((await project.run()).run.stateHash);
  });

  it('holds the limits of the configuration', async () => {
    const result = await project.run({ risk_limits: '{max_order_quantity: 0.00001}' });

    expect(result.total.orders.submitted).toBe(result.total.orders.refusedByRisk);
    expect(result.riskEvents[0]).toMatchObject({
      kind: 'refused',
      violation: 'ORDER_SIZE_LIMIT',
      scope: 'global',
    });
    expect(result.riskEvents.reduce((all, { count }) => all + count, 0)).toBe(
      result.riskEventsTotal,
    );
  });

  it('keeps one symbol of two feeds apart, and merges them by time', async () => {
    const both =
      '{data: [{feed: a, generate: {seed: 3, symbols: 1, frames: 5000}}, ' +
      '{feed: b, generate: {seed: 4, symbols: 1, frames: 5000}}]}';
    const result = await project.run({ backtest: both });
    const small = await project.run({ backtest: `{batch_size: 3, ${both.slice(1)}` });

    const [one, two] = result.bySymbol;
    expect(one?.symbol.startsWith('a:')).toBe(true);
    expect(two?.symbol).toBe(one?.symbol.replace('a:', 'b:'));
    expect(one?.orders.fills).toBeGreaterThan(0);
    expect(two?.orders.fills).toBeGreaterThan(0);
    expect(result.data.map(({ feed }) => feed)).toEqual(['a', 'b']);
    expect(result.warnings.map(({ kind }) => kind)).not.toContain('look-ahead');
    expect(small.run.stateHash).toBe(result.run.stateHash);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const running = project.run(
      { backtest: '{data: [{generate: {frames: 100000000}}]}' },
      { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) },
    );

    await expect(running).rejects.toThrow('enough');
  });

  it('refuses a configuration that names no data, strategy or symbol', async () => {
    await expect(project.run({ backtest: '{}' })).rejects.toThrow('backtest.data');
    await expect(project.run({ strategies: '{}' })).rejects.toThrow('strategies: expected');
    await expect(
      project.run({ strategies: '{m: {class: Momentum, symbols: [NONE]}}' }),
    ).rejects.toThrow('strategies.m.symbols: NONE is not in the data');
  });
});

import { describe, expect, it } from 'vitest';
import type { BacktestResult } from '../../../../src/engine/report/backtest-result.js';
import { figuresOf } from '../../../../src/engine/report/figures.js';
import { fillMarks } from '../../../../src/engine/report/html/fill-marks.js';
import {
  niceTicks,
  tickText,
  timeTicks,
  visibleIndexes,
} from '../../../../src/engine/report/html/scale.js';
import { renderHtmlReport } from '../../../../src/engine/report/html-report.js';
import { jsonReport } from '../../../../src/engine/report/json-report.js';
import { textSummary } from '../../../../src/engine/report/text-summary.js';
import { sampleResult } from './sample-result.js';

/** A run in which nothing happened. */
function emptyResult(): BacktestResult {
  const orders = {
    ...{ submitted: 0, refusedByRisk: 0, rejectedByVenue: 0, replaced: 0, canceled: 0 },
    ...{ expired: 0, filled: 0, partiallyFilled: 0, fills: 0, makerFills: 0, turnover: '0' },
  };
  const attribution = { spread: '0', slippage: '0', inventory: '0', fees: '0', total: '0' };
  const total = {
    ...{ strategyId: '', symbol: '', attribution, orders },
    ...{ realised: '0', unrealised: '0', roundTrips: 0, profitableRoundTrips: 0 },
  };
  return sampleResult({
    total,
    rows: [],
    byStrategy: [],
    bySymbol: [],
    series: { timeMs: [], equity: [] },
    symbolSeries: [{ symbol: 'BTCUSDT', timeMs: [], mid: [], position: [] }],
    fills: [],
    fillsTotal: 0,
    riskEvents: [],
    riskEventsTotal: 0,
    warnings: [],
    finalEquity: '100000',
  });
}

describe('the HTML report', () => {
  const html = renderHtmlReport(sampleResult());

  it('needs nothing but itself', () => {
    expect(html).not.toMatch(/(src|href)=|url\(|@import|https?:\/\//);
    expect(html).toContain("default-src 'none'");
  });

  it('has every section', () => {
    for (const id of ['equity', 'attribution', 'market', 'orders', 'risk', 'set-up']) {
      expect(html).toContain(`<section id="${id}">`);
    }
  });

  it('states its assumptions, its data and how to run it again', () => {
    const { assumptions, run } = sampleResult();
    for (const text of [...Object.values(assumptions), run.stateHash, run.configFile]) {
      expect(html).toContain(text);
    }
    expect(html).toContain('no riskless rate');
  });

  it('warns before it shows a figure', () => {
    expect(html).toContain('Do not trust this result yet: 2 serious problems');
    expect(html.indexOf('Do not trust')).toBeLessThan(html.indexOf('class="tiles"'));
  });

  it('says so where there is nothing to warn of', () => {
    expect(renderHtmlReport(sampleResult({ warnings: [] }))).toContain('Nothing was found');
  });

  it('lets no name become markup or script', () => {
    const evil = '</script><img src=x onerror=alert(1)>"\'&';
    const sample = sampleResult();
    const hostile = renderHtmlReport(
      sampleResult({
        title: evil,
        currency: evil,
        strategies: [
          { strategyId: evil, className: evil, symbols: [evil], parameters: { [evil]: evil } },
        ],
        symbolSeries: sample.symbolSeries.map((series) => ({ ...series, symbol: evil })),
        fills: sample.fills.map((fill) => ({ ...fill, symbol: evil })),
        rows: sample.rows.map((row) => ({ ...row, strategyId: evil, symbol: evil })),
        bySymbol: sample.bySymbol.map((row) => ({ ...row, symbol: evil })),
        warnings: [{ kind: 'data-gap', severity: 'note', message: evil, count: 1 }],
        riskEvents: sample.riskEvents.map((event) => ({ ...event, message: evil, scope: evil })),
      }),
    );

    expect(hostile).not.toContain('<img');
    expect(hostile.match(/<\/script>/g)?.length).toBe(html.match(/<\/script>/g)?.length);
  });

  it('of a run without anything is still a report', () => {
    const empty = renderHtmlReport(emptyResult());

    expect(empty).toContain('No limit refused an order');
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('calls rebates so, and draws no drawdown where there was none', () => {
    const { total, series } = sampleResult();
    const rising = sampleResult({
      total: { ...total, attribution: { ...total.attribution, fees: '-5' } },
      series: { ...series, equity: series.timeMs.map((_, index) => 100_000 + index) },
    });
    expect(html).not.toContain('Rebates');
    expect(html).toContain('Drawdown from the highest equity');
    const other = renderHtmlReport(rising);
    expect(other).toContain('Rebates');
    expect(other).not.toContain('Drawdown from the highest equity');
    expect(other).toContain('Equity never fell below its peak.');
  });

  it('has no figure that is none', () => {
    expect(html.replaceAll(/<script>[\s\S]*?<\/script>/g, '')).not.toMatch(
      /NaN|undefined|Infinity/,
    );
  });

  it('stays small over a million samples, without losing a peak', () => {
    const count = 1_000_000;
    const timeMs = Array.from({ length: count }, (_, i) => 1_769_851_800_000 + i * 100);
    const equity = timeMs.map(
      (_, i) => 100_000 + Math.sin(i / 1e5) * 50 + (i === 777_777 ? 900 : 0),
    );
    const large = renderHtmlReport(sampleResult({ series: { timeMs, equity } }));

    expect(large.length).toBeLessThan(1_000_000);
    expect(visibleIndexes(equity, 560)).toContain(777_777);
  });
});

describe('figures', () => {
  it('are those of the result', () => {
    const result = sampleResult();
    const figures = figuresOf(result);

    expect(figures.netProfit).toBe('872.25');
    expect(figures.hitRate).toBeCloseTo(251 / 412, 12);
    expect(figures.turnoverRatio).toBeCloseTo(18.342205, 9);
    expect(figures.makerShare).toBeCloseTo(1390 / 1544, 12);
    expect(figures.fillRatio).toBeCloseTo(1404 / 4167, 12);
  });

  it('leave ratios out that rest on too little', () => {
    const series = { timeMs: [0, 1000, 2000], equity: [1, 2, 3] };
    const figures = figuresOf(sampleResult({ series }));

    expect(figures.sharpe).toBeUndefined();
    expect(figures.assumptions).toContain('need 30 returns over 30 min; this run has 2 over 2 s');
    const hour = sampleResult().series;
    const tenMinutes = { timeMs: hour.timeMs.slice(0, 600), equity: hour.equity.slice(0, 600) };
    expect(figuresOf(sampleResult()).sharpe).toBeDefined();
    expect(figuresOf(sampleResult({ series: tenMinutes })).sharpe).toBeUndefined();
  });
});

describe('text and JSON', () => {
  it('tell the same as the HTML', () => {
    const text = textSummary(sampleResult());

    expect(text).toContain('net profit        872.25 USDT (0.87% of the capital)');
    expect(text).toContain('WARNING: data-gap:');
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('survive a round trip through JSON', () => {
    const report = JSON.parse(JSON.stringify(jsonReport(sampleResult())));

    expect(report).toMatchObject({ schema: 'hft.backtest/1', figures: { netProfit: '872.25' } });
    expect(report.total.attribution).toEqual(sampleResult().total.attribution);
  });

  it('of a run without anything have no figures that are none', () => {
    expect(textSummary(emptyResult())).not.toMatch(/NaN|undefined|Infinity/);
    expect(JSON.parse(JSON.stringify(jsonReport(emptyResult()))).figures).toMatchObject({
      sharpe: null,
      hitRate: null,
    });
  });
});

describe('charts', () => {
  it('have round ticks with as many decimals as they need', () => {
    expect(niceTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(niceTicks(-1.9, 1.9, 4)).toEqual([-1, 0, 1]);
    expect(niceTicks(5, 5, 4)).toEqual([5]);
    expect(tickText(-1234.5, 0.5)).toBe('\u22121,234.5');
    expect(tickText(0.25, 0.25)).toBe('0.25');
    expect(tickText(-0, 1)).toBe('0');
  });

  it('have times that are round in UTC', () => {
    const start = Date.UTC(2026, 0, 31, 9, 30);

    expect(timeTicks(start, start + 3_600_000, 8).map(({ text }) => text)).toEqual([
      ...['09:30', '09:40', '09:50', '10:00', '10:10', '10:20', '10:30'],
    ]);
    expect(timeTicks(start, start, 8)).toHaveLength(1);
  });

  it('count every fill in their marks', () => {
    const { fills, symbolSeries } = sampleResult();
    const { timeMs = [] } = symbolSeries[0] ?? {};
    const marks = fillMarks(fills, 'BTCUSDT', [timeMs[0] ?? 0, timeMs.at(-1) ?? 0]);

    expect(marks.reduce((sum, mark) => sum + mark.count, 0)).toBe(fills.length);
    expect(marks.length).toBeLessThan(fills.length);
  });
});

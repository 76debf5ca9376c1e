import type { BacktestResult, ResultWarning } from './backtest-result.js';
import { durationWords, figuresOf, type ReportFigures } from './figures.js';
import { escapeHtml } from './html/markup.js';
import { SCRIPT } from './html/script.js';
import {
  attributionSection,
  count,
  equitySection,
  marketSection,
  ordersSection,
  percent,
  riskSection,
  setUpSection,
} from './html/sections.js';
import { STYLE } from './html/style.js';
import { displayMoney } from './money.js';

/**
 * A result as one HTML file that needs nothing else: no network, fonts or pictures. Charts are
 * complete without scripts; with them they tell values under the pointer.
 */
export function renderHtmlReport(result: BacktestResult): string {
  const figures = figuresOf(result);
  const title = `${result.title} \u00b7 ${result.mode}`;
  // Nothing in the file may load anything, even if a name in it tried to.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>` +
    headerOf(result) +
    trustOf(result.warnings) +
    tilesOf(result, figures) +
    equitySection(result, figures.assumptions) +
    attributionSection(result) +
    marketSection(result) +
    ordersSection(result) +
    riskSection(result) +
    setUpSection(result) +
    `<footer>hft-trading-system ${escapeHtml(result.run.version)}</footer>` +
    `</main><script>${SCRIPT}</script></body></html>\n`
  );
}

function headerOf(result: BacktestResult): string {
  const { run, strategies } = result;
  const symbols = result.bySymbol.map(({ symbol }) => symbol);
  const shown = symbols.slice(0, 6).join(', ');
  const more = symbols.length > 6 ? ` and ${symbols.length - 6} more` : '';
  const spanMs = Date.parse(run.endTime) - Date.parse(run.startTime);
  const rate = run.wallSeconds > 0 ? Math.round(run.marketEvents / run.wallSeconds) : 0;
  const when = `${run.startTime.slice(0, 19).replace('T', ' ')} UTC, ${durationWords(spanMs)}`;
  return (
    `<header><div><h1>${escapeHtml(result.title)}</h1><p class="meta">` +
    `<span class="badge">${escapeHtml(result.mode)}</span>` +
    `${escapeHtml(strategies.map(({ strategyId }) => strategyId).join(', '))} on ` +
    `${escapeHtml(shown + more)} \u00b7 ${escapeHtml(when)}</p><p class="meta">` +
    `${count(run.marketEvents)} market events in ${durationWords(run.wallSeconds * 1000)}` +
    `${rate > 0 ? `, ${count(rate)} a second` : ''}</p></div>` +
    '<button id="theme" type="button" hidden>Light / dark</button></header>'
  );
}

function trustOf(warnings: readonly ResultWarning[]): string {
  if (warnings.length === 0) {
    return (
      '<div class="trust good"><h2>Nothing was found that makes this result doubtful</h2>' +
      'No look-ahead, no gaps in the data, no fills beyond displayed volume, no crossed ' +
      'books.</div>'
    );
  }
  const serious = warnings.filter(({ severity }) => severity === 'serious');
  const isSerious = serious.length > 0;
  const heading = isSerious
    ? `Do not trust this result yet: ${serious.length} serious ` +
      `${serious.length === 1 ? 'problem' : 'problems'}`
    : 'Mind this when you read the result';
  const items = [...serious, ...warnings.filter(({ severity }) => severity === 'note')].map(
    ({ kind, message }) => `<li><b>${escapeHtml(headline(kind))}.</b> ${escapeHtml(message)}</li>`,
  );
  return (
    `<div class="trust ${isSerious ? 'serious' : 'note'}" role="note"><h2>${heading}</h2>` +
    `<ul>${items.join('')}</ul></div>`
  );
}

/** `data-gap` as `Data gap`. */
function headline(kind: string): string {
  const words = kind.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly style?: string;
}

function tilesOf(result: BacktestResult, figures: ReportFigures): string {
  const { currency, total } = result;
  const { drawdown } = figures;
  const ratio = (value: number | undefined) =>
    value === undefined ? '\u2013' : value.toFixed(2).replace('-', '\u2212');
  const profit = Number(figures.netProfit);
  const spanMs = Date.parse(result.run.endTime) - Date.parse(result.run.startTime);
  const tiles: Tile[] = [
    {
      name: `Net profit, ${currency}`,
      value: displayMoney(figures.netProfit),
      note: `${percent(figures.returnRatio, 2)} of ${displayMoney(result.capital)}, after fees`,
      style: profit > 0 ? 'gain' : profit < 0 ? 'loss' : '',
    },
    {
      name: `Drawdown, ${currency}`,
      value: displayMoney(drawdown.amount.toFixed(8)),
      note:
        `${percent(drawdown.ratio, 2)} of the peak; ` +
        (drawdown.amount === 0
          ? 'it never fell'
          : drawdown.recoveredMs === undefined
            ? 'not recovered'
            : `recovered in ${durationWords(drawdown.recoveredMs - drawdown.troughMs)}`),
    },
    {
      name: 'Sharpe ratio',
      value: ratio(figures.sharpe),
      note:
        figures.sharpe === null && figures.sortino === null
          ? `none from ${durationWords(spanMs)} of returns`
          : `Sortino ${ratio(figures.sortino)}; a year, extrapolated from ${durationWords(spanMs)}`,
    },
    {
      name: 'Profitable round trips',
      value: percent(figures.hitRate, 1),
      note: `${count(total.profitableRoundTrips)} of ${count(total.roundTrips)}`,
    },
    {
      name: 'Fills',
      value: count(total.orders.fills),
      note: `${percent(figures.makerShare, 0)} resting; of ${count(total.orders.submitted)} orders`,
    },
    {
      name: `Turnover, ${currency}`,
      value: displayMoney(total.orders.turnover).replace(/\.\d+$/, ''),
      note: `${figures.turnoverRatio.toFixed(1)} times the capital`,
    },
  ];
  const items = tiles.map(
    ({ name, value, note, style = '' }) =>
      `<div class="tile"><dt>${escapeHtml(name)}</dt>` +
      `<dd${style === '' ? '' : ` class="${style}"`}>` +
      `${escapeHtml(value)}<small>${escapeHtml(note)}</small></dd></div>`,
  );
  return `<dl class="tiles">${items.join('')}</dl>`;
}

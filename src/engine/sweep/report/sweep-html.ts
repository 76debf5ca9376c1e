import { durationWords } from '../../report/figures.js';
import { escapeHtml } from '../../report/html/markup.js';
import { SCRIPT } from '../../report/html/script.js';
import { count } from '../../report/html/sections.js';
import { STYLE } from '../../report/html/style.js';
import { displayMoney } from '../../report/money.js';
import { chanceText, FINDING_MIN, ratioText, shareText } from '../judge/judge-selection.js';
import type { SweepResult } from '../sweep-result.js';
import {
  equitySection,
  failureSection,
  luckSection,
  parameterSection,
  rankSection,
  setUpSection,
  windowSection,
} from './sweep-sections.js';
import { SWEEP_STYLE } from './sweep-style.js';
import { doubtOf } from './sweep-text.js';

/** A sweep as one HTML file that needs nothing else: no network, fonts or pictures. */
export function renderSweepReport(result: SweepResult): string {
  const title = `${result.title} \u00b7 sweep of ${result.strategy}`;
  // Nothing in the file may load anything, even if a name in it tried to.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>${escapeHtml(title)}</title><style>${STYLE}${SWEEP_STYLE}</style></head><body><main>` +
    headerOf(result) +
    verdictOf(result) +
    tilesOf(result) +
    windowSection(result) +
    luckSection(result) +
    parameterSection(result) +
    equitySection(result) +
    rankSection(result) +
    failureSection(result) +
    setUpSection(result) +
    `<footer>hft-trading-system ${escapeHtml(result.version)}</footer>` +
    `</main><script>${SCRIPT}</script></body></html>\n`
  );
}

function headerOf(result: SweepResult): string {
  const { counts, start, end, workers } = result;
  const names = result.parameters.map(({ name }) => name).join(', ');
  const span =
    start === null || end === null
      ? ''
      : `${start.slice(0, 19).replace('T', ' ')} UTC, ` +
        durationWords(Date.parse(end) - Date.parse(start));
  const kind = result.walkForward === null ? result.method : `${result.method}, walk forward`;
  return (
    `<header><div><h1>${escapeHtml(result.title)}</h1><p class="meta">` +
    `<span class="badge">sweep</span>${escapeHtml(result.strategy)} over ${escapeHtml(names)} ` +
    `(${kind})${span === '' ? '' : ` \u00b7 ${escapeHtml(span)}`}</p><p class="meta">` +
    `${count(counts.combinations)} combinations, ${count(counts.done)} runs in ` +
    `${durationWords(result.wallSeconds * 1000)} on ${workers} threads` +
    `${counts.reused > 0 ? `, ${count(counts.reused)} from an earlier sweep` : ''}</p></div>` +
    '<button id="theme" type="button" hidden>Light / dark</button></header>'
  );
}

function verdictOf(result: SweepResult): string {
  const { selection, walkForward, counts } = result;
  const missing = [
    ...(counts.failed > 0 ? [`${count(counts.failed)} runs failed.`] : []),
    ...(counts.open > 0 ? [`${count(counts.open)} runs are not done.`] : []),
    ...doubtOf(result),
  ];
  const sentence = walkForward?.sentence ?? selection?.sentence ?? '';
  const { isFinding, words } =
    walkForward === null ? selectionWords(result) : walkWords(walkForward);
  const kind = missing.length > 0 ? 'serious' : isFinding ? 'good' : 'note';
  const heading = missing.length > 0 ? 'Do not trust this sweep yet' : words;
  const list = missing.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
  return (
    `<div class="trust ${kind}" role="note"><h2>${heading}</h2>${escapeHtml(sentence)}` +
    `${list === '' ? '' : `<ul>${list}</ul>`}</div>`
  );
}

/** A verdict as a heading. */
interface Words {
  readonly isFinding: boolean;
  readonly words: string;
}

function selectionWords({ selection }: SweepResult): Words {
  const isFinding = selection?.verdict === 'finding';
  if (isFinding) return { isFinding, words: 'The best run is better than luck explains' };
  if (selection === null || selection.verdict === 'nothing') {
    return { isFinding, words: 'There is nothing to judge' };
  }
  const isLost = (selection.bestSharpe ?? 0) <= 0;
  return { isFinding, words: isLost ? 'No run was profitable' : 'The best run may be luck' };
}

function walkWords({ outOfSample }: NonNullable<SweepResult['walkForward']>): Words {
  const isFinding = (outOfSample?.probabilisticSharpe ?? 0) >= FINDING_MIN;
  if (isFinding) return { isFinding, words: 'The choices held on time that they had not seen' };
  if (outOfSample === null) return { isFinding, words: 'There is nothing to judge' };
  return Number(outOfSample.pnl) <= 0
    ? { isFinding, words: 'The choices lost money on time that they had not seen' }
    : { isFinding, words: 'The choices are not shown to hold on time that they had not seen' };
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly style?: string;
}

function tilesOf(result: SweepResult): string {
  const tiles = result.walkForward === null ? selectionTiles(result) : walkTiles(result);
  const items = tiles.map(
    ({ name, value, note, style = '' }) =>
      `<div class="tile"><dt>${escapeHtml(name)}</dt><dd class="${style}">${escapeHtml(value)}` +
      `<small>${escapeHtml(note)}</small></dd></div>`,
  );
  return `<dl class="tiles">${items.join('')}</dl>`;
}

function gainOrLoss(value: number): string {
  return value > 0 ? 'gain' : value < 0 ? 'loss' : '';
}

function selectionTiles({ rows, selection, baseline, currency, counts }: SweepResult): Tile[] {
  const [best] = rows;
  const dash = '\u2013';
  const ratio = (value: number | null | undefined) =>
    value === null || value === undefined ? dash : ratioText(value).replace('-', '\u2212');
  const overfitting = selection?.overfitting ?? null;
  return [
    {
      name: `Net profit of the best, ${currency}`,
      value: best === undefined ? dash : displayMoney(best.pnl),
      note:
        baseline === null
          ? 'after fees'
          : `as configured ${displayMoney(baseline.pnl)}, after fees`,
      style: gainOrLoss(Number(best?.pnl ?? 0)),
    },
    {
      name: 'Sharpe of the best',
      value: ratio(best?.sharpe),
      note: `a year; as configured ${ratio(baseline?.sharpe)}`,
    },
    {
      name: 'Expected by luck alone',
      value: ratio(selection?.luckSharpe),
      note: `the best of ${(selection?.effectiveTrials ?? 0).toFixed(1)} independent runs`,
    },
    {
      name: 'Deflated Sharpe ratio',
      value: chanceText(selection?.deflatedSharpe ?? null),
      note: 'chance that it is better than luck; 95% is a finding',
      style: (selection?.deflatedSharpe ?? 0) >= 0.95 ? 'gain' : '',
    },
    {
      name: 'Overfitting',
      value: overfitting === null ? dash : shareText(overfitting.probability),
      note:
        overfitting === null
          ? 'too little data to split it'
          : 'how often the best of one half is below the median in the other',
      style: (overfitting?.probability ?? 0) > 0.5 ? 'loss' : '',
    },
    {
      name: 'Runs',
      value: count(counts.done),
      note: counts.failed > 0 ? `${count(counts.failed)} failed` : 'none failed',
      style: counts.failed > 0 ? 'loss' : '',
    },
  ];
}

function walkTiles({ walkForward, currency, counts }: SweepResult): Tile[] {
  const dash = '\u2013';
  const found = walkForward?.outOfSample ?? null;
  const efficiency = walkForward?.efficiency ?? null;
  const spans = walkForward?.windows.length ?? 0;
  return [
    {
      name: `Profit out of sample, ${currency}`,
      value: found === null ? dash : displayMoney(found.pnl),
      note: 'of all test spans, after fees',
      style: gainOrLoss(Number(found?.pnl ?? 0)),
    },
    {
      name: 'Sharpe out of sample',
      value: found === null ? dash : ratioText(found.sharpe).replace('-', '\u2212'),
      note: `a year, from ${count(found?.samples ?? 0)} returns`,
    },
    {
      name: 'Above zero',
      value: chanceText(found?.probabilisticSharpe ?? null),
      note: 'chance that the true Sharpe ratio is; 95% is a finding',
      style: (found?.probabilisticSharpe ?? 0) >= 0.95 ? 'gain' : '',
    },
    {
      name: 'Efficiency',
      value:
        efficiency === null ? dash : `${(efficiency * 100).toFixed(0)}%`.replace('-', '\u2212'),
      note: 'of the profit an hour in training that was left',
      style: gainOrLoss(efficiency ?? 0),
    },
    {
      name: 'Profitable test spans',
      value: found === null ? dash : `${found.profitableWindows} of ${spans}`,
      note: `${count(found?.fills ?? 0)} fills in all of them`,
    },
    {
      name: 'Runs',
      value: count(counts.done),
      note: counts.failed > 0 ? `${count(counts.failed)} failed` : 'none failed',
      style: counts.failed > 0 ? 'loss' : '',
    },
  ];
}

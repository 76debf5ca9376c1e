import { durationWords } from '../../report/figures.js';
import { displayMoney } from '../../report/money.js';
import { chanceText, ratioText } from '../judge/judge-selection.js';
import type { SweepResult, SweepRow, SweepWindow } from '../sweep-result.js';

const ROWS_MAX = 15;
const FAILURES_MAX = 5;

/** A sweep in a page for a terminal, ASCII but for what names carry. */
export function sweepText(result: SweepResult): string {
  const { counts } = result;
  const facts = [
    `${result.title}: sweep of ${result.strategy}, ${counts.combinations} combinations (` +
      `${result.method}), by ${result.objective}`,
    runsText(result),
  ];
  const walk = result.walkForward;
  const rows = walk === null ? rankTable(result) : windowTable(walk.windows, result);
  const baseline =
    result.baseline === null || walk !== null
      ? []
      : ['', `as configured: ${rowText(result.baseline, result.currency)}`];
  const failures = result.failures.slice(0, FAILURES_MAX).map(({ parameters, error }) => {
    return `FAILED ${parameterText(parameters)}: ${error}`;
  });
  const more = result.failures.length - failures.length;
  if (more > 0) failures.push(`${more} more failed`);
  const doubt = doubtOf(result).map((text) => `WARNING: ${text}`);
  const verdict = walk?.sentence ?? result.selection?.sentence ?? '';
  const parts = [
    ...facts,
    '',
    ...rows,
    ...baseline,
    '',
    ...wrapped(verdict),
    ...doubt,
    ...failures,
  ];
  return parts.map((line) => `${line}\n`).join('');
}

/** Lines of at most 100 columns, broken at blanks. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < 100) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function runsText({ counts, wallSeconds, workers, utilisation }: SweepResult): string {
  const reused = counts.reused > 0 ? `, ${counts.reused} of them there already` : '';
  const failed = counts.failed > 0 ? `, ${counts.failed} FAILED` : '';
  const busy = utilisation === null ? '' : `, ${(utilisation * 100).toFixed(0)}% busy`;
  const time = durationWords(wallSeconds * 1000);
  return `${counts.done} runs${reused}${failed} in ${time} on ${workers} threads${busy}`;
}

/** What the serious warnings of the best run say of its figures. */
export function doubtOf({ rows, walkForward }: SweepResult): string[] {
  const kinds = walkForward === null ? (rows[0]?.warnings ?? []) : [];
  if (kinds.length === 0) return [];
  return [`The best run has serious warnings (${kinds.join(', ')}): hft backtest explains them.`];
}

function rankTable({ rows, parameters, currency, objective }: SweepResult): string[] {
  const names = parameters.map(({ name }) => name);
  const isRatio = objective === 'sharpe' || objective === 'sortino';
  const head = [
    '#',
    ...names,
    ...(isRatio ? [] : [objective]),
    'Sharpe',
    'Sortino',
    `pnl ${currency}`,
    'drawdown',
    'fills',
  ];
  const body = rows
    .slice(0, ROWS_MAX)
    .map((row) => [
      String(row.rank),
      ...names.map((name) => String(row.parameters[name])),
      ...(isRatio ? [] : [ratioText(row.objective)]),
      ratioText(row.sharpe),
      ratioText(row.sortino),
      money(row.pnl),
      money(row.drawdown.toFixed(8)),
      String(row.fills),
    ]);
  const more = rows.length - body.length;
  return [...aligned([head, ...body]), ...(more > 0 ? [`${more} more in results.csv`] : [])];
}

function windowTable(windows: readonly SweepWindow[], { currency }: SweepResult): string[] {
  const head = [
    ...['test from', 'to', 'chosen in training', 'Sharpe there', 'deflated'],
    ...['Sharpe in test', `pnl ${currency}`, 'fills'],
  ];
  const body = windows.map((one) => [
    one.testStart.slice(0, 19),
    one.testEnd.slice(0, 19),
    one.parameters === null ? 'none' : parameterText(one.parameters),
    ratioText(one.trainSharpe),
    chanceText(one.trainDeflatedSharpe),
    ratioText(one.testSharpe),
    one.testPnl === null ? '-' : money(one.testPnl),
    one.testFills === null ? '-' : String(one.testFills),
  ]);
  return aligned([head, ...body]);
}

function rowText(row: Omit<SweepRow, 'rank'>, currency: string): string {
  return (
    `Sharpe ${ratioText(row.sharpe)}, ${money(row.pnl)} ${currency}, ` +
    `drawdown ${money(row.drawdown.toFixed(8))}, ${row.fills} fills`
  );
}

/** `a=1 b=2`. */
export function parameterText(parameters: SweepRow['parameters']): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? 'as configured' : pairs.join(' ');
}

/** A terminal may not know the long minus sign. */
function money(text: string): string {
  return displayMoney(text).replaceAll('\u2212', '-');
}

/** Columns to the right, as figures are. */
function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines.map((line) =>
    line.map((text, column) => text.padStart(widths[column] ?? 0)).join('  '),
  );
}

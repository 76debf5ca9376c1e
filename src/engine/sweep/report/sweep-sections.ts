import {
  type Cell,
  escapeHtml,
  numberCell,
  section,
  table,
  textCell,
} from '../../report/html/markup.js';
import { count, moneyCell } from '../../report/html/sections.js';
import { type Panel, timeChart } from '../../report/html/time-chart.js';
import { displayMoney } from '../../report/money.js';
import { chanceText, ratioText } from '../judge/judge-selection.js';
import type { SweepCurve, SweepResult, SweepRow } from '../sweep-result.js';
import { heatMaps } from './heat-map.js';
import { parameterText } from './sweep-text.js';
import { histogram, parameterLine } from './value-charts.js';

const ROWS_MAX = 100;
const FAILURES_MAX = 50;
/** A heat map of a third parameter makes one for each of its values. */
const MULTIPLES_OF = 3;

const OBJECTIVES = {
  sharpe: 'Sharpe ratio a year',
  sortino: 'Sortino ratio a year',
  pnl: 'net profit',
  pnl_to_drawdown: 'net profit over the deepest drawdown',
} as const;

function objectiveName({ objective, currency }: SweepResult): string {
  return objective === 'pnl' ? `${OBJECTIVES.pnl}, ${currency}` : OBJECTIVES[objective];
}

function ratioCell(value: number | null): Cell {
  return numberCell(value === null ? '\u2013' : ratioText(value).replace('-', '\u2212'));
}

function parameterCell(parameters: SweepRow['parameters'] | null): Cell {
  const text = parameters === null ? 'none' : parameterText(parameters);
  return { html: `<code>${escapeHtml(text)}</code>` };
}

/** Where the best stands among all runs and against luck. */
export function luckSection(result: SweepResult): string {
  const { selection, rows, baseline } = result;
  if (selection === null || selection.bestSharpe === null || rows.length < 2) return '';
  const sharpes = rows.map(({ sharpe }) => sharpe).filter((value) => value !== null);
  const chart = histogram(sharpes, {
    label: 'How many runs have which Sharpe ratio',
    unit: 'Sharpe ratio a year',
    markers: [
      { value: selection.bestSharpe, label: 'best', style: 'best' },
      ...(selection.luckSharpe === null
        ? []
        : [{ value: selection.luckSharpe, label: 'by luck alone', style: 'luck' as const }]),
      ...(baseline?.sharpe === null || baseline === null
        ? []
        : [{ value: baseline.sharpe, label: 'as configured', style: 'plain' as const }]),
    ],
  });
  const track =
    selection.minimumTrackRecord === null
      ? ''
      : ` By itself, a Sharpe ratio like the best needs ` +
        `${count(Math.ceil(selection.minimumTrackRecord))} returns until it is above zero with ` +
        `95%; there are ${count(selection.samples ?? 0)}.`;
  return section({
    id: 'luck',
    title: 'The best among all',
    lead:
      'Of many runs one is always best, even where none has skill. The dashed line is where the ' +
      'best of as many runs without skill would be expected.',
    body:
      `${chart}<p class="fine">${count(selection.trials)} different runs, alike to ` +
      `${ratioText(selection.averageCorrelation)} on average, amount to ` +
      `${selection.effectiveTrials.toFixed(1)} independent ones; their Sharpe ratios spread by ` +
      `${ratioText(selection.sharpeDeviation)}. Hopeless combinations widen the spread, and with ` +
      `it raise the bar. Bailey and L\u00f3pez de Prado (2014).${track}</p>`,
  });
}

/** What the parameters do: a line for one, heat maps for more. */
export function parameterSection(result: SweepResult): string {
  const { rows, parameters } = result;
  const judged = rows.filter(({ objective }) => objective !== null);
  if (judged.length < 2) return '';
  const name = objectiveName(result);
  // The most important first; the order of the configuration among equals.
  const order = parameters
    .map((one, index) => ({ ...one, index }))
    .filter((one) => new Set(judged.map((row) => row.parameters[one.name])).size > 1)
    .sort((a, b) => (b.importance ?? 0) - (a.importance ?? 0) || a.index - b.index);
  const [first, second, third] = order;
  if (first === undefined) return '';
  const averaged = order.slice(MULTIPLES_OF).map((one) => one.name);
  const rest =
    averaged.length === 0 ? '' : `; averaged over the values of ${averaged.join(' and ')}`;
  const body =
    second === undefined
      ? parameterLine(rows, { name: first.name, unit: name })
      : heatMaps(rows, {
          across: first.name,
          down: second.name,
          ...(third === undefined ? {} : { third: third.name }),
        });
  const bars = order.map(({ name: parameter, importance }) => [
    { html: `<code>${escapeHtml(parameter)}</code>` },
    {
      html:
        `<span class="track" style="width:${Math.round((importance ?? 0) * 220)}px"></span> ` +
        `${((importance ?? 0) * 100).toFixed(0)}%`,
    },
  ]);
  const shares = table([{ title: 'Parameter' }, { title: 'Explains of the variance' }], bars);
  return section({
    id: 'parameters',
    title: 'What the parameters do',
    lead:
      second === undefined
        ? `The ${name} by ${first.name}: a point a run, the line through their means.`
        : `The mean ${name} by the parameters that matter most${rest}. Look for a wide good ` +
          'region: a single good cell among bad ones is luck more often than not.',
    body: `${body}${order.length > 1 ? shares : ''}`,
  });
}

/** The equity of the best run, of the configuration as it stands and of all test spans. */
export function equitySection(result: SweepResult): string {
  const { curves, currency, walkForward } = result;
  const shown: readonly (readonly [string, SweepCurve | null])[] =
    walkForward === null
      ? [
          ['The best run', curves.best],
          ['As configured', curves.baseline],
        ]
      : [
          ['All test spans, one after the other', curves.outOfSample],
          ['As configured, over the whole time', curves.baseline],
        ];
  const charts = shown.flatMap(([title, curve], index) => {
    if (curve === null || curve.equity.length < 2) return [];
    const panel: Panel = {
      title,
      unit: currency,
      height: 170,
      hasZero: false,
      series: { values: curve.equity, style: 'equity', form: 'line', label: 'Equity' },
      reference: { value: Number(result.capital), label: 'capital at the start' },
    };
    const label = `${title}: equity in ${currency}`;
    return [timeChart({ id: `equity-${index}`, label, timeMs: curve.timeMs, panels: [panel] })];
  });
  if (charts.length === 0) return '';
  return section({
    id: 'equity',
    title: 'Equity',
    lead:
      walkForward === null
        ? 'The best run was chosen on this very time: its curve says nothing of what comes next.'
        : 'No parameter was chosen on the time that it is judged on here. Positions that were ' +
          'open at the end of a span are valued at the middle of the book. UTC.',
    body: charts.join(''),
  });
}

/** All runs by rank. */
export function rankSection(result: SweepResult): string {
  const { rows, parameters, currency, walkForward, objective } = result;
  if (rows.length === 0) return '';
  const isRatio = objective === 'sharpe' || objective === 'sortino';
  // Sums over spans that overlap have no probability.
  const alone = walkForward === null ? ['Alone above 0'] : [];
  const columns = [
    { title: '#', isNumber: true },
    ...parameters.map(({ name }) => ({ title: name, isNumber: true })),
    ...(isRatio ? [] : [{ title: objective, isNumber: true }]),
    ...['Sharpe', 'Sortino', ...alone].map((title) => ({ title, isNumber: true })),
    ...['Profit', 'Fees', 'Drawdown', 'Fills', 'Trips'].map((title) => ({ title, isNumber: true })),
  ];
  const cells = rows
    .slice(0, ROWS_MAX)
    .map((row): Cell[] => [
      numberCell(String(row.rank)),
      ...parameters.map(({ name }) => numberCell(String(row.parameters[name]))),
      ...(isRatio ? [] : [ratioCell(row.objective)]),
      ratioCell(row.sharpe),
      ratioCell(row.sortino),
      ...alone.map(() => numberCell(chanceText(row.probabilisticSharpe))),
      moneyCell(row.pnl),
      numberCell(displayMoney(row.fees)),
      numberCell(displayMoney(row.drawdown.toFixed(8))),
      numberCell(count(row.fills)),
      numberCell(count(row.roundTrips)),
    ]);
  const more = rows.length - cells.length;
  const rest = more > 0 ? `<p class="fine">${count(more)} more are in results.csv.</p>` : '';
  return section({
    id: 'runs',
    title: walkForward === null ? 'Runs' : 'Combinations in training',
    lead:
      walkForward === null
        ? `By ${OBJECTIVES[objective]}. \u201cAlone above 0\u201d is the chance that the true ` +
          'Sharpe ratio is above zero for one who had tried this run only.'
        : 'Means and sums over all training spans. They are what choices rest on, not what they ' +
          'are judged by.',
    body: table(columns, cells, { caption: `Amounts in ${currency}` }) + rest,
  });
}

/** The steps of a walk forward. */
export function windowSection({ walkForward, currency }: SweepResult): string {
  if (walkForward === null) return '';
  const columns = [
    ...['Test span (UTC)', 'Chosen on the time before'].map((title) => ({ title })),
    ...['Sharpe there', 'Deflated', 'Sharpe in test', 'Profit in test', 'Fills'].map((title) => ({
      title,
      isNumber: true,
    })),
  ];
  const time = (iso: string) => iso.slice(0, 19).replace('T', ' ');
  const rows = walkForward.windows.map((one): Cell[] => [
    textCell(`${time(one.testStart)} to ${time(one.testEnd).slice(11)}`),
    parameterCell(one.parameters),
    ratioCell(one.trainSharpe),
    numberCell(chanceText(one.trainDeflatedSharpe)),
    ratioCell(one.testSharpe),
    one.testPnl === null ? numberCell('\u2013') : moneyCell(one.testPnl),
    numberCell(one.testFills === null ? '\u2013' : count(one.testFills)),
  ]);
  return section({
    id: 'walk-forward',
    title: 'Walk forward',
    lead:
      'In each step the best parameters of the past are taken into the time after it. Parameters ' +
      'that change with every step follow noise.',
    body: table(columns, rows, { caption: `Amounts in ${currency}` }),
  });
}

/** Runs that came to nothing. */
export function failureSection({ failures }: SweepResult): string {
  if (failures.length === 0) return '';
  const rows = failures
    .slice(0, FAILURES_MAX)
    .map(({ parameters, start, end, error }) => [
      parameterCell(parameters),
      textCell(start === null ? 'all' : `${start} to ${end ?? ''}`),
      textCell(error),
    ]);
  const more = failures.length - rows.length;
  const rest = more > 0 ? `<p class="fine">${count(more)} more are in results.csv.</p>` : '';
  return section({
    id: 'failures',
    title: 'Failed runs',
    lead: 'The next sweep tries them again.',
    body: table([{ title: 'Parameters' }, { title: 'Span' }, { title: 'Why' }], rows) + rest,
  });
}

/** How it was done, and what the figures mean. */
export function setUpSection(result: SweepResult): string {
  const rows = result.parameters.map(({ name, values }): Cell[] => [
    { html: `<code>${escapeHtml(name)}</code>` },
    textCell(values === null ? 'drawn from a range' : shortList(values.map(String))),
  ]);
  const facts = [
    [
      'Sharpe, Sortino',
      'From returns of the whole account at even times, annualised by the root of time.',
    ],
    [
      'Expected by luck',
      'The best of N independent runs without skill whose Sharpe ratios spread as these do; N is ' +
        'corrected for how alike the runs are.',
    ],
    [
      'Deflated Sharpe ratio',
      'The chance that the true ratio is above that, given the number, skewness and kurtosis of ' +
        'the returns. It does not know of runs that were tried elsewhere.',
    ],
    [
      'Overfitting',
      'Time is cut into blocks; for every half of them the best run is looked up in the rest.',
    ],
  ].map(
    ([name = '', text = '']) =>
      `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`,
  );
  return section({
    id: 'set-up',
    title: 'How this was done',
    lead: 'Every run is a backtest of the same data with the same models; only parameters differ.',
    body:
      `<dl class="facts">${facts.join('')}</dl><h3>Parameters</h3>` +
      table([{ title: 'Name' }, { title: 'Values' }], rows) +
      `<p class="fine">Configuration <code>${escapeHtml(result.configFile)}</code>, ` +
      `${result.method}, seed ${result.seed}, version ${escapeHtml(result.version)}. Equal data, ` +
      'configuration and program give equal results.</p>',
  });
}

function shortList(values: readonly string[]): string {
  if (values.length <= 24) return values.join(', ');
  const [first, last] = [values.slice(0, 12), values.slice(-4)];
  return `${first.join(', ')}, \u2026, ${last.join(', ')} (${values.length})`;
}

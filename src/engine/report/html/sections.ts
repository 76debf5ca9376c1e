import type { BacktestResult, ResultRow } from '../backtest-result.js';
import { displayMoney } from '../money.js';
import { fillMarks } from './fill-marks.js';
import { type Cell, escapeHtml, numberCell, section, table, textCell } from './markup.js';
import { type Panel, timeChart } from './time-chart.js';
import { waterfall } from './waterfall.js';

/** Symbols whose charts are drawn; the rest are in the tables. */
const SYMBOL_CHARTS_MAX = 12;
const RISK_EVENTS_MAX = 200;

/** A whole number for people. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A share as a percentage; an en dash where there is none. */
export function percent(ratio: number | undefined, digits: number): string {
  if (ratio === undefined || !Number.isFinite(ratio)) return '\u2013';
  const text = `${(Math.abs(ratio) * 100).toFixed(digits)}%`;
  return ratio < 0 && Number.parseFloat(text) !== 0 ? `\u2212${text}` : text;
}

/** A signed amount, coloured. */
export function moneyCell(text: string): Cell {
  const value = Number(text);
  const style = value > 0 ? ' class="gain"' : value < 0 ? ' class="loss"' : '';
  return { html: `<span${style}>${escapeHtml(displayMoney(text))}</span>`, isNumber: true };
}

/** Equity over drawdown. */
export function equitySection(result: BacktestResult, assumptions: string): string {
  const { series, currency } = result;
  let peak = Number.NEGATIVE_INFINITY;
  const drawdown = series.equity.map((value) => {
    peak = Math.max(peak, value);
    return value - peak;
  });
  const capital = Number(result.capital);
  const panels: Panel[] = [
    {
      title: 'Equity',
      unit: currency,
      height: 240,
      hasZero: false,
      series: { values: series.equity, style: 'equity', form: 'line', label: 'Equity' },
      reference: { value: capital, label: 'capital at the start' },
    },
  ];
  // A line at zero on an axis that goes above it says nothing; the sentence below does.
  const hasFallen = drawdown.some((value) => value < 0);
  if (hasFallen) {
    panels.push({
      title: 'Drawdown from the highest equity so far',
      unit: currency,
      height: 110,
      hasZero: true,
      series: { values: drawdown, style: 'drawdown', form: 'area', label: 'Drawdown' },
    });
  }
  const note = hasFallen ? assumptions : `Equity never fell below its peak. ${assumptions}`;
  const label = `Equity from ${result.capital} to ${result.finalEquity} ${currency}, and drawdown`;
  const chart = timeChart({ id: 'equity', label, timeMs: series.timeMs, panels });
  return section({
    id: 'equity',
    title: 'Equity and drawdown',
    lead: 'Capital plus profit after fees, open positions valued at the middle of the book. UTC.',
    body: `${chart}<p class="fine">${escapeHtml(note)}</p>`,
  });
}

const ATTRIBUTION_COLUMNS = [
  { title: 'Spread', isNumber: true },
  { title: 'Slippage', isNumber: true },
  { title: 'Inventory', isNumber: true },
  { title: 'Fees', isNumber: true },
  { title: 'Profit', isNumber: true },
];

function negated(text: string): string {
  if (Number(text) === 0) return '0';
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

function attributionCells({ attribution }: ResultRow): Cell[] {
  const { spread, slippage, inventory, fees, total } = attribution;
  return [spread, slippage, inventory, negated(fees), total].map(moneyCell);
}

/** Where the profit comes from. */
export function attributionSection(result: BacktestResult): string {
  const { total, rows, currency } = result;
  const { spread, slippage, inventory, fees, total: net } = total.attribution;
  const part = (label: string, note: string, text: string, isTotal = false) => ({
    label,
    note,
    value: Number(text),
    text: displayMoney(text),
    isTotal,
  });
  const bars = [
    part('Spread', 'What resting orders gained against the middle of the book', spread),
    part('Slippage', 'What taking orders lost against the middle of the book', slippage),
    part('Inventory', 'What positions gained or lost after their fills', inventory),
    Number(fees) < 0
      ? part('Rebates', 'Paid by the venue for resting orders, less fees', negated(fees))
      : part('Fees', 'Paid to the venue', negated(fees)),
    part('Net profit', 'The sum of the parts', net, true),
  ];
  const columns = [{ title: 'Strategy' }, { title: 'Symbol' }, ...ATTRIBUTION_COLUMNS];
  const body = rows.map((row) => [
    textCell(row.strategyId),
    textCell(row.symbol),
    ...attributionCells(row),
  ]);
  body.push([textCell('All'), textCell(''), ...attributionCells(total)]);
  return section({
    id: 'attribution',
    title: 'Where the profit comes from',
    lead:
      'Each fill is split at the middle of the book at its time. Spread is earned by resting ' +
      'orders, slippage paid by orders that took; inventory is what the market did to positions ' +
      'held afterwards. Fees that were paid are below zero, rebates above. The parts sum to the ' +
      'profit exactly.',
    body:
      waterfall(bars, `Profit of ${net} ${currency} by source`) +
      table(columns, body, { caption: `All amounts in ${currency}`, lastIsTotal: true }),
  });
}

/** Prices with fills, and the position below, a chart a symbol. */
export function marketSection(result: BacktestResult): string {
  const { symbolSeries, fills, fillsTotal, currency } = result;
  const charts = symbolSeries.slice(0, SYMBOL_CHARTS_MAX).map((series, index) => {
    const { timeMs, mid, position, symbol } = series;
    const span = [timeMs[0] ?? 0, timeMs.at(-1) ?? 0] as const;
    const panels: Panel[] = [
      {
        title: 'Price',
        unit: currency,
        height: 230,
        hasZero: false,
        series: { values: mid, style: 'price', form: 'line', label: 'Middle of the book' },
        marks: fillMarks(fills, symbol, span),
      },
      {
        title: 'Position',
        unit: 'units',
        height: 96,
        hasZero: true,
        series: { values: position, style: 'position', form: 'steps', label: 'Position' },
      },
    ];
    const label = `Price of ${symbol} with fills, and the position held`;
    const chart = timeChart({ id: `symbol-${index}`, label, timeMs, panels });
    return `<h3>${escapeHtml(symbol)}</h3>${chart}`;
  });
  const legend =
    '<p class="legend"><span><i class="up"></i>bought</span><span><i class="down"></i>sold</span>' +
    '<span>a larger mark stands for more fills</span></p>';
  const cut =
    fillsTotal > fills.length
      ? `<p class="fine">The first ${count(fills.length)} of ${count(fillsTotal)} fills ` +
        'are shown.</p>'
      : '';
  const more = symbolSeries.length - charts.length;
  const rest = more > 0 ? `<p class="fine">${more} more symbols are in the tables only.</p>` : '';
  return section({
    id: 'market',
    title: 'Fills on the market',
    lead: 'The middle of the book with every fill, and the net position of all strategies. UTC.',
    body: legend + charts.join('') + cut + rest,
  });
}

/** What became of orders. */
export function ordersSection(result: BacktestResult): string {
  const columns = [
    { title: 'Strategy' },
    { title: 'Symbol' },
    ...['Orders', 'Refused', 'Rejected', 'Replaced', 'Canceled', 'Filled', 'In part'].map(
      (title) => ({ title, isNumber: true }),
    ),
    ...['Fills', 'Resting', 'Turnover', 'Trips', 'Won'].map((title) => ({ title, isNumber: true })),
  ];
  const cells = (row: ResultRow): Cell[] => {
    const { orders } = row;
    const share = orders.fills > 0 ? orders.makerFills / orders.fills : undefined;
    const won = row.roundTrips > 0 ? row.profitableRoundTrips / row.roundTrips : undefined;
    return [
      ...[orders.submitted, orders.refusedByRisk, orders.rejectedByVenue, orders.replaced],
      ...[orders.canceled + orders.expired, orders.filled, orders.partiallyFilled, orders.fills],
    ]
      .map((value) => numberCell(count(value)))
      .concat([
        numberCell(percent(share, 0)),
        numberCell(displayMoney(orders.turnover)),
        numberCell(count(row.roundTrips)),
        numberCell(percent(won, 0)),
      ]);
  };
  const rows = result.rows.map((row) => [
    textCell(row.strategyId),
    textCell(row.symbol),
    ...cells(row),
  ]);
  rows.push([textCell('All'), textCell(''), ...cells(result.total)]);
  return section({
    id: 'orders',
    title: 'Orders',
    lead:
      'Refused: stopped by a risk limit before it left. Rejected: turned away by the exchange. ' +
      'Resting: the share of fills that gave liquidity. A trip is from flat to flat.',
    body: table(columns, rows, { lastIsTotal: true }),
  });
}

/** What limits did. */
export function riskSection(result: BacktestResult): string {
  const { riskEvents, riskEventsTotal } = result;
  const shown = riskEvents.slice(0, RISK_EVENTS_MAX);
  const rows = shown.map((event) => [
    textCell(new Date(event.timeMs).toISOString().slice(0, 23).replace('T', ' ')),
    textCell(event.kind),
    textCell(event.violation),
    textCell(event.scope),
    textCell(event.message),
    numberCell(count(event.count)),
  ]);
  const columns = [
    ...['Time (UTC)', 'What', 'Limit', 'Scope', 'Why'].map((title) => ({ title })),
    { title: 'Times', isNumber: true },
  ];
  const told = shown.reduce((sum, event) => sum + event.count, 0);
  const cut =
    riskEventsTotal > told
      ? `<p class="fine">The first ${count(told)} of ${count(riskEventsTotal)} are shown.</p>`
      : '';
  return section({
    id: 'risk',
    title: 'Risk events',
    lead:
      rows.length === 0
        ? 'No limit refused an order, warned or was broken.'
        : 'What limits refused, warned of or stopped.',
    body: rows.length === 0 ? '' : table(columns, rows) + cut,
  });
}

function facts(pairs: readonly (readonly [name: string, text: string])[]): string {
  const items = pairs.map(
    ([name, text]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`,
  );
  return `<dl class="facts">${items.join('')}</dl>`;
}

/** What the simulation assumed, what was played, how strategies were set. */
export function setUpSection(result: BacktestResult): string {
  const { assumptions, data, strategies, run } = result;
  const dataRows = data.map((one) => [
    textCell(one.name),
    textCell(one.isGenerated ? `${one.format}, generated` : one.format),
    textCell(one.symbols.join(', ')),
    textCell(`${second(one.firstTime)} to ${second(one.lastTime)}`),
    numberCell(count(one.frames)),
    numberCell(count(one.gaps)),
  ]);
  const strategyRows = strategies.map((one) => [
    textCell(one.strategyId),
    textCell(one.className),
    textCell(one.symbols.join(', ')),
    {
      html: Object.entries(one.parameters)
        .map(([name, value]) => `<code>${escapeHtml(`${name}=${JSON.stringify(value)}`)}</code>`)
        .join(' '),
    },
    textCell(one.stopped ?? ''),
  ]);
  return section({
    id: 'set-up',
    title: 'How this was simulated',
    lead: 'A backtest is worth what it assumes. These are its assumptions, data and settings.',
    body:
      facts([
        ['Latency', assumptions.latency],
        ['Queue position', assumptions.queue],
        ['Fills', assumptions.fills],
        ['Fees', assumptions.fees],
      ]) +
      `<h3>Data</h3>${table(
        [
          ...['Source', 'Format', 'Symbols', 'Time (UTC)'].map((title) => ({ title })),
          { title: 'Messages', isNumber: true },
          { title: 'Gaps', isNumber: true },
        ],
        dataRows,
      )}` +
      `<h3>Strategies</h3>${table(
        ['Name', 'Class', 'Symbols', 'Parameters', 'Stopped because'].map((title) => ({ title })),
        strategyRows,
      )}` +
      '<h3>To run it again</h3><p class="fine">' +
      `Configuration <code>${escapeHtml(run.configFile)}</code>, seed ${run.seed}, ` +
      `version ${escapeHtml(run.version)}. Equal data, configuration and seed give ` +
      `the state hash <code>${escapeHtml(run.stateHash)}</code> on every machine.</p>`,
  });
}

/** An ISO time to the second. */
function second(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

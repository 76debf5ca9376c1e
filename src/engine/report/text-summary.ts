import type { BacktestResult, ResultRow } from './backtest-result.js';
import { durationWords, figuresOf } from './figures.js';
import { displayMoney } from './money.js';

/** A result in some thirty lines for a terminal, ASCII but for what names carry. */
export function textSummary(result: BacktestResult): string {
  const figures = figuresOf(result);
  const { run, total, currency } = result;
  const money = (text: string) => `${plain(displayMoney(text))} ${currency}`;
  const share = (ratio: number | undefined) =>
    ratio === undefined ? '-' : `${(ratio * 100).toFixed(2)}%`;
  const ratio = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(2));
  const spanMs = Date.parse(run.endTime) - Date.parse(run.startTime);
  const { drawdown } = figures;
  const lines: [string, string][] = [
    ['period', `${run.startTime} to ${run.endTime} (${durationWords(spanMs)})`],
    ['market events', `${run.marketEvents} in ${durationWords(run.wallSeconds * 1000)}`],
    ['net profit', `${money(figures.netProfit)} (${share(figures.returnRatio)} of the capital)`],
    ['  spread', money(total.attribution.spread)],
    ['  slippage', money(total.attribution.slippage)],
    ['  inventory', money(total.attribution.inventory)],
    ['  fees paid', money(total.attribution.fees)],
    ['deepest drawdown', `${money(drawdown.amount.toFixed(8))} (${share(drawdown.ratio)})`],
    ['Sharpe, Sortino', `${ratio(figures.sharpe)}, ${ratio(figures.sortino)} (annualised)`],
    ['orders', orderText(total)],
    ['fills', `${total.orders.fills}, ${share(figures.makerShare)} resting`],
    ['turnover', money(total.orders.turnover)],
    ['round trips', `${total.roundTrips}, ${share(figures.hitRate)} profitable`],
    ['latency', result.assumptions.latency],
    ['queue', result.assumptions.queue],
    ['fees', result.assumptions.fees],
    ['state hash', `${run.stateHash} (seed ${run.seed})`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const body = lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
  const warnings = result.warnings.map(
    ({ severity, kind, message }) =>
      `${severity === 'serious' ? 'WARNING' : 'note'}: ${kind}: ${message}`,
  );
  const risk = `risk events: ${result.riskEventsTotal}`;
  return [result.title, ...body, risk, ...warnings].map((line) => `${line}\n`).join('');
}

function orderText({ orders }: ResultRow): string {
  return (
    `${orders.submitted} submitted, ${orders.refusedByRisk} refused by risk, ` +
    `${orders.rejectedByVenue} rejected, ${orders.filled} filled, ` +
    `${orders.canceled + orders.expired} canceled`
  );
}

/** A terminal may not know the long minus sign. */
function plain(text: string): string {
  return text.replaceAll('\u2212', '-');
}

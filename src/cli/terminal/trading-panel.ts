import { formatCount, formatMoney } from '../../telemetry/figures.js';
import { fitLine, type Line, lineWidth, type Span, span, type Tone } from './canvas.js';
import type { PanelFill, TradingView } from './market-view.js';
import { bar, type Glyphs } from './palette.js';

const LABEL_COLUMNS = 9;
const BAR_COLUMNS = 10;
/** Shares of limits that are shown: the largest. */
const LIMITS_SHOWN = 2;
/** From this share of a limit on it is shown as a warning. */
const WARN_SHARE = 0.8;

/** What strategies trade, in six lines of at most `width` columns. */
export function renderTrading(trading: TradingView, width: number, glyphs: Glyphs): Line[] {
  const row = (label: string, value: Line): Line =>
    fitLine([span(label.padEnd(LABEL_COLUMNS), 'dim'), ...value], width);
  const refused = trading.refused + trading.rejected;
  const stop = stopOf(trading);
  const maker = trading.fillCount === 0 ? 0 : trading.makerFills / trading.fillCount;
  return [
    row('P&L', [
      span(`${signed(trading.profit)} ${trading.currency}`, toneOf(trading.profit)),
      span('  fees ', 'dim'),
      span(formatMoney(trading.fees)),
    ]),
    row('position', renderPositions(trading, width - LABEL_COLUMNS)),
    row('orders', [
      ...(stop === undefined ? [] : [span(`${stop}  `, 'bad')]),
      span(formatCount(trading.sent + trading.replaced), 'strong'),
      span('  working ', 'dim'),
      span(String(trading.working)),
      span('  refused ', 'dim'),
      span(formatCount(refused), refused > 0 ? 'warn' : 'good'),
    ]),
    row('fills', [
      span(formatCount(trading.fillCount), 'strong'),
      span(`  ${Math.round(maker * 100)}% maker  open `, 'dim'),
      span(signed(trading.unrealised), toneOf(trading.unrealised)),
    ]),
    ...renderLimits(trading, glyphs).map((line, index) => row(index === 0 ? 'risk' : '', line)),
  ];
}

/** The newest fills, one a line; at least one line. */
export function renderFills(fills: readonly PanelFill[], count: number, glyphs: Glyphs): Line[] {
  if (fills.length === 0) return [[span(' no fills yet', 'dim')]];
  return fills
    .slice(0, count)
    .map(
      (fill): Line => [
        span(` ${fill.time} `, 'dim'),
        span(`${fill.strategy}  `),
        ...renderFill(fill, glyphs),
        span(fill.isMaker ? '  maker' : '  taker', 'dim'),
      ],
    );
}

/** One fill in a few words. */
export function renderFill(fill: PanelFill, glyphs: Glyphs): Line {
  const { isBuy, qty, symbol, price } = fill;
  return [
    span(`${isBuy ? glyphs.up : glyphs.down} ${isBuy ? 'bought' : 'sold'} ${qty}`, sideTone(isBuy)),
    span(` ${symbol} at ${price}`),
  ];
}

function renderPositions(trading: TradingView, width: number): Line {
  if (trading.positions.length === 0) return [span('flat', 'dim')];
  const line: Span[] = [];
  for (const { symbol, quantity } of trading.positions) {
    const text = `${signed(quantity, quantityText)}  `;
    const next = [span(`${symbol} `), span(text, toneOf(quantity))];
    if (line.length > 0 && lineWidth(line) + lineWidth(next) > width) break;
    line.push(...next);
  }
  return line;
}

function renderLimits(trading: TradingView, glyphs: Glyphs): Line[] {
  const shown = trading.limits.slice(0, LIMITS_SHOWN);
  if (shown.length === 0) return [[span('no limits', 'dim')]];
  return shown.map(({ name, share }): Line => {
    const tone: Tone = share >= 1 ? 'bad' : share >= WARN_SHARE ? 'warn' : 'good';
    return [
      span(bar(share, BAR_COLUMNS, glyphs), tone),
      span(` ${String(Math.round(share * 100)).padStart(3)}%`, tone),
      span(` ${limitText(name)}`, 'dim'),
    ];
  });
}

function stopOf({ isKilled, stopped }: TradingView): string | undefined {
  if (isKilled) return 'KILLED';
  return stopped.length === 0 ? undefined : `${stopped.join(', ')} STOPPED`;
}

/** `DAILY_LOSS_LIMIT` as people say it. */
function limitText(name: string): string {
  return name
    .replace(/_LIMIT$/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}

function quantityText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function signed(value: number, text: (value: number) => string = formatMoney): string {
  return value > 0 ? `+${text(value)}` : text(value);
}

function toneOf(value: number): Tone {
  if (value === 0) return 'plain';
  return sideTone(value > 0);
}

function sideTone(isBuy: boolean): Tone {
  return isBuy ? 'bid' : 'ask';
}

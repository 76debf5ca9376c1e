import {
  formatBytes,
  formatClock,
  formatCount,
  formatInteger,
  formatMoney,
  formatNanos,
} from '../../telemetry/figures.js';
import type { CliContext } from '../context.js';
import { countsText } from '../table.js';
import type { MarketView, TradingView } from '../terminal/market-view.js';
import { createPaint, glyphsFor, wantsColour } from '../terminal/palette.js';
import { renderMarketView } from '../terminal/render.js';
import { Screen } from '../terminal/screen.js';

/** Shows a running market until it is stopped. */
export interface MarketDisplay {
  /** Draws nothing from here on and gives the terminal back. */
  stop(): void;
}

/** How a market is shown: a live screen, a plain line a second, or not at all. */
export type DisplayMode = 'screen' | 'lines' | 'silent';

const FRAME_MS = 100;
const LINE_MS = 1000;

/** The display that fits the output: a live screen needs a terminal. */
export function displayMode(
  context: CliContext,
  options: { readonly isHeadless: boolean; readonly isJson: boolean },
): DisplayMode {
  if (options.isJson) return 'silent';
  const isTerminal = context.stdout.isTTY === true && context.env['TERM'] !== 'dumb';
  return isTerminal && !options.isHeadless ? 'screen' : 'lines';
}

/** Shows what `look` returns, again and again. */
export function showMarket(
  mode: DisplayMode,
  look: () => MarketView,
  context: CliContext,
): MarketDisplay {
  if (mode === 'silent') return { stop: () => {} };
  return mode === 'screen' ? showScreen(look, context) : showLines(look, context);
}

function showScreen(look: () => MarketView, context: CliContext): MarketDisplay {
  const { stdout, env } = context;
  const screen = new Screen(stdout as unknown as ConstructorParameters<typeof Screen>[0]);
  const style = { paint: createPaint(wantsColour(env)), glyphs: glyphsFor(env) };
  const draw = (): void => screen.draw(renderMarketView(look(), screen.size(), style));
  const leave = (): void => screen.leave();
  // Whatever ends the process, the terminal is given back; an error is printed after that.
  process.once('exit', leave);
  process.once('uncaughtExceptionMonitor', leave);
  screen.enter();
  draw();
  const timer = setInterval(draw, FRAME_MS);
  stdout.on('resize', draw);
  return {
    stop() {
      clearInterval(timer);
      stdout.off('resize', draw);
      process.off('exit', leave);
      process.off('uncaughtExceptionMonitor', leave);
      leave();
    },
  };
}

function showLines(look: () => MarketView, context: CliContext): MarketDisplay {
  const timer = setInterval(() => {
    context.stdout.write(`${marketLine(look())}\n`);
  }, LINE_MS);
  return { stop: () => clearInterval(timer) };
}

/** One moment of a market as a plain line. */
export function marketLine(view: MarketView): string {
  const books = view.books
    .slice(0, 4)
    .map((book) => `${book.symbol} ${book.mid} ${book.state}`)
    .join(', ');
  const total = view.hops[view.hops.length - 1];
  return [
    formatClock(view.uptimeMs),
    view.connection,
    `${formatCount(view.eventsPerSecond)} events/s`,
    `${formatBytes(view.bytesPerSecond)}/s`,
    `${total?.hop ?? ''} p50 ${formatNanos(total?.p50Ns)} p99 ${formatNanos(total?.p99Ns)}`,
    `gaps ${view.gaps}`,
    `dropped ${countsText(view.dropped)}`,
    ...(view.trading === undefined ? [] : tradingFigures(view.trading)),
    books,
  ].join('  ');
}

function tradingFigures(trading: TradingView): string[] {
  const [use] = trading.limits;
  const sent = trading.sent + trading.replaced;
  return [
    `P&L ${formatMoney(trading.profit)} ${trading.currency}`,
    `orders ${formatCount(sent)} sent ${trading.working} working`,
    `fills ${formatCount(trading.fillCount)}`,
    ...(use === undefined ? [] : [`risk ${Math.round(use.share * 100)}% of ${use.name}`]),
    ...(trading.isKilled ? ['KILLED'] : []),
    ...trading.stopped.map((strategy) => `${strategy} STOPPED`),
  ];
}

/** What was traded, as lines of the summary. */
export function tradingLines(trading: TradingView): string[] {
  const { currency, profit, unrealised, fees, positions } = trading;
  const open = positions.map(({ symbol, quantity }) => `${symbol} ${quantity}`).join(', ');
  return [
    `P&L ${formatMoney(profit)} ${currency} (open ${formatMoney(unrealised)}, fees ` +
      `${formatMoney(fees)})`,
    [
      `orders ${formatInteger(trading.sent)}`,
      `replaces ${formatInteger(trading.replaced)}`,
      `fills ${formatInteger(trading.fillCount)} (${formatInteger(trading.makerFills)} as maker)`,
      `refused ${trading.refused}`,
      `rejected ${trading.rejected}`,
      `still working ${trading.working}`,
    ].join(', '),
    `position ${open === '' ? 'flat' : open}`,
    ...trading.limits
      .slice(0, 3)
      .map(({ name, share }) => `risk ${(share * 100).toFixed(1)}% of ${name}`),
    ...trading.stopped.map((strategy) => `${strategy} was stopped`),
  ];
}

/** The last picture of a market as lines: its summary. */
export function summaryLines(view: MarketView): string[] {
  const seconds = view.uptimeMs / 1000;
  const mean = seconds > 0 ? view.events / seconds : 0;
  return [
    `${view.source}, ${view.transport}, ${formatClock(view.uptimeMs)}`,
    `${formatInteger(view.events)} events (${formatCount(mean)}/s), ` +
      `${formatInteger(view.frames)} frames, ${formatBytes(view.bytes)}`,
    ...(view.trading === undefined ? [] : tradingLines(view.trading)),
    ...view.hops.map(
      (hop) =>
        `${hop.hop.padEnd(8)} p50 ${formatNanos(hop.p50Ns)}, p99 ${formatNanos(hop.p99Ns)}, ` +
        `max ${formatNanos(hop.maxNs)}`,
    ),
    `gaps ${view.gaps}, resyncs ${view.resyncs}, reconnects ${view.reconnects}, ` +
      `decode errors ${countsText(view.decodeErrors)}, dropped ${countsText(view.dropped)}`,
    ...view.books.map((book) => {
      const reason = book.reason === 'none' ? '' : ` (${book.reason})`;
      const bid = book.bids[0]?.price ?? '-';
      const ask = book.asks[0]?.price ?? '-';
      return `${book.symbol}  ${bid} / ${ask}  ${book.state}${reason}`;
    }),
  ];
}

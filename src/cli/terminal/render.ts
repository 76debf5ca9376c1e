import {
  formatBytes,
  formatClock,
  formatCount,
  formatInteger,
  formatNanos,
} from '../../telemetry/figures.js';
import { renderBooks } from './book-panel.js';
import {
  besideEachOther,
  fitLine,
  type Line,
  lineWidth,
  type Paint,
  paintLine,
  type Span,
  span,
  spreadLine,
  type Tone,
} from './canvas.js';
import type { HopLatency, MarketView, PanelSignal } from './market-view.js';
import type { Glyphs } from './palette.js';
import { renderFill, renderFills, renderTrading } from './trading-panel.js';

/** The screen that a view is rendered for. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** How a view is drawn. */
export interface RenderStyle {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
}

const HEADER_ROWS = 3;
/** Below this width the figures stand under each other. */
const TWO_COLUMNS_MIN = 72;
/** From here on there is room for three of them. */
const THREE_COLUMNS_MIN = 114;
const COLUMN_GAP = 2;
/** On a lower screen the newest fills have no list of their own. */
const FILLS_ROWS_MIN = 34;
const FILLS_SHOWN = 5;

/**
 * The lines of the screen: exactly `rows` of them, each exactly `columns` wide without colours.
 *
 * Pure: equal views give equal lines.
 */
export function renderMarketView(view: MarketView, size: ScreenSize, style: RenderStyle): string[] {
  const { columns, rows } = size;
  const header = renderHeader(view, columns, style.glyphs);
  const footer = renderFooter(view, size, style.glyphs);
  const room = Math.max(0, rows - header.length - footer.length);
  const books = renderBooks(view.books, { columns, rows: room, glyphs: style.glyphs });
  const padding = Array.from({ length: Math.max(0, room - books.length) }, (): Line => []);
  return [...header, ...books, ...padding, ...footer]
    .slice(0, rows)
    .map((line) => paintLine(fitLine(line, columns), style.paint));
}

function renderHeader(view: MarketView, columns: number, glyphs: Glyphs): Line[] {
  const dot = span(` ${glyphs.dot} `, 'dim');
  const title: Line = [
    span(` ${view.program} `, 'title'),
    span(view.source, 'strong'),
    dot,
    span(view.transport),
  ];
  const right: Line = [
    span(view.connection, view.isConnected ? 'good' : 'bad'),
    dot,
    span(`${formatClock(view.uptimeMs)} `),
  ];
  const rates: Line = [
    span(' '),
    ...figure(formatCount(view.eventsPerSecond), 'events/s'),
    ...figure(formatCount(view.framesPerSecond), 'frames/s'),
    ...figure(formatBytes(view.bytesPerSecond), '/s', ''),
  ];
  const totals: Line = [
    span(`${formatInteger(view.events)} events `, 'dim'),
    span(`${formatBytes(view.bytes)} `, 'dim'),
  ];
  const lines = [
    spreadLine(title, right, columns),
    spreadLine(rates, totals, columns),
    rule(columns, glyphs),
  ];
  return lines.slice(0, HEADER_ROWS);
}

function renderFooter(view: MarketView, size: ScreenSize, glyphs: Glyphs): Line[] {
  const { columns, rows } = size;
  const figures = renderFigures(view, size, glyphs);
  // On a low screen the books matter most: the figures get at most half of it.
  const figureRows = Math.min(figures.length, Math.max(0, Math.floor(rows / 2) - 4));
  const hint = span('Ctrl-C ends ', 'dim');
  return [
    rule(columns, glyphs),
    ...figures.slice(0, figureRows),
    rule(columns, glyphs),
    spreadLine(renderSignals(view, columns - hint.text.length - 2, glyphs), [hint], columns),
  ];
}

function renderFigures(view: MarketView, size: ScreenSize, glyphs: Glyphs): Line[] {
  const { columns, rows } = size;
  const { trading } = view;
  const latency = renderLatency(view.hops);
  const counters = renderCounters(view);
  const beside = (...blocks: readonly Line[][]): Line[] => {
    const gaps = COLUMN_GAP * (blocks.length - 1);
    const width = Math.floor((columns - gaps) / blocks.length);
    return besideEachOther(blocks, { width, gap: COLUMN_GAP });
  };
  if (trading === undefined) {
    return columns >= TWO_COLUMNS_MIN ? beside(latency, counters) : [...latency, ...counters];
  }
  const count = columns >= THREE_COLUMNS_MIN ? 3 : 2;
  const width = Math.floor((columns - COLUMN_GAP * (count - 1)) / count);
  const figures = renderTrading(trading, columns < TWO_COLUMNS_MIN ? columns : width, glyphs);
  if (columns < TWO_COLUMNS_MIN) return [...figures, ...latency, ...counters];
  const list =
    rows < FILLS_ROWS_MIN
      ? []
      : [rule(columns, glyphs), ...renderFills(trading.fills, FILLS_SHOWN, glyphs)];
  if (count === 3) return [...beside(latency, figures, counters), ...list];
  return [...beside(latency, figures), renderCounterLine(view), ...list];
}

function renderLatency(hops: readonly HopLatency[]): Line[] {
  const cell = (text: string): string => text.padStart(9);
  const heading = span(` ${'latency'.padEnd(10)}${cell('p50')}${cell('p99')}${cell('max')}`, 'dim');
  return [
    [heading],
    ...hops.map(
      (hop): Line => [
        span(` ${hop.hop.padEnd(10).slice(0, 10)}`),
        span(cell(formatNanos(hop.p50Ns)), 'strong'),
        span(cell(formatNanos(hop.p99Ns))),
        span(cell(formatNanos(hop.maxNs))),
      ],
    ),
  ];
}

function failures(entries: Readonly<Record<string, number>>): Line {
  const present = Object.entries(entries).filter(([, count]) => count > 0);
  if (present.length === 0) return [span('0', 'good')];
  const text = present.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ');
  return [span(text, 'warn')];
}

function count(value: number, tone: Tone = 'warn'): Span {
  return span(formatCount(value), value > 0 ? tone : 'good');
}

/** All counters in one line: of drops and errors their sums. */
function renderCounterLine(view: MarketView): Line {
  const sum = (entries: Readonly<Record<string, number>>): number =>
    Object.values(entries).reduce((total, value) => total + value, 0);
  const figures: readonly [string, number, Tone?][] = [
    ['dropped', sum(view.dropped)],
    ['errors', sum(view.decodeErrors)],
    ['gaps', view.gaps],
    ['resyncs', view.resyncs],
    ['reconnects', view.reconnects],
    ['bad checksums', view.checksumsFailed, 'bad'],
  ];
  return figures.flatMap(
    ([name, value, tone], index): Line => [
      span(`${index === 0 ? ' ' : '  '}${name} `, 'dim'),
      count(value, tone),
    ],
  );
}

function renderCounters(view: MarketView): Line[] {
  const row = (label: string, value: Line): Line => [span(label.padEnd(14), 'dim'), ...value];
  return [
    row('dropped', failures(view.dropped)),
    row('decode errors', failures(view.decodeErrors)),
    row('gaps', [count(view.gaps), span('  resyncs ', 'dim'), count(view.resyncs)]),
    row('reconnects', [count(view.reconnects)]),
    row('checksums', [
      span(`${formatCount(view.checksumsVerified)} ok  `, 'plain'),
      count(view.checksumsFailed, 'bad'),
      span(' failed', 'dim'),
    ]),
  ];
}

function renderSignals(view: MarketView, columns: number, glyphs: Glyphs): Line {
  const line: Span[] = [span(` ${view.strategy}`, 'title')];
  const [fill] = view.trading?.fills ?? [];
  if (fill !== undefined) {
    const last = renderFill(fill, glyphs);
    if (lineWidth(line) + lineWidth(last) + 2 <= columns) line.push(span('  '), ...last);
  }
  for (const signal of view.signals) {
    const next = renderSignal(signal, glyphs);
    if (lineWidth(line) + lineWidth(next) > columns) break;
    line.push(...next);
  }
  return line;
}

function renderSignal(signal: PanelSignal, glyphs: Glyphs): Line {
  const isFlat = signal.value === 0;
  const glyph = isFlat ? glyphs.flat : signal.value > 0 ? glyphs.up : glyphs.down;
  const tone: Tone = isFlat ? 'dim' : signal.value > 0 ? 'bid' : 'ask';
  return [span(`  ${signal.symbol} `), span(`${glyph} ${signal.text}`, tone)];
}

function figure(value: string, unit: string, separator = ' '): Span[] {
  return [span(value, 'strong'), span(`${separator}${unit}   `, 'dim')];
}

function rule(columns: number, glyphs: Glyphs): Line {
  return [span(glyphs.rule.repeat(Math.max(0, columns)), 'dim')];
}

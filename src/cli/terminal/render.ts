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
    span(' hft demo ', 'title'),
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
  const latency = renderLatency(view.hops);
  const counters = renderCounters(view);
  const isWide = columns >= TWO_COLUMNS_MIN;
  const figures = isWide
    ? besideEachOther([latency, counters], { width: Math.floor((columns - 2) / 2), gap: 2 })
    : [...latency, ...counters];
  // On a low screen the books matter most: the figures get at most half of it.
  const figureRows = Math.min(figures.length, Math.max(0, Math.floor(rows / 2) - 4));
  const hint = span('Ctrl-C ends ', 'dim');
  return [
    rule(columns, glyphs),
    ...figures.slice(0, figureRows),
    rule(columns, glyphs),
    spreadLine(renderSignals(view, columns - hint.text.length, glyphs), [hint], columns),
  ];
}

function renderLatency(hops: readonly HopLatency[]): Line[] {
  const cell = (text: string): string => text.padStart(9);
  const heading = span(` ${'latency'.padEnd(11)}${cell('p50')}${cell('p99')}${cell('max')}`, 'dim');
  return [
    [heading],
    ...hops.map(
      (hop): Line => [
        span(` ${hop.hop.padEnd(11).slice(0, 11)}`),
        span(cell(formatNanos(hop.p50Ns)), 'strong'),
        span(cell(formatNanos(hop.p99Ns))),
        span(cell(formatNanos(hop.maxNs))),
      ],
    ),
  ];
}

function renderCounters(view: MarketView): Line[] {
  const failures = (entries: Readonly<Record<string, number>>): Line => {
    const present = Object.entries(entries).filter(([, count]) => count > 0);
    if (present.length === 0) return [span('0', 'good')];
    const text = present.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ');
    return [span(text, 'warn')];
  };
  const count = (value: number, tone: Tone = 'warn'): Span =>
    span(formatCount(value), value > 0 ? tone : 'good');
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

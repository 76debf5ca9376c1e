import { besideEachOther, fitLine, type Line, span, spreadLine, type Tone } from './canvas.js';
import type { PanelBook, PanelLevel } from './market-view.js';
import { bar, type Glyphs } from './palette.js';

/** The room that the books have. */
export interface BookArea {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
}

/** A panel narrower than this cannot show price, quantity and a bar. */
const PANEL_COLUMNS_MIN = 36;
const PANEL_COLUMNS_MAX = 56;
const PANEL_GAP = 2;
/** Rows of a panel beside its levels: title, and mid with spread. */
const PANEL_FIXED_ROWS = 2;
const LEVELS_WANTED = 5;
const LEVELS_MAX = 15;

const STATE_TONES: Readonly<Record<PanelBook['state'], Tone>> = {
  trusted: 'good',
  suspect: 'warn',
  broken: 'bad',
};

/** The books of the view in as many columns and rows of panels as the area holds. */
export function renderBooks(books: readonly PanelBook[], area: BookArea): Line[] {
  if (books.length === 0) return [[span(' waiting for the first book ...', 'dim')]];
  const layout = layOut(books, area);
  const lines: Line[] = [];
  for (let row = 0; row < layout.panelRows; row += 1) {
    const shown = books.slice(row * layout.panelColumns, (row + 1) * layout.panelColumns);
    if (shown.length === 0) break;
    if (row > 0) lines.push([]);
    const panels = shown.map((book) => renderPanel(book, layout.width, layout.levels, area.glyphs));
    lines.push(...besideEachOther(panels, { width: layout.width, gap: PANEL_GAP }));
  }
  const hidden = books.length - layout.panelRows * layout.panelColumns;
  if (hidden > 0 && lines.length < area.rows) {
    lines.push([span(` and ${hidden} more`, 'dim')]);
  }
  return lines.slice(0, area.rows);
}

interface PanelLayout {
  readonly panelColumns: number;
  readonly panelRows: number;
  readonly width: number;
  readonly levels: number;
}

function layOut(books: readonly PanelBook[], area: BookArea): PanelLayout {
  const bookCount = books.length;
  const fits = Math.floor((area.columns + PANEL_GAP) / (PANEL_COLUMNS_MIN + PANEL_GAP));
  const panelColumns = Math.max(1, Math.min(fits, bookCount));
  const width = Math.min(
    PANEL_COLUMNS_MAX,
    Math.floor((area.columns - PANEL_GAP * (panelColumns - 1)) / panelColumns),
  );
  const wantedRows = PANEL_FIXED_ROWS + 2 * LEVELS_WANTED + 1;
  const rowsWanted = Math.ceil(bookCount / panelColumns);
  const panelRows = Math.max(1, Math.min(rowsWanted, Math.floor((area.rows + 1) / wantedRows)));
  const rowsEach = Math.floor((area.rows - (panelRows - 1)) / panelRows);
  const deepest = Math.max(...books.map((book) => Math.max(book.bids.length, book.asks.length)));
  const levelsMax = Math.min(LEVELS_MAX, Math.max(LEVELS_WANTED, deepest));
  const levels = Math.floor((rowsEach - PANEL_FIXED_ROWS) / 2);
  return { panelColumns, panelRows, width, levels: Math.max(1, Math.min(levelsMax, levels)) };
}

function renderPanel(book: PanelBook, width: number, levels: number, glyphs: Glyphs): Line[] {
  const asks = book.asks.slice(0, levels);
  const bids = book.bids.slice(0, levels);
  const measures = measure([...asks, ...bids], width);
  const blank = (count: number): Line[] => Array.from({ length: count }, (): Line => []);
  return [
    renderTitle(book, width),
    ...blank(levels - asks.length),
    ...asks.map((level) => renderLevel(level, 'ask', measures, glyphs)).reverse(),
    renderMiddle(book, width, glyphs),
    ...bids.map((level) => renderLevel(level, 'bid', measures, glyphs)),
    ...blank(levels - bids.length),
  ];
}

function renderTitle(book: PanelBook, width: number): Line {
  const reason = book.reason === 'none' ? '' : ` (${book.reason})`;
  const state = span(`${book.state}${reason} `, STATE_TONES[book.state]);
  return spreadLine([span(` ${book.symbol}`, 'strong')], [state], width);
}

function renderMiddle(book: PanelBook, width: number, glyphs: Glyphs): Line {
  const trade = book.lastTrade;
  const last =
    trade === undefined
      ? []
      : [
          span(
            `${trade.isBuy ? glyphs.up : glyphs.down} ${trade.qty} `,
            trade.isBuy ? 'bid' : 'ask',
          ),
        ];
  const middle = [
    span(` ${book.mid}`, 'strong'),
    span('  spread ', 'dim'),
    span(book.spread),
    span('  '),
  ];
  return spreadLine(middle, last, width);
}

interface Measures {
  readonly price: number;
  readonly qty: number;
  readonly bar: number;
  readonly sizeMax: number;
}

function measure(levels: readonly PanelLevel[], width: number): Measures {
  const longest = (texts: readonly string[]): number =>
    texts.reduce((most, text) => Math.max(most, text.length), 0);
  const price = longest(levels.map((level) => level.price));
  const qty = longest(levels.map((level) => level.qty));
  const sizeMax = levels.reduce((most, level) => Math.max(most, level.size), 0);
  return { price, qty, bar: Math.max(0, width - price - qty - 5), sizeMax };
}

function renderLevel(level: PanelLevel, tone: Tone, measures: Measures, glyphs: Glyphs): Line {
  const share = measures.sizeMax > 0 ? level.size / measures.sizeMax : 0;
  return fitLine(
    [
      span(` ${level.price.padStart(measures.price)}`, tone),
      span(`  ${level.qty.padStart(measures.qty)} `),
      span(bar(share, measures.bar, glyphs), tone),
    ],
    measures.price + measures.qty + measures.bar + 4,
  );
}

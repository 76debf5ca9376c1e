import { escapeHtml } from './markup.js';
import { extent, linear, niceTicks, tickText } from './scale.js';

const WIDTH = 1120;
const ROW = 40;
const LEFT = 190;
const RIGHT = 150;

/** One bar: what it adds, in money. */
export interface WaterfallBar {
  readonly label: string;
  readonly note: string;
  readonly value: number;
  /** The value as people read it. */
  readonly text: string;
  /** Whether it begins at zero: the sum of those before. */
  readonly isTotal: boolean;
}

/** Bars that begin where the one before ended, from top to bottom, as SVG. */
export function waterfall(bars: readonly WaterfallBar[], label: string): string {
  let level = 0;
  const spans = bars.map((bar) => {
    const from = bar.isTotal ? 0 : level;
    const to = from + bar.value;
    level = to;
    return { bar, from, to };
  });
  const domain = extent([0, ...spans.flatMap(({ from, to }) => [from, to])], 0.04);
  const x = linear(domain, [LEFT, WIDTH - RIGHT]);
  const height = bars.length * ROW + 34;
  const ticks = niceTicks(domain[0], domain[1], 6);
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  const grid = ticks.map((value) => {
    const at = x(value).toFixed(1);
    return (
      `<line class="${value === 0 ? 'zero' : 'grid'}" x1="${at}" x2="${at}" y1="4" ` +
      `y2="${bars.length * ROW + 6}"/><text class="tick" x="${at}" y="${height - 10}" ` +
      `text-anchor="middle">${tickText(value, step)}</text>`
    );
  });
  const rows = spans.map(({ bar, from, to }, index) => {
    const top = index * ROW + 8;
    const left = Math.min(x(from), x(to));
    const width = Math.max(1.5, Math.abs(x(to) - x(from)));
    const style = bar.isTotal ? 'sum' : bar.value < 0 ? 'loss' : 'gain';
    const joint =
      index + 1 < spans.length
        ? `<line class="joint" x1="${x(to).toFixed(1)}" x2="${x(to).toFixed(1)}" ` +
          `y1="${top + 24}" y2="${top + ROW}"/>`
        : '';
    const right = Math.max(x(from), x(to)) + 8;
    return (
      `<text class="bar-name${bar.isTotal ? ' strong' : ''}" x="${LEFT - 14}" y="${top + 17}" ` +
      `text-anchor="end">${escapeHtml(bar.label)}<title>${escapeHtml(bar.note)}</title></text>` +
      `<rect class="bar ${style}" x="${left.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" ` +
      `height="24" rx="3"><title>${escapeHtml(bar.note)}</title></rect>${joint}` +
      `<text class="bar-value${bar.isTotal ? ' strong' : ''}" x="${right.toFixed(1)}" ` +
      `y="${top + 17}">${escapeHtml(bar.text)}</text>`
    );
  });
  return (
    `<figure class="chart"><div class="canvas"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" ` +
    `aria-label="${escapeHtml(label)}">${grid.join('')}${rows.join('')}</svg></div></figure>`
  );
}

import { embedJson, escapeHtml } from './markup.js';
import {
  extent,
  linear,
  niceTicks,
  type Scale,
  tickText,
  timeTicks,
  visibleIndexes,
} from './scale.js';

const WIDTH = 1120;
const LEFT = 84;
const RIGHT = 16;
const TOP = 14;
const AXIS = 26;
const GAP = 26;
const BUCKETS = 560;

/** A line or area of a panel. */
export interface PanelSeries {
  readonly values: readonly (number | null)[];
  /** A CSS class that colours it. */
  readonly style: string;
  /** `area` fills to zero; `steps` holds each value until the next. */
  readonly form: 'line' | 'area' | 'steps';
  readonly label: string;
}

/** A point that is marked, such as a fill. */
export interface PanelMark {
  readonly ms: number;
  readonly value: number;
  readonly style: string;
  readonly shape: 'up' | 'down';
  /** How many things it stands for: larger marks for more. */
  readonly count: number;
  readonly title: string;
}

/** One of the panels of a chart, which share the axis of time. */
export interface Panel {
  readonly title: string;
  readonly height: number;
  readonly series: PanelSeries;
  readonly marks?: readonly PanelMark[];
  /** Whether zero belongs to the axis. */
  readonly hasZero: boolean;
  readonly unit: string;
  /** A value worth a line of its own, such as the capital. */
  readonly reference?: { readonly value: number; readonly label: string };
}

/** Panels over one axis of time, as SVG, with values under the pointer where scripts run. */
export function timeChart(options: {
  readonly id: string;
  readonly label: string;
  readonly timeMs: readonly number[];
  readonly panels: readonly Panel[];
}): string {
  const { id, label, timeMs, panels } = options;
  const first = timeMs[0] ?? 0;
  const last = timeMs.at(-1) ?? first;
  const x = linear([first, last], [LEFT, WIDTH - RIGHT]);
  const height = panels.reduce((sum, panel) => sum + panel.height + GAP, TOP) + AXIS - GAP + 8;
  let top = TOP + 8;
  const drawn: string[] = [];
  const readouts: unknown[] = [];
  for (const panel of panels) {
    const box = { top, bottom: top + panel.height };
    const { markup, readout } = drawPanel(panel, { timeMs, x, ...box });
    drawn.push(markup);
    readouts.push(readout);
    top = box.bottom + GAP;
  }
  const bottom = top - GAP;
  const ticks = timeTicks(first, last, 8).map(({ ms, text }) => {
    const at = x(ms).toFixed(1);
    // A label at the right edge would be cut off there.
    const anchor = x(ms) > WIDTH - RIGHT - 24 ? 'end' : 'middle';
    return (
      `<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${bottom}"/>` +
      `<text class="tick" x="${at}" y="${bottom + 18}" text-anchor="${anchor}">${text}</text>`
    );
  });
  const data = {
    left: LEFT,
    right: WIDTH - RIGHT,
    top: TOP,
    bottom,
    first,
    last,
    panels: readouts,
  };
  return (
    `<figure class="chart" data-chart="${id}"><div class="canvas">` +
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}">` +
    `${ticks.join('')}${drawn.join('')}` +
    `<line class="cross" y1="${TOP}" y2="${bottom}" x1="0" x2="0" visibility="hidden"/>` +
    '</svg><div class="tip" hidden></div></div>' +
    `<script type="application/json">${embedJson(data)}</script></figure>`
  );
}

interface Frame {
  readonly timeMs: readonly number[];
  readonly x: Scale;
  readonly top: number;
  readonly bottom: number;
}

function drawPanel(panel: Panel, frame: Frame): { markup: string; readout: unknown } {
  const { series, marks = [], reference } = panel;
  const { top, bottom, x } = frame;
  const all = [
    ...series.values,
    ...marks.map(({ value }) => value),
    ...(panel.hasZero ? [0] : []),
    ...(reference === undefined ? [] : [reference.value]),
  ];
  const domain = extent(all, 0.06);
  const y = linear(domain, [bottom, top]);
  const ticks = niceTicks(domain[0], domain[1], Math.max(4, Math.round(panel.height / 44)));
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  const grid = ticks.map((value) => {
    const at = y(value).toFixed(1);
    const style = value === 0 ? 'zero' : 'grid';
    return (
      `<line class="${style}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>` +
      `<text class="tick" x="${LEFT - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">` +
      `${tickText(value, step)}</text>`
    );
  });
  const indexes = visibleIndexes(series.values, BUCKETS);
  const title =
    `<text class="panel" x="${LEFT}" y="${top - 8}">${escapeHtml(panel.title)}` +
    `<tspan class="unit"> ${escapeHtml(panel.unit)}</tspan></text>`;
  const held = reference === undefined ? '' : referenceLine(reference, y(reference.value));
  const markup =
    grid.join('') +
    held +
    drawSeries(series, { ...frame, y, indexes }) +
    drawMarks(marks, x, y) +
    title;
  const points = indexes.flatMap((index) => {
    const value = series.values[index];
    const ms = frame.timeMs[index];
    if (value === null || value === undefined || ms === undefined) return [];
    return [[round(x(ms)), round(y(value)), ms, value]];
  });
  return { markup, readout: { label: series.label, unit: panel.unit, step: step / 10, points } };
}

function referenceLine(reference: { readonly label: string }, at: number): string {
  const y = at.toFixed(1);
  return (
    `<line class="reference" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
    `<text class="tick" x="${WIDTH - RIGHT - 4}" y="${(at - 5).toFixed(1)}" ` +
    `text-anchor="end">${escapeHtml(reference.label)}</text>`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function drawSeries(
  series: PanelSeries,
  frame: Frame & { readonly y: Scale; readonly indexes: readonly number[] },
): string {
  const { x, y, timeMs, indexes } = frame;
  const runs: string[] = [];
  const zero = y(0).toFixed(1);
  let path = '';
  let firstX = '';
  let lastX = '';
  let lastY = '';
  const close = () => {
    if (path === '') return;
    const fill = `${path}V${zero}H${firstX}Z`;
    if (series.form !== 'line') runs.push(`<path class="fill ${series.style}" d="${fill}"/>`);
    runs.push(`<path class="line ${series.style}" d="${path}"/>`);
    path = '';
  };
  for (const index of indexes) {
    const value = series.values[index];
    const ms = timeMs[index];
    if (value === null || value === undefined || ms === undefined) {
      close();
      continue;
    }
    const px = x(ms).toFixed(1);
    const py = y(value).toFixed(1);
    if (path === '') {
      path = `M${px} ${py}`;
      firstX = px;
    } else if (series.form === 'steps') {
      if (py !== lastY || px !== lastX) path += `H${px}V${py}`;
    } else {
      path += `L${px} ${py}`;
    }
    lastX = px;
    lastY = py;
  }
  close();
  return runs.join('');
}

function drawMarks(marks: readonly PanelMark[], x: Scale, y: Scale): string {
  return marks
    .map((mark) => {
      const px = x(mark.ms);
      const py = y(mark.value);
      const size = Math.min(9, 3 + Math.log2(mark.count));
      const tall = mark.shape === 'up' ? size * 1.5 : -size * 1.5;
      const points =
        `${px.toFixed(1)},${py.toFixed(1)} ${(px - size).toFixed(1)},${(py + tall).toFixed(1)} ` +
        `${(px + size).toFixed(1)},${(py + tall).toFixed(1)}`;
      return (
        `<polygon class="mark ${mark.style}" points="${points}">` +
        `<title>${escapeHtml(mark.title)}</title></polygon>`
      );
    })
    .join('');
}

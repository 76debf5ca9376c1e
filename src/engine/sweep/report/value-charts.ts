import { escapeHtml } from '../../report/html/markup.js';
import { extent, linear, niceTicks, type Scale, tickText } from '../../report/html/scale.js';
import { groupValues, shortNumber } from '../judge/importance.js';
import type { SweepRow } from '../sweep-result.js';
import { cellText } from './heat-map.js';

const WIDTH = 1120;
const LEFT = 84;
const RIGHT = 24;
const TOP = 16;
const PLOT = 260;
const BINS_MAX = 40;
/** More runs than this are thinned out evenly by rank. */
const DOTS_MAX = 1500;

/** A vertical line of a histogram. */
export interface Marker {
  readonly value: number;
  readonly label: string;
  readonly style: 'best' | 'luck' | 'plain';
}

/** How often values fall into equal bins, with lines at some values. */
export function histogram(
  values: readonly number[],
  options: { readonly label: string; readonly unit: string; readonly markers: readonly Marker[] },
): string {
  const { markers, unit } = options;
  const [low, high] = extent([...values, ...markers.map(({ value }) => value)], 0.04);
  const bins = Math.max(1, Math.min(BINS_MAX, Math.ceil(Math.sqrt(values.length) * 2)));
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  // Labels of the lines stand above the bars, one below the other.
  const room = 18 * markers.length + 8;
  const bottom = TOP + room + PLOT;
  const x = linear([low, high], [LEFT, WIDTH - RIGHT]);
  const y = linear([0, Math.max(...counts, 1)], [bottom, TOP + room]);
  const bars = counts.map((count, bin) => {
    if (count === 0) return '';
    const from = x(low + ((high - low) * bin) / bins) + 1;
    const to = x(low + ((high - low) * (bin + 1)) / bins) - 1;
    const top = y(count);
    return (
      `<rect class="bar sum" x="${from.toFixed(1)}" y="${top.toFixed(1)}" rx="2" ` +
      `width="${(to - from).toFixed(1)}" height="${(bottom - top).toFixed(1)}">` +
      `<title>${count} ${count === 1 ? 'run' : 'runs'}</title></rect>`
    );
  });
  const lines = markers.map(({ value, label, style }, index) => {
    const at = x(value);
    const isRight = at > WIDTH * 0.6;
    const text = `${label} ${cellText(value)}`;
    const top = TOP + 18 * index + 12;
    return (
      `<line class="marker ${style}" x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" ` +
      `y1="${top - 8}" y2="${bottom}"/><text class="marker-name ${style}" ` +
      `x="${(at + (isRight ? -7 : 7)).toFixed(1)}" y="${top + 3}" ` +
      `text-anchor="${isRight ? 'end' : 'start'}">${escapeHtml(text)}</text>`
    );
  });
  const body = yGrid([0, Math.max(...counts, 1)], y) + bars.join('') + lines.join('');
  return figure(options.label, { body, axis: xTicks([low, high], x, bottom), bottom, unit });
}

/** The objective by the values of one parameter: the mean as a line, every run as a point. */
export function parameterLine(
  rows: readonly SweepRow[],
  options: { readonly name: string; readonly unit: string },
): string {
  const judged = rows.filter(({ objective }) => objective !== null);
  const values = judged.flatMap(({ parameters }) => parameters[options.name] ?? []);
  const { groups, groupOf } = groupValues(values);
  const areNumbers = values.every((value) => typeof value === 'number');
  const at = (row: SweepRow): number => {
    const value = row.parameters[options.name];
    return typeof value === 'number' && areNumbers ? value : groupOf(value);
  };
  const places = judged.map(at);
  const [least, most] = extent(places, 0);
  const isLog = areNumbers && least > 0 && most / least > 50;
  const position = (value: number) => (isLog ? Math.log10(value) : value);
  const bottom = TOP + PLOT;
  const x = linear(extent(places.map(position), 0.04), [LEFT, WIDTH - RIGHT]);
  const range = extent([0, ...judged.map(({ objective }) => objective)], 0.06);
  const y = linear(range, [bottom, TOP]);
  const means = groups.map((group, index) => {
    const own = judged.filter(({ parameters }) => groupOf(parameters[options.name]) === index);
    const mean = own.reduce((sum, { objective }) => sum + (objective ?? 0), 0) / own.length;
    return { at: areNumbers ? group.at : index, mean, label: group.label };
  });
  const path = means
    .map(({ at: place, mean }, index) => {
      return `${index === 0 ? 'M' : 'L'}${x(position(place)).toFixed(1)} ${y(mean).toFixed(1)}`;
    })
    .join('');
  const every = Math.ceil(judged.length / DOTS_MAX);
  const dots = judged
    .filter((_, index) => index % every === 0)
    .map((row) => {
      const isBest = row.rank === 1;
      return (
        `<circle class="dot${isBest ? ' best' : ''}" cx="${x(position(at(row))).toFixed(1)}" ` +
        `cy="${y(row.objective ?? 0).toFixed(1)}" r="${isBest ? 6 : 4}"><title>` +
        `${escapeHtml(`${options.name} = ${String(row.parameters[options.name])}`)}: ` +
        `${cellText(row.objective ?? 0)}</title></circle>`
      );
    });
  const areShort = means.every(({ label }) => label.length <= 5);
  const shown = means.length <= (areShort ? 24 : 9) ? means : [];
  const axis =
    shown.length > 0
      ? shown
          .map(({ at: place, label }) => {
            const text = label.length > 12 && areNumbers ? shortNumber(place) : label;
            return tickLabel(x(position(place)), bottom, text);
          })
          .join('')
      : xTicks(extent(places.map(position), 0.04), x, bottom, isLog ? (v) => 10 ** v : undefined);
  const body = `${yGrid(range, y)}<path class="line equity" d="${path}"/>${dots.join('')}`;
  const label = `The objective by ${options.name}`;
  return figure(label, { body, axis, bottom, unit: `${options.name} \u2192` });
}

function yGrid(range: readonly [number, number], y: Scale): string {
  const ticks = niceTicks(range[0], range[1], 5);
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return ticks
    .map((value) => {
      const at = y(value).toFixed(1);
      return (
        `<line class="${value === 0 ? 'zero' : 'grid'}" x1="${LEFT}" x2="${WIDTH - RIGHT}" ` +
        `y1="${at}" y2="${at}"/><text class="tick" x="${LEFT - 8}" ` +
        `y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${tickText(value, step)}</text>`
      );
    })
    .join('');
}

function xTicks(
  range: readonly [number, number],
  x: Scale,
  bottom: number,
  shownAs?: (value: number) => number,
): string {
  const ticks = niceTicks(range[0], range[1], 10);
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return ticks
    .map((value) => {
      const text = shownAs === undefined ? tickText(value, step) : shortNumber(shownAs(value));
      return tickLabel(x(value), bottom, text);
    })
    .join('');
}

function tickLabel(at: number, bottom: number, text: string): string {
  return (
    `<line class="grid" x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${bottom}" ` +
    `y2="${bottom + 5}"/><text class="tick" x="${at.toFixed(1)}" y="${bottom + 20}" ` +
    `text-anchor="middle">${escapeHtml(text)}</text>`
  );
}

function figure(
  label: string,
  parts: {
    readonly body: string;
    readonly axis: string;
    readonly bottom: number;
    readonly unit: string;
  },
): string {
  const { body, axis, bottom, unit } = parts;
  return (
    `<figure class="chart"><div class="canvas"><svg viewBox="0 0 ${WIDTH} ${bottom + 46}" ` +
    `role="img" aria-label="${escapeHtml(label)}">${body}${axis}` +
    `<text class="unit" x="${WIDTH - RIGHT}" y="${bottom + 40}" text-anchor="end">` +
    `${escapeHtml(unit)}</text></svg></div></figure>`
  );
}

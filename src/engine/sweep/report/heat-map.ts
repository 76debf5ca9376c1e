import type { ParameterValue } from '../../../domain/parameters.js';
import { escapeHtml } from '../../report/html/markup.js';
import { groupValues, type ValueGroups } from '../judge/importance.js';
import type { SweepRow } from '../sweep-result.js';

/** Small multiples that are drawn at most. */
const MULTIPLES_MAX = 12;

/** A number of a cell: three digits, a real minus sign. */
export function cellText(value: number): string {
  const size = Math.abs(value);
  const text =
    size >= 1000
      ? Math.round(size).toLocaleString('en-US')
      : size >= 100
        ? size.toFixed(0)
        : size >= 0.1 || size === 0
          ? size.toFixed(2)
          : size.toPrecision(2);
  return value < 0 && Number(text.replaceAll(',', '')) !== 0 ? `\u2212${text}` : text;
}

interface Cell {
  count: number;
  sum: number;
  best: SweepRow | undefined;
}

/**
 * The mean objective by two parameters, as a table whose cells are coloured: one for each value of
 * a third. Profit and loss have colours of their own; runs without an objective are left out.
 */
export function heatMaps(
  rows: readonly SweepRow[],
  names: { readonly across: string; readonly down: string; readonly third?: string },
): string {
  const judged = rows.filter(({ objective }) => objective !== null);
  const across = groupsOf(judged, names.across);
  const down = groupsOf(judged, names.down);
  const third = names.third === undefined ? undefined : groupsOf(judged, names.third);
  const parts = (third?.groups ?? [undefined]).slice(0, MULTIPLES_MAX).map((group, index) => {
    const part =
      third === undefined
        ? judged
        : judged.filter(({ parameters }) => third.groupOf(parameters[names.third ?? '']) === index);
    return { label: group?.label, cells: gather(part, { across, down, names }) };
  });
  const means = parts.flatMap(({ cells }) => cells.flatMap((line) => line.flatMap(meanOf)));
  const shade = shades(means);
  const tables = parts.map(({ label, cells }) => {
    const caption =
      label === undefined
        ? ''
        : `<caption>${escapeHtml(`${names.third ?? ''} = ${label}`)}</caption>`;
    const head = across.groups.map((group) => `<th scope="col">${escapeHtml(group.label)}</th>`);
    const lines = cells.map((line, index) => {
      const name = escapeHtml(down.groups[index]?.label ?? '');
      const drawn = line.map((cell) => drawCell(cell, shade));
      return `<tr><th scope="row">${name}</th>${drawn.join('')}</tr>`;
    });
    return (
      `<table class="heat">${caption}<thead><tr><th class="corner">` +
      `<span>${escapeHtml(names.across)} \u2192</span><br>` +
      `<span>${escapeHtml(names.down)} \u2193</span></th>${head.join('')}</tr></thead>` +
      `<tbody>${lines.join('')}</tbody></table>`
    );
  });
  const rest = (third?.groups.length ?? 1) - parts.length;
  const more = rest > 0 ? `<p class="fine">${rest} more values are in the table only.</p>` : '';
  return `<div class="scroll"><div class="multiples">${tables.join('')}</div></div>${more}`;
}

function groupsOf(rows: readonly SweepRow[], name: string): ValueGroups {
  const values = rows.map(({ parameters }) => parameters[name]);
  return groupValues(values.filter((value): value is ParameterValue => value !== undefined));
}

function gather(
  rows: readonly SweepRow[],
  axes: {
    readonly across: ValueGroups;
    readonly down: ValueGroups;
    readonly names: { readonly across: string; readonly down: string };
  },
): Cell[][] {
  const { across, down, names } = axes;
  const cells = down.groups.map(() =>
    across.groups.map((): Cell => ({ count: 0, sum: 0, best: undefined })),
  );
  for (const row of rows) {
    const line = cells[down.groupOf(row.parameters[names.down])];
    const cell = line?.[across.groupOf(row.parameters[names.across])];
    if (cell === undefined) continue;
    cell.count += 1;
    cell.sum += row.objective ?? 0;
    // Rows come in the order of their rank.
    cell.best ??= row;
  }
  return cells;
}

function meanOf({ count, sum }: Cell): number[] {
  return count === 0 ? [] : [sum / count];
}

/** How strong the colour of a value is, 0 to 1: by its size, from the least on that there is. */
function shades(means: readonly number[]): (value: number) => number {
  const sizes = means.map(Math.abs);
  const isMixed = means.some((value) => value < 0) && means.some((value) => value > 0);
  const low = isMixed ? 0 : Math.min(...sizes);
  const high = Math.max(...sizes);
  return (value) => (high > low ? (Math.abs(value) - low) / (high - low) : 0.5);
}

function drawCell(cell: Cell, shade: (value: number) => number): string {
  const [mean] = meanOf(cell);
  if (mean === undefined) return '<td class="none">\u2013</td>';
  const strength = shade(mean);
  const colour = mean < 0 ? 'loss' : 'gain';
  const part = Math.round(8 + strength * 82);
  const isBest = cell.best?.rank === 1;
  const style = `background:color-mix(in srgb,var(--${colour}) ${part}%,transparent)`;
  const runs = `${cell.count} ${cell.count === 1 ? 'run' : 'runs'}`;
  const best = cell.best?.objective ?? mean;
  const told = cell.count === 1 ? '' : `, best ${cellText(best)}`;
  const names = [...(part > 55 ? ['strong'] : []), ...(isBest ? ['best'] : [])];
  const kind = names.length > 0 ? ` class="${names.join(' ')}"` : '';
  return `<td${kind} style="${style}" title="${runs}${told}">${cellText(mean)}</td>`;
}

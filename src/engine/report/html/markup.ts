/** Text inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** JSON inside a script element: nothing in it can end the element. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028');
}

/** A cell of a table; `html` is markup already. */
export interface Cell {
  readonly html: string;
  readonly isNumber?: boolean;
}

/** A cell of plain text. */
export function textCell(text: string): Cell {
  return { html: escapeHtml(text) };
}

/** A cell of figures, to the right. */
export function numberCell(text: string): Cell {
  return { html: escapeHtml(text), isNumber: true };
}

/** Columns of a table; those of figures are to the right. */
export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** A table that scrolls sideways where it is wider than the page. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly caption?: string; readonly lastIsTotal?: boolean } = {},
): string {
  const side = (isNumber: boolean | undefined) => (isNumber === true ? ' class="num"' : '');
  const head = columns
    .map(({ title, isNumber }) => `<th scope="col"${side(isNumber)}>${escapeHtml(title)}</th>`)
    .join('');
  const body = rows.map((row, index) => {
    const isTotal = options.lastIsTotal === true && index === rows.length - 1;
    const cells = row.map(({ html, isNumber }) => `<td${side(isNumber)}>${html}</td>`).join('');
    return `<tr${isTotal ? ' class="total"' : ''}>${cells}</tr>`;
  });
  const caption =
    options.caption === undefined ? '' : `<caption>${escapeHtml(options.caption)}</caption>`;
  return (
    `<div class="scroll"><table>${caption}<thead><tr>${head}</tr></thead>` +
    `<tbody>${body.join('')}</tbody></table></div>`
  );
}

/** A section of the report. */
export function section(options: {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly body: string;
}): string {
  const { id, title, lead, body } = options;
  return (
    `<section id="${id}"><h2>${escapeHtml(title)}</h2>` +
    `<p class="lead">${escapeHtml(lead)}</p>${body}</section>`
  );
}

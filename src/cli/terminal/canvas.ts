/** How a run of text is shown; the palette turns it into colours, or into nothing. */
export type Tone = 'plain' | 'strong' | 'dim' | 'title' | 'bid' | 'ask' | 'good' | 'warn' | 'bad';

/** Turns a tone into terminal codes. */
export type Paint = (tone: Tone, text: string) => string;

/** A run of text in one tone. */
export interface Span {
  readonly tone: Tone;
  readonly text: string;
}

/** A line of spans; its width is that of its text, whatever the colours. */
export type Line = readonly Span[];

/** A span of `text`. */
export function span(text: string, tone: Tone = 'plain'): Span {
  return { tone, text };
}

/** The columns that a line takes (every character that the view draws is one column wide). */
export function lineWidth(line: Line): number {
  let width = 0;
  for (const part of line) width += part.text.length;
  return width;
}

/** `line` cut or padded with blanks to exactly `width` columns. */
export function fitLine(line: Line, width: number): Line {
  const fitted: Span[] = [];
  let room = Math.max(0, width);
  for (const part of line) {
    if (room === 0) break;
    const text = part.text.length > room ? part.text.slice(0, room) : part.text;
    if (text !== '') fitted.push({ tone: part.tone, text });
    room -= text.length;
  }
  if (room > 0) fitted.push(span(' '.repeat(room)));
  return fitted;
}

/** `left` and `right` at the two ends of `width` columns; `left` gives way to `right`. */
export function spreadLine(left: Line, right: Line, width: number): Line {
  const rightWidth = Math.min(lineWidth(right), width);
  return [...fitLine(left, width - rightWidth), ...fitLine(right, rightWidth)];
}

/** Blocks of lines side by side, each `width` columns wide, `gap` columns apart. */
export function besideEachOther(
  blocks: readonly (readonly Line[])[],
  options: { readonly width: number; readonly gap: number },
): Line[] {
  const height = Math.max(0, ...blocks.map((block) => block.length));
  const lines: Line[] = [];
  for (let row = 0; row < height; row += 1) {
    lines.push(
      blocks.flatMap((block, index) => [
        ...(index === 0 ? [] : [span(' '.repeat(options.gap))]),
        ...fitLine(block[row] ?? [], options.width),
      ]),
    );
  }
  return lines;
}

/** The text of a line with its colours. */
export function paintLine(line: Line, paint: Paint): string {
  return line.map((part) => (part.text === '' ? '' : paint(part.tone, part.text))).join('');
}

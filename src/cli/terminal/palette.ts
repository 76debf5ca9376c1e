import picocolors from 'picocolors';
import type { Paint, Tone } from './canvas.js';

/** The characters that the view draws with. */
export interface Glyphs {
  readonly rule: string;
  readonly dot: string;
  /** Bars from empty to full, in steps of an equal part of a column. */
  readonly bars: readonly string[];
  readonly up: string;
  readonly down: string;
  readonly flat: string;
}

const UNICODE: Glyphs = {
  rule: '─',
  dot: '·',
  bars: ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  up: '▲',
  down: '▼',
  flat: '■',
};
const ASCII: Glyphs = { rule: '-', dot: '|', bars: ['', '#'], up: '^', down: 'v', flat: '=' };

/** Drawing characters that the locale of `env` can show. */
export function glyphsFor(env: Readonly<Record<string, string | undefined>>): Glyphs {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) ? UNICODE : ASCII;
}

/** A paint of the terminal's sixteen colours, or of none. */
export function createPaint(hasColour: boolean): Paint {
  const colours = picocolors.createColors(hasColour);
  const tones: Record<Tone, (text: string) => string> = {
    plain: (text) => text,
    strong: colours.bold,
    dim: colours.dim,
    title: colours.cyan,
    bid: colours.green,
    ask: colours.red,
    good: colours.green,
    warn: colours.yellow,
    bad: (text) => colours.bold(colours.red(text)),
  };
  return (tone, text) => tones[tone](text);
}

/** Whether to colour: not with NO_COLOR (no-color.org), nor where the terminal cannot. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return env['TERM'] !== 'dumb';
}

/** A bar of `share` (0 to 1) of `columns` columns, padded to that width. */
export function bar(share: number, columns: number, glyphs: Glyphs): string {
  const steps = glyphs.bars.length - 1;
  const clamped = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const filled = Math.round(clamped * columns * steps);
  const whole = Math.floor(filled / steps);
  const full = glyphs.bars[steps] ?? '';
  const part = whole < columns ? (glyphs.bars[filled % steps] ?? '') : '';
  return (full.repeat(whole) + part).padEnd(columns);
}

import type { ScreenSize } from './render.js';

/** The part of a terminal stream that a screen needs; `process.stdout` is one. */
export interface TerminalStream {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
}

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
/** Terminals that know synchronised output show a frame at once; others ignore the codes. */
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';

/**
 * The alternate screen of a terminal, drawn without flicker: only changed lines are rewritten.
 *
 * `leave` is safe to call twice and from an exit handler: it only writes.
 */
export class Screen {
  readonly #stream: TerminalStream;
  #shown: readonly string[] = [];
  #shownColumns = 0;
  #isEntered = false;

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  /** The present size of the terminal. */
  size(): ScreenSize {
    return { columns: this.#stream.columns ?? 80, rows: this.#stream.rows ?? 24 };
  }

  /** Switches to the alternate screen and hides the cursor. */
  enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    this.#shown = [];
    this.#stream.write(ENTER);
  }

  /** Gives the terminal back as it was. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#stream.write(LEAVE);
  }

  /** Shows `lines`, the first at the top; each is as wide as the screen. */
  draw(lines: readonly string[]): void {
    if (!this.#isEntered) return;
    const { columns } = this.size();
    // A resize reflows what the terminal shows, so everything is drawn afresh.
    const isFresh = columns !== this.#shownColumns || lines.length !== this.#shown.length;
    let frame = isFresh ? '\x1b[H\x1b[2J' : '';
    for (const [row, line] of lines.entries()) {
      if (!isFresh && line === this.#shown[row]) continue;
      // No erasing at the end: on the last column it would take the last character.
      frame += `\x1b[${row + 1};1H${line}\x1b[0m`;
    }
    this.#shown = [...lines];
    this.#shownColumns = columns;
    if (frame !== '') this.#stream.write(`${BEGIN_FRAME}${frame}${END_FRAME}`);
  }
}

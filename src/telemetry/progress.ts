import { formatBytes, formatCount, formatDuration } from './figures.js';

/** What a progress display counts. */
export type ProgressUnit = 'bytes' | 'messages' | 'runs';

/** Shows how far a long job is. */
export interface Progress {
  /**
   * Says how much is done; cheap, draws at most ten times a second. `total` takes the place of the
   * whole, where it is only estimated.
   */
  update(done: number, total?: number): void;
  /** Draws the end and moves to a fresh line. */
  finish(): void;
}

/** Where and how a progress display draws. */
export interface ProgressOptions {
  /** A word for the job: `replay`. */
  readonly label: string;
  /** The whole; absent where it is not known (standard input). */
  readonly total?: number;
  readonly unit: ProgressUnit;
  readonly mode: ProgressMode;
  /** Where text goes. Default: standard error, so that results on standard output stay clean. */
  readonly write?: (text: string) => void;
  /** Columns of the terminal. Default: those of standard error, or 80. */
  readonly columns?: () => number;
  /** A steady clock in milliseconds. Default: `performance.now`. */
  readonly nowMs?: () => number;
}

/** A bar on a terminal, a plain line every few seconds elsewhere, or nothing. */
export type ProgressMode = 'bar' | 'lines' | 'silent';

/** One moment of a job, for `renderProgress`. */
export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly unit: ProgressUnit;
  readonly elapsedMs: number;
}

const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 5000;
const BAR_COLUMNS_MAX = 40;

/** How progress is shown where `isTerminal` says what standard error is. */
export function progressMode(options: {
  readonly isSilent: boolean;
  readonly isTerminal: boolean;
}): ProgressMode {
  if (options.isSilent) return 'silent';
  return options.isTerminal ? 'bar' : 'lines';
}

/** A display of a job's progress, with its rate and the time that is left. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.mode === 'silent') return { update: () => {}, finish: () => {} };
  const write = options.write ?? ((text: string) => void process.stderr.write(text));
  const columns = options.columns ?? (() => process.stderr.columns ?? 80);
  const nowMs = options.nowMs ?? (() => performance.now());
  const isBar = options.mode === 'bar';
  const intervalMs = isBar ? BAR_INTERVAL_MS : LINE_INTERVAL_MS;
  const start = nowMs();
  let done = 0;
  let whole = options.total;
  let nextDraw = start + (isBar ? 0 : intervalMs);
  let isFinished = false;

  const draw = (now: number): void => {
    const state = { ...options, total: whole, done, elapsedMs: now - start };
    const line = isBar ? renderProgress(state, columns() - 1) : progressLine(state);
    write(isBar ? `\r${line}\x1b[K` : `${line}\n`);
  };
  return {
    update(value, total) {
      done = value;
      whole = total ?? whole;
      const now = nowMs();
      if (now < nextDraw) return;
      nextDraw = now + intervalMs;
      draw(now);
    },
    finish() {
      if (isFinished) return;
      isFinished = true;
      draw(nowMs());
      if (isBar) write('\n');
    },
  };
}

/** The bar of one moment, at most `columns` wide. */
export function renderProgress(state: ProgressState, columns: number): string {
  const facts = progressFacts(state);
  if (state.total === undefined || state.total <= 0) {
    return `${state.label} ${facts.join('  ')}`.slice(0, Math.max(0, columns));
  }
  const share = Math.min(1, state.done / state.total);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const tail = `${percent}  ${facts.join('  ')}`;
  const room = columns - state.label.length - tail.length - 3;
  const width = Math.min(BAR_COLUMNS_MAX, room);
  if (width < 5) return `${state.label} ${tail}`.slice(0, Math.max(0, columns));
  const filled = Math.round(share * width);
  const bar = '='.repeat(filled).padEnd(width, '-');
  return `${state.label} [${bar}]${tail}`;
}

function progressLine(state: ProgressState): string {
  const facts = progressFacts(state).join(', ');
  if (state.total === undefined || state.total <= 0) return `${state.label}: ${facts}`;
  return `${state.label}: ${Math.floor(Math.min(1, state.done / state.total) * 100)}%, ${facts}`;
}

function progressFacts(state: ProgressState): string[] {
  const isBytes = state.unit === 'bytes';
  const format = isBytes ? formatBytes : formatCount;
  const rate = state.elapsedMs > 0 ? (state.done * 1000) / state.elapsedMs : 0;
  const unit = isBytes ? '' : ` ${state.unit}`;
  const facts = [`${format(state.done)}${unit}`, `${format(rate)}/s`];
  if (state.total !== undefined && rate > 0 && state.done < state.total) {
    facts.push(`${formatDuration(((state.total - state.done) * 1000) / rate)} left`);
  } else {
    facts.push(formatDuration(state.elapsedMs));
  }
  return facts;
}

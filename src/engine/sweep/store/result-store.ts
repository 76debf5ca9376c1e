import { createHash } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { performance } from 'node:perf_hooks';
import { HftError } from '../../../domain/errors.js';
import type { ParameterValue } from '../../../domain/parameters.js';
import type { RunMetrics } from '../judge/run-metrics.js';

/** A run that is over, as a line of the store has it. */
export interface StoredRun {
  /** The identity: configuration, code, data, parameters and span. */
  readonly id: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Nanoseconds since the epoch as text; absent: as the data begins and ends. */
  readonly startNs?: string;
  readonly endNs?: string;
  readonly seconds: number;
  /** One of both. */
  readonly metrics?: RunMetrics;
  readonly error?: string;
}

const CHECK = /,"check":"([0-9a-f]{16})"\}$/;
/** What the loss of the whole machine may cost at most; the death of the process costs nothing. */
const FLUSH_MS = 1000;

/**
 * The results of a sweep, a line of JSON each, appended as runs end.
 *
 * Each line ends with a check sum of itself and is written by one call: what a killed process had
 * written is whole. On disk a second later at most, and when the store is closed. A line that is
 * torn or damaged is left out when the store is opened, and its run is done again.
 */
export class ResultStore {
  readonly #file: number;
  readonly #runs = new Map<string, StoredRun>();
  #flushedMs = performance.now();
  #isFlushed = true;
  /** Lines that were no results any more. */
  readonly damagedLines: number;

  private constructor(file: number, runs: readonly StoredRun[], damagedLines: number) {
    this.#file = file;
    this.damagedLines = damagedLines;
    for (const run of runs) this.#runs.set(run.id, run);
  }

  /** Opens or makes the file at `path`, and cuts a torn last line off. Errors: HFT_DATA_FILE. */
  static open(path: string): ResultStore {
    try {
      const file = openSync(path, 'a+');
      const text = readFileSync(path, 'utf8');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole));
      const lines = whole.split('\n').slice(0, -1);
      const runs = lines.map(readLine);
      const sound = runs.filter((run) => run !== undefined);
      const torn = whole.length < text.length ? 1 : 0;
      return new ResultStore(file, sound, runs.length - sound.length + torn);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new HftError('HFT_DATA_FILE', `cannot open ${path}: ${reason}`, { cause: error });
    }
  }

  /** The last result of a run. */
  get(id: string): StoredRun | undefined {
    return this.#runs.get(id);
  }

  /** Adds a result. Errors: HFT_DATA_FILE where the disk is full or gone. */
  append(run: StoredRun): void {
    const text = JSON.stringify(run);
    const line = Buffer.from(`${text.slice(0, -1)},"check":"${checkOf(text)}"}\n`);
    try {
      const written = writeSync(this.#file, line);
      if (written !== line.length) throw new Error(`${written} of ${line.length} bytes fit`);
      this.#isFlushed = false;
      if (performance.now() - this.#flushedMs >= FLUSH_MS) this.#flush();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new HftError('HFT_DATA_FILE', `cannot keep a result: ${reason}`, { cause: error });
    }
    this.#runs.set(run.id, run);
  }

  /** Puts everything on disk and closes the file. */
  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (!this.#isFlushed) fdatasyncSync(this.#file);
    this.#isFlushed = true;
    this.#flushedMs = performance.now();
  }
}

function readLine(line: string): StoredRun | undefined {
  const match = CHECK.exec(line);
  if (match === null) return undefined;
  const text = `${line.slice(0, match.index)}}`;
  return checkOf(text) === match[1] ? (JSON.parse(text) as StoredRun) : undefined;
}

function checkOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

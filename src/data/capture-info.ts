import type { WireFormat } from '../domain/market-data.js';
import type { CaptureEntry, CaptureFormat, CaptureReader } from './capture-entry.js';
import { detectWireFormat, glanceAtFrame } from './frame-kind.js';
import { RecordingReader } from './recording-reader.js';
import { compareTimes, nanosBetween, type SplitTime, toIsoText } from './time-text.js';

/** What a capture holds, as `hft data info --json` prints it. */
export interface CaptureInfo {
  readonly files: readonly string[];
  readonly format: CaptureFormat;
  readonly wireFormat: WireFormat | null;
  /** Decompressed bytes. */
  readonly bytes: number;
  readonly frames: number;
  /** Entries beside received frames: sent, opened, rest-answer, closed, gap, instrument. */
  readonly entries: Readonly<Record<string, number>>;
  /** Received frames by the venue's own word for them. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Frames by symbol, for formats whose frames name it. */
  readonly symbols: Readonly<Record<string, number>>;
  /** ISO 8601 with nanoseconds; after midnight for itch and lobster, which have no date. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  readonly durationSeconds: number;
  readonly framesPerSecond: number;
  /** The longest time between two frames. */
  readonly longestSilenceSeconds: number;
  /** Frames whose time is before that of the frame before. */
  readonly timeReversals: number;
  /** Gaps that the recorder itself noted, and the frames lost in them where known. */
  readonly recorderGaps: number;
  readonly recorderLostFrames: number;
  /** Lines or records that are not the format. */
  readonly faults: number;
  readonly firstFault: string | null;
  readonly isTorn: boolean;
}

/** Gathers a CaptureInfo entry by entry. */
export class CaptureInspector {
  readonly #reader: CaptureReader;
  readonly #format: CaptureFormat;
  readonly #entries = new Map<string, number>();
  readonly #kinds = new Map<string, number>();
  readonly #symbols = new Map<string, number>();
  #wireFormat: WireFormat | undefined;
  #frames = 0;
  #bytes = 0;
  #first: SplitTime | undefined;
  #previous: SplitTime | undefined;
  #last: SplitTime | undefined;
  #longestSilenceNs = 0;
  #timeReversals = 0;
  #lostFrames = 0;

  constructor(format: CaptureFormat, reader: CaptureReader) {
    this.#format = format;
    this.#reader = reader;
    if (format === 'itch' || format === 'lobster') this.#wireFormat = format;
  }

  /** Takes the next bytes of the capture. */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#reader.push(chunk);
    this.#readAll();
  }

  /** The capture has ended. */
  finish(): void {
    this.#reader.finish();
    this.#readAll();
  }

  /** What was found so far. */
  info(files: readonly string[]): CaptureInfo {
    const { count, first, isTorn } = this.#reader.faults;
    const start = this.#first;
    const end = this.#last;
    const seconds = start === undefined || end === undefined ? 0 : nanosBetween(start, end) / 1e9;
    const hasDate = this.#format !== 'itch' && this.#format !== 'lobster';
    const text = (time: SplitTime | undefined): string | null =>
      time === undefined ? null : hasDate ? toIsoText(time) : toIsoText(time).slice(11, -1);
    return {
      files,
      format: this.#format,
      wireFormat: this.#wireFormat ?? null,
      bytes: this.#bytes,
      frames: this.#frames,
      entries: Object.fromEntries(this.#entries),
      kinds: mostFirst(this.#kinds),
      symbols: mostFirst(this.#symbols),
      firstTime: text(start),
      lastTime: text(end),
      durationSeconds: seconds,
      framesPerSecond: seconds > 0 ? this.#frames / seconds : 0,
      longestSilenceSeconds: this.#longestSilenceNs / 1e9,
      timeReversals: this.#timeReversals,
      recorderGaps: this.#entries.get('gap') ?? 0,
      recorderLostFrames: this.#lostFrames,
      faults: count,
      firstFault: first ?? null,
      isTorn,
    };
  }

  #readAll(): void {
    for (let entry = this.#reader.next(); entry !== undefined; entry = this.#reader.next()) {
      if (entry.kind === 'received' || entry.kind === 'rest-answer') this.#addFrame(entry);
      if (entry.kind === 'received') continue;
      increase(this.#entries, entry.kind);
      if (entry.kind === 'gap') this.#lostFrames += entry.lostCount;
    }
    if (this.#reader instanceof RecordingReader) {
      this.#wireFormat = this.#reader.info?.wireFormat ?? this.#wireFormat;
    }
  }

  #addFrame(entry: CaptureEntry): void {
    this.#wireFormat ??= detectWireFormat(entry);
    const glance = glanceAtFrame(entry, this.#wireFormat);
    increase(this.#kinds, glance.kind);
    if (glance.symbol !== undefined) increase(this.#symbols, glance.symbol);
    if (entry.kind === 'received') this.#frames += 1;
    this.#addTime({ seconds: entry.seconds, nanos: entry.nanos });
  }

  #addTime(time: SplitTime): void {
    if (this.#previous !== undefined) {
      const silence = nanosBetween(this.#previous, time);
      if (silence < 0) this.#timeReversals += 1;
      if (silence > this.#longestSilenceNs) this.#longestSilenceNs = silence;
    }
    this.#previous = time;
    if (this.#first === undefined || compareTimes(time, this.#first) < 0) this.#first = time;
    if (this.#last === undefined || compareTimes(time, this.#last) > 0) this.#last = time;
  }
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function mostFirst(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

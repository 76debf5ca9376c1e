import type { CaptureCounts, StreamStatistics } from '../../addon/stream-engine.js';
import { type ByteSink, openByteSink } from '../../data/byte-sink.js';
import { STANDARD_STREAM } from '../../data/byte-source.js';
import type { Capture } from '../../data/capture-files.js';
import { type SessionFacts, sessionFacts } from '../../data/session-day.js';
import { StreamProcessor } from '../../engine/stream-processor.js';
import { formatBytes, formatCount, formatInteger } from '../../telemetry/figures.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { droppedByReason, eventCount } from '../market-figures.js';
import { booksOf, type FinalBook, FinalBooks } from '../replay/final-books.js';
import { countsText, factLines } from '../table.js';
import { type CaptureCommandOptions, openCommandCapture, readCapture } from './read-capture.js';

/** The options of `hft data replay`. */
export interface ReplayCommandOptions extends CaptureCommandOptions {
  readonly symbol: readonly string[];
  readonly workers: number;
  readonly emit?: string;
  readonly depth: number;
}

/** What a replay did, as `hft data replay --json` prints it. */
export interface ReplaySummary {
  readonly files: readonly string[];
  readonly format: string;
  readonly wireFormats: readonly string[];
  readonly workers: number;
  /** Frames as they were read; a run of messages for itch. */
  readonly frames: number;
  /** Messages in those frames. */
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly framesPerSecond: number;
  readonly events: Readonly<Record<string, number>>;
  readonly trades: number;
  readonly gaps: number;
  readonly resyncs: number;
  readonly checksumsVerified: number;
  readonly checksumsFailed: number;
  readonly quotesAgreed: number;
  readonly quotesDisagreed: number;
  readonly decodeErrors: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  /** Lines or records of the capture that are not its format, the first ones with their place. */
  readonly faults: number;
  readonly firstFaults: CaptureCounts['faults'];
  /** What ended the capture early; null where nothing did. */
  readonly damage: string | null;
  /** Book changes written by --emit. */
  readonly emittedBytes: number;
  readonly symbols: Readonly<Record<string, FinalBook>>;
}

/** Books that the lines for people show; --json has all. */
const SHOWN_BOOKS_MAX = 20;
/** With --emit a chunk makes many times its size of text, so it is played in small pieces. */
const EMIT_PIECE_BYTES = 64 << 10;

/** `hft data replay`: a capture through the pipeline, as fast as it can. */
export async function runReplay(
  files: readonly string[],
  options: ReplayCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const isEmitting = options.emit !== undefined;
  if (isEmitting && options.workers > 0) {
    printNote(context, 'note: --emit keeps the order of the file: --workers is 0');
  }
  const workers = isEmitting ? 0 : options.workers;
  const capture = await openCommandCapture(files, options, context);
  const sink =
    options.emit === undefined
      ? undefined
      : await openByteSink(options.emit, { stdout: context.stdout });
  const facts = await sessionFacts(capture.format, capture.files[0] ?? STANDARD_STREAM);
  const processor = new StreamProcessor({
    workers,
    depth: 1,
    native: {
      midnightMs: facts.midnightMs,
      ...(facts.itchMessagesMax > 0 ? { itchMessagesMax: facts.itchMessagesMax } : {}),
    },
    ...(options.symbol.length > 0 ? { symbols: options.symbol } : { discover: true }),
  });
  try {
    const summary = await play(capture, processor, { ...options, workers, sink, facts }, context);
    await sink?.close();
    report(summary, options, context);
    return summary.damage === null && summary.frames > 0 ? ExitCode.Ok : ExitCode.BadData;
  } catch (error) {
    await sink?.abandon();
    throw error;
  } finally {
    processor.close();
  }
}

async function play(
  capture: Capture,
  processor: StreamProcessor,
  options: ReplayCommandOptions & {
    readonly sink: ByteSink | undefined;
    readonly facts: SessionFacts;
  },
  context: CliContext,
): Promise<ReplaySummary> {
  const { sink, workers } = options;
  const books = new FinalBooks();
  // Inline books can be asked at the end; those of workers are known by their events.
  const isByEvents = workers > 0;
  if (isByEvents) processor.subscribe(books);
  if (sink !== undefined) processor.emitBooks(options.depth);
  const feed = processor.openCapture({
    captureFormat: capture.format,
    // These two formats are their own wire format; the others show it by their frames.
    ...(capture.format === 'itch' || capture.format === 'lobster'
      ? { wireFormat: capture.format }
      : {}),
  });
  if (capture.format === 'lobster') {
    feed.describe(
      options.facts.symbol === '' ? 'LOBSTER' : options.facts.symbol,
      options.facts.rows,
    );
  }
  const start = performance.now();
  const take = async (chunk: Buffer): Promise<void> => {
    if (sink === undefined) return feed.push(chunk);
    for (let at = 0; at < chunk.length; at += EMIT_PIECE_BYTES) {
      await feed.push(chunk.subarray(at, at + EMIT_PIECE_BYTES));
      await writeEmitted(processor, sink);
    }
  };
  const isSilent = options.json === true || options.emit === STANDARD_STREAM;
  const damage = await readCapture(capture, { label: 'replay', isSilent, take }, context);
  await feed.finish();
  if (sink !== undefined) await writeEmitted(processor, sink);
  const seconds = (performance.now() - start) / 1000;
  return summarise({
    capture,
    counts: feed.counts(),
    statistics: processor.statistics(),
    seconds,
    workers,
    damage: damage?.message ?? null,
    emittedBytes: sink?.bytesWritten() ?? 0,
    symbols: isByEvents ? books.all() : booksOf(processor),
  });
}

async function writeEmitted(processor: StreamProcessor, sink: ByteSink): Promise<void> {
  const text = processor.takeEmitted();
  if (text.length > 0) await sink.write(text);
}

function summarise(
  played: Pick<ReplaySummary, 'seconds' | 'workers' | 'damage' | 'emittedBytes' | 'symbols'> & {
    readonly capture: Capture;
    readonly counts: CaptureCounts;
    readonly statistics: StreamStatistics;
  },
): ReplaySummary {
  const { capture, counts, statistics, seconds } = played;
  return {
    files: capture.files,
    format: capture.format,
    wireFormats: counts.wireFormats,
    workers: played.workers,
    frames: statistics.frames,
    messages: statistics.messages,
    bytes: statistics.bytes,
    seconds,
    framesPerSecond: seconds > 0 ? Math.round(statistics.frames / seconds) : 0,
    events: statistics.events,
    trades: statistics.events['trade'] ?? 0,
    gaps: statistics.gaps,
    resyncs: statistics.resyncs,
    checksumsVerified: statistics.checksumsVerified,
    checksumsFailed: statistics.checksumsFailed,
    quotesAgreed: statistics.quotesAgreed,
    quotesDisagreed: statistics.quotesDisagreed,
    decodeErrors: statistics.decodeErrors,
    dropped: {
      ...droppedByReason(statistics),
      'before-format-known': counts.undetected,
      'snapshot-without-symbol': counts.unplaced,
      'lost-by-recorder': counts.gaps,
    },
    faults: counts.faultCount,
    firstFaults: counts.faults,
    damage: played.damage,
    emittedBytes: played.emittedBytes,
    symbols: played.symbols,
  };
}

function report(summary: ReplaySummary, options: ReplayCommandOptions, context: CliContext): void {
  const isJson = options.json === true;
  // Where the books go to standard output, the summary must not.
  const toStandard = options.emit !== STANDARD_STREAM;
  if (isJson && toStandard) printJson(context, summary);
  else if (isJson) printNote(context, JSON.stringify(summary));
  else {
    const print = toStandard ? printLine : printNote;
    for (const line of describeReplay(summary)) print(context, line);
  }
  if (summary.damage !== null) printNote(context, `error: ${summary.damage}`);
  else if (summary.frames === 0) printNote(context, 'error: the capture holds no frame to play');
}

function describeReplay(summary: ReplaySummary): string[] {
  const rate = summary.seconds > 0 ? summary.bytes / summary.seconds : 0;
  const books = Object.entries(summary.symbols).slice(0, SHOWN_BOOKS_MAX);
  return factLines([
    ['format', `${summary.format}, ${summary.wireFormats.join(', ')}`],
    [
      'frames',
      `${formatInteger(summary.frames)}, ${formatInteger(summary.messages)} messages, ` +
        formatBytes(summary.bytes),
    ],
    [
      'speed',
      `${summary.seconds.toFixed(3)} s, ${formatCount(summary.framesPerSecond)} frames/s, ` +
        `${formatBytes(rate)}/s`,
    ],
    ['events', `${formatInteger(eventCount(summary))}: ${countsText(summary.events)}`],
    ['gaps', `${summary.gaps}, resyncs ${summary.resyncs}`],
    ['checksums', `${summary.checksumsVerified} verified, ${summary.checksumsFailed} failed`],
    ['quotes', `${summary.quotesAgreed} agreed, ${summary.quotesDisagreed} disagreed`],
    ['decode errors', countsText(summary.decodeErrors)],
    ['dropped', countsText(summary.dropped)],
    ['damaged entries', String(summary.faults)],
    ...books.map(([symbol, book], index) => {
      const reason = book.reason === 'none' ? '' : ` (${book.reason})`;
      const bid = book.bestBid?.join(' x ') ?? '-';
      const ask = book.bestAsk?.join(' x ') ?? '-';
      return [
        index === 0 ? 'books' : '',
        `${symbol}  ${bid}  /  ${ask}  ${book.state}${reason}`,
      ] as const;
    }),
  ]);
}

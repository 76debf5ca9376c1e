import type { CaptureCounts, StreamStatistics } from '../../../addon/stream-engine.js';
import type { CaptureFeed, StreamProcessor } from '../../stream-processor.js';
import type { MarketSource, OpenSource } from './market-source.js';
import {
  checkSingleOrders,
  type MarketSurvey,
  openFeed,
  openStream,
  type SourceSurvey,
} from './market-survey.js';

/** How a market is played. */
export interface PlayOptions {
  readonly sources: readonly MarketSource[];
  readonly survey: MarketSurvey;
  /** Levels a side that each event carries. */
  readonly depth: number;
  /** Events handed over in one go; it changes nothing but the speed. */
  readonly batchSize: number;
  /** Nothing that was received later is played, in milliseconds; infinity: everything. */
  readonly endMs: number;
  /** Whether the simulated exchange needs single orders (L3). */
  readonly needsOrders: boolean;
  /** Called with each stream before anything is played into it. */
  readonly attach: (stream: StreamProcessor) => void;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of all sources. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What a source came to. */
export interface PlayedSource {
  readonly format: string;
  readonly symbols: readonly string[];
  readonly counts: CaptureCounts;
  readonly statistics: StreamStatistics;
}

/** The event loop gets a turn this often: signals, timers, progress. */
const TURN_MS = 50;

const NONE: readonly Lane[] = [];

/** More than the events of any frame twice over: nothing is conflated then. */
const RING_SLOTS = 16_384;

/** The data is finer, or has more instruments, than the survey of its beginning has shown. */
export class OutgrownSurvey extends Error {}

/** One source that is being played, with a stream of its own. */
interface Lane {
  readonly index: number;
  readonly open: OpenSource;
  readonly stream: StreamProcessor;
  readonly feed: CaptureFeed;
  readonly surveyed: SourceSurvey;
  /** Throws where its books are not what the simulated exchange needs. */
  readonly check: () => void;
  isEnding: boolean;
  isEnded: boolean;
}

/**
 * Plays the sources of a market as one, by the times at which their events were received; of equal
 * times the source that stands first comes first. The order of events depends on nothing else.
 *
 * What lies after the end isn't opened, and has no entry. Errors: those of reading a source, of
 * `attach`, and of the handlers; the reason of `signal`; OutgrownSurvey.
 */
export async function playMarket(options: PlayOptions): Promise<(PlayedSource | undefined)[]> {
  const { sources, survey, endMs } = options;
  const played: (PlayedSource | undefined)[] = sources.map(() => undefined);
  const lanes: Lane[] = [];
  // A file is opened when its time comes: a year of days is not open at once.
  const waiting = sources
    .map((_, index) => index)
    .sort((a, b) => firstMs(survey, a) - firstMs(survey, b) || a - b);
  const progress = new PlayProgress(options);
  try {
    for (;;) {
      if (progress.isDue()) await progress.turn(lanes);
      let isAnyEnded = false;
      for (const lane of lanes) {
        if (!lane.isEnded && !hasEvents(lane.stream)) {
          // Mostly the next events come from bytes that are there: no promise is made for them.
          lane.feed.play();
          if (!hasEvents(lane.stream)) await fill(lane);
        }
        isAnyEnded ||= lane.isEnded;
      }
      const ended = isAnyEnded ? lanes.filter(isOver) : NONE;
      for (const lane of ended) {
        played[lane.index] = close(lane);
        lanes.splice(lanes.indexOf(lane), 1);
        progress.complete(lane);
      }
      const lane = earliest(lanes);
      const next = waiting[0];
      const nextMs = lane?.stream.nextTimeMs ?? Number.POSITIVE_INFINITY;
      if (next !== undefined && firstMs(survey, next) <= Math.min(nextMs, endMs)) {
        waiting.shift();
        lanes.push(await openLane(options, next));
        lanes.sort((a, b) => a.index - b.index);
        continue;
      }
      if (lane === undefined || nextMs > endMs) break;
      const limitMs = next === undefined ? endMs : Math.min(endMs, below(firstMs(survey, next)));
      lane.stream.drain(options.batchSize, Math.min(limitMs, boundOf(lane, lanes)));
    }
    progress.finish();
    for (const lane of lanes) played[lane.index] = close(lane);
    return played;
  } finally {
    for (const { stream, open } of lanes) {
      stream.close();
      await open.chunks.return?.();
    }
  }
}

function firstMs(survey: MarketSurvey, index: number): number {
  return survey.sources[index]?.firstMs ?? Number.NEGATIVE_INFINITY;
}

function isOver({ isEnded, stream }: Lane): boolean {
  return isEnded && !hasEvents(stream);
}

function hasEvents(stream: StreamProcessor): boolean {
  return stream.nextTimeMs !== Number.POSITIVE_INFINITY;
}

async function openLane(options: PlayOptions, index: number): Promise<Lane> {
  const { sources, survey, depth, attach, signal } = options;
  const source = sources[index];
  const surveyed = survey.sources[index];
  if (source === undefined || surveyed === undefined) throw new RangeError(`source ${index}`);
  const open = await source.open(signal);
  const stream = openStream(open, {
    instruments: surveyed.instruments,
    // What the beginning of a capture didn't have is to be seen, not to be left out.
    discover: surveyed.isPartial,
    instrumentIds: surveyed.ids,
    depth,
    tellsOrders: options.needsOrders,
    // A message brings a third event then, before the two that it may bring without.
    queueSize: options.needsOrders ? 2 * RING_SLOTS : RING_SLOTS,
  });
  try {
    attach(stream);
    const feed = openFeed(open, stream);
    const { name } = source;
    const check = () => {
      if (options.needsOrders) checkSingleOrders(stream, name);
    };
    return { index, open, stream, feed, surveyed, check, isEnding: false, isEnded: false };
  } catch (error) {
    stream.close();
    await open.chunks.return?.();
    throw error;
  }
}

/** Plays on until the lane has an event, or has ended. */
async function fill(lane: Lane): Promise<void> {
  while (!hasEvents(lane.stream) && !lane.isEnded) {
    if (!lane.feed.play()) continue;
    if (hasEvents(lane.stream)) return;
    if (lane.isEnding) {
      lane.isEnded = true;
      return;
    }
    const next = await lane.open.chunks.next();
    if (next.done === true) {
      lane.feed.end();
      lane.isEnding = true;
    } else lane.feed.offer(next.value);
  }
}

function earliest(lanes: readonly Lane[]): Lane | undefined {
  let first: Lane | undefined;
  for (const lane of lanes) {
    if (first === undefined || lane.stream.nextTimeMs < first.stream.nextTimeMs) first = lane;
  }
  return first;
}

/** Until when a lane may go on before another one is due. */
function boundOf(lane: Lane, lanes: readonly Lane[]): number {
  let bound = Number.POSITIVE_INFINITY;
  for (const other of lanes) {
    if (other === lane) continue;
    const { nextTimeMs } = other.stream;
    bound = Math.min(bound, other.index < lane.index ? below(nextTimeMs) : nextTimeMs);
  }
  return bound;
}

/** The next smaller number. */
function below(ms: number): number {
  return Number.isFinite(ms) ? ms - Math.abs(ms) * 2 ** -53 : ms;
}

/** Errors: OutgrownSurvey. */
function checkSurvey({ stream, surveyed }: Lane): void {
  if (!surveyed.isPartial) return;
  const isLarger = stream.instruments.length > surveyed.instruments.length;
  const { 'too-many-decimals': finer = 0 } = stream.statistics().decodeErrors;
  if (isLarger || finer > 0) throw new OutgrownSurvey('the survey was too short');
}

function close(lane: Lane): PlayedSource {
  const { stream, feed, open } = lane;
  checkSurvey(lane);
  lane.check();
  const counts = feed.counts();
  const played = {
    format: counts.wireFormats.join(', ') || open.format,
    symbols: stream.instruments.map(({ symbol }) => symbol),
    counts,
    statistics: stream.statistics(),
  };
  stream.close();
  return played;
}

/** Tells how far it is, and lets the event loop have its turn. */
class PlayProgress {
  readonly #options: PlayOptions;
  readonly #totalBytes: number;
  #closedBytes = 0;
  #lastMs = performance.now();

  constructor(options: PlayOptions) {
    this.#options = options;
    const { sources } = options.survey;
    this.#totalBytes = sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  isDue(): boolean {
    return performance.now() - this.#lastMs >= TURN_MS;
  }

  async turn(lanes: readonly Lane[]): Promise<void> {
    this.#lastMs = performance.now();
    await new Promise(setImmediate);
    this.#options.signal?.throwIfAborted();
    let done = this.#closedBytes;
    for (const lane of lanes) {
      checkSurvey(lane);
      done += lane.open.bytesRead();
    }
    this.#options.onProgress?.(done, this.#totalBytes);
  }

  complete({ open }: Lane): void {
    this.#closedBytes += open.sizeBytes;
  }

  finish(): void {
    this.#options.onProgress?.(this.#totalBytes, this.#totalBytes);
  }
}

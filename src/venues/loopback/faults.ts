import { HftError } from '../../domain/errors.js';
import { seededRandom } from './random.js';

/** What goes wrong on a loopback venue, by a seed: equal seeds, equal faults. */
export interface FaultOptions {
  readonly seed: number;
  /** Share of data frames (0 to 1) that are left out. */
  readonly dropRate?: number;
  /** Share of data frames that are sent twice. */
  readonly duplicateRate?: number;
  /** Share of data frames that change places with the one after them. */
  readonly reorderRate?: number;
  /** Share of data frames whose payload is cut at a random byte. */
  readonly truncateRate?: number;
  /** The connection is ended after so many data frames. */
  readonly disconnectAfter?: number;
  /** How it is ended: an orderly close of TCP, or a reset. Default: `fin`. */
  readonly disconnectBy?: 'fin' | 'rst';
  /** No more data after so many data frames, but the connection stays open. */
  readonly silentAfter?: number;
  /** Whether a silent connection also stops to ping and to answer pings. Default: false. */
  readonly isSilenceTotal?: boolean;
  /** REST snapshots are taken when asked for, but answered so much later. */
  readonly snapshotDelayMs?: number;
  /** Only the first so many connections are faulty. Default: all. */
  readonly faultyConnections?: number;
}

/** What becomes of one data frame. */
export type FrameFate =
  | 'send'
  | 'drop'
  | 'duplicate'
  | 'hold'
  | 'truncate'
  | 'disconnect'
  | 'silent';

/** Counters of what was done to frames. */
export interface FaultCounts {
  dropped: number;
  duplicated: number;
  reordered: number;
  truncated: number;
  disconnects: number;
  silences: number;
}

/** Counters at zero. */
export function createFaultCounts(): FaultCounts {
  return { dropped: 0, duplicated: 0, reordered: 0, truncated: 0, disconnects: 0, silences: 0 };
}

/** Decides the fate of the data frames of one connection. */
export class FaultPlan {
  readonly #options: FaultOptions;
  readonly #random: () => number;
  #frames = 0;

  constructor(options: FaultOptions, connection: number) {
    this.#options = options;
    // Each connection has faults of its own, else every reconnect would meet the same ones.
    this.#random = seededRandom((options.seed ^ Math.imul(connection + 1, 0x9e3779b1)) >>> 0);
  }

  /** The fate of the next data frame. */
  next(): FrameFate {
    const options = this.#options;
    this.#frames += 1;
    if (this.#frames > (options.silentAfter ?? Number.POSITIVE_INFINITY)) return 'silent';
    if (this.#frames > (options.disconnectAfter ?? Number.POSITIVE_INFINITY)) return 'disconnect';
    let draw = this.#random();
    const isWithin = (rate: number | undefined): boolean => {
      draw -= rate ?? 0;
      return draw < 0;
    };
    if (isWithin(options.dropRate)) return 'drop';
    if (isWithin(options.duplicateRate)) return 'duplicate';
    if (isWithin(options.reorderRate)) return 'hold';
    return isWithin(options.truncateRate) ? 'truncate' : 'send';
  }

  /** How much of a payload of `bytes` bytes is left after a cut: at least one byte is missing. */
  cut(bytes: number): number {
    return Math.floor(this.#random() * bytes);
  }
}

/** Whether connection number `connection` (from 0) is faulty. */
export function isFaulty(options: FaultOptions, connection: number): boolean {
  return connection < (options.faultyConnections ?? Number.POSITIVE_INFINITY);
}

/** Errors: HFT_ARGUMENT for a rate outside of 0 to 1, or rates that add up to more than 1. */
export function checkFaults(options: FaultOptions): void {
  const rates = ['dropRate', 'duplicateRate', 'reorderRate', 'truncateRate'] as const;
  let sum = 0;
  for (const name of rates) {
    const rate = options[name] ?? 0;
    if (!(rate >= 0 && rate <= 1)) {
      throw new HftError('HFT_ARGUMENT', `${name} ${rate} is not between 0 and 1`);
    }
    sum += rate;
  }
  if (sum > 1) throw new HftError('HFT_ARGUMENT', `fault rates add up to ${sum}, more than 1`);
}

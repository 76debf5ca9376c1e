import { bucketStart, type ReturnBuckets } from './return-buckets.js';

/** What combinatorially symmetric cross-validation found. */
export interface Overfitting {
  /** How often the best half of the past was below the median in the other half. */
  readonly probability: number;
  /** How often the best of one half lost money in the other. */
  readonly probabilityOfLoss: number;
  readonly blocks: number;
  /** Ways to split the blocks into two halves. */
  readonly splits: number;
  readonly runs: number;
}

const BLOCKS_MAX = 16;
const BLOCKS_MIN = 4;
/** Returns that a block has at least: a Sharpe ratio of fewer is noise. */
const BLOCK_SAMPLES_MIN = 10;
/** About what a second can do. */
const WORK_MAX = 2e8;

/**
 * The probability of backtest overfitting: time is cut into blocks; for every half of them the run
 * with the best Sharpe ratio is looked up among all runs in the other half.
 *
 * Source: Bailey, Borwein, Lopez de Prado and Zhu, "The Probability of Backtest Overfitting",
 * J. Computational Finance 20(4), 2017, section 3. At most 16 blocks, fewer where there are many
 * runs or few returns; undefined where there is too little for four, or fewer than two runs. All
 * runs have equally many returns; a run without variation in a half has the ratio 0 there.
 */
export function overfittingOf(runs: readonly ReturnBuckets[]): Overfitting | undefined {
  const samples = runs[0]?.samples ?? 0;
  const buckets = runs[0]?.sums.length ?? 0;
  let blocks = Math.min(BLOCKS_MAX, 2 * Math.floor(samples / BLOCK_SAMPLES_MIN / 2), buckets);
  blocks -= blocks % 2;
  while (blocks > BLOCKS_MIN && halves(blocks) * blocks * runs.length > WORK_MAX) blocks -= 2;
  if (blocks < BLOCKS_MIN || runs.length < 2) return undefined;
  const table = blockTable(runs, blocks);
  let splits = 0;
  let below = 0;
  let lost = 0;
  const inSample = new Float64Array(runs.length);
  const outOfSample = new Float64Array(runs.length);
  for (let mask = 0; mask < 2 ** blocks; mask += 1) {
    if (bitCount(mask) !== blocks / 2) continue;
    splits += 1;
    sharpes(table, mask, inSample);
    sharpes(table, 2 ** blocks - 1 - mask, outOfSample);
    const best = indexOfLargest(inSample);
    const chosen = outOfSample[best] ?? 0;
    // The rank among equals is the middle of theirs.
    let rank = 0.5;
    for (const other of outOfSample) rank += other < chosen ? 1 : other === chosen ? 0.5 : 0;
    if (rank <= (runs.length + 1) / 2) below += 1;
    if (chosen < 0) lost += 1;
  }
  return {
    probability: below / splits,
    probabilityOfLoss: lost / splits,
    blocks,
    splits,
    runs: runs.length,
  };
}

/** Sums a block, run by run. */
interface BlockTable {
  readonly runs: number;
  readonly blocks: number;
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function blockTable(runs: readonly ReturnBuckets[], blocks: number): BlockTable {
  const { samples = 0, sums } = runs[0] ?? {};
  const buckets = sums?.length ?? 0;
  const table = {
    runs: runs.length,
    blocks,
    counts: new Float64Array(blocks),
    sums: new Float64Array(runs.length * blocks),
    squares: new Float64Array(runs.length * blocks),
  };
  for (let block = 0; block < blocks; block += 1) {
    const from = Math.floor((block * buckets) / blocks);
    const to = Math.floor(((block + 1) * buckets) / blocks);
    table.counts[block] = bucketStart(samples, buckets, to) - bucketStart(samples, buckets, from);
    runs.forEach((run, index) => {
      const at = index * blocks + block;
      for (let bucket = from; bucket < to; bucket += 1) {
        table.sums[at] = (table.sums[at] ?? 0) + (run.sums[bucket] ?? 0);
        table.squares[at] = (table.squares[at] ?? 0) + (run.squares[bucket] ?? 0);
      }
    });
  }
  return table;
}

/** The Sharpe ratio of each run over the blocks of `mask`. */
function sharpes(table: BlockTable, mask: number, into: Float64Array): void {
  const { blocks, counts, sums, squares } = table;
  let count = 0;
  for (let block = 0; block < blocks; block += 1) {
    if ((mask >> block) & 1) count += counts[block] ?? 0;
  }
  for (let run = 0; run < table.runs; run += 1) {
    let sum = 0;
    let square = 0;
    for (let block = 0; block < blocks; block += 1) {
      if (((mask >> block) & 1) === 0) continue;
      sum += sums[run * blocks + block] ?? 0;
      square += squares[run * blocks + block] ?? 0;
    }
    const mean = sum / count;
    const variance = square / count - mean * mean;
    into[run] = variance > 1e-12 * (square / count) ? mean / Math.sqrt(variance) : 0;
  }
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) {
    if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  }
  return best;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Ways to choose half of `blocks`. */
function halves(blocks: number): number {
  let ways = 1;
  for (let i = 1; i <= blocks / 2; i += 1) ways = (ways * (blocks / 2 + i)) / i;
  return ways;
}

/** Returns are kept in at most so many buckets; a multiple of the blocks of CSCV. */
export const BUCKETS_MAX = 256;

/**
 * A series of returns, folded into buckets of equally many: enough for the Sharpe ratio of any run
 * of buckets, exactly, and for the shape of the equity.
 */
export interface ReturnBuckets {
  /** Returns in all. */
  readonly samples: number;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** The first return of bucket `bucket`. */
export function bucketStart(samples: number, buckets: number, bucket: number): number {
  return Math.floor((bucket * samples) / buckets);
}

/** Folds returns; a short series gets a bucket a return. */
export function foldReturns(returns: readonly number[]): ReturnBuckets {
  const samples = returns.length;
  const buckets = Math.min(BUCKETS_MAX, samples);
  const sums = new Float64Array(buckets);
  const squares = new Float64Array(buckets);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const end = bucketStart(samples, buckets, bucket + 1);
    for (let index = bucketStart(samples, buckets, bucket); index < end; index += 1) {
      const value = returns[index] ?? 0;
      sums[bucket] = (sums[bucket] ?? 0) + value;
      squares[bucket] = (squares[bucket] ?? 0) + value * value;
    }
  }
  return { samples, sums, squares };
}

/** Buckets as text for a line of the store. */
export interface BucketText {
  readonly samples: number;
  /** Little-endian doubles in base64. */
  readonly sums: string;
  readonly squares: string;
}

/** Writes buckets as text. */
export function bucketsToText({ samples, sums, squares }: ReturnBuckets): BucketText {
  return { samples, sums: encode(sums), squares: encode(squares) };
}

/** Reads what bucketsToText wrote. */
export function bucketsFromText(text: BucketText): ReturnBuckets {
  return { samples: text.samples, sums: decode(text.sums), squares: decode(text.squares) };
}

function encode(values: Float64Array): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => {
    bytes.writeDoubleLE(value, index * 8);
  });
  return bytes.toString('base64');
}

function decode(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  return Float64Array.from({ length: bytes.length >> 3 }, (_, index) =>
    bytes.readDoubleLE(index * 8),
  );
}

import { readSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HftError } from '../domain/errors.js';

/** Standard input or output in the place of a file name. */
export const STANDARD_STREAM = '-';

const CHUNK_BYTES = 1 << 20;
/** A buffer that is used again and again stays in the cache. */
const REUSED_BYTES = 256 << 10;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** A file or standard input as decompressed chunks; memory stays flat whatever its size. */
export interface ByteSource {
  readonly name: string;
  /** The size on disk; absent for standard input. */
  readonly sizeBytes: number | undefined;
  /** Bytes read from disk so far, before decompression: progress against `sizeBytes`. */
  readonly bytesRead: () => number;
  /** The decompressed bytes; can be iterated once. */
  readonly chunks: AsyncIterable<Buffer>;
  /**
   * From here on a chunk is valid until the next one is asked for: a file is read into one buffer,
   * which no garbage collector has to follow.
   */
  readonly reuseBuffer: () => void;
}

/** How `openByteSource` reads. */
export interface ByteSourceOptions {
  readonly signal?: AbortSignal;
  /** Standard input in tests. */
  readonly stdin?: Readable;
}

/**
 * Opens `path` (`-` is standard input); gzip is told by its first bytes and decompressed.
 *
 * Errors: HFT_DATA_FILE when it cannot be read; while iterating HFT_DATA_FORMAT where compressed
 * data is damaged or ends early (the bytes before that were given).
 */
export async function openByteSource(
  path: string,
  options: ByteSourceOptions = {},
): Promise<ByteSource> {
  let read = 0;
  const isStandard = path === STANDARD_STREAM;
  const name = isStandard ? 'standard input' : path;
  const sizeBytes = isStandard ? undefined : await fileSize(path);
  let isReusing = false;
  const counted = async function* (): AsyncGenerator<Buffer> {
    const raw = isStandard
      ? readStandard(options.stdin ?? process.stdin)
      : readFile(path, () => isReusing);
    try {
      for await (const chunk of raw) {
        options.signal?.throwIfAborted();
        read += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw readError(error, name);
    }
  };
  return {
    name,
    sizeBytes,
    bytesRead: () => read,
    chunks: decompressed(counted(), name),
    reuseBuffer: () => {
      isReusing = true;
    },
  };
}

async function* readStandard(stdin: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stdin as AsyncIterable<Buffer>;
  } finally {
    stdin.destroy();
  }
}

async function* readFile(path: string, isReusing: () => boolean): AsyncGenerator<Buffer> {
  const file = await open(path);
  let shared: Buffer | undefined;
  try {
    for (;;) {
      if (isReusing()) {
        // A trip through the thread pool would cost more than the read itself.
        shared ??= Buffer.allocUnsafeSlow(REUSED_BYTES);
        const bytesRead = readSync(file.fd, shared, 0, shared.length, null);
        if (bytesRead === 0) return;
        yield shared.subarray(0, bytesRead);
        continue;
      }
      const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** The first bytes of a source, and a source that still gives them all. */
export interface PeekedSource {
  readonly head: Buffer;
  readonly source: ByteSource;
}

/** Reads up to `bytes` decompressed bytes ahead without losing them. */
export async function peekSource(source: ByteSource, bytes: number): Promise<PeekedSource> {
  const iterator = source.chunks[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let size = 0;
  let failure: { readonly error: unknown } | undefined;
  while (size < bytes && failure === undefined) {
    try {
      const next = await iterator.next();
      if (next.done === true) break;
      taken.push(next.value);
      size += next.value.length;
    } catch (error) {
      // What came before the damage is still worth reading; the error follows in its place.
      if (size === 0) throw error;
      failure = { error };
    }
  }
  const chunks = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* taken.splice(0);
      if (failure !== undefined) throw failure.error;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  };
  return {
    head: Buffer.concat(taken).subarray(0, bytes),
    source: { ...source, chunks: chunks() },
  };
}

async function* decompressed(raw: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  const first = await raw.next();
  if (first.done === true) return;
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield first.value;
    yield* raw;
  };
  if (first.value[0] !== GZIP_MAGIC[0] || first.value[1] !== GZIP_MAGIC[1]) {
    yield* whole();
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const input = Readable.from(whole(), { objectMode: false, highWaterMark: CHUNK_BYTES });
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new HftError('HFT_DATA_FORMAT', `${name}: damaged or cut gzip data (${error.message})`, {
      cause: error,
    });
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

async function fileSize(path: string): Promise<number | undefined> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new HftError('HFT_DATA_FILE', `${path} is a folder`);
    return status.isFile() ? status.size : undefined;
  } catch (error) {
    throw readError(error, path);
  }
}

function readError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof HftError) return error;
  if (error.name === 'AbortError') return error;
  const reason = error.code === 'ENOENT' ? 'no such file' : error.message;
  return new HftError('HFT_DATA_FILE', `cannot read ${name}: ${reason}`, { cause: error });
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, stat, unlink } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { HftError } from '../domain/errors.js';
import { STANDARD_STREAM } from './byte-source.js';

const BUFFER_BYTES = 1 << 20;
/** Fast rather than small: a capture compresses well at any level. */
const GZIP_LEVEL = 4;

/** A file or standard output to write to; a file appears under its name only when complete. */
export interface ByteSink {
  readonly name: string;
  /** Bytes given so far, before compression. */
  readonly bytesWritten: () => number;
  /** Writes bytes; once it resolves the caller may reuse them, and more are welcome. */
  write(bytes: Uint8Array): Promise<void>;
  /** Completes the file. */
  close(): Promise<void>;
  /** Gives up: what was written is removed. */
  abandon(): Promise<void>;
}

/**
 * Opens `path` for writing (`-` is standard output); a name ending in `.gz` is compressed.
 *
 * Errors: HFT_DATA_FILE when it cannot be written, from this and any later call.
 */
export async function openByteSink(
  path: string,
  options: { readonly stdout?: Writable } = {},
): Promise<ByteSink> {
  const isStandard = path === STANDARD_STREAM;
  const name = isStandard ? 'standard output' : path;
  const partial = isStandard || !(await isPlainTarget(path)) ? undefined : `${path}.part`;
  const file: Writable = isStandard
    ? (options.stdout ?? process.stdout)
    : await createFile(partial ?? path, name);
  const isCompressed = path.endsWith('.gz');
  const gzip = isCompressed
    ? createGzip({ level: GZIP_LEVEL, chunkSize: BUFFER_BYTES })
    : undefined;
  const entrance: Writable = gzip ?? file;
  let failure: HftError | undefined;
  const fail = (error: Error): void => {
    failure ??= writeError(error, name);
    gzip?.destroy();
  };
  file.on('error', fail);
  gzip?.on('error', fail);
  gzip?.pipe(file, { end: !isStandard });
  let written = 0;
  return {
    name,
    bytesWritten: () => written,
    async write(bytes) {
      if (failure !== undefined) throw failure;
      written += bytes.byteLength;
      await new Promise<void>((resolve) => {
        entrance.write(bytes, (error) => {
          if (error) fail(error);
          resolve();
        });
      });
      if (failure !== undefined) throw failure;
    },
    async close() {
      if (failure !== undefined) throw failure;
      // Standard output belongs to the process: it is flushed, never ended.
      if (isStandard && !isCompressed) {
        await new Promise<void>((resolve) => file.write('', () => resolve()));
      } else {
        entrance.end();
        await finished(isStandard ? entrance : file, { readable: false }).catch(fail);
      }
      if (failure !== undefined) throw failure;
      if (partial !== undefined) await rename(partial, path);
    },
    async abandon() {
      if (isStandard) return;
      gzip?.destroy();
      // Only then is the file surely there to be removed; errors on the way do not matter.
      await new Promise<void>((resolve) => {
        file.once('close', resolve);
        file.destroy();
        if (file.closed) resolve();
      });
      await unlink(partial ?? path).catch(() => {});
    },
  };
}

/** A file that is open for writing. */
async function createFile(path: string, name: string): Promise<Writable> {
  const file = createWriteStream(path, { highWaterMark: BUFFER_BYTES });
  try {
    await once(file, 'open');
    return file;
  } catch (error) {
    throw writeError(error, name);
  }
}

function writeError(error: unknown, name: string): HftError {
  const reason = error instanceof Error ? error.message : String(error);
  return new HftError('HFT_DATA_FILE', `cannot write ${name}: ${reason}`, { cause: error });
}

/** Whether `path` is, or would become, a plain file (not a device or a pipe). */
async function isPlainTarget(path: string): Promise<boolean> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new HftError('HFT_DATA_FILE', `${path} is a folder`);
    return status.isFile();
  } catch (error) {
    if (error instanceof HftError) throw error;
    return true;
  }
}

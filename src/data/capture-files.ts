import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HftError } from '../domain/errors.js';
import {
  type ByteSource,
  type ByteSourceOptions,
  openByteSource,
  peekSource,
  STANDARD_STREAM,
} from './byte-source.js';
import type { CaptureFormat } from './capture-entry.js';
import { DETECT_BYTES, detectCaptureFormat } from './capture-format.js';
import { mergeCryptofeed } from './line-merge.js';

/** One capture, of one or several files, as a single stream of bytes of one format. */
export interface Capture {
  readonly format: CaptureFormat;
  /** The files in the order given, siblings last. */
  readonly files: readonly string[];
  /** The whole size on disk; absent where a part is a stream. */
  readonly sizeBytes: number | undefined;
  /** The first decompressed bytes of the first file. */
  readonly head: Buffer;
  readonly bytesRead: () => number;
  readonly chunks: AsyncIterable<Buffer>;
}

/** How `openCapture` finds and reads its files. */
export interface CaptureOptions extends ByteSourceOptions {
  /** The format; told by the content where absent. */
  readonly format?: CaptureFormat;
  /** Whether a chunk need be valid only until the next one is asked for. */
  readonly reusesBuffer?: boolean;
  /** Whether a cryptofeed stream file brings the REST answers beside it. Default: true. */
  readonly withSiblings?: boolean;
}

const CRYPTOFEED_STREAM = /^(.+)\.ws\.\d+(\.\d+)?(\.gz)?$/;

/**
 * Opens the files of one capture. Cryptofeed files are merged by time (and bring their REST
 * siblings); files of other formats follow each other.
 *
 * Errors: HFT_DATA_FILE when a file cannot be read, HFT_DATA_FORMAT when it is no known capture
 * or the files differ in format.
 */
export async function openCapture(
  paths: readonly string[],
  options: CaptureOptions = {},
): Promise<Capture> {
  const opened = await Promise.all(paths.map((path) => openOne(path, options)));
  const first = opened[0];
  if (first === undefined) throw new HftError('HFT_ARGUMENT', 'no file to read');
  const other = opened.find((file) => file.format !== first.format);
  if (other !== undefined) {
    throw new HftError(
      'HFT_DATA_FORMAT',
      `${other.path} is ${other.format}, ${first.path} is ${first.format}: one at a time`,
    );
  }
  const isMerged = first.format === 'cryptofeed';
  if (isMerged && options.withSiblings !== false) {
    for (const path of await restSiblings(paths)) opened.push(await openOne(path, options));
  }
  const sources = opened.map((file) => file.source);
  const isMerging = isMerged && sources.length > 1;
  // Lines that are merged are kept for a while; all else passes through.
  if (options.reusesBuffer === true && !isMerging)
    for (const source of sources) source.reuseBuffer();
  const sizes = sources.map((source) => source.sizeBytes);
  return {
    format: first.format,
    files: opened.map((file) => file.path),
    sizeBytes: sizes.includes(undefined)
      ? undefined
      : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    head: first.head,
    bytesRead: () => sources.reduce((sum, source) => sum + source.bytesRead(), 0),
    chunks: isMerging
      ? mergeCryptofeed(sources.map((source) => source.chunks))
      : inSequence(sources, first.format),
  };
}

/**
 * The REST answers (`X.http.*`) that belong to a lone cryptofeed stream (`X.ws.N`), by name.
 *
 * Nothing where REST files were given, or where none lie beside it.
 */
export async function restSiblings(paths: readonly string[]): Promise<string[]> {
  if (paths.some((path) => basename(path).includes('.http.'))) return [];
  const found = new Set<string>();
  for (const path of paths) {
    const prefix = CRYPTOFEED_STREAM.exec(basename(path))?.[1];
    if (path === STANDARD_STREAM || prefix === undefined) continue;
    const folder = dirname(path);
    for (const name of await readdir(folder)) {
      if (name.startsWith(`${prefix}.http.`)) found.add(join(folder, name));
    }
  }
  return [...found].sort();
}

interface OpenedFile {
  readonly path: string;
  readonly format: CaptureFormat;
  readonly source: ByteSource;
  readonly head: Buffer;
}

async function openOne(path: string, options: CaptureOptions): Promise<OpenedFile> {
  const { head, source } = await peekSource(await openByteSource(path, options), DETECT_BYTES);
  const format = options.format ?? detectCaptureFormat(head, path.replace(/\.gz$/, ''));
  if (format === undefined) {
    const what = head.length === 0 ? 'is empty' : 'is no capture of a known format';
    throw new HftError('HFT_DATA_FORMAT', `${source.name} ${what}`);
  }
  return { path, format, source, head };
}

async function* inSequence(
  sources: readonly ByteSource[],
  format: CaptureFormat,
): AsyncGenerator<Buffer> {
  if (format === 'recording' && sources.length > 1) {
    // Each recording has a header of its own, so two of them are no longer one.
    throw new HftError('HFT_ARGUMENT', 'recordings are read one at a time');
  }
  const isLines = format === 'hftbacktest' || format === 'cryptofeed' || format === 'lobster';
  for (const [index, source] of sources.entries()) {
    let last = 0x0a;
    for await (const chunk of source.chunks) {
      last = chunk[chunk.length - 1] ?? last;
      yield chunk;
    }
    if (isLines && last !== 0x0a && index < sources.length - 1) yield Buffer.from('\n');
  }
}

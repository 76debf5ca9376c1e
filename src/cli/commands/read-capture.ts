import type { CaptureFormat } from '../../data/capture-entry.js';
import { type Capture, openCapture } from '../../data/capture-files.js';
import { createProgress, type Progress, progressMode } from '../../telemetry/progress.js';
import type { CliContext } from '../context.js';

/** The options that all verbs that read a capture share. */
export interface CaptureCommandOptions {
  readonly format: CaptureFormat | 'auto';
  readonly siblings: boolean;
  readonly json?: boolean;
}

/** Opens the capture that a command names. */
export function openCommandCapture(
  files: readonly string[],
  options: Pick<CaptureCommandOptions, 'format' | 'siblings'>,
  context: CliContext,
): Promise<Capture> {
  return openCapture(files, {
    ...(options.format === 'auto' ? {} : { format: options.format }),
    withSiblings: options.siblings,
    signal: context.signal,
    stdin: context.stdin,
  });
}

/** A display of how far the reading of `capture` is. */
export function captureProgress(
  label: string,
  capture: Capture,
  options: { readonly isSilent: boolean },
): Progress {
  return createProgress({
    label,
    unit: 'bytes',
    mode: progressMode(options),
    ...(capture.sizeBytes === undefined ? {} : { total: capture.sizeBytes }),
  });
}

/**
 * Hands every chunk of `capture` to `take`, with progress.
 *
 * Returns the error that ended a damaged capture early (what came before it was taken), so that a
 * command can still report; other errors are thrown.
 */
export async function readCapture(
  capture: Capture,
  options: {
    readonly label: string;
    readonly isSilent: boolean;
    readonly take: (chunk: Buffer) => Promise<void> | void;
  },
): Promise<Error | undefined> {
  const progress = captureProgress(options.label, capture, options);
  try {
    for await (const chunk of capture.chunks) {
      await options.take(chunk);
      progress.update(capture.bytesRead());
    }
    return undefined;
  } catch (error) {
    if (isDamage(error)) return error;
    throw error;
  } finally {
    progress.finish();
  }
}

function isDamage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'HFT_DATA_FORMAT';
}

import type { CaptureFormat } from '../../data/capture-entry.js';
import { type Capture, openCapture } from '../../data/capture-files.js';
import {
  createProgress,
  type Progress,
  type ProgressOptions,
  progressMode,
} from '../../telemetry/progress.js';
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

/** A display of how far a command is, on its standard error. */
export function commandProgress(
  job: Pick<ProgressOptions, 'label' | 'unit'> & { readonly total: number | undefined },
  options: { readonly isSilent: boolean },
  context: CliContext,
): Progress {
  const { stderr, env } = context;
  const isTerminal = stderr.isTTY === true && env['TERM'] !== 'dumb';
  return createProgress({
    label: job.label,
    unit: job.unit,
    ...(job.total === undefined ? {} : { total: job.total }),
    mode: progressMode({ ...options, isTerminal }),
    write: (text) => void stderr.write(text),
    columns: () => stderr.columns ?? 80,
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
  context: CliContext,
): Promise<Error | undefined> {
  const job = { label: options.label, unit: 'bytes', total: capture.sizeBytes } as const;
  const progress = commandProgress(job, options, context);
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

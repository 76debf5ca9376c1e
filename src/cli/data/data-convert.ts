import { resolve } from 'node:path';
import { openByteSink } from '../../data/byte-sink.js';
import { STANDARD_STREAM } from '../../data/byte-source.js';
import {
  WRITABLE_FORMATS,
  type WritableFormat,
  writableFormatOf,
} from '../../data/capture-writer.js';
import { convertCapture } from '../../data/convert-capture.js';
import { HftError } from '../../domain/errors.js';
import { formatBytes, formatInteger } from '../../telemetry/figures.js';
import { type CliContext, printJson, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { type CaptureCommandOptions, commandProgress, openCommandCapture } from './read-capture.js';

/** The options of `hft data convert`. */
export interface ConvertCommandOptions {
  readonly format?: WritableFormat;
  readonly from: CaptureCommandOptions['format'];
  readonly siblings: boolean;
  readonly json?: boolean;
}

/** `hft data convert`: a capture in another format. */
export async function runConvert(
  from: string,
  to: string,
  options: ConvertCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const format = options.format ?? writableFormatOf(to);
  if (format === undefined) {
    throw new HftError(
      'HFT_ARGUMENT',
      `${to}: the extension names no format; give --format ${WRITABLE_FORMATS.join('|')}`,
    );
  }
  if (from !== STANDARD_STREAM && resolve(from) === resolve(to)) {
    throw new HftError('HFT_ARGUMENT', `${to} is read and written at the same time`);
  }
  const capture = await openCommandCapture(
    [from],
    { format: options.from, siblings: options.siblings },
    context,
  );
  const isJson = options.json === true;
  const job = { label: 'convert', unit: 'bytes', total: capture.sizeBytes } as const;
  const progress = commandProgress(job, { isSilent: isJson }, context);
  const sink = await openByteSink(to, { stdout: context.stdout });
  try {
    const summary = await convertCapture(capture, sink, {
      format,
      creationTime: BigInt(Date.now()) * 1_000_000n,
      onProgress: (bytes) => progress.update(bytes),
      signal: context.signal,
    });
    await sink.close();
    progress.finish();
    const bytes = sink.bytesWritten();
    const result = {
      from: capture.files,
      to,
      fromFormat: capture.format,
      format,
      bytes,
      ...summary,
    };
    // Where the data itself goes to standard output, the report must not.
    if (isJson && to !== STANDARD_STREAM) printJson(context, result);
    else if (isJson) printNote(context, JSON.stringify(result));
    else {
      printNote(
        context,
        `${formatInteger(summary.entries)} entries from ${capture.format} to ${format} in ${to}, ` +
          `${formatBytes(bytes)}; ${summary.skipped} without a place there, ` +
          `${summary.faults} damaged`,
      );
    }
    return ExitCode.Ok;
  } catch (error) {
    progress.finish();
    await sink.abandon();
    throw error;
  }
}

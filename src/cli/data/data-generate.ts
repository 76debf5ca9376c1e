import { openByteSink } from '../../data/byte-sink.js';
import { STANDARD_STREAM } from '../../data/byte-source.js';
import { generateCapture, itchSymbolCount } from '../../data/generate-capture.js';
import { HftError } from '../../domain/errors.js';
import { formatBytes, formatInteger } from '../../telemetry/figures.js';
import { type CliContext, printJson, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { type GeneratorFormat, generatedFile } from './generator-formats.js';
import { commandProgress } from './read-capture.js';

/** The options of `hft data generate`. */
export interface GenerateCommandOptions {
  readonly format: GeneratorFormat;
  readonly seed: number;
  readonly messages: number;
  readonly out: string;
  readonly symbols?: number;
  readonly json?: boolean;
}

/** `hft data generate`: a generated market in a file. */
export async function runGenerate(
  options: GenerateCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { format, seed, messages, out } = options;
  const file = generatedFile(format);
  if (file.container === 'hftbacktest' && (options.symbols ?? 1) > 1) {
    throw new HftError(
      'HFT_ARGUMENT',
      'hftbacktest captures hold one symbol: take --format binance-futures for several',
    );
  }
  const symbolCount = options.symbols ?? file.symbolCount ?? itchSymbolCount(messages);
  const isJson = options.json === true;
  const sink = await openByteSink(out, { stdout: context.stdout });
  const job = { label: 'generate', unit: 'messages', total: messages } as const;
  const progress = commandProgress(job, { isSilent: isJson }, context);
  const start = performance.now();
  try {
    const summary = await generateCapture(sink, {
      ...file,
      seed,
      messages,
      symbolCount,
      onProgress: (done) => progress.update(done),
      signal: context.signal,
    });
    await sink.close();
    progress.finish();
    const seconds = (performance.now() - start) / 1000;
    const { wireFormat, container } = file;
    const bytes = sink.bytesWritten();
    const result = { out, format, wireFormat, container, seed, ...summary, bytes, seconds };
    // Where the data itself goes to standard output, the report must not.
    if (isJson && out !== STANDARD_STREAM) printJson(context, result);
    else if (isJson) printNote(context, JSON.stringify(result));
    else {
      printNote(
        context,
        `${formatInteger(summary.messages)} messages of ${wireFormat} as ${container} in ${out}, ` +
          `${formatBytes(bytes)}, ${seconds.toFixed(1)} s`,
      );
    }
    return ExitCode.Ok;
  } catch (error) {
    progress.finish();
    await sink.abandon();
    throw error;
  }
}

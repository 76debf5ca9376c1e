import { createCaptureReader } from '../../data/capture-format.js';
import { type CaptureInfo, CaptureInspector } from '../../data/capture-info.js';
import { formatBytes, formatDuration, formatInteger } from '../../telemetry/figures.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { countsText, factLines } from '../table.js';
import { type CaptureCommandOptions, openCommandCapture, readCapture } from './read-capture.js';

/** The options of `hft data info`. */
export type InfoCommandOptions = CaptureCommandOptions;

/** `hft data info`: what a capture holds. */
export async function runInfo(
  files: readonly string[],
  options: InfoCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const capture = await openCommandCapture(files, options, context);
  const inspector = new CaptureInspector(capture.format, createCaptureReader(capture.format));
  const isJson = options.json === true;
  const damage = await readCapture(
    capture,
    { label: 'info', isSilent: isJson, take: (chunk) => inspector.push(chunk) },
    context,
  );
  inspector.finish();
  const info = inspector.info(capture.files);
  if (isJson) printJson(context, { ...info, damage: damage?.message ?? null });
  else for (const line of describeInfo(info)) printLine(context, line);
  if (damage === undefined && info.frames > 0) return ExitCode.Ok;
  printNote(context, `error: ${damage?.message ?? 'the capture holds no frame'}`);
  return ExitCode.BadData;
}

/** The lines that people read. */
export function describeInfo(info: CaptureInfo): string[] {
  const faults =
    info.firstFault === null ? String(info.faults) : `${info.faults} (first: ${info.firstFault})`;
  return factLines([
    ...info.files.map((file, index) => [index === 0 ? 'file' : '', file] as const),
    ['format', info.format],
    ['wire format', info.wireFormat ?? 'unknown'],
    ['symbols', countsText(info.symbols)],
    ['frames', `${formatInteger(info.frames)}, ${formatBytes(info.bytes)} decompressed`],
    ['by kind', countsText(info.kinds)],
    ['other entries', countsText(info.entries)],
    ['first', info.firstTime ?? '-'],
    ['last', info.lastTime ?? '-'],
    ['duration', formatDuration(info.durationSeconds * 1000)],
    ['rate', `${formatInteger(info.framesPerSecond)} frames/s`],
    ['longest silence', formatDuration(info.longestSilenceSeconds * 1000)],
    ['time reversals', String(info.timeReversals)],
    ['recorder gaps', `${info.recorderGaps}, ${info.recorderLostFrames} frames lost`],
    ['damaged entries', `${faults}${info.isTorn ? ', cut at the end' : ''}`],
  ]);
}

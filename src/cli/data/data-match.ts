import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { loadAddon } from '../../addon/addon.js';
import { STANDARD_STREAM } from '../../data/byte-source.js';
import { HftError } from '../../domain/errors.js';
import type { CliContext } from '../context.js';
import { ExitCode } from '../exit-code.js';

/** The options of `hft data match`. */
export interface MatchCommandOptions {
  readonly out: string;
}

/** `hft data match`: plays a command file through the matching engine. */
export async function runMatch(
  file: string,
  options: MatchCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const commands = await readCommands(file, context);
  let events: string;
  try {
    events = loadAddon().playMatchCommands(commands);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'HFT_DATA_FORMAT') throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FORMAT', `${file}: ${text}`, { cause: error });
  }
  if (options.out === STANDARD_STREAM) {
    await new Promise<void>((resolve, reject) => {
      context.stdout.write(events, (error) => (error ? reject(error) : resolve()));
    });
  } else {
    await writeFile(options.out, events);
  }
  return ExitCode.Ok;
}

async function readCommands(file: string, context: CliContext): Promise<Uint8Array> {
  if (file === STANDARD_STREAM) return buffer(context.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `${file}: cannot be read`, { cause: error });
  }
}

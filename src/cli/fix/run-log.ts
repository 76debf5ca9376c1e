import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { HftError } from '../../domain/errors.js';
import { type CliContext, printLine } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { readableMessage } from './fix-text.js';
import type { FixLogOptions } from './options.js';

/** `hft fix log`: prints the log of a session. */
export async function runLog(
  file: string,
  options: FixLogOptions,
  context: CliContext,
): Promise<ExitCode> {
  const stream = createReadStream(file, 'latin1');
  try {
    for await (const line of createInterface({ input: stream })) {
      const [, head = '', kind = '', text = ''] = /^(\S+) (in|out|event) (.*)$/s.exec(line) ?? [];
      const isEvent = kind === 'event';
      if (isEvent && (options.messages === true || options.type !== undefined)) continue;
      if (options.type !== undefined && !text.includes(`\u000135=${options.type}\u0001`)) continue;
      const shown = readableMessage(text);
      printLine(context, options.messages === true ? shown : `${head} ${kind.padEnd(5)} ${shown}`);
    }
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `${file}: cannot be read`, { cause: error });
  }
  return ExitCode.Ok;
}

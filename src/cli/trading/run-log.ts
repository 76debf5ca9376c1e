import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigurationManager } from '../../config/configuration-manager.js';
import { createLogger, type Logger } from '../../telemetry/log.js';
import type { CliContext } from '../context.js';

/** The log of a run, and where it goes. */
export interface RunLog {
  readonly logger: Logger;
  /** Undefined where it goes to standard error. */
  readonly file: string | undefined;
  close(): Promise<void>;
}

/**
 * The log as the configuration has it. A live view has the terminal for itself: what would go to
 * standard error goes to `run.log` in the output folder then.
 */
export function openRunLog(
  configuration: ConfigurationManager,
  options: { readonly output: string; readonly hasScreen: boolean },
  context: CliContext,
): RunLog {
  const { level, style, file: configured } = configuration.config.logging;
  const file =
    configured !== undefined
      ? configuration.resolvePath(configured)
      : options.hasScreen
        ? join(options.output, 'run.log')
        : undefined;
  if (file === undefined) {
    const write = (line: string): void => void context.stderr.write(line);
    return { logger: createLogger({ level, style, write }), file, close: async () => {} };
  }
  mkdirSync(dirname(file), { recursive: true });
  const stream: WriteStream = createWriteStream(file, { flags: 'a' });
  // A full disk must not end trading; the log is lost then.
  stream.on('error', () => {});
  return {
    logger: createLogger({ level, style, write: (line) => void stream.write(line) }),
    file,
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

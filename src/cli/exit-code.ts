import { HftError } from '../domain/errors.js';

/** What `hft` returns to the shell; documented in docs/cli.md and stable. */
export const ExitCode = {
  Ok: 0,
  /** It did not work: a file, a socket, the machine. */
  Failure: 1,
  /** The command line is wrong. */
  Usage: 2,
  /** The data is damaged, or not what it should be. */
  BadData: 3,
  /** Ended by SIGINT (Ctrl-C) before it was done. */
  Interrupted: 130,
  /** Ended by SIGTERM before it was done. */
  Terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Why a command was told to end. */
export class StopSignal extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.name = 'AbortError';
    this.signal = signal;
  }

  get exitCode(): ExitCode {
    return this.signal === 'SIGINT' ? ExitCode.Interrupted : ExitCode.Terminated;
  }
}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof StopSignal) return error.exitCode;
  if (!(error instanceof HftError)) return ExitCode.Failure;
  switch (error.code) {
    case 'HFT_ARGUMENT':
      return ExitCode.Usage;
    case 'HFT_DATA_FORMAT':
    case 'HFT_CONFIG':
      return ExitCode.BadData;
    default:
      return ExitCode.Failure;
  }
}

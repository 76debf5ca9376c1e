import type { Readable, Writable } from 'node:stream';

/** An output of the program; a terminal has its size too. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** The world that a command runs in; tests give their own. */
export interface CliContext {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted, with a StopSignal as reason, on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Prints one JSON document, the whole result of a command with `--json`. */
export function printJson(context: CliContext, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, jsonValue)}\n`);
}

/** Prints a line of the result. */
export function printLine(context: CliContext, line: string): void {
  context.stdout.write(`${line}\n`);
}

/** Prints a remark beside the result. */
export function printNote(context: CliContext, line: string): void {
  context.stderr.write(`${line}\n`);
}

function jsonValue(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

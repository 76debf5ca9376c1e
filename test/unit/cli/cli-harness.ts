import { PassThrough, Readable } from 'node:stream';
import { runCli } from '../../../src/cli/run-cli.js';

/** What a run of `hft` came to. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How `hft` runs in a test. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** Runs `hft` in this process with outputs that are kept. */
export async function hft(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const stdout = gather();
  const stderr = gather();
  const code = await runCli(args, {
    stdin: Readable.from([Buffer.from(options.stdin ?? '')]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function gather() {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    stream,
    text: () => {
      // What was written but not yet handed to the listener.
      for (let rest = stream.read(); rest !== null; rest = stream.read()) chunks.push(rest);
      return Buffer.concat(chunks).toString();
    },
  };
}

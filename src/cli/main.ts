#!/usr/bin/env node
import type { CliContext } from './context.js';
import { ExitCode, StopSignal } from './exit-code.js';
import { runCli } from './run-cli.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Asked twice: whatever still runs is not waited for.
    if (stop.signal.aborted) process.exit(new StopSignal(signal).exitCode);
    stop.abort(new StopSignal(signal));
  });
}
// A reader that went away (`| head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? ExitCode.Ok : ExitCode.Failure);
});

const context: CliContext = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: stop.signal,
};
process.exitCode = await runCli(process.argv.slice(2), context);

import type { Command } from 'commander';
import { type CliContext, printJson, printLine } from '../context.js';
import type { Check, Machine } from '../doctor/check.js';
import { examine } from '../doctor/checks.js';
import { thisMachine } from '../doctor/this-machine.js';
import { ExitCode } from '../exit-code.js';
import { createPaint, wantsColour } from '../terminal/palette.js';

/** Adds `hft doctor`. */
export function addDoctorCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const doctor = program
    .command('doctor')
    .description('say what this machine has and lacks')
    .option('--json', 'print one JSON object');
  doctor.action(async () => {
    const isJson = doctor.opts<{ json?: boolean }>().json === true;
    setExitCode(await runDoctor(thisMachine, { isJson }, context));
  });
}

/** `hft doctor`: fails when something that the program needs is missing. */
export async function runDoctor(
  machine: Machine,
  options: { readonly isJson: boolean },
  context: CliContext,
): Promise<ExitCode> {
  const checks = await examine(machine);
  const isHealthy = checks.every((check) => check.status !== 'fail');
  if (options.isJson) printJson(context, { ok: isHealthy, checks });
  else for (const line of describeChecks(checks, context)) printLine(context, line);
  return isHealthy ? ExitCode.Ok : ExitCode.Failure;
}

function describeChecks(checks: readonly Check[], context: CliContext): string[] {
  const paint = createPaint(context.stdout.isTTY === true && wantsColour(context.env));
  const tones = { ok: 'good', warn: 'warn', fail: 'bad' } as const;
  const width = Math.max(...checks.map((check) => check.name.length));
  const lines = checks.flatMap((check) => {
    const status = paint(tones[check.status], check.status.padEnd(4));
    const line = `${status}  ${check.name.padEnd(width)}  ${check.found}`;
    return check.advice === ''
      ? [line]
      : [line, `${' '.repeat(width + 8)}${paint('dim', `-> ${check.advice}`)}`];
  });
  const failures = checks.filter((check) => check.status === 'fail').length;
  const warnings = checks.filter((check) => check.status === 'warn').length;
  lines.push('');
  lines.push(
    failures > 0
      ? `${failures} required thing(s) missing, ${warnings} that would be better`
      : `everything required is there; ${warnings} thing(s) would be better`,
  );
  return lines;
}

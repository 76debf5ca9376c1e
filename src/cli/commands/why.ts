import type { Command } from 'commander';
import { type CliContext, printJson, printLine } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { describeWhy } from '../replay/describe-why.js';

interface WhyOptions {
  readonly journal: string;
  readonly json?: boolean;
}

/** Adds `hft why`. */
export function addWhyCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const why = program
    .command('why')
    .description('show what an order was decided on, each limit, and what became of it')
    .argument('<order>', 'ClOrdID or clientOrderId')
    .option('--journal <directory>', 'directory of the journal', 'data/journal')
    .option('--json', 'print one JSON object');
  why.action(async (order: string) => {
    const options = why.opts<WhyOptions>();
    const { whyOrder } = await import('../../engine/replay/why-order.js');
    const found = await whyOrder(options.journal, order);
    if (options.json === true) printJson(context, found);
    else for (const line of describeWhy(found)) printLine(context, line);
    setExitCode(ExitCode.Ok);
  });
}

import type { Command } from 'commander';
import { STANDARD_STREAM } from '../../data/byte-source.js';
import type { CliContext } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import { type FixDecodeOptions, runFixDecode } from './fix-decode.js';
import { addFixSessionCommands } from './fix-sessions.js';

/** Adds `hft fix` and its verbs. */
export function addFixCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const fix = program.command('fix').description('speak and read FIX');
  const collect = (file: string, files: readonly string[] = []) => [...files, file];
  const decode = fix
    .command('decode')
    .description('print FIX messages with names and meanings; SOH, | or ^A between fields')
    .argument(
      '[file]',
      `messages, also within the lines of a log; ${STANDARD_STREAM} is standard input`,
      STANDARD_STREAM,
    )
    .option('--json', 'print NDJSON: one object a message')
    .option('--version <version>', 'version of FIX, instead of that of each message')
    .option('--venue <venue>', 'with the fields of binance, coinbase, alpaca or kraken')
    .option(
      '--dictionary <file>',
      "dictionary in QuickFIX's format; given again, a later file extends the earlier",
      collect,
    );
  decode.action(async (file: string) => {
    setExitCode(await runFixDecode(file, decode.opts<FixDecodeOptions>(), context));
  });
  addFixSessionCommands(fix, context, setExitCode);
}

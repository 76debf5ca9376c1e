import { type Command, Option } from 'commander';
import { CAPTURE_FORMATS } from '../../data/capture-entry.js';
import { WRITABLE_FORMATS } from '../../data/capture-writer.js';
import type { CliContext } from '../context.js';
import { type ConvertCommandOptions, runConvert } from '../data/data-convert.js';
import type { GenerateCommandOptions } from '../data/data-generate.js';
import { type InfoCommandOptions, runInfo } from '../data/data-info.js';
import type { MatchCommandOptions } from '../data/data-match.js';
import type { ReplayCommandOptions } from '../data/data-replay.js';
import { GENERATOR_FORMATS } from '../data/generator-formats.js';
import type { ExitCode } from '../exit-code.js';
import { wholeNumber } from '../options.js';

/** Adds `hft data` and its verbs. */
export function addDataCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const data = program
    .command('data')
    .description('look into, convert, generate and replay market data');

  const info = data
    .command('info')
    .description('say what a capture holds: format, symbols, frames by kind, time, gaps')
    .argument('<file...>', 'capture, also gzip; - is standard input')
    .addOption(formatOption())
    .option('--no-siblings', 'leave out the REST answers (X.http.*) beside a cryptofeed X.ws.N')
    .option('--json', 'print one JSON object');
  info.action(async (files: string[]) => {
    setExitCode(await runInfo(files, info.opts<InfoCommandOptions>(), context));
  });

  const convert = data
    .command('convert')
    .description('write a capture in another format')
    .argument('<in>', 'capture, also gzip; - is standard input')
    .argument('<out>', 'file to write; .gz compresses; - is standard output')
    .addOption(
      new Option(
        '-f, --format <format>',
        'format of <out>; told by its extension if absent',
      ).choices(WRITABLE_FORMATS),
    )
    .addOption(formatOption('--from <format>', 'format of <in>'))
    .option('--no-siblings', 'leave out the REST answers (X.http.*) beside a cryptofeed X.ws.N')
    .option('--json', 'print one JSON object');
  convert.action(async (from: string, to: string) => {
    setExitCode(await runConvert(from, to, convert.opts<ConvertCommandOptions>(), context));
  });

  const generate = data
    .command('generate')
    .description('write a generated market: equal seed, equal bytes')
    .addOption(
      new Option('-f, --format <format>', 'wire format (or the capture format hftbacktest, ...)')
        .choices(GENERATOR_FORMATS)
        .makeOptionMandatory(),
    )
    .option('-s, --seed <n>', 'seed of the market', wholeNumber(0), 1)
    .option('-n, --messages <n>', 'messages to write', wholeNumber(1), 100_000)
    .requiredOption('-o, --out <file>', 'file to write; .gz compresses; - is standard output')
    .option(
      '--symbols <n>',
      'instruments; default 3, hftbacktest 1, itch by messages',
      wholeNumber(1, 65_535),
    )
    .option('--json', 'print one JSON object');
  generate.action(async () => {
    // What needs the addon is loaded when it is used: help and doctor work without it.
    const { runGenerate } = await import('../data/data-generate.js');
    setExitCode(await runGenerate(generate.opts<GenerateCommandOptions>(), context));
  });

  const replay = data
    .command('replay')
    .description('play a capture through the pipeline as fast as it can')
    .argument('<file...>', 'capture, also gzip; - is standard input')
    .addOption(formatOption())
    .option('--symbol <symbol>', 'only this symbol (repeatable)', gather, [])
    .option('--workers <n>', 'threads beside the reading one', wholeNumber(0, 64), 0)
    .option(
      '--emit <file>',
      'write every book change as NDJSON; .gz compresses; - is standard output',
    )
    .option('--depth <n>', 'levels a side of --emit', wholeNumber(1, 1000), 10)
    .option('--no-siblings', 'leave out the REST answers (X.http.*) beside a cryptofeed X.ws.N')
    .option('--json', 'print one JSON object');
  replay.action(async (files: string[]) => {
    const { runReplay } = await import('../data/data-replay.js');
    setExitCode(await runReplay(files, replay.opts<ReplayCommandOptions>(), context));
  });

  addMatchCommand(data, context, setExitCode);
}

function addMatchCommand(
  data: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const match = data
    .command('match')
    .description('play a file of orders and cancels through the matching engine')
    .argument(
      '<commands>',
      'lines `step NEW id B|S LIMIT|MARKET price qty GTC|IOC`, `step CANCEL id`',
    )
    .option('-o, --out <file>', 'file for the events; - is standard output', '-');
  match.action(async (commands: string) => {
    const { runMatch } = await import('../data/data-match.js');
    setExitCode(await runMatch(commands, match.opts<MatchCommandOptions>(), context));
  });
}

function formatOption(flags = '-f, --format <format>', description = 'format of the file'): Option {
  return new Option(flags, description).choices(['auto', ...CAPTURE_FORMATS]).default('auto');
}

function gather(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

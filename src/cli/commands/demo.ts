import { type Command, Option } from 'commander';
import { STREAM_FORMATS, type WireFormat } from '../../domain/market-data.js';
import type { CliContext } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import { playSpeed, positiveNumber, type SpeedChoice, wholeNumber } from '../options.js';

/** The wire formats that a loopback venue speaks over WebSocket. */
export const DEMO_FORMATS: readonly WireFormat[] = STREAM_FORMATS;

/** The options of `hft demo`. */
export interface DemoCommandOptions {
  readonly duration?: number;
  readonly data?: string;
  readonly rate?: SpeedChoice;
  readonly format: WireFormat;
  readonly seed: number;
  readonly symbols: number;
  readonly transport: 'native' | 'ws';
  readonly workers: number;
  readonly headless?: boolean;
  readonly json?: boolean;
}

/** Adds `hft demo`. */
export function addDemoCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const demo = program
    .command('demo')
    .description('play a market over a loopback WebSocket to an example strategy, and show it')
    .option('--duration <seconds>', 'end after so long; Ctrl-C ends it too', positiveNumber)
    .option('--data <file>', 'play this capture (also gzip) instead of a generated market')
    .option(
      '--rate <rate>',
      'messages a second (5000, 50k, 1M), max, recorded, or 2x; default 20k, captures recorded',
      playSpeed,
    )
    .addOption(
      new Option('-f, --format <format>', 'wire format of the generated market')
        .choices(DEMO_FORMATS)
        .default('binance-spot'),
    )
    .option('-s, --seed <n>', 'seed of the generated market', wholeNumber(0), 1)
    .option('--symbols <n>', 'instruments of the generated market', wholeNumber(1, 64), 3)
    .addOption(
      new Option('--transport <kind>', 'the WebSocket client')
        .choices(['native', 'ws'])
        .default('native'),
    )
    .option('--workers <n>', 'threads that decode and keep books', wholeNumber(0, 64), 0)
    .option('--headless', 'plain lines instead of the live view')
    .option('--json', 'print one JSON object at the end, and nothing else');
  demo.action(async () => {
    // What needs the addon is loaded when it is used: help and doctor work without it.
    const { runDemo } = await import('../demo/run-demo.js');
    setExitCode(await runDemo(demo.opts<DemoCommandOptions>(), context));
  });
}

import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import type { VenueFixOptions, VenueSymbol } from '../fix/venue-options.js';
import { wholeNumber } from '../options.js';

/** Adds `hft venue` and its verbs. */
export function addVenueCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const venue = program.command('venue').description('run a venue on loopback');
  const collect = <Value>(value: Value, values: readonly Value[] = []) => [...values, value];
  const fix = venue
    .command('fix')
    .description('an exchange that is reached over FIX: orders, drop copy, market data')
    .option('-c, --config <file>', 'acceptor sessions, in YAML or as a QuickFIX .cfg')
    .option(
      '--port <n>',
      'without --config: where to listen; 0 takes a free port',
      wholeNumber(0),
      0,
    )
    .option('--clients <n>', 'without --config: sessions of each version', wholeNumber(1, 100), 2)
    .option(
      '--symbol <spec>',
      'SYMBOL:priceDecimals:qtyDecimals; may be given again (default BTCUSD:2:6 and ETHUSD:2:5)',
      (text: string, before?: readonly VenueSymbol[]) => collect(instrumentOf(text), before),
    )
    .option(
      '--drop-copy <targetCompID>',
      'a session that gets copies of all reports; may be given again (default: those named DROP)',
      (text: string, before?: readonly string[]) => collect(text, before),
    )
    .option('--cancel-on-disconnect', 'cancel the orders of a client that logs out or is cut off')
    .option('--json', 'print events as JSON lines');
  fix.action(async () => {
    const { runVenueFix } = await import('../fix/run-venue.js');
    setExitCode(await runVenueFix(fix.opts<VenueFixOptions>(), context));
  });
}

function instrumentOf(text: string): VenueSymbol {
  const match = /^([^:\s]+):(\d{1,2}):(\d{1,2})$/.exec(text);
  const [, symbol = '', price = '', qty = ''] = match ?? [];
  if (match === null || Number(price) > 12 || Number(qty) > 12) {
    throw new InvalidArgumentError(
      'Expected SYMBOL:priceDecimals:qtyDecimals, such as BTCUSD:2:6.',
    );
  }
  return { symbol, priceDecimals: Number(price), qtyDecimals: Number(qty) };
}

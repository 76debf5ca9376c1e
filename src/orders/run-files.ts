import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../addon/addon.js';
import type { NativeTradingCore, NativeTradingOptions } from '../addon/trading-core.js';
import type { JournaledName, ScopeNames, TradedSymbol } from '../risk/scope-names.js';
import type { OrderManagerOptions } from './order-manager-options.js';
import { namedTable } from './run-recorder.js';

/** Not the name of a number: which order a client calls what. */
const CLIENT_ORDER = 5;

/** Where the market events beside a journal are. */
export function recordingPath(journalPath: string): string {
  return join(journalPath, 'market');
}

/** The names in a journal; none where there is no journal. */
export function readJournalNames(journalPath: string): JournaledName[] {
  if (!existsSync(journalPath)) return [];
  return loadAddon()
    .journalNames(journalPath)
    .filter(([table]) => table < CLIENT_ORDER)
    .map(([table, id, name, priceDecimals, qtyDecimals]) => ({
      table: namedTable(table),
      id,
      name,
      priceDecimals,
      qtyDecimals,
    }));
}

/** Milliseconds since the epoch as whole ones and nanoseconds beyond. */
export function splitTime(nowMs: number): readonly [wholeMs: number, nanos: number] {
  const wholeMs = Math.floor(nowMs);
  const nanos = Math.round((nowMs - wholeMs) * 1e6);
  return nanos === 1e6 ? [wholeMs + 1, 0] : [wholeMs, nanos];
}

/** Whether inputs are written down, or repeated. */
export function isRepeatable(options: OrderManagerOptions): boolean {
  return options.replaysRun !== undefined || isRecorded(options);
}

function isRecorded({ journalPath, isRecorded, native }: OrderManagerOptions): boolean {
  return journalPath !== undefined && (isRecorded ?? native?.isStepped === true);
}

/** The options of the native core. */
export function nativeOptions(
  options: OrderManagerOptions,
  sizes: NativeTradingOptions,
): NativeTradingOptions {
  const { journalPath, replaysRun, simulated, native } = options;
  return {
    ...sizes,
    ...native,
    ...(journalPath === undefined ? {} : { journalPath }),
    ...(replaysRun === undefined ? {} : { replaysRun }),
    ...(journalPath !== undefined && replaysRun === undefined && isRecorded(options)
      ? { recordingPath: recordingPath(journalPath) }
      : {}),
    ...(simulated === undefined
      ? {}
      : { isSimulated: true, simulatedMode: simulated === 'synthetic' ? 0 : 1 }),
  };
}

/**
 * Why a journal can't go on: a position or working order of one instrument would become one of
 * another, or of another scale. Undefined where it can.
 */
export function renamedInstrument(
  native: NativeTradingCore,
  names: ScopeNames,
): string | undefined {
  const used = new Set(native.workingOrders().map(({ instrument }) => instrument));
  for (const { instrument } of native.positions()) used.add(instrument);
  const scaled = ({ symbol, priceDecimals, qtyDecimals }: TradedSymbol): string =>
    `${symbol} (decimals ${priceDecimals}, ${qtyDecimals})`;
  for (const id of used) {
    const before = names.renamed(id);
    const now = names.symbolOf(id);
    if (before === undefined || now === undefined) continue;
    return (
      `the journal has positions or orders of instrument ${id}, ${scaled(before)}, which is ` +
      `${scaled(now)} here: keep instruments in their order, or begin another journal`
    );
  }
  return undefined;
}

import type {
  DescribedBook,
  DescribedDifference,
  DescribedRecord,
} from '../../engine/replay/describe-difference.js';
import type { RunReplay } from '../../engine/replay/replay-journal.js';
import { formatCount } from '../../telemetry/figures.js';
import { factLines } from '../table.js';

/** Fields that a record is told by, where it has them. */
const TOLD = ['time', 'clOrdID', 'origClOrdID', 'side', 'orderQty', 'price', 'stopPx', 'execType'];

/** The replay of a run as lines. */
export function describeRunReplay(run: RunReplay): string[] {
  const strategies = run.strategies.map(
    ({ strategyId, className, isChanged }) =>
      `${strategyId} (${className}${isChanged ? ', its module has changed since' : ''})`,
  );
  const lines = factLines([
    ['run', `${run.run}, ${run.mode}: ${run.verdict}`],
    ['strategies', strategies.join(', ')],
    ['events', `${formatCount(run.events)}, ${formatCount(run.eventsPerSecond)} a second`],
    ['decisions', `${run.matched} of ${run.records} records came again`],
    ...(run.reason === '' ? [] : [['why', run.reason] as const]),
  ]);
  for (const { strategyId, message } of run.failures) {
    lines.push(`  ${strategyId} was stopped: ${message}`);
  }
  for (const { call, at, strategyId, count, event } of run.impure) {
    lines.push(`  ${strategyId} called ${call} at ${at}, ${count} times, first at event ${event}`);
  }
  if (run.difference !== null) lines.push(...describe(run.difference));
  return lines;
}

function describe(difference: DescribedDifference): string[] {
  const { event, book, expected, actual, fields, position } = difference;
  const at =
    event === null
      ? 'before the first event'
      : `after event ${event.number}: ${event.kind} ${event.symbol ?? ''}`.trimEnd();
  const lines = [
    `  first difference (${difference.kind}) ${at}, ${difference.time}`,
    `    expected: ${recordText(expected, fields)}`,
    `    actual:   ${recordText(actual, fields)}`,
  ];
  if (book !== null) lines.push(`    book:     ${bookText(book)}`);
  if (position !== null) lines.push(`    position: ${position.quantity} ${position.symbol}`);
  return lines;
}

function recordText(record: DescribedRecord | null, changed: readonly string[]): string {
  if (record === null) return 'nothing';
  const names = new Set([...TOLD.filter((name) => record.fields[name] !== undefined), ...changed]);
  const fields = [...names].map((name) => `${name}=${record.fields[name] ?? 'none'}`);
  const place = record.sequence === null ? '' : ` (record ${record.sequence})`;
  return `${record.name}${place} ${fields.join(' ')}`;
}

function bookText({ symbol, state, bids, asks }: DescribedBook): string {
  const side = (levels: DescribedBook['bids']): string =>
    levels.map(([price, qty]) => `${qty}@${price}`).join(' ') || 'empty';
  return `${symbol} ${state}, bids ${side(bids)}; asks ${side(asks)}`;
}

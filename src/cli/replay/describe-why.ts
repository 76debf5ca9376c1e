import { ExecType, ORD_STATUSES } from '../../domain/orders.js';
import { decimal } from '../../engine/replay/journal-words.js';
import type { WhyCheck, WhyOrder, WhyStep } from '../../engine/replay/why-order.js';
import { factLines } from '../table.js';

/** Records that are told; all of them with --json. */
const STEPS_MAX = 20;
const REQUEST_KINDS = ['new', 'cancel', 'replace'];
const SIDES = ['', 'BUY', 'SELL'];
const EXEC_TYPES = Object.keys(ExecType);

/** Why an order was what it was, as lines. */
export function describeWhy(why: WhyOrder): string[] {
  const { decidedOn, risk } = why;
  const { event, book } = decidedOn;
  const levels = (side: readonly (readonly [string, string])[]): string =>
    side.map(([price, qty]) => `${qty}@${price}`).join(' ') || 'empty';
  const signals = Object.entries(decidedOn.signals).map(([name, value]) => `${name} ${value}`);
  const lines = factLines([
    ['order', `${why.clOrdID} (${why.kind}), run ${why.run}: ${why.outcome}`],
    ['what', `${why.side} ${why.quantity} ${why.symbol} at ${why.price}, venue ${why.venue}`],
    ['who', `strategy ${why.strategy}, account ${why.account}`],
    ...(event === null
      ? [['event', decidedOn.reason || 'none: it was decided before the first'] as const]
      : [['event', `${event.number}: ${event.kind} ${event.symbol ?? ''}`] as const]),
    ...(book === null
      ? []
      : [['book', `${book.state}, bids ${levels(book.bids)}; asks ${levels(book.asks)}`] as const]),
    ['signals', signals.join(', ') || 'none'],
    ['refused', risk.refusedBy === null ? 'by no limit' : checkText(risk.refusedBy)],
  ]);
  lines.push('limits:');
  if (risk.checks === null) lines.push(`  not known: ${risk.reason}`);
  else lines.push(...risk.checks.map((check) => `  ${checkText(check)}`));
  lines.push('hops:');
  for (const { hop, time, nanoseconds } of why.hops) {
    lines.push(`  ${hop.padEnd(13)} ${time}${nanoseconds === null ? '' : `  +${nanoseconds} ns`}`);
  }
  lines.push('history:');
  const [first] = why.history;
  const shown = why.history.length > STEPS_MAX ? why.history.slice(1 - STEPS_MAX) : why.history;
  const left = why.history.length - shown.length;
  if (left > 0) lines.push(`  ${first?.sequence} ${first?.name}, and ${left - 1} more`);
  for (const { sequence, time, name, fields } of shown) {
    lines.push(`  ${sequence} ${time} ${name} ${stepText(why, fields)}`);
  }
  return lines;
}

/** What a record of an order's history says, in words and in units of the instrument. */
function stepText(why: WhyOrder, fields: WhyStep['fields']): string {
  const word = (words: readonly string[], field: string): string[] => {
    const value = fields[field];
    return value === undefined ? [] : [words[Number(value)] ?? String(value)];
  };
  const amount = (field: string, like: string): string | undefined => {
    const value = Number(fields[field] ?? 0);
    return value === 0 ? undefined : decimal(value, like.split('.')[1]?.length ?? 0);
  };
  const executed = amount('lastQty', why.quantity);
  const asked = amount('orderQty', why.quantity);
  const price = amount('price', why.price);
  return [
    ...word(REQUEST_KINDS, 'kind'),
    ...word(EXEC_TYPES, 'execType'),
    ...word(ORD_STATUSES, 'ordStatus'),
    ...word(SIDES, 'side'),
    ...(asked === undefined ? [] : [asked]),
    ...(price === undefined ? [] : [`at ${price}`]),
    ...(executed === undefined ? [] : [`${executed} at ${amount('lastPx', why.price) ?? '0'}`]),
    ...(fields['check'] === undefined ? [] : [`check ${String(fields['check'])}`]),
  ].join(' ');
}

function checkText(check: WhyCheck): string {
  const { type, scope, name, holds, limit, observed, headroom, unit } = check;
  const figures =
    limit === null ? '' : `: ${observed} of ${limit} ${unit}, headroom before ${headroom}`;
  return `${holds ? 'ok  ' : 'FAIL'} ${type} ${scope} ${name}`.trimEnd() + figures;
}

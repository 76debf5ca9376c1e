import type { WhyCheck, WhyOrder } from '../../engine/replay/why-order.js';
import { factLines } from '../table.js';

/** Records that are told; all of them with --json. */
const STEPS_MAX = 20;
/** Fields of later records that are told. */
const TOLD = ['side', 'orderQty', 'price', 'execType', 'ordStatus', 'lastQty', 'lastPx', 'check'];

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
    const told = TOLD.filter((field) => fields[field] !== undefined);
    const text = told.map((field) => `${field}=${String(fields[field])}`).join(' ');
    lines.push(`  ${sequence} ${time} ${name} ${text}`);
  }
  return lines;
}

function checkText(check: WhyCheck): string {
  const { type, scope, name, holds, limit, observed, headroom, unit } = check;
  const figures =
    limit === null ? '' : `: ${observed} of ${limit} ${unit}, headroom before ${headroom}`;
  return `${holds ? 'ok  ' : 'FAIL'} ${type} ${scope} ${name}`.trimEnd() + figures;
}

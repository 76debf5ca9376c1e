// An order from JavaScript to native entry through one struct and a call without arguments.
import { OrderEntry } from '#dist/engine/order-entry.js';
import { median, Report, time } from '../report.js';

const ORDERS = 2_000_000;
const report = new Report();
const entry = new OrderEntry({ instruments: 8, orderQtyMax: 1_000_000, collarTicks: 100 });
entry.setBook({ instrument: 1, isTrusted: true, bidTicks: 10_000, askTicks: 10_001, sequence: 1 });

const runs: number[] = [];
for (let run = 0; run < 9; run += 1) {
  const before = entry.counts().accepted;
  const ns = time(() => {
    for (let i = 0; i < ORDERS; i += 1) entry.limit(1, 1, 10 + (i & 7), 10_000 - (i & 15));
  });
  if (entry.counts().accepted - before !== ORDERS) throw new Error('an order was not accepted');
  if (run >= 2) runs.push(ns / ORDERS);
}
report.add({
  name: 'order/submit from JavaScript to native entry, checks included',
  unit: 'ns',
  value: median(runs),
  runs: runs.length,
  input: 'limit orders with shape, trust, freshness and collar checks',
});
report.write();

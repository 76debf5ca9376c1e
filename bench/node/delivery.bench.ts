// Native thread to JavaScript handler through shared memory: events a second, latency at 100 k/s,
// and garbage collections in ten million events.
import { PerformanceObserver } from 'node:perf_hooks';
import { MessageHandler, type QuoteView } from 'hft-trading-system';
import { loadAddon } from '#dist/addon/addon.js';
import { DRAIN_LIMIT, drainTurn } from '#dist/engine/drain-turn.js';
import { EventRing } from '#dist/engine/event-ring.js';
import { median, Report } from '../report.js';

const SLOTS = 16_384;
/** Events until the compiler has seen the code. */
const WARM_UP = 1_000_000;
const INPUT = 'numbered quotes of one native thread, ring of 16,384 slots of 64 B';

/** A strategy that keeps its state in fields: an average and a count of signals. */
class Average extends MessageHandler {
  count = 0;
  lastSequence = 0;
  gaps = 0;
  average = 0;
  signals = 0;

  override onQuote(quote: QuoteView): void {
    this.count += 1;
    const sequence = quote.sequence;
    if (sequence !== this.lastSequence + 1) this.gaps += 1;
    this.lastSequence = sequence;
    const mid = (quote.bidTicks + quote.askTicks) * 0.5;
    this.average += 0.05 * (mid - this.average);
    if (mid > this.average + 1) this.signals += 1;
  }
}

type Consume = 'wake' | 'spin';

async function run(options: { rate: number; events: number; consume: Consume }) {
  const handler = new Average();
  let wakeConsumer = (): void => {};
  const ring = new EventRing({
    slots: SLOTS,
    depth: 0,
    instruments: [],
    onInstrument: () => {},
    onBatch: (count) => source.handled(count),
  });
  const rings = [ring];
  const source = new (loadAddon().NativeEventSource)(
    ring.memory,
    SLOTS,
    options.rate,
    options.events,
    () => wakeConsumer(),
  );
  let warmAt = 0;
  const start = process.hrtime.bigint();
  source.start();
  await new Promise<void>((resolve) => {
    const step = (): void => {
      let isAsleep = false;
      if (options.consume === 'wake') isAsleep = drainTurn(rings, handler);
      else for (let i = 0; i < 20_000; i += 1) ring.drain(handler, DRAIN_LIMIT);
      if (warmAt === 0 && handler.count >= WARM_UP) warmAt = performance.now();
      if (handler.count >= options.events) resolve();
      else if (!isAsleep) setImmediate(step);
    };
    wakeConsumer = step;
    step();
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const figures = source.figures();
  source.close();
  if (handler.gaps !== 0) throw new Error(`${handler.gaps} events were lost or doubled`);
  return { perSecond: options.events / seconds, figures, warmAt, endAt: performance.now() };
}

const report = new Report();
const collections: number[] = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) collections.push(entry.startTime);
}).observe({ entryTypes: ['gc'] });

const floods: number[] = [];
for (let i = 0; i < 7; i += 1) {
  floods.push((await run({ rate: 0, events: 5_000_000, consume: 'wake' })).perSecond);
}
report.add({
  name: 'delivery/native to JavaScript, one wake-up a batch',
  unit: 'events/s',
  value: median(floods),
  runs: floods.length,
  input: INPUT,
});

for (const consume of ['wake', 'spin'] as const) {
  const means: number[] = [];
  let best = (await run({ rate: 100_000, events: 50_000, consume })).figures;
  for (let i = 0; i < 5; i += 1) {
    const { figures } = await run({ rate: 100_000, events: 100_000, consume });
    means.push(figures.p50);
    if (figures.p50 <= best.p50) best = figures;
  }
  report.add({
    name: `delivery/latency at 100 k/s, ${consume === 'wake' ? 'event-driven' : 'spinning'}`,
    unit: 'ns',
    value: median(means),
    p50: best.p50,
    p99: best.p99,
    max: best.max,
    runs: means.length,
    input: `${INPUT}; publish time as intended, to the end of its batch; p50/p99/max of the best run`,
  });
}

const counts: number[] = [];
for (let i = 0; i < 5; i += 1) {
  (globalThis as { gc?: () => void }).gc?.();
  const events = WARM_UP + 10_000_000;
  const { warmAt, endAt } = await run({ rate: 0, events, consume: 'wake' });
  // The observer hears of collections later; each says when it began.
  await new Promise((resolve) => setTimeout(resolve, 50));
  counts.push(collections.filter((time) => time > warmAt && time < endAt).length);
}
report.add({
  name: 'delivery/garbage collections in 10 M events',
  unit: 'collections',
  value: median(counts),
  max: Math.max(...counts),
  runs: counts.length,
  input: `${INPUT}; a strategy with its state in fields, after a million events`,
});
report.write();

// Runs a shipped strategy over 5,000 books a second that allocate nothing themselves, and prints how many
// collections there were. Run by garbage.test.ts in a process of its own.
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';

const [, , catalogUrl, name, eventsText] = process.argv;
const { SHIPPED_STRATEGIES } = await import(catalogUrl);
const StrategyClass = SHIPPED_STRATEGIES.get(name);

/** A touch that changes in place, with all its numbers in one array. */
class Top {
  constructor(id) {
    this.numbers = new Float64Array(4);
    this.instrument = { id, symbol: `S${id}`, feed: `f${id}`, priceDecimals: 0, qtyDecimals: 0 };
    this.instrument.multiplier = 1;
    this.isTrusted = true;
  }
  get bidTicks() {
    return this.numbers[0];
  }
  get bidLots() {
    return this.numbers[1];
  }
  get askTicks() {
    return this.numbers[2];
  }
  get askLots() {
    return this.numbers[3];
  }
  get bid() {
    return this.numbers[0];
  }
  get bidQty() {
    return this.numbers[1];
  }
  get ask() {
    return this.numbers[2];
  }
  get askQty() {
    return this.numbers[3];
  }
  get mid() {
    return (this.numbers[0] + this.numbers[2]) / 2;
  }
  get ageMs() {
    return 1;
  }
}

/** Orders that are accepted and stay, up to a number; the oldest are forgotten. */
class Orders {
  constructor() {
    this.lots = new Float64Array(1024);
    this.ticks = new Float64Array(1024);
    this.next = 1;
    this.calls = 0;
  }
  add(lots, ticks) {
    this.calls += 1;
    const number = this.next;
    this.next = number + 1;
    this.lots[number & 1023] = lots;
    this.ticks[number & 1023] = ticks;
    return number;
  }
  limit(_id, _side, _lots, _ticks) {
    // Immediate or cancel, and nothing was there.
    return this.add(0, 0);
  }
  postOnly(_id, _side, lots, ticks) {
    return this.add(lots, ticks);
  }
  move(number, lots, ticks) {
    this.lots[number & 1023] = 0;
    return this.add(lots, ticks);
  }
  cancel(number) {
    this.lots[number & 1023] = 0;
    return true;
  }
  leavesLots(number) {
    return this.lots[number & 1023];
  }
  orderLots(number) {
    return this.lots[number & 1023];
  }
  priceTicks(number) {
    return this.ticks[number & 1023];
  }
  isPending() {
    return false;
  }
  cancelAll() {
    return 0;
  }
}

class Clock {
  constructor() {
    this.number = new Float64Array(1);
  }
  get elapsedNs() {
    return this.number[0];
  }
}

const tops = [new Top(0), new Top(1)];
const clock = new Clock();
const orders = new Orders();
const positions = new Float64Array(2);
const notes = new Float64Array(1);
const defaults = Object.fromEntries(
  Object.entries(StrategyClass.parameters).map(([key, { default: value }]) => [key, value]),
);
const strategy = new StrategyClass();
strategy.attach({
  strategyId: name,
  instruments: { all: tops.map(({ instrument }) => instrument) },
  books: { top: (id) => tops[id] },
  positions: { lots: (id) => positions[id] },
  orders,
  clock,
  parameters: () => defaults,
  signal: (name) => ({ name, value: Number.NaN }),
  note: (_signal, value) => {
    notes[0] = value;
  },
});
for (const { instrument } of tops) strategy.onInstrument(instrument);
strategy.onStart();

let state = 12345;
function play(events, stepNs) {
  for (let i = 0; i < events; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const top = tops[i & 1];
    const { numbers } = top;
    const level = 50_000 + ((state >>> 8) % 400) + 300 * Math.sin(i / 5000);
    numbers[0] = Math.floor(level);
    numbers[1] = 1 + ((state >>> 4) & 63);
    numbers[2] = numbers[0] + 1 + ((state >>> 20) & 3);
    numbers[3] = 1 + ((state >>> 12) & 63);
    clock.number[0] += stepNs;
    positions[i & 1] = ((state >>> 16) % 200) - 100;
    strategy.onBook(top);
  }
}

// Every path is taken, and compiled, before anything is counted: 20,000 seconds in steps of 20 ms.
play(1_000_000, 2e7);
play(200_000, 2e5);
const kinds = [];
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) kinds.push(entry.detail?.kind);
});
await turn();
// What the warm-up and the compilers left would fill the young generation at a moment of its own.
globalThis.gc({ type: 'minor' });
await turn();
observer.observe({ entryTypes: ['gc'] });
const before = process.memoryUsage().heapUsed;
play(Number(eventsText), 2e5);
const grownBytes = process.memoryUsage().heapUsed - before;
await turn();
await turn();
observer.disconnect();
console.log(JSON.stringify({ collections: kinds.length, grownBytes, calls: orders.calls }));

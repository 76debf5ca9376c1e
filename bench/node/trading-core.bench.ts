// From JavaScript through risk, order table and journal to a request that is ready for its venue,
// with every kind of limit on; and the check alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealTimeOrderManager, type RiskLimit, ViolationType } from 'hft-trading-system';
import { EventRing } from '#dist/engine/event-ring.js';
import { median, Report } from '../report.js';

const BATCH = 64;
const BATCHES = 2_000;
const WIDE: RiskLimit = { limitValue: 1e9 };

function desk(journalPath?: string): RealTimeOrderManager {
  const manager = new RealTimeOrderManager({
    instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 }],
    ...(journalPath === undefined ? {} : { journalPath }),
    native: { ordersMax: 1 << 19, requestsMax: 1 << 10 },
  });
  quote(manager);
  const { risk } = manager;
  for (const type of [
    ViolationType.POSITION_LIMIT,
    ViolationType.POSITION_QTY_LIMIT,
    ViolationType.ORDER_SIZE_LIMIT,
    ViolationType.ORDER_VALUE_LIMIT,
    ViolationType.EXPOSURE_LIMIT,
    ViolationType.NET_EXPOSURE_LIMIT,
    ViolationType.LOSS_LIMIT,
    ViolationType.DRAWDOWN_LIMIT,
    ViolationType.SELF_TRADE,
    ViolationType.CORRELATION_LIMIT,
  ]) {
    risk.addGlobalLimit(type, WIDE);
    risk.addAccountLimit('default', type, WIDE);
    risk.addStrategyLimit('default', type, WIDE);
  }
  manager.start();
  return manager;
}

/** A trusted book of 99.90 to 100.10, as the native producer writes it. */
function quote(manager: RealTimeOrderManager): void {
  const ring = new EventRing({
    slots: 64,
    depth: 0,
    instruments: [],
    onInstrument: () => {},
    onBatch: () => {},
  });
  const slot = new DataView(ring.memory.buffer, 256, 64);
  const BOOK = 1;
  slot.setUint8(4, BOOK);
  slot.setBigInt64(16, BigInt(Date.now()) * 1_000_000n, true);
  [1, 9_990, 1e6, 10_010, 1e6].forEach((value, i) => {
    slot.setFloat64(24 + i * 8, value, true);
  });
  manager.stepper(ring.memory, 64, 0)();
}

/** Nanoseconds a call, by the medians and tails of batches; `after` runs outside the clock. */
function measure(call: (index: number) => void, after: () => void) {
  const times: number[] = [];
  let index = 0;
  for (let batch = 0; batch < BATCHES + 200; batch += 1) {
    const start = performance.now();
    for (let i = 0; i < BATCH; i += 1) call(index++);
    const nanoseconds = ((performance.now() - start) * 1e6) / BATCH;
    // The compiler has seen the code after the first batches.
    if (batch >= 200) times.push(nanoseconds);
    after();
  }
  times.sort((a, b) => a - b);
  return { p50: median(times), p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}

const report = new Report();
const path = mkdtempSync(join(tmpdir(), 'hft-bench-'));
try {
  for (const journalPath of [undefined, path]) {
    const manager = desk(journalPath);
    let sent = 0;
    const figures = measure(
      (index) => {
        // Buys below every sell: nothing meets an order of its own.
        const side = (index & 1) + 1;
        if (manager.fast.limit(0, side, 1 + (index % 97), side === 1 ? 9_000 : 11_000) !== 0)
          sent += 1;
      },
      () => {
        while (manager.connector.takeRequest() !== undefined);
      },
    );
    if (sent !== (BATCHES + 200) * BATCH) throw new Error(`only ${sent} orders were accepted`);
    report.add({
      name: `trading/request to bytes ready, ${journalPath === undefined ? 'no journal' : 'journaled'}`,
      unit: 'ns',
      value: figures.p50,
      p50: figures.p50,
      p99: figures.p99,
      runs: BATCHES,
      input: `limit orders of one instrument, every kind of limit on, batches of ${BATCH}`,
    });
    manager.close();
  }
  const manager = desk();
  let passed = 0;
  const figures = measure(
    (index) => {
      const side = (index & 1) + 1;
      if (manager.fast.probe(0, side, 1 + (index % 97), side === 1 ? 9_000 : 11_000)) passed += 1;
    },
    () => {},
  );
  if (passed !== (BATCHES + 200) * BATCH) throw new Error(`only ${passed} orders would pass`);
  report.add({
    name: 'trading/full pre-trade check from JavaScript',
    unit: 'ns',
    value: figures.p50,
    p50: figures.p50,
    p99: figures.p99,
    runs: BATCHES,
    input: `limit orders, every kind of limit on, batches of ${BATCH}`,
  });
  manager.close();
} finally {
  rmSync(path, { recursive: true });
}
report.write();

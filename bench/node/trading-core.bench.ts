// From JavaScript through risk, order table and journal to a request that is ready for its venue,
// with every kind of limit on; and the same for an order that risk refuses (the check alone).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealTimeOrderManager, type RiskLimit, ViolationType } from 'hft-trading-system';
import { median, Report } from '../report.js';

const BATCH = 64;
const BATCHES = 2_000;
const WIDE: RiskLimit = { limitValue: 1e9 };

function desk(journalPath?: string): RealTimeOrderManager {
  const manager = new RealTimeOrderManager({
    instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 }],
    ...(journalPath === undefined ? {} : { journalPath }),
    native: { needsTrust: false, ordersMax: 1 << 19, requestsMax: 1 << 10 },
  });
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
        if (manager.limit(0, side, 1 + (index % 97), side === 1 ? 9_000 : 11_000) !== 0) sent += 1;
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
  manager.risk.addGlobalLimit(ViolationType.ORDER_SIZE_LIMIT, { limitValue: 0.001 });
  let refused = 0;
  const figures = measure(
    (index) => {
      if (manager.limit(0, 1, 2 + (index % 97), 9_000) === 0) refused += 1;
    },
    () => {},
  );
  if (refused !== (BATCHES + 200) * BATCH) throw new Error(`only ${refused} orders were refused`);
  report.add({
    name: 'trading/order refused by risk, told to JavaScript',
    unit: 'ns',
    value: figures.p50,
    p50: figures.p50,
    p99: figures.p99,
    runs: BATCHES,
    input: `limit orders beyond the size limit, batches of ${BATCH}`,
  });
  manager.close();
} finally {
  rmSync(path, { recursive: true });
}
report.write();

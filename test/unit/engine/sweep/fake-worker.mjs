// A worker of a sweep whose backtests are made up: what a run comes to follows from its parameters.
import { metricsOf } from '../../../../dist/engine/sweep/judge/run-metrics.js';
import { serveRuns } from '../../../../dist/engine/sweep/running/serve-runs.js';

const FIRST_MS = 1_700_000_000_000;
const SPAN_MS = 60_000;

function equityOf({ halfSpreadTicks, skewTicks }, startMs, endMs) {
  // A wave that differs by parameters, on a drift that is best at halfSpreadTicks = 3.
  const drift = 1 - Math.abs(halfSpreadTicks - 3) / 2;
  const equity = [100_000];
  for (let at = startMs + 1000; at <= endMs; at += 1000) {
    const wave = Math.sin(at / 1700 + skewTicks) + Math.sin(at / 333 + halfSpreadTicks);
    equity.push(equity.at(-1) + drift + 3 * wave);
  }
  return equity;
}

function resultOf({ id, parameters, startNs, endNs }) {
  const startMs = startNs === undefined ? FIRST_MS : Number(startNs / 1_000_000n);
  const endMs = endNs === undefined ? FIRST_MS + SPAN_MS : Number(endNs / 1_000_000n);
  const equity = equityOf(parameters, startMs, endMs);
  const pnl = (equity.at(-1) - 100_000).toFixed(2);
  return {
    series: { timeMs: equity.map((_, index) => startMs + 1000 * index), equity },
    total: {
      attribution: { total: pnl, fees: '0' },
      orders: { submitted: 10, fills: 5, turnover: '1000' },
      roundTrips: 2,
    },
    currency: 'USDT',
    capital: '100000',
    run: {
      startTime: new Date(startMs).toISOString(),
      endTime: new Date(endMs).toISOString(),
      marketEvents: 1000,
      stateHash: id,
    },
    warnings: [],
  };
}

serveRuns((payload) => async (spec, { signal, report }) => {
  if (payload.config.system_id === 'sluggish') {
    // Until it is told to stop, as a long backtest would.
    for (let share = 0; !signal.aborted; share = Math.min(1, share + 0.01)) {
      report(share);
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('given up');
  }
  // What goes wrong is asked for by a parameter that the sweep leaves to it.
  switch (spec.parameters.inventoryLotsMax) {
    case 13:
      throw new Error('unlucky');
    case 14:
      process.exit(3);
      break;
    case 15:
      setImmediate(() => {
        throw new Error('thrown from a timer');
      });
      await new Promise(() => {});
      break;
    case 16:
      for (;;);
  }
  report(1);
  return metricsOf(resultOf(spec));
});

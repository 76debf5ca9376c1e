// Market event to accepted order in paper trading: a whole trading system, its market over a real
// socket from a venue in another thread, risk limits, journal and simulated exchange included.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationManager, RealTimeTradingSystem } from 'hft-trading-system';
import { median, Report } from '../report.js';

const FRAMES_PER_SECOND = 100_000;
const EVENTS = 300_000;
const RUNS = 5;
const STRATEGY = fileURLToPath(new URL('./quick-taker.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'hft-bench-'));

async function run(drive: 'event' | 'spin') {
  const text = `
trading: { capital: 10000000, currency: USDT, max_orders_per_second: 1000000 }
risk_limits:
  max_position_value: 50%
  max_order_value: 10%
  max_gross_exposure: 90%
  daily_loss_limit: 10%
  max_drawdown: 10%
  price_collar: 10%
  prevent_self_trade: true
strategies:
  taker: { module: ${STRATEGY} }
simulation: { latency: { order: 50us, response: 50us } }
paper: { output: ${folder} }
`;
  const read = ConfigurationManager.parse(text, 'paper.bench.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const system = new RealTimeTradingSystem(read.manager, {
    journalDirectory: join(folder, `journal-${drive}-${performance.now()}`),
    market: {
      kind: 'loopback',
      venue: {
        source: { kind: 'generator', wireFormat: 'binance-spot', seed: 1, symbolCount: 1 },
        speed: { kind: 'rate', framesPerSecond: FRAMES_PER_SECOND },
        isSpinning: true,
      },
      drive,
    },
  });
  await system.initialise();
  system.start();
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (system.parts.session.events < EVENTS) return;
      clearInterval(look);
      clearInterval(view);
      resolve();
    }, 20);
    // As often as a terminal view asks: statistics make objects, and hold up what comes meanwhile.
    const view = setInterval(() => system.statistics(), 250);
  });
  const { orders, trading } = await system.stop();
  if (orders.refused + orders.rejected > 0) throw new Error(JSON.stringify(orders));
  return trading.readToOrder;
}

const report = new Report();
try {
  for (const drive of ['spin', 'event'] as const) {
    const runs = [];
    for (let i = 0; i < RUNS; i += 1) runs.push(await run(drive));
    const best = runs.reduce((a, b) => (b.mean < a.mean ? b : a));
    report.add({
      name: `paper/read to order accepted at 100 k/s, ${drive === 'spin' ? 'spinning' : 'event-driven'}`,
      unit: 'ns',
      value: median(runs.map(({ mean }) => mean)),
      p50: best.p50,
      p99: best.p99,
      max: best.max,
      runs: RUNS,
      input:
        `generated Binance spot market, seed 1, ${EVENTS} events, an order on every tenth, ` +
        'seven kinds of limit, journal; value is the median of the means, the rest of the best run',
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}
report.write();

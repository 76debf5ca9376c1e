// Starts and stops a trading system over and over in one process, with the venue in its thread,
// journal and kill switch, and prints what the process holds at the end of each cycle.
import { readdirSync } from 'node:fs';
import { ConfigurationManager } from '../../../../dist/config/configuration-manager.js';
import { RealTimeTradingSystem } from '../../../../dist/engine/system/real-time-trading-system.js';

const [folder, cycles] = process.argv.slice(2);
const read = ConfigurationManager.parse(
  `
trading: { capital: 1000000, currency: USDT, max_orders_per_second: 100000 }
strategies:
  maker:
    class: SimpleMarketMaker
    parameters: { halfSpreadTicks: 0.5, orderLots: 1000, inventoryLotsMax: 10000 }
paper:
  generate: { format: binance-spot, seed: 1, symbols: 2, frames_per_second: 20000 }
  output: ${folder}
journal: { segment_size: 2MiB }
performance: { orders_max: 16384 }
`,
  'cycles.yaml',
);

async function cycle() {
  const system = new RealTimeTradingSystem(read.manager, { stateDirectory: `${folder}/state` });
  const filled = new Promise((resolve) => system.once('orderFilled', resolve));
  await system.initialise();
  system.start();
  await filled;
  await system.stop();
}

/** What the kernel says that this process holds. */
function held() {
  globalThis.gc();
  return {
    threads: readdirSync('/proc/self/task').length,
    descriptors: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
    residentMiB: process.memoryUsage.rss() / 2 ** 20,
  };
}

const after = [];
for (let i = 0; i < Number(cycles); i += 1) {
  await cycle();
  after.push(held());
}
process.stdout.write(JSON.stringify(after));

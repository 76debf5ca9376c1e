// A whole trading system in a program of one's own: a generated market on 127.0.0.1, a shipped
// strategy, the simulated exchange. `hft run` does the same from a file.
//
//   npm run examples

import { ConfigurationManager, RealTimeTradingSystem } from 'hft-trading-system';

const read = ConfigurationManager.parse(
  `
trading: { capital: 100000, currency: USDT, max_orders_per_second: 5000 }
risk_limits: { max_position_value: 50%, daily_loss_limit: 2%, prevent_self_trade: true }
strategies:
  maker:
    class: SimpleMarketMaker
    parameters: { halfSpreadTicks: 1, orderLots: 1000, inventoryLotsMax: 10000 }
simulation: { latency: { order: 500us, response: 500us } }
paper: { generate: { format: binance-spot, seed: 1, symbols: 2, frames_per_second: 5000 } }
journal: { enabled: false }
`,
  'paper-trading.yaml',
);
if (!read.ok) throw new Error(JSON.stringify(read.problems));

const system = new RealTimeTradingSystem(read.manager);
system.on('strategyFailed', ({ strategyId, message }) => console.error(strategyId, message));
const fills = new Promise<void>((resolve) => {
  let count = 0;
  system.on('orderFilled', ({ symbol, side, quantity, price }) => {
    count += 1;
    if (count <= 5) console.log(side, quantity, symbol, 'at', price);
    if (count === 20) resolve();
  });
});
await system.initialise();
system.start();
await fills;
console.log('health:', system.health().level);
const last = await system.stop();
console.log(`${last.orders.submitted} orders, ${last.orders.fills} fills,`);
console.log(`realised ${last.money.realised}, working at the end: ${last.workingOrders}`);

// A process whose only thread watches a state directory, says so, and then never answers again.
import { writeSync } from 'node:fs';
import { RealTimeOrderManager } from '../../../dist/orders/real-time-order-manager.js';

const orders = new RealTimeOrderManager({
  instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 }],
  native: { needsTrust: false },
});
orders.watch(process.argv[2], 20);
orders.start();
// Not through the event loop: it does not turn again.
writeSync(1, 'watching\n');
for (;;);

// A trading thread that sends three orders, hears that they work, and then never answers again.
import { parentPort, workerData } from 'node:worker_threads';
import { RealTimeOrderManager } from '../../../dist/orders/real-time-order-manager.js';

const NEW = 2;
const orders = new RealTimeOrderManager({
  instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 }],
  native: { needsTrust: false },
});
const ring = orders.watch(workerData.state, 20);
orders.start();
const ids = [1, 2, 3].map((quantity) => {
  const sent = orders.submit({
    symbol: 'BTCUSDT',
    side: 'BUY',
    quantity,
    price: 100,
    orderType: 2,
  });
  const request = orders.connector.takeRequest();
  orders.connector.report({
    ...request,
    execType: NEW,
    ordStatus: NEW,
    leavesQty: request.orderQty,
  });
  return sent.clOrdID;
});
parentPort.postMessage({ buffer: ring.buffer, orders: ids });
// An event loop that is blocked, as by an endless loop of a strategy.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

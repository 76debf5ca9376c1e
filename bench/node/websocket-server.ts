// A loopback venue in a worker thread that plays a market prepared in memory.
import { parentPort, workerData } from 'node:worker_threads';
import type { PlaySpeed } from '#dist/venues/loopback/pacer.js';
import { LoopbackServer } from '#dist/venues/loopback/server.js';
import { PreparedSource } from './prepared-source.js';

/** What the server is to play. */
export interface ServerPlan {
  readonly frames: number;
  readonly speed: PlaySpeed;
}

const plan = workerData as ServerPlan;
const source = new PreparedSource('binance-spot', 1, plan.frames);
const server = new LoopbackServer({
  source,
  speed: plan.speed,
  isSpinning: plan.speed.kind === 'rate',
});
await server.listen();
parentPort?.postMessage({
  url: server.url,
  symbols: source.symbols,
  snapshot: source.restSnapshot({ symbol: source.symbols[0] ?? '', levels: 0, isL3: false }),
});
parentPort?.on('message', () => {
  void server.close().then(() => parentPort?.close());
});

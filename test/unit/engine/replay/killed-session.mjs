// A recorded paper session in a process of its own: `CAPTURE JOURNAL [CHUNK]`. At CHUNK, where one
// is given, the process kills itself as the kernel would.
import { openCapture } from '../../../../dist/data/capture-files.js';
import { StreamProcessor } from '../../../../dist/engine/stream-processor.js';
import { SessionClock } from '../../../../dist/engine/trading/session-clock.js';
import { StrategyRunner } from '../../../../dist/engine/trading/strategy-runner.js';
import { TradingSession } from '../../../../dist/engine/trading/trading-session.js';
import { RealTimeOrderManager } from '../../../../dist/orders/real-time-order-manager.js';
import { SimpleMarketMaker } from '../../../../dist/strategies/simple-market-maker.js';

const [capture, journalPath, killAt = '0'] = process.argv.slice(2);
const START_MS = 1_000;
const CHUNK_BYTES = 16_384;

async function play(stream, beforeChunk) {
  const { chunks, format } = await openCapture([capture], { withSiblings: true });
  const feed = stream.openCapture({ captureFormat: format });
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      beforeChunk();
      await feed.push(chunk.subarray(at, at + CHUNK_BYTES));
    }
  }
  await feed.finish();
}

const learning = new StreamProcessor({ discover: true, depth: 0, stamps: false });
await play(learning, () => {});
const instruments = [...learning.instruments];
learning.close();
const manager = new RealTimeOrderManager({
  simulated: 'market',
  journalPath,
  native: { isStepped: true, instrumentsMax: 8, segmentBytes: 4 << 20, orderLatencyNs: 20_000 },
});
instruments.forEach((instrument, id) => {
  manager.addInstrument({ ...instrument, id });
});
manager.setTime(START_MS);
manager.start();
const clock = new SessionClock();
const session = new TradingSession({ manager, clock });
session.add(
  new StrategyRunner({
    strategy: new SimpleMarketMaker(),
    strategyId: 'maker',
    mode: 'paper',
    manager,
    instruments: instruments.map((info, id) => ({
      ...info,
      id,
      feed: 'market',
      multiplier: 1,
      currency: 'USD',
    })),
    clock,
    seed: 1,
    parameters: { halfSpreadTicks: 1, orderLots: 1000, inventoryLotsMax: 10_000 },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    onFailure: (_, error) => {
      throw error;
    },
  }),
);
const stream = new StreamProcessor({ instruments, depth: 10 });
session.attach(stream);
session.start(START_MS);
let chunk = 0;
await play(stream, () => {
  chunk += 1;
  session.tick(clock.nowMs + 0.25);
  if (chunk === Number(killAt)) process.kill(process.pid, 'SIGKILL');
});
session.stop(clock.nowMs + 1);
stream.close();
manager.close();

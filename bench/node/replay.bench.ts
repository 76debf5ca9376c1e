// A paper session with and without its recording, and its replay, decision by decision.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealTimeOrderManager, StreamProcessor } from 'hft-trading-system';
import { openByteSink } from '#dist/data/byte-sink.js';
import { openCapture } from '#dist/data/capture-files.js';
import { generateCapture } from '#dist/data/generate-capture.js';
import { replayJournal } from '#dist/engine/replay/replay-journal.js';
import { SessionClock } from '#dist/engine/trading/session-clock.js';
import { StrategyRunner } from '#dist/engine/trading/strategy-runner.js';
import { TradingSession } from '#dist/engine/trading/trading-session.js';
import { Report } from '../report.js';
import { QuickTaker } from './quick-taker.js';

const MESSAGES = 1_000_000;
const START_MS = 1_000;
const INPUT = `generated binance-spot, 2 symbols, seed 3, ${MESSAGES} messages, 20 levels`;

const report = new Report();
const folder = mkdtempSync(join(tmpdir(), 'hft-bench-replay-'));
const capture = join(folder, 'market.txt');

async function play(stream: StreamProcessor): Promise<number> {
  const { chunks, format } = await openCapture([capture], { withSiblings: true });
  const bytes: Uint8Array[] = [];
  for await (const chunk of chunks) bytes.push(chunk);
  const feed = stream.openCapture({ captureFormat: format });
  const startedAt = performance.now();
  for (const chunk of bytes) await feed.push(chunk);
  await feed.finish();
  return performance.now() - startedAt;
}

/** Runs a session; nanoseconds an event. */
async function runSession(journalPath: string, isRecorded: boolean): Promise<number> {
  const learning = new StreamProcessor({ discover: true, depth: 0, stamps: false });
  await play(learning);
  const instruments = [...learning.instruments];
  learning.close();
  const manager = new RealTimeOrderManager({
    simulated: 'market',
    journalPath,
    isRecorded,
    native: { isStepped: true, instrumentsMax: 8 },
  });
  instruments.forEach((instrument, id) => {
    manager.addInstrument({ ...instrument, id });
  });
  manager.setTime(START_MS);
  manager.start();
  const stream = new StreamProcessor({ instruments, depth: 20 });
  const clock = new SessionClock();
  const session = new TradingSession({ manager, clock });
  session.add(
    new StrategyRunner({
      strategy: new QuickTaker(),
      strategyId: 'taker',
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
      parameters: {},
      log: { debug() {}, info() {}, warn() {}, error() {} },
      onFailure: (_, error) => {
        throw error;
      },
    }),
  );
  session.attach(stream);
  session.start(START_MS);
  const milliseconds = await play(stream);
  session.stop();
  stream.close();
  manager.close();
  return (milliseconds * 1e6) / session.events;
}

try {
  const sink = await openByteSink(capture);
  await generateCapture(sink, {
    wireFormat: 'binance-spot',
    container: 'recording',
    seed: 3,
    messages: MESSAGES,
    symbolCount: 2,
  });
  await sink.close();
  const plain = await runSession(join(folder, 'plain'), false);
  const recorded = await runSession(join(folder, 'recorded'), true);
  const facts = { unit: 'ns/event', runs: 1, input: INPUT };
  report.add({ name: 'session/paper', value: plain, ...facts });
  report.add({ name: 'session/paper, recorded', value: recorded, ...facts });
  const market = join(folder, 'recorded', 'market', 'run-000001');
  const bytes = readdirSync(market).reduce(
    (sum, name) => sum + statSync(join(market, name)).size,
    0,
  );
  const replay = await replayJournal(join(folder, 'recorded'), {
    makeStrategies: () => new Map([['taker', new QuickTaker()]]),
  });
  const [run] = replay.runs;
  if (!replay.ok || run === undefined) throw new Error(`the replay: ${run?.reason}`);
  report.add({
    name: 'replay/verify',
    unit: 'events/s',
    value: run.eventsPerSecond,
    runs: 1,
    input: `${INPUT}, ${run.records} records`,
  });
  report.add({
    name: 'recording/size',
    unit: 'bytes/event',
    value: bytes / run.events,
    runs: 1,
    input: INPUT,
  });
} finally {
  rmSync(folder, { recursive: true });
}
report.write();

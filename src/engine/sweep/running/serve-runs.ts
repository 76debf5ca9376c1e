import { parentPort, workerData } from 'node:worker_threads';
import { HftError } from '../../../domain/errors.js';
import type { RunMetrics } from '../judge/run-metrics.js';
import {
  type RunSpec,
  SharedBoard,
  type WorkerMessage,
  type WorkerOrder,
  type WorkerSetup,
} from './run-protocol.js';

/** Does one backtest. `report` takes how much of it is done, from 0 to 1; `signal` ends it. */
export type DoRun = (
  spec: RunSpec,
  options: { readonly signal: AbortSignal; readonly report: (share: number) => void },
) => Promise<RunMetrics>;

/** The worker's side of a sweep: does the runs that it is given, one after the other. */
export function serveRuns(prepare: (payload: unknown) => DoRun): void {
  const port = parentPort;
  if (port === null) throw new HftError('HFT_ARGUMENT', 'runs are served on a worker thread');
  const setup = workerData as WorkerSetup;
  const board = new SharedBoard(setup.board);
  let doRun: DoRun | undefined;
  const say = (message: WorkerMessage) => port.postMessage(message);
  const serve = async (doRun: DoRun, spec: RunSpec): Promise<void> => {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    const stop = new AbortController();
    // A running backtest takes no messages: it is asked to end through shared memory.
    const report = (share: number): void => {
      board.report(share);
      if (board.isStopped) stop.abort(new Error('stopped'));
    };
    report(0);
    try {
      const metrics = await doRun(spec, { signal: stop.signal, report });
      say({ kind: 'done', metrics, seconds: seconds() });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (stop.signal.aborted) say({ kind: 'stopped' });
      else say({ kind: 'failed', message, seconds: seconds() });
    }
  };
  port.on('message', (order: WorkerOrder) => {
    if (order.kind === 'setup') {
      doRun = prepare(order.payload);
      say({ kind: 'ready' });
    } else if (doRun !== undefined) void serve(doRun, order.spec);
  });
}

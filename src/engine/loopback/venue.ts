import { existsSync } from 'node:fs';
import { setInterval as every } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, HftError } from '../../domain/errors.js';
import { LoopbackServer } from '../../venues/loopback/server.js';
import { openVenueSource, type RunningVenue, type VenuePlan } from './venue-plan.js';
import type { VenueAnswer, VenueOrder } from './venue-thread.js';

const ENDED_POLL_MS = 50;

/** Starts a loopback venue in a thread of its own, so that it does not slow the hot path. */
export function startVenue(plan: VenuePlan): Promise<RunningVenue> {
  const entry = new URL('./venue-thread.js', import.meta.url);
  // A test runner that reads TypeScript has no compiled entry for a thread.
  if (!existsSync(fileURLToPath(entry))) return startVenueHere(plan);
  return VenueThread.start(new Worker(entry, { workerData: plan }));
}

/** Starts a loopback venue on this thread. */
export async function startVenueHere(plan: VenuePlan): Promise<RunningVenue> {
  const { source: sourcePlan, ...options } = plan;
  const source = await openVenueSource(sourcePlan);
  const server = new LoopbackServer({ ...options, source });
  await server.listen();
  const closing = new AbortController();
  const ended = (async () => {
    for await (const _ of every(ENDED_POLL_MS, undefined, { ref: false, signal: closing.signal })) {
      if (server.counts().isEnded) return;
    }
  })();
  // Closing ends the wait with an error that nobody needs to see.
  ended.catch(() => {});
  const { port, url } = server;
  return {
    facts: {
      port,
      url,
      wireFormat: source.wireFormat,
      symbols: source.symbols,
      instruments: source.instruments,
    },
    counts: async () => server.counts(),
    ended,
    async close() {
      closing.abort();
      await server.close();
    },
  };
}

class VenueThread {
  readonly #worker: Worker;
  readonly #waiting: ((answer: VenueAnswer) => void)[] = [];
  readonly #exited: Promise<void>;
  #markEnded: () => void = () => {};

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
  }

  static async start(worker: Worker): Promise<RunningVenue> {
    const thread = new VenueThread(worker);
    const ended = new Promise<void>((resolve) => {
      thread.#markEnded = resolve;
    });
    const failed = new Promise<never>((_, reject) => worker.once('error', reject));
    // After the start nobody waits for it: an error of the thread then ends the connection.
    failed.catch(() => {});
    worker.on('message', (answer: VenueAnswer) => thread.#take(answer));
    const first = await Promise.race([thread.#next(), failed]);
    if (first.kind !== 'facts') {
      await worker.terminate();
      throw first.kind === 'failure'
        ? new HftError(first.code, first.message)
        : new HftError('HFT_TRANSPORT', `the venue's thread began with "${first.kind}"`);
    }
    return {
      facts: first.facts,
      async counts() {
        const answer = await thread.#ask({ kind: 'counts' });
        if (answer.kind === 'counts') return answer.counts;
        throw new HftError('HFT_CLOSED', 'the venue is closed');
      },
      ended,
      async close() {
        thread.#tell({ kind: 'close' });
        await thread.#exited;
      },
    };
  }

  #take(answer: VenueAnswer): void {
    if (answer.kind === 'ended') this.#markEnded();
    else this.#waiting.shift()?.(answer);
  }

  #next(): Promise<VenueAnswer> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #ask(order: VenueOrder): Promise<VenueAnswer> {
    const answer = this.#next();
    this.#tell(order);
    const gone = this.#exited.then(
      (): VenueAnswer => ({ kind: 'failure', code: 'HFT_CLOSED' satisfies ErrorCode, message: '' }),
    );
    return Promise.race([answer, gone]);
  }

  #tell(order: VenueOrder): void {
    this.#worker.postMessage(order);
  }
}

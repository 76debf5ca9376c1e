import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, HftError } from '../../domain/errors.js';
import type { LoopbackCounts } from '../../venues/loopback/server.js';
import { startVenueHere } from './venue.js';
import type { VenueFacts, VenuePlan } from './venue-plan.js';

/** What the thread of a venue is told. */
export type VenueOrder = { readonly kind: 'counts' } | { readonly kind: 'close' };

/** What the thread of a venue answers. */
export type VenueAnswer =
  | { readonly kind: 'facts'; readonly facts: VenueFacts }
  | { readonly kind: 'counts'; readonly counts: LoopbackCounts }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failure'; readonly code: ErrorCode; readonly message: string };

/** Runs a loopback venue as the body of a worker thread. */
async function runVenueThread(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const answer = (message: VenueAnswer): void => port.postMessage(message);
  try {
    const venue = await startVenueHere(workerData as VenuePlan);
    port.on('message', (order: VenueOrder) => {
      if (order.kind === 'close') {
        void venue.close().finally(() => port.close());
        return;
      }
      void venue.counts().then((counts) => answer({ kind: 'counts', counts }));
    });
    answer({ kind: 'facts', facts: venue.facts });
    venue.ended.then(
      () => answer({ kind: 'ended' }),
      () => {},
    );
  } catch (error) {
    const code = error instanceof HftError ? error.code : 'HFT_TRANSPORT';
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: 'failure', code, message });
    port.close();
  }
}

await runVenueThread();

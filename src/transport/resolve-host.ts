import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { TransportError } from './web-socket.js';

/**
 * The addresses of a host, in the order in which to try them. A literal address is its own answer.
 *
 * Throws a TransportError: `resolve-failed`, `timed-out` or `aborted`. The look-up itself cannot be
 * called off; its late answer is dropped.
 */
export async function resolveHost(
  hostname: string,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  return await new Promise<readonly string[]>((resolve, reject) => {
    const onAbort = (): void => {
      settle(() => reject(new TransportError('aborted', 'the connection was called off')));
    };
    const timer = setTimeout(() => {
      settle(() => reject(new TransportError('timed-out', `no answer for the name ${hostname}`)));
    }, limits.timeoutMs);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', onAbort);
      finish();
    };
    limits.signal.addEventListener('abort', onAbort);
    if (limits.signal.aborted) onAbort();
    lookup(hostname, { all: true, verbatim: true }).then(
      (found) => settle(() => resolve(found.map((entry) => entry.address))),
      (error: Error) =>
        settle(() =>
          reject(new TransportError('resolve-failed', `cannot resolve the name: ${error.message}`)),
        ),
    );
  });
}

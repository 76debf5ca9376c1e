/** After a capture has ended, what is still in the sockets gets this long to arrive. */
const SETTLE_MS = 200;

/** What ends a run in real time. */
export interface RunEnd {
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Resolves when the market has ended by itself. */
  readonly ended: Promise<void> | undefined;
  readonly durationSeconds: number | undefined;
  /** Resolves when the run can't go on. */
  readonly failed?: Promise<void>;
}

/** Resolves at the first of: a signal, the end of the market, of the duration, or a failure. */
export function firstOf({ signal, ended, durationSeconds, failed }: RunEnd): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      clearInterval(alive);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    // Nothing else may hold the process while it waits for the market.
    const alive = setInterval(() => {}, 1000);
    if (durationSeconds !== undefined) timer = setTimeout(finish, durationSeconds * 1000);
    signal.addEventListener('abort', finish);
    void ended?.then(() => setTimeout(finish, SETTLE_MS), finish);
    void failed?.then(finish);
    if (signal.aborted) finish();
  });
}

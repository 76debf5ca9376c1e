/** How a check of the machine came out. */
export type CheckStatus = 'ok' | 'warn' | 'fail';

/** One line of `hft doctor`. */
export interface Check {
  readonly name: string;
  /** `fail`: something needed is missing; `warn`: something would be better. */
  readonly status: CheckStatus;
  /** What was found. */
  readonly found: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly advice: string;
}

/** What a check looks at; tests give their own. */
export interface Machine {
  readonly nodeVersion: string;
  readonly platform: string;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file; undefined where it cannot be read. */
  readText(path: string): string | undefined;
  /** Standard output of a program; undefined where it is not there or fails. */
  run(program: string, args: readonly string[]): Promise<string | undefined>;
  cores(): { readonly count: number; readonly model: string };
  memory(): { readonly totalBytes: number; readonly availableBytes: number };
  diskFreeBytes(path: string): Promise<number | undefined>;
  /** Loads the native addon. Returns what is wrong, or undefined. */
  addonProblem(): Promise<string | undefined>;
  /** Opens and closes a port on 127.0.0.1. Returns what is wrong, or undefined. */
  loopbackProblem(): Promise<string | undefined>;
  /** The most that two readings of the clock differed by, in nanoseconds, and its least step. */
  clock(): { readonly stepNs: number; readonly costNs: number };
}

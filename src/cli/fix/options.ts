/** Options of `hft fix accept` and `hft fix connect`. */
export interface FixRunOptions {
  readonly config: string;
  readonly echo?: boolean;
  readonly fastPath: boolean;
  readonly json?: boolean;
  /** Whether lines of standard input are sent. */
  readonly input?: boolean;
}

/** Options of `hft fix send`. */
export interface FixSendOptions {
  readonly config: string;
  readonly session?: string;
  readonly wait: number;
  readonly json?: boolean;
}

/** Options of `hft fix log`. */
export interface FixLogOptions {
  readonly type?: string;
  readonly messages?: boolean;
}

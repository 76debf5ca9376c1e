import type {
  ConnectorReport,
  ConnectorRequest,
  NativeEmergencyExit,
  NativeTradingCore,
} from '../addon/trading-core.js';

/** The venue's side of the core: requests out, reports in. Native numbers, ticks and lots. */
export class ConnectorDesk {
  readonly #native: NativeTradingCore;
  readonly #drain: () => void;

  /** Made by RealTimeOrderManager. */
  constructor(native: NativeTradingCore, drain: () => void) {
    this.#native = native;
    this.#drain = drain;
  }

  /** The next request for a connector; undefined where none waits. */
  takeRequest(): ConnectorRequest | undefined {
    return this.#native.takeRequest();
  }

  /** What a venue says. Errors: HFT_ARGUMENT for numbers that can't be. */
  report(report: ConnectorReport): void {
    this.#native.report(report);
    this.#drain();
  }

  /** The answer to a request was ambiguous: Unknown until the venue proves otherwise. */
  ambiguous(clOrdID: number): void {
    this.#native.ambiguous(clOrdID);
    this.#drain();
  }

  /**
   * How the kill switch cancels at a venue while this thread is blocked, from `watch` on; undefined
   * takes it away again. Without one, cancels for the venue go to the emergency ring.
   */
  setEmergencyExit(venue: number, exit: NativeEmergencyExit | undefined): void {
    this.#native.setEmergencyExit(venue, exit);
  }

  /** Proof that a request never had an effect. */
  absent(clOrdID: number): void {
    this.#native.absent(clOrdID);
    this.#drain();
  }
}

import type {
  NativeReplayState,
  NativeReplayStep,
  NativeTradingCore,
} from '../addon/trading-core.js';
import { HftError } from '../domain/errors.js';
import type { RequestStruct } from './request-struct.js';
import type { RecordedCall } from './run-recorder.js';

/** The recorded side of a run that is repeated: its events, and its inputs done again. */
export class ReplayDesk {
  readonly #native: NativeTradingCore;
  readonly #recorded: NativeTradingCore;
  readonly #struct: RequestStruct;
  readonly #calls: { readonly request: () => void; readonly drain: () => void };

  /** Made by RealTimeOrderManager. */
  constructor(
    native: NativeTradingCore,
    recorded: NativeTradingCore,
    struct: RequestStruct,
    calls: { readonly request: () => void; readonly drain: () => void },
  ) {
    this.#native = native;
    this.#recorded = recorded;
    this.#struct = struct;
    this.#calls = calls;
  }

  /** Has the recorded events go to an event ring. Errors: HFT_DATA_FILE without a recording. */
  open(recordingPath: string, ring: Uint8Array, slots: number, depth: number): void {
    this.#native.openReplay(recordingPath, ring, slots, depth);
  }

  /** What is needed next. */
  next(): NativeReplayStep {
    return this.#native.replayNext();
  }

  /** Takes the recorded report of a venue. */
  report(): void {
    this.#native.replayReport();
    this.#calls.drain();
  }

  /** Makes a recorded request that was nobody's strategy's. */
  request(bytes: Uint8Array): void {
    this.#struct.clear();
    this.#struct.memory.set(bytes);
    this.#calls.request();
  }

  /** Repeats a call of the core. What it refused then it refuses again. */
  call([method, ...args]: RecordedCall): void {
    const target: unknown = Reflect.get(this.#recorded, method);
    if (typeof target !== 'function') {
      throw new HftError('HFT_DATA_FILE', `the journal has a call of ${method}, which is unknown`);
    }
    try {
      target.apply(this.#recorded, args);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
    this.#calls.drain();
  }

  /** Remembers every limit that request `clOrdID` is held against. */
  explain(clOrdID: number): void {
    this.#native.explain(clOrdID);
  }

  /** The limits so far: type, scope, scopeId, 1 where it holds, limit, observed, headroom. */
  checks(): readonly (readonly number[])[] {
    return this.#native.checks();
  }

  /** The run is over: what is missing becomes a difference. */
  end(): void {
    this.#native.replayEnd();
  }

  /** How far it has come. */
  state(): NativeReplayState {
    const state = this.#native.replayState();
    if (state === undefined) throw new HftError('HFT_ARGUMENT', 'no run is being repeated');
    return state;
  }
}

import type { NativeTradingCore } from '../addon/trading-core.js';
import type { SignalBoard } from '../domain/signals.js';
import type { JournaledName, NamedTable, ScopeNames } from '../risk/scope-names.js';

/** A call of the native core with its arguments. */
export type RecordedCall = readonly [method: string, ...args: unknown[]];

const NAME = 20;
const SIGNAL_NAME = 22;
/** The table of lines `ClOrdID=clientOrderId`. */
const CLIENT_ORDER = 5;
const TABLES: readonly NamedTable[] = ['account', 'strategy', 'venue', 'currency', 'symbol'];

/** What changes how a core decides, beside requests, reports and market events. */
const INPUTS: ReadonlySet<string> = new Set([
  'setInstrument',
  'setLimit',
  'removeLimit',
  'setCapital',
  'setRate',
  'setCorrelation',
  'setRestricted',
  'setSession',
  'halt',
  'reduceOnly',
  'kill',
  'beginSession',
  'cancelAll',
  'submitList',
  'ambiguous',
  'absent',
]);

/** The name of a table by its number in the journal. */
export function namedTable(number: number): NamedTable {
  return TABLES[number] ?? 'symbol';
}

/**
 * Writes down what comes from outside of the strategies, so that a run can be repeated: calls
 * before the start as its set-up, later ones in the journal before they take effect.
 *
 * What a strategy asks for in one of its callbacks is no input: it follows from the others.
 */
export class RunRecorder {
  /** The core, whose calls are recorded. */
  readonly core: NativeTradingCore;
  readonly #native: NativeTradingCore;
  readonly #names: ScopeNames;
  readonly #setup: RecordedCall[] = [];
  readonly #boards: (readonly [strategy: number, board: SignalBoard])[] = [];
  readonly #head = new Uint8Array(8);
  readonly #view = new DataView(this.#head.buffer);
  readonly #isRepeatable: boolean;
  #isStarted = false;
  /** The number of the strategy whose callback runs; -1 outside of all. */
  strategy = -1;

  /** Made by RealTimeOrderManager. */
  constructor(native: NativeTradingCore, names: ScopeNames, isRepeatable: boolean) {
    this.#native = native;
    this.#names = names;
    this.#isRepeatable = isRepeatable;
    this.core = this.#recorded();
  }

  /** The calls before the start, in their order. */
  get setup(): readonly RecordedCall[] {
    return this.#setup;
  }
  get isRepeatable(): boolean {
    return this.#isRepeatable;
  }

  /** The journal is open: names go there. */
  start(): void {
    this.#isStarted = true;
    this.writeNames();
    this.#names.onNamed((table, id) => {
      const name = this.#names.all().find((known) => known.table === table && known.id === id);
      if (name !== undefined) this.#writeName(name);
    });
  }

  /** Writes every name again: for a journal whose older records may go. */
  writeNames(): void {
    for (const name of this.#names.all()) this.#writeName(name);
    for (const [strategy, board] of this.#boards) this.#writeSignals(strategy, board);
  }

  /** Has the values of a strategy's signals written beside its orders. */
  share(strategy: number, board: SignalBoard): void {
    this.#boards.push([strategy, board]);
    this.#native.setSignals(strategy, new Uint8Array(board.memory.buffer));
    this.#writeSignals(strategy, board);
  }

  /** A call from outside, before it takes effect. Errors: HFT_ARGUMENT where it is too long. */
  call(...call: RecordedCall): void {
    if (this.strategy >= 0) return;
    if (!this.#isStarted) this.#setup.push(call);
    else if (this.#isRepeatable) this.#native.inputCall(JSON.stringify(call));
  }

  /** The request in the shared struct is about to be made. */
  request(): void {
    if (this.strategy < 0 && this.#isStarted && this.#isRepeatable) this.#native.inputRequest();
  }

  /** Writes by which name a client knows an order. */
  client(clOrdID: number, clientOrderId: string): void {
    if (!this.#isStarted) return;
    this.#view.setBigUint64(0, BigInt(CLIENT_ORDER), true);
    this.#native.note(NAME, this.#head, `${clOrdID}=${clientOrderId}`);
  }

  #recorded(): NativeTradingCore {
    const made = new Map<string | symbol, unknown>();
    return new Proxy(this.#native, {
      get: (target, name) => {
        let value = made.get(name);
        if (value === undefined) {
          value = this.#member(target, name);
          made.set(name, value);
        }
        return value;
      },
    });
  }

  #member(target: NativeTradingCore, name: string | symbol): unknown {
    const value: unknown = Reflect.get(target, name);
    if (typeof value !== 'function') return value;
    if (typeof name !== 'string' || !INPUTS.has(name)) return value.bind(target);
    return (...args: unknown[]): unknown => {
      this.call(name, ...args);
      return value.apply(target, args);
    };
  }

  #writeName({ table, id, name, priceDecimals, qtyDecimals }: JournaledName): void {
    this.#view.setUint8(0, TABLES.indexOf(table));
    this.#view.setUint8(1, priceDecimals);
    this.#view.setUint8(2, qtyDecimals);
    this.#view.setUint8(3, 0);
    this.#view.setUint32(4, id, true);
    this.#native.note(NAME, this.#head, name);
  }

  #writeSignals(strategy: number, board: SignalBoard): void {
    board.onNamed((name, index) => {
      this.#view.setUint16(0, strategy, true);
      this.#view.setUint16(2, index, true);
      this.#view.setUint32(4, 0, true);
      if (this.#isStarted) this.#native.note(SIGNAL_NAME, this.#head, name);
    });
  }
}

import {
  ExecType,
  type FillEventView,
  ORD_STATUSES,
  type OrderEventView,
  type OrderSide,
  type OrdStatus,
} from '../domain/orders.js';
import type { ScopeNames } from '../risk/scope-names.js';

const CONTROL_BYTES = 256;
const HEAD = 0;
const TAIL = 64 / 4;
const SLOT_BYTES = 192;
/** Numbers of OrderEventKind. */
export const OrderEventKind = {
  Order: 1,
  Fill: 2,
  Refused: 3,
  CancelRefused: 4,
  Breach: 5,
  Unknown: 6,
  Discrepancy: 7,
} as const;

/** Fields of `native/stream/trading/order_event.hpp`: doubles by their index in a slot. */
const CL_ORD_ID = 4;
const REQUEST_ID = 5;
const ORDER_QTY = 7;
const CUM_QTY = 8;
const LEAVES_QTY = 9;
const PRICE = 10;
const LAST_QTY = 11;
const LAST_PX = 12;
const FEE = 13;
const TIME_MS = 15;
const LIMIT = 17;
const OBSERVED = 18;
const HEADROOM = 19;
const TRANSACT_TIME_MS = 22;

/** The states in which nothing is open any more. */
const CLOSED: ReadonlySet<OrdStatus> = new Set(['Filled', 'Canceled', 'Rejected', 'Expired']);

/** Where in the ring the present event lies; the views read through it. */
export class OrderEventCursor {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly shorts: Uint16Array;
  readonly doubles: Float64Array;
  readonly names: ScopeNames;
  readonly clientIds: ReadonlyMap<number, string>;
  byteAt = 0;
  at = 0;

  constructor(buffer: ArrayBuffer, names: ScopeNames, clientIds: ReadonlyMap<number, string>) {
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.shorts = new Uint16Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.names = names;
    this.clientIds = clientIds;
  }

  moveTo(byteAt: number): void {
    this.byteAt = byteAt;
    this.at = byteAt >>> 3;
  }
  number(index: number): number {
    return this.doubles[this.at + index] ?? 0;
  }
  byte(offset: number): number {
    return this.bytes[this.byteAt + offset] ?? 0;
  }
  short(offset: number): number {
    return this.shorts[(this.byteAt + offset) >>> 1] ?? 0;
  }
  get kind(): number {
    return this.byte(4);
  }
  get instrumentId(): number {
    return this.words[this.byteAt >>> 2] ?? 0;
  }
  get violation(): number {
    return this.byte(19);
  }
  get scope(): number {
    return this.byte(20);
  }
  get verdict(): number {
    return this.byte(22);
  }
  get scopeId(): number {
    return this.words[(this.byteAt + 24) >>> 2] ?? 0;
  }
  get limit(): number {
    return this.number(LIMIT);
  }
  get observed(): number {
    return this.number(OBSERVED);
  }
  get headroom(): number {
    return this.number(HEADROOM);
  }
}

class EventView {
  protected readonly cursor: OrderEventCursor;

  constructor(cursor: OrderEventCursor) {
    this.cursor = cursor;
  }
  get clOrdID(): number {
    return this.cursor.number(CL_ORD_ID);
  }
  get requestID(): number {
    return this.cursor.number(REQUEST_ID);
  }
  get clientOrderId(): string | undefined {
    return this.cursor.clientIds.get(this.clOrdID);
  }
  get instrumentId(): number {
    return this.cursor.instrumentId;
  }
  get symbol(): string {
    return this.cursor.names.symbolOf(this.cursor.instrumentId)?.symbol ?? '';
  }
  get side(): OrderSide {
    return this.cursor.byte(7) === 2 ? 'SELL' : 'BUY';
  }
  get ordStatus(): OrdStatus {
    return ORD_STATUSES[this.cursor.byte(5)] ?? 'None';
  }
  get orderLots(): number {
    return this.cursor.number(ORDER_QTY);
  }
  get cumLots(): number {
    return this.cursor.number(CUM_QTY);
  }
  get leavesLots(): number {
    return this.cursor.number(LEAVES_QTY);
  }
  get strategy(): number {
    return this.cursor.short(12);
  }
  get timeMs(): number {
    return this.cursor.number(TIME_MS);
  }
}

/** An order after a change; see OrderEventView. */
export class OrderStateView extends EventView implements OrderEventView {
  get priceTicks(): number {
    return this.cursor.number(PRICE);
  }
  get isReplaced(): boolean {
    return this.cursor.byte(6) === ExecType.Replaced;
  }
  get isWorking(): boolean {
    return !CLOSED.has(this.ordStatus);
  }
}

/** An execution; see FillEventView. */
export class ExecutionView extends EventView implements FillEventView {
  get lastLots(): number {
    return this.cursor.number(LAST_QTY);
  }
  get lastTicks(): number {
    return this.cursor.number(LAST_PX);
  }
  get lastQty(): number {
    const symbol = this.cursor.names.symbolOf(this.cursor.instrumentId);
    return this.lastLots / 10 ** (symbol?.qtyDecimals ?? 0);
  }
  get lastPx(): number {
    const symbol = this.cursor.names.symbolOf(this.cursor.instrumentId);
    return this.lastTicks / 10 ** (symbol?.priceDecimals ?? 0);
  }
  get fee(): number {
    return this.cursor.number(FEE);
  }
  get isMaker(): boolean {
    return this.cursor.byte(21) === 1;
  }
  get transactTimeMs(): number {
    return this.cursor.number(TRANSACT_TIME_MS);
  }
}

/** The consumer's side of the ring of order events, on the thread that owns the core. */
export class OrderEventRing {
  static readonly slotBytes = SLOT_BYTES;
  readonly memory: Uint8Array;
  readonly cursor: OrderEventCursor;
  readonly #control: Uint32Array;
  readonly #mask: number;
  #tail = 0;

  constructor(slots: number, names: ScopeNames, clientIds: ReadonlyMap<number, string>) {
    const buffer = new ArrayBuffer(CONTROL_BYTES + slots * SLOT_BYTES);
    this.memory = new Uint8Array(buffer);
    this.#control = new Uint32Array(buffer, 0, CONTROL_BYTES / 4);
    this.#mask = slots - 1;
    this.cursor = new OrderEventCursor(buffer, names, clientIds);
  }

  /** Whether an event waits. */
  get hasNext(): boolean {
    return this.#control[HEAD] !== this.#tail;
  }

  /** Moves the cursor to the oldest event; false where none waits. Then `release` it. */
  next(): boolean {
    if (!this.hasNext) return false;
    this.cursor.moveTo(CONTROL_BYTES + (this.#tail & this.#mask) * SLOT_BYTES);
    return true;
  }

  release(): void {
    this.#tail = (this.#tail + 1) >>> 0;
    this.#control[TAIL] = this.#tail;
  }
}

import { EventKind } from '../domain/market-data.js';
import type { MessageHandler } from '../domain/message-handler.js';
import type { InstrumentInfo } from '../domain/views.js';
import {
  BarEventView,
  BookEventView,
  QuoteEventView,
  SlotCursor,
  TradeEventView,
} from './event-views.js';

const CONTROL_BYTES = 256;
const HEAD = 0;
const TAIL = 64 / 4;
const SLEEPING = 128 / 4;
const CURRENT = 192 / 4;
const EVENT_BYTES = 64;

/** The bytes of one slot of a ring whose events carry `depth` levels a side. */
export function slotBytes(depth: number): number {
  return EVENT_BYTES * (1 + Math.floor((depth + 1) / 2));
}

/** The bytes of a ring of `slots` slots. */
export function ringBytes(slots: number, depth: number): number {
  return CONTROL_BYTES + slots * slotBytes(depth);
}

/** The scale of an instrument, with the decimals that the venue prints. */
export interface InstrumentScale {
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly priceDigits: number;
  readonly qtyDigits: number;
}

/** Called for an Instrument event. */
export type InstrumentListener = (id: number, scale: InstrumentScale) => void;

/**
 * The consumer's side of one event ring: reads native events from shared memory without a native
 * call or an allocation per event. The layout is that of `native/stream/event_ring.hpp`.
 */
export class EventRing {
  readonly memory: Uint8Array;
  readonly depth: number;
  readonly slots: number;
  readonly #control: Int32Array;
  readonly #cursor: SlotCursor;
  readonly #stride: number;
  readonly #mask: number;
  readonly #book: BookEventView;
  readonly #trade: TradeEventView;
  readonly #quote: QuoteEventView;
  readonly #bar: BarEventView;
  readonly #onInstrument: InstrumentListener;
  readonly #onBatch: (count: number) => void;
  #before: (() => void) | undefined;
  #isDraining = false;

  /** `slots` must be a power of two. `instruments` is filled by `onInstrument`'s owner. */
  constructor(options: {
    readonly slots: number;
    readonly depth: number;
    readonly instruments: InstrumentInfo[];
    readonly onInstrument: InstrumentListener;
    /** Called after a batch, while its slots still hold the events. */
    readonly onBatch: (count: number) => void;
  }) {
    this.slots = options.slots;
    this.depth = options.depth;
    this.#onInstrument = options.onInstrument;
    this.#onBatch = options.onBatch;
    const buffer = new SharedArrayBuffer(ringBytes(options.slots, options.depth));
    this.memory = new Uint8Array(buffer);
    this.#control = new Int32Array(buffer, 0, CONTROL_BYTES / 4);
    this.#stride = slotBytes(options.depth);
    this.#mask = options.slots - 1;
    this.#cursor = new SlotCursor(buffer, options.depth, options.instruments);
    this.#book = new BookEventView(this.#cursor);
    this.#trade = new TradeEventView(this.#cursor);
    this.#quote = new QuoteEventView(this.#cursor);
    this.#bar = new BarEventView(this.#cursor);
  }

  /** Calls `before` for each event, before it is handed to a handler. */
  beforeEach(before: () => void): void {
    this.#before = before;
  }

  /** Events that wait to be drained. */
  get pending(): number {
    return (Atomics.load(this.#control, HEAD) - this.#tail) >>> 0;
  }

  /** Slots consumed: in the ring, for a producer on this thread may go on at the first slot. */
  get #tail(): number {
    return this.#control[TAIL] ?? 0;
  }

  /** When the oldest waiting event was received, in milliseconds; infinity where none waits. */
  get nextTimeMs(): number {
    if (this.pending === 0) return Number.POSITIVE_INFINITY;
    this.#cursor.moveTo(CONTROL_BYTES + (this.#tail & this.#mask) * this.#stride);
    return this.#cursor.receiveTimeMs;
  }

  /**
   * Hands at most `limit` events to `handler`, none that was received later than `untilMs`, and
   * returns how many. When the handler throws, the event that it threw on is consumed and the error
   * passes through.
   */
  drain(handler: MessageHandler, limit: number, untilMs = Number.POSITIVE_INFINITY): number {
    const head = Atomics.load(this.#control, HEAD);
    const cursor = this.#cursor;
    const control = this.#control;
    const before = this.#before;
    const start = this.#tail;
    // A handler that asks for events while it handles one gets none: it would see some twice.
    if (start === head || this.#isDraining) return 0;
    this.#isDraining = true;
    const available = (head - start) | 0;
    const end = available > limit ? (start + limit) | 0 : head;
    const isBounded = untilMs !== Number.POSITIVE_INFINITY;
    let tail = start;
    try {
      while (tail !== end) {
        const at = CONTROL_BYTES + (tail & this.#mask) * this.#stride;
        cursor.moveTo(at);
        if (isBounded && cursor.receiveTimeMs > untilMs) break;
        control[CURRENT] = tail;
        tail = (tail + 1) | 0;
        if (before !== undefined) before();
        switch (cursor.bytes[at + 4]) {
          case EventKind.Book:
          case EventKind.State:
            handler.onBook(this.#book);
            break;
          case EventKind.Trade:
            handler.onTrade(this.#trade);
            break;
          case EventKind.Quote:
            handler.onQuote(this.#quote);
            break;
          case EventKind.Bar:
            handler.onBar(this.#bar);
            break;
          case EventKind.Instrument:
            this.#learn(handler);
            break;
          default:
            break;
        }
      }
    } finally {
      this.#isDraining = false;
      this.#onBatch((tail - start) | 0);
      Atomics.store(control, TAIL, tail);
    }
    return (tail - start) | 0;
  }

  /**
   * Says that the consumer is about to sleep. Returns whether it may: false when events arrived
   * meanwhile, which must be drained first.
   */
  prepareSleep(): boolean {
    Atomics.store(this.#control, SLEEPING, 1);
    if (Atomics.load(this.#control, HEAD) === this.#tail) return true;
    Atomics.store(this.#control, SLEEPING, 0);
    return false;
  }

  #learn(handler: MessageHandler): void {
    const cursor = this.#cursor;
    const id = cursor.instrumentId;
    this.#onInstrument(id, {
      priceDecimals: cursor.value(0),
      qtyDecimals: cursor.value(1),
      priceDigits: cursor.value(2),
      qtyDigits: cursor.value(3),
    });
    const instrument = cursor.instruments[id];
    if (instrument !== undefined) handler.onInstrument(instrument);
  }
}

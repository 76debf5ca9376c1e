import { Strategy } from '../domain/strategy.js';
import type { BookView, InstrumentInfo } from '../domain/views.js';

/** What the strategy thinks of one instrument. */
export interface ImbalanceSignal {
  readonly symbol: string;
  /** From -1 (sellers press) to 1 (buyers press). */
  readonly value: number;
  /** Book updates that it rests on since the book was last trusted anew. */
  readonly updates: number;
}

/** How `OrderFlowImbalance` weighs the past. */
export interface ImbalanceOptions {
  /** Updates after which an observation weighs half. Default: 50. */
  readonly halfLifeUpdates?: number;
}

/** Fields of one instrument's state. */
const FLOW = 0;
const DEPTH = 1;
const BID = 2;
const BID_LOTS = 3;
const ASK = 4;
const ASK_LOTS = 5;
const UPDATES = 6;
const STRIDE = 8;

/**
 * Order-flow imbalance at the touch: what joined and left the best bid, minus what joined and left
 * the best ask, fading with every update, relative to the usual size of the touch.
 *
 * Signals only: it sends no orders. All state is in one Float64Array, so that nothing is allocated
 * per event. Source: Cont, Kukanov, Stoikov, "The Price Impact of Order Book Events" (2014).
 */
export class OrderFlowImbalance extends Strategy {
  readonly #decay: number;
  #state = new Float64Array(16 * STRIDE);
  readonly #symbols: string[] = [];

  constructor(options: ImbalanceOptions = {}) {
    super();
    this.#decay = 0.5 ** (1 / (options.halfLifeUpdates ?? 50));
  }

  override onInstrument(instrument: InstrumentInfo): void {
    const needed = (instrument.id + 1) * STRIDE;
    if (needed > this.#state.length) {
      const grown = new Float64Array(Math.max(needed, this.#state.length * 2));
      grown.set(this.#state);
      this.#state = grown;
    }
    this.#symbols[instrument.id] = instrument.symbol;
    // Its ticks or lots may have got finer: what was gathered in the old ones is void.
    this.#forget(instrument.id * STRIDE);
  }

  override onBook(book: BookView): void {
    const at = book.instrument.id * STRIDE;
    const bid = book.bidTicks;
    const ask = book.askTicks;
    // Flow across a gap or from an empty side means nothing.
    if (!book.isTrusted || Number.isNaN(bid) || Number.isNaN(ask)) {
      this.#forget(at);
      return;
    }
    const state = this.#state;
    const bidLots = book.bidLots;
    const askLots = book.askLots;
    const updates = state[at + UPDATES] ?? 0;
    const depth = (bidLots + askLots) / 2;
    if (updates === 0) state[at + DEPTH] = depth;
    else {
      const lastBid = state[at + BID] ?? 0;
      const lastAsk = state[at + ASK] ?? 0;
      let flow = 0;
      if (bid >= lastBid) flow += bidLots;
      if (bid <= lastBid) flow -= state[at + BID_LOTS] ?? 0;
      if (ask <= lastAsk) flow -= askLots;
      if (ask >= lastAsk) flow += state[at + ASK_LOTS] ?? 0;
      const decay = this.#decay;
      state[at + FLOW] = (state[at + FLOW] ?? 0) * decay + flow;
      state[at + DEPTH] = (state[at + DEPTH] ?? 0) * decay + depth * (1 - decay);
    }
    state[at + BID] = bid;
    state[at + BID_LOTS] = bidLots;
    state[at + ASK] = ask;
    state[at + ASK_LOTS] = askLots;
    state[at + UPDATES] = updates + 1;
  }

  /** The signal of one instrument, from -1 to 1; 0 where there is none. */
  signal(instrumentId: number): number {
    const flow = this.#state[instrumentId * STRIDE + FLOW] ?? 0;
    const depth = this.#state[instrumentId * STRIDE + DEPTH] ?? 0;
    return flow === 0 ? 0 : flow / (Math.abs(flow) + depth);
  }

  /** The signals of all instruments. */
  signals(): ImbalanceSignal[] {
    return this.#symbols.map((symbol, id) => ({
      symbol,
      value: this.signal(id),
      updates: this.#state[id * STRIDE + UPDATES] ?? 0,
    }));
  }

  #forget(at: number): void {
    this.#state.fill(0, at, at + STRIDE);
  }
}

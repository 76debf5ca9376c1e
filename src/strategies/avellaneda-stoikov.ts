import { type ParameterValues, parameter } from '../domain/parameters.js';
import { Signal } from '../domain/signals.js';
import { Strategy } from '../domain/strategy.js';
import type { BookView } from '../domain/views.js';
import { QuotePair } from './execution/quote-pair.js';

const PARAMETERS = {
  riskAversion: parameter.number({
    default: 0.05,
    min: 0.000001,
    max: 100,
    description: 'Gamma, per tick and order size of inventory: larger sheds inventory faster.',
  }),
  fillDecay: parameter.number({
    default: 0.5,
    min: 0.000001,
    max: 1000,
    unit: 'per tick',
    description: 'Kappa: how fast the chance of a fill falls with the distance from the middle.',
  }),
  horizonSeconds: parameter.number({
    default: 10,
    min: 0.001,
    max: 86_400,
    unit: 's',
    description: 'How long inventory is expected to be held: T - t of the paper, kept constant.',
  }),
  volatilityHalfLifeSeconds: parameter.number({
    default: 30,
    min: 0.01,
    max: 86_400,
    unit: 's',
    description: 'Half-life of the estimate of the variance of the middle.',
  }),
  orderLots: parameter.integer({
    default: 100,
    min: 1,
    max: 1_000_000_000,
    unit: 'lots',
    description: 'Size of each quote, and the unit in which inventory is counted.',
  }),
  inventoryLotsMax: parameter.integer({
    default: 1000,
    min: 1,
    max: 1_000_000_000,
    unit: 'lots',
    description: 'The position that is never passed, long or short, in each instrument.',
  }),
  halfSpreadTicksMax: parameter.number({
    default: 100,
    min: 0.5,
    max: 100_000,
    unit: 'ticks',
    description: 'The widest quote; a wilder market is waited out at this distance.',
  }),
  moveTicksMin: parameter.integer({
    default: 1,
    min: 1,
    max: 10_000,
    unit: 'ticks',
    description: 'A smaller change of a quote keeps its place in the queue instead.',
  }),
};

/** Fields of one instrument's estimate. */
const TIME_NS = 0;
const MID_BEFORE = 1;
const SQUARES = 2;
const SECONDS = 3;
/** The middle at hand: what `#observe` takes. */
const MID = 4;
/** Ticks^2 a second, or NaN: what `#observe` gives. */
const VARIANCE = 5;
const STRIDE = 6;

/**
 * Market making by Avellaneda and Stoikov: quotes around a reservation price that moves away from
 * the inventory with the variance of the market, at the distance that pays best for the risk.
 *
 *     reservation = mid - q gamma sigma^2 tau
 *     half spread = gamma sigma^2 tau / 2 + ln(1 + gamma / kappa) / gamma
 *
 * in ticks, with q in order sizes, sigma^2 in ticks^2 a second, estimated as it goes. Source:
 * "High-frequency trading in a limit order book", Quantitative Finance 8(3), 2008, equations
 * 29 and 30, with a constant horizon. Withdraws where the book isn't trusted.
 */
export class AvellanedaStoikov extends Strategy {
  static override readonly parameters = PARAMETERS;

  #values: ParameterValues<typeof PARAMETERS> | undefined;
  #estimates = new Float64Array(0);
  #halfLifeSeconds = 0;
  // Until `onStart` gives those that are told.
  #reservation = new Signal('reservation');
  #halfSpread = new Signal('halfSpread');
  #variance = new Signal('variance');
  readonly #quotes: (QuotePair | undefined)[] = [];

  override onStart(): void {
    const values = this.context.parameters(PARAMETERS);
    this.#values = values;
    this.#reservation = this.context.signal('reservation');
    this.#halfSpread = this.context.signal('halfSpread');
    this.#variance = this.context.signal('variance');
    this.#halfLifeSeconds = values.volatilityHalfLifeSeconds;
    let most = 0;
    for (const { id } of this.context.instruments.all) {
      this.#quotes[id] = new QuotePair(this.context, id, values.moveTicksMin);
      most = Math.max(most, id + 1);
    }
    this.#estimates = new Float64Array(most * STRIDE);
    for (let id = 0; id < most; id += 1) this.#estimates[id * STRIDE + MID_BEFORE] = Number.NaN;
  }

  override onBook(book: BookView): void {
    const values = this.#values;
    const id = book.instrument.id;
    const quotes = this.#quotes[id];
    if (values === undefined || quotes === undefined) return;
    const mid = (book.bidTicks + book.askTicks) / 2;
    if (!book.isTrusted || Number.isNaN(mid)) {
      // What happened in between is no return of the market.
      this.#estimates[id * STRIDE + MID_BEFORE] = Number.NaN;
      quotes.withdraw();
      return;
    }
    const estimates = this.#estimates;
    estimates[id * STRIDE + MID] = mid;
    this.#observe(id * STRIDE);
    const variance = estimates[id * STRIDE + VARIANCE] ?? Number.NaN;
    if (Number.isNaN(variance)) return;
    const { riskAversion, fillDecay, horizonSeconds, orderLots, inventoryLotsMax } = values;
    const position = this.context.positions.lots(id);
    const risk = riskAversion * variance * horizonSeconds;
    const reservation = mid - (position / orderLots) * risk;
    const half = Math.min(
      risk / 2 + Math.log1p(riskAversion / fillDecay) / riskAversion,
      values.halfSpreadTicksMax,
    );
    this.#reservation.value = reservation;
    this.#halfSpread.value = half;
    this.#variance.value = variance;
    const bid = Math.min(Math.floor(reservation - half), book.askTicks - 1);
    const ask = Math.max(Math.ceil(reservation + half), book.bidTicks + 1);
    quotes.bid(Math.min(orderLots, inventoryLotsMax - position), bid);
    quotes.ask(Math.min(orderLots, inventoryLotsMax + position), ask);
  }

  override onStop(): void {
    this.context.orders.cancelAll();
  }

  /**
   * Takes MID into the estimate; VARIANCE is NaN until half a half-life has been seen.
   *
   * Fractions go in and out through the array: as a parameter or result of a call that V8 doesn't
   * inline, each would be an object on the heap, thirty bytes a book.
   */
  #observe(at: number): void {
    const state = this.#estimates;
    const now = this.context.clock.elapsedNs;
    const mid = state[at + MID] ?? 0;
    const before = state[at + MID_BEFORE] ?? 0;
    if (!Number.isNaN(before)) {
      const seconds = (now - (state[at + TIME_NS] ?? 0)) / 1e9;
      // Weighted sums of squares and of seconds; their quotient is the variance a second. Time
      // without a book adds no seconds, so a gap doesn't calm the estimate.
      const decay = 0.5 ** (seconds / this.#halfLifeSeconds);
      state[at + SQUARES] = (state[at + SQUARES] ?? 0) * decay + (mid - before) ** 2;
      state[at + SECONDS] = (state[at + SECONDS] ?? 0) * decay + seconds;
    }
    state[at + TIME_NS] = now;
    state[at + MID_BEFORE] = mid;
    // A full estimate weighs halfLife / ln 2 seconds; below a third of one it is hearsay.
    const weight = state[at + SECONDS] ?? 0;
    const isKnown = weight >= this.#halfLifeSeconds / 2;
    state[at + VARIANCE] = isKnown ? (state[at + SQUARES] ?? 0) / weight : Number.NaN;
  }
}

import { HftError } from '../domain/errors.js';
import { TimeInForce } from '../domain/orders.js';
import { type ParameterValues, parameter } from '../domain/parameters.js';
import { Strategy } from '../domain/strategy.js';
import type { BookTop, TradedInstrument } from '../domain/strategy-context.js';
import type { BookView } from '../domain/views.js';
import { Side } from '../domain/vocabulary.js';
import { RefusalPause } from './execution/refusal-pause.js';

const PARAMETERS = {
  first: parameter.text({
    default: '',
    description: 'Instrument at one venue, as `feed:SYMBOL`; empty: the first instrument.',
  }),
  second: parameter.text({
    default: '',
    description: 'The same thing at the other venue; empty: the second instrument.',
  }),
  edgeBps: parameter.number({
    default: 2,
    min: 0,
    max: 10_000,
    unit: 'bps',
    description: 'What must be left of the price difference after the fees of both legs.',
  }),
  feesBps: parameter.number({
    default: 10,
    min: 0,
    max: 10_000,
    unit: 'bps',
    description: 'Taker fees of both venues together.',
  }),
  quantityMax: parameter.number({
    default: 0.1,
    min: 0.00000001,
    max: 1_000_000_000,
    unit: 'units',
    description: 'Units of one trade at most.',
  }),
  positionMax: parameter.number({
    default: 1,
    min: 0.00000001,
    max: 1_000_000_000,
    unit: 'units',
    description: 'Units that either venue may be long or short.',
  }),
  bookAgeMsMax: parameter.number({
    default: 500,
    min: 0.001,
    max: 60_000,
    unit: 'ms',
    description: 'A book that has not changed for longer is no price to trade on.',
  }),
  hedgeSlippageBps: parameter.number({
    default: 5,
    min: 0,
    max: 1000,
    unit: 'bps',
    description: 'How far beyond the touch the hedge of a leg that stayed alone may reach.',
  }),
};

/** One venue. */
class Venue {
  readonly instrument: TradedInstrument;
  readonly top: BookTop;
  readonly tick: number;
  readonly lot: number;
  order = 0;

  constructor(instrument: TradedInstrument, top: BookTop) {
    this.instrument = instrument;
    this.top = top;
    this.tick = 10 ** -instrument.priceDecimals;
    this.lot = 10 ** -instrument.qtyDecimals;
  }
}

/**
 * Buys where a thing is cheap and sells it at once where it is dear, when the difference pays for
 * both fees and an edge beside.
 *
 * Both legs are immediate-or-cancel at the prices seen, of the size that both touches show. Nothing
 * new is begun while an order is in flight. A leg that filled more than the other leaves units that
 * are hedged next, at whichever venue gives the better price. Both books must be trusted and fresh.
 */
export class CrossVenueArbitrage extends Strategy {
  static override readonly parameters = PARAMETERS;

  #values: ParameterValues<typeof PARAMETERS> | undefined;
  #first: Venue | undefined;
  #second: Venue | undefined;
  /** Of both venues: one leg that can't be sent is reason enough to send no other. */
  #pause: RefusalPause | undefined;
  /** The finest quantity that both venues know. */
  #quantum = 0;

  override onStart(): void {
    const values = this.context.parameters(PARAMETERS);
    this.#pause = new RefusalPause(this.context.clock);
    this.#values = values;
    this.#first = this.#venue(values.first, 0);
    this.#second = this.#venue(values.second, 1);
    if (this.#first.instrument.id === this.#second.instrument.id) {
      throw new HftError('HFT_PARAMETER', 'first and second: expected two instruments, found one');
    }
    this.#quantum = Math.max(this.#first.lot, this.#second.lot);
  }

  override onBook(book: BookView): void {
    const [first, second, values] = [this.#first, this.#second, this.#values];
    if (first === undefined || second === undefined || values === undefined) return;
    const id = book.instrument.id;
    if (id !== first.instrument.id && id !== second.instrument.id) return;
    if (this.#pause?.isOn !== false) return;
    if (!this.#isReady(first, values) || !this.#isReady(second, values)) return;
    const firstUnits = this.context.positions.lots(first.instrument.id) * first.lot;
    const secondUnits = this.context.positions.lots(second.instrument.id) * second.lot;
    const naked = firstUnits + secondUnits;
    if (Math.abs(naked) >= this.#quantum * 0.999) {
      this.#hedge(naked, values);
      return;
    }
    if (!this.#trade(first, second, firstUnits, secondUnits)) {
      this.#trade(second, first, secondUnits, firstUnits);
    }
  }

  override onStop(): void {
    this.context.orders.cancelAll();
  }

  #venue(name: string, index: number): Venue {
    const { instruments, books } = this.context;
    const instrument = name === '' ? instruments.all[index] : instruments.require(name);
    if (instrument === undefined) {
      throw new HftError('HFT_PARAMETER', 'arbitrage needs two instruments, found fewer');
    }
    return new Venue(instrument, books.top(instrument.id));
  }

  #isReady(venue: Venue, values: ParameterValues<typeof PARAMETERS>): boolean {
    const { top } = venue;
    if (venue.order !== 0 && this.context.orders.leavesLots(venue.order) > 0) return false;
    return top.isTrusted && top.ageMs <= values.bookAgeMsMax;
  }

  /** Buys at `cheap` and sells at `dear` if it pays. */
  #trade(cheap: Venue, dear: Venue, cheapUnits: number, dearUnits: number): boolean {
    const values = this.#values;
    if (values === undefined) return false;
    const buy = cheap.top.ask;
    const sell = dear.top.bid;
    const edge = (sell / buy - 1) * 1e4 - values.feesBps;
    if (!(edge >= values.edgeBps)) return false;
    const room = Math.min(values.positionMax - cheapUnits, values.positionMax + dearUnits);
    const units = Math.min(values.quantityMax, cheap.top.askQty, dear.top.bidQty, room);
    // A whole number of the coarser lot is one of the finer too: both are powers of ten.
    const quanta = Math.floor(units / this.#quantum + 1e-9);
    if (quanta < 1) return false;
    this.context.note('edgeBps', edge);
    cheap.order = this.#take(cheap, Side.Buy, quanta, cheap.top.askTicks);
    // Without the first leg there is nothing to sell against.
    if (cheap.order === 0) return false;
    dear.order = this.#take(dear, Side.Sell, quanta, dear.top.bidTicks);
    return true;
  }

  #hedge(naked: number, values: ParameterValues<typeof PARAMETERS>): void {
    const [first, second] = [this.#first, this.#second];
    if (first === undefined || second === undefined) return;
    const isLong = naked > 0;
    const isFirst = isLong ? first.top.bid >= second.top.bid : first.top.ask <= second.top.ask;
    const venue = isFirst ? first : second;
    const touch = isLong ? venue.top.bidTicks : venue.top.askTicks;
    if (Number.isNaN(touch)) return;
    const reach = Math.floor((touch * values.hedgeSlippageBps) / 1e4);
    const quanta = Math.round(Math.abs(naked) / this.#quantum);
    this.context.note('hedge', naked);
    venue.order = this.#take(
      venue,
      isLong ? Side.Sell : Side.Buy,
      quanta,
      isLong ? touch - reach : touch + reach,
    );
  }

  #take(venue: Venue, side: Side, quanta: number, ticks: number): number {
    const lots = quanta * Math.round(this.#quantum / venue.lot);
    const { orders } = this.context;
    const clOrdID = orders.limit(venue.instrument.id, side, lots, ticks, TimeInForce.IOC);
    return this.#pause?.note(clOrdID) ?? clOrdID;
  }
}

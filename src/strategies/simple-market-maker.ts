import { type ParameterValues, parameter } from '../domain/parameters.js';
import { Signal } from '../domain/signals.js';
import { Strategy } from '../domain/strategy.js';
import type { BookView } from '../domain/views.js';
import { QuotePair } from './execution/quote-pair.js';

const PARAMETERS = {
  halfSpreadTicks: parameter.number({
    default: 2,
    min: 0.5,
    max: 10_000,
    unit: 'ticks',
    description: 'Distance of each quote from the fair price.',
  }),
  orderLots: parameter.integer({
    default: 100,
    min: 1,
    max: 1_000_000_000,
    unit: 'lots',
    description: 'Size of each quote.',
  }),
  inventoryLotsMax: parameter.integer({
    default: 1000,
    min: 1,
    max: 1_000_000_000,
    unit: 'lots',
    description: 'The position that is never passed, long or short, in each instrument.',
  }),
  skewTicks: parameter.number({
    default: 2,
    min: 0,
    max: 10_000,
    unit: 'ticks',
    description: 'How far both quotes shift against the position when it is at its maximum.',
  }),
  moveTicksMin: parameter.integer({
    default: 1,
    min: 1,
    max: 10_000,
    unit: 'ticks',
    description: 'A smaller change of a quote keeps its place in the queue instead.',
  }),
};

/**
 * Quotes both sides around the microprice, leaning against its own inventory.
 *
 * In every instrument that it is given. It withdraws where the book isn't trusted or a side is
 * missing, and a quote that would pass the inventory limit is made smaller or left out. Explained
 * in docs/strategies.md.
 */
export class SimpleMarketMaker extends Strategy {
  static override readonly parameters = PARAMETERS;

  #values: ParameterValues<typeof PARAMETERS> | undefined;
  // Until `onStart` gives those that are told.
  #fair = new Signal('fair');
  #position = new Signal('position');
  readonly #quotes: (QuotePair | undefined)[] = [];

  override onStart(): void {
    const values = this.context.parameters(PARAMETERS);
    this.#values = values;
    this.#fair = this.context.signal('fair');
    this.#position = this.context.signal('position');
    for (const { id } of this.context.instruments.all) {
      this.#quotes[id] = new QuotePair(this.context, id, values.moveTicksMin);
    }
  }

  override onBook(book: BookView): void {
    const values = this.#values;
    const id = book.instrument.id;
    const quotes = this.#quotes[id];
    if (values === undefined || quotes === undefined) return;
    const { bidTicks, bidLots, askTicks, askLots } = book;
    const fair = (bidTicks * askLots + askTicks * bidLots) / (bidLots + askLots);
    if (!book.isTrusted || Number.isNaN(fair)) {
      quotes.withdraw();
      return;
    }
    const { halfSpreadTicks, inventoryLotsMax, orderLots } = values;
    const position = this.context.positions.lots(id);
    const centre = fair - (position / inventoryLotsMax) * values.skewTicks;
    // Never through the touch: a post-only order that takes would be rejected.
    const bid = Math.min(Math.floor(centre - halfSpreadTicks), askTicks - 1);
    const ask = Math.max(Math.ceil(centre + halfSpreadTicks), bidTicks + 1);
    this.#fair.value = fair;
    this.#position.value = position;
    quotes.bid(Math.min(orderLots, inventoryLotsMax - position), bid);
    quotes.ask(Math.min(orderLots, inventoryLotsMax + position), ask);
  }

  override onStop(): void {
    this.context.orders.cancelAll();
  }
}

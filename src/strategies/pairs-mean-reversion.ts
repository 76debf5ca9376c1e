import { HftError } from '../domain/errors.js';
import { type ParameterValues, parameter } from '../domain/parameters.js';
import { Strategy } from '../domain/strategy.js';
import type { BookTop, TradedInstrument } from '../domain/strategy-context.js';
import type { BookView } from '../domain/views.js';
import { TargetPosition } from './execution/target-position.js';
import { ZScore } from './indicators/dispersion.js';

const PARAMETERS = {
  first: parameter.text({
    default: '',
    description: 'Symbol of the first leg; empty: the first instrument.',
  }),
  second: parameter.text({
    default: '',
    description: 'Symbol of the second leg; empty: the second instrument.',
  }),
  hedgeRatio: parameter.number({
    default: 1,
    min: 0.001,
    max: 1000,
    description: 'Percent that the first leg moves when the second moves by one (beta).',
  }),
  sampleMs: parameter.integer({
    default: 1000,
    min: 1,
    max: 86_400_000,
    unit: 'ms',
    description: 'How often the spread is looked at.',
  }),
  windowSamples: parameter.integer({
    default: 300,
    min: 10,
    max: 1_000_000,
    unit: 'samples',
    description: 'Samples that mean and deviation of the spread are taken over.',
  }),
  entry: parameter.number({
    default: 2,
    min: 0.1,
    max: 100,
    unit: 'deviations',
    description: 'Distance from the mean at which the pair is traded.',
  }),
  exit: parameter.number({
    default: 0.5,
    min: 0,
    max: 100,
    unit: 'deviations',
    description: 'Distance at which it is closed; must be below `entry`.',
  }),
  stop: parameter.number({
    default: 5,
    min: 0.2,
    max: 1000,
    unit: 'deviations',
    description: 'Distance at which it is given up; must be above `entry`.',
  }),
  firstLots: parameter.integer({
    default: 100,
    min: 1,
    max: 1_000_000_000,
    unit: 'lots',
    description: 'Size of the first leg; the second follows from value and hedge ratio.',
  }),
  secondLotsMax: parameter.integer({
    default: 1_000_000,
    min: 1,
    max: 1_000_000_000,
    unit: 'lots',
    description: 'A pair whose second leg would be larger is not traded.',
  }),
  slippageTicks: parameter.integer({
    default: 1,
    min: 0,
    max: 10_000,
    unit: 'ticks',
    description: 'How far beyond the touch an order may reach.',
  }),
};

/** One side of the pair. */
class Leg {
  readonly instrument: TradedInstrument;
  readonly top: BookTop;
  readonly execution: TargetPosition;
  /** Money of one lot at a price of 1. */
  readonly lotValue: number;
  target = 0;

  constructor(instrument: TradedInstrument, top: BookTop, execution: TargetPosition) {
    this.instrument = instrument;
    this.top = top;
    this.execution = execution;
    this.lotValue = instrument.multiplier / 10 ** instrument.qtyDecimals;
  }
}

/**
 * Trades the return of a spread of two instruments to its mean:
 *
 *     spread = ln(first) - hedgeRatio ln(second)
 *
 * Sells the spread where it stands `entry` deviations above the mean of its window, buys it where
 * below, closes near the mean, and gives up far away: that pair has changed its ways, and is left
 * alone until the spread has been back at its mean. Both legs are brought to their targets with
 * immediate-or-cancel orders, the second following what the first really filled, so that a leg that
 * didn't fill leaves no naked position. Nothing is done while either book isn't trusted.
 */
export class PairsMeanReversion extends Strategy {
  static override readonly parameters = PARAMETERS;

  #values: ParameterValues<typeof PARAMETERS> | undefined;
  #first: Leg | undefined;
  #second: Leg | undefined;
  #score: ZScore | undefined;
  #nextSampleNs = 0;
  #isBarred = false;
  /** Lots of the second leg for one of the first. */
  #ratio = 0;

  override onStart(): void {
    const values = this.context.parameters(PARAMETERS);
    if (values.exit >= values.entry || values.stop <= values.entry) {
      const { entry, exit, stop } = values;
      throw new HftError(
        'HFT_PARAMETER',
        `expected exit < entry < stop, found ${exit}, ${entry}, ${stop}`,
      );
    }
    this.#values = values;
    this.#first = this.#leg(values.first, 0, values.slippageTicks);
    this.#second = this.#leg(values.second, 1, values.slippageTicks);
    if (this.#first.instrument.id === this.#second.instrument.id) {
      throw new HftError('HFT_PARAMETER', 'first and second: expected two instruments, found one');
    }
    this.#score = new ZScore(values.windowSamples);
  }

  override onBook(book: BookView): void {
    const [first, second, values] = [this.#first, this.#second, this.#values];
    if (first === undefined || second === undefined || values === undefined) return;
    const id = book.instrument.id;
    if (id !== first.instrument.id && id !== second.instrument.id) return;
    if (!first.top.isTrusted || !second.top.isTrusted) return;
    const now = this.context.clock.elapsedNs;
    if (now >= this.#nextSampleNs) {
      const sampleNs = values.sampleMs * 1e6;
      this.#nextSampleNs = now - (now % sampleNs) + sampleNs;
      this.#decide(first, second);
    }
    this.#approach(first, second, values);
  }

  override onStop(): void {
    this.context.orders.cancelAll();
  }

  #leg(symbol: string, index: number, slippageTicks: number): Leg {
    const { instruments, books } = this.context;
    const instrument = symbol === '' ? instruments.all[index] : instruments.require(symbol);
    if (instrument === undefined) {
      throw new HftError('HFT_PARAMETER', 'a pair needs two instruments, found fewer');
    }
    const execution = new TargetPosition(this.context, instrument.id, slippageTicks);
    return new Leg(instrument, books.top(instrument.id), execution);
  }

  #decide(first: Leg, second: Leg): void {
    const values = this.#values;
    if (values === undefined) return;
    const spread = Math.log(first.top.mid) - values.hedgeRatio * Math.log(second.top.mid);
    const score = this.#score?.update(spread) ?? Number.NaN;
    if (Number.isNaN(spread) || Number.isNaN(score)) return;
    this.context.note('spread', spread);
    this.context.note('z', score);
    const distance = Math.abs(score);
    if (first.target !== 0) {
      // Left the mean on the other side counts as returned.
      const isBack = distance < values.exit || Math.sign(score) === Math.sign(first.target);
      const isLost = distance > values.stop;
      if (isBack || isLost) first.target = 0;
      if (isLost) this.#isBarred = true;
      return;
    }
    if (this.#isBarred && distance < values.exit) this.#isBarred = false;
    if (this.#isBarred || distance < values.entry || distance > values.stop) return;
    const firstValue = first.top.mid * first.lotValue;
    const secondValue = second.top.mid * second.lotValue;
    const ratio = (values.hedgeRatio * firstValue) / secondValue;
    const lots = Math.round(ratio * values.firstLots);
    if (lots < 1 || lots > values.secondLotsMax) return;
    this.#ratio = ratio;
    first.target = score > 0 ? -values.firstLots : values.firstLots;
  }

  /** The first leg goes to its target, the second to what the first is. */
  #approach(first: Leg, second: Leg, values: ParameterValues<typeof PARAMETERS>): void {
    const { positions } = this.context;
    const firstLots = positions.lots(first.instrument.id);
    const secondLots = positions.lots(second.instrument.id);
    first.execution.approach(first.target, firstLots, 2 * values.firstLots, first.top);
    // Zero minus, not minus: a negative zero is an object on the heap.
    second.target = 0 - Math.round(firstLots * this.#ratio);
    second.execution.approach(second.target, secondLots, values.secondLotsMax, second.top);
  }
}

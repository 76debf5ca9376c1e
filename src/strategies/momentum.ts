import { HftError } from '../domain/errors.js';
import { type ParameterValues, parameter } from '../domain/parameters.js';
import { Strategy } from '../domain/strategy.js';
import type { BookView } from '../domain/views.js';
import { TargetPosition } from './execution/target-position.js';
import { ExponentialMovingAverage } from './indicators/averages.js';
import { RealisedVolatility } from './indicators/dispersion.js';

const PARAMETERS = {
  sampleMs: parameter.integer({
    default: 1000,
    min: 1,
    max: 86_400_000,
    unit: 'ms',
    description: 'How often the middle is looked at.',
  }),
  fastSamples: parameter.integer({
    default: 10,
    min: 1,
    max: 100_000,
    unit: 'samples',
    description: 'Period of the fast average.',
  }),
  slowSamples: parameter.integer({
    default: 60,
    min: 2,
    max: 1_000_000,
    unit: 'samples',
    description: 'Period of the slow average, and of the volatility.',
  }),
  entry: parameter.number({
    default: 1.5,
    min: 0.01,
    max: 100,
    unit: 'deviations',
    description: 'Trend at which a position is taken: fast over slow, in deviations of a sample.',
  }),
  exit: parameter.number({
    default: 0.3,
    min: 0,
    max: 100,
    unit: 'deviations',
    description: 'Trend below which it is closed; must be below `entry`.',
  }),
  positionLots: parameter.integer({
    default: 100,
    min: 1,
    max: 1_000_000_000,
    unit: 'lots',
    description: 'The position that is taken, long or short.',
  }),
  stopTicks: parameter.number({
    default: 50,
    min: 1,
    max: 1_000_000,
    unit: 'ticks',
    description: 'Movement against the position, from its best price on, that closes it.',
  }),
  slippageTicks: parameter.integer({
    default: 1,
    min: 0,
    max: 10_000,
    unit: 'ticks',
    description: 'How far beyond the touch an order may reach.',
  }),
};

/** What is kept of one instrument. */
class Trend {
  readonly fast: ExponentialMovingAverage;
  readonly slow: ExponentialMovingAverage;
  readonly volatility: RealisedVolatility;
  readonly execution: TargetPosition;
  nextSampleNs = 0;
  /** The middle at hand: a field, because a fraction as a parameter may cost an object. */
  mid = Number.NaN;
  target = 0;
  best = Number.NaN;
  /** After a stop, no entry on that side before the trend has faded. */
  barred = 0;

  constructor(values: ParameterValues<typeof PARAMETERS>, execution: TargetPosition) {
    this.fast = ExponentialMovingAverage.of(values.fastSamples);
    this.slow = ExponentialMovingAverage.of(values.slowSamples);
    this.volatility = new RealisedVolatility({ period: values.slowSamples });
    this.execution = execution;
  }
}

/**
 * Follows trends: long where the fast average of the middle stands above the slow one by more than
 * noise explains, short where it stands below, out when that fades or a trailing stop is reached.
 *
 * Takes with immediate-or-cancel orders. Where a book isn't trusted it does nothing: it holds no
 * resting orders that would have to be withdrawn.
 */
export class Momentum extends Strategy {
  static override readonly parameters = PARAMETERS;

  #values: ParameterValues<typeof PARAMETERS> | undefined;
  #stopTicks = 0;
  readonly #trends: (Trend | undefined)[] = [];

  override onStart(): void {
    const values = this.context.parameters(PARAMETERS);
    if (values.exit >= values.entry) {
      throw new HftError(
        'HFT_PARAMETER',
        `exit: expected less than entry (${values.entry}), found ${values.exit}`,
      );
    }
    this.#values = values;
    this.#stopTicks = values.stopTicks;
    for (const { id } of this.context.instruments.all) {
      const execution = new TargetPosition(this.context, id, values.slippageTicks);
      this.#trends[id] = new Trend(values, execution);
    }
  }

  override onBook(book: BookView): void {
    const values = this.#values;
    const id = book.instrument.id;
    const trend = this.#trends[id];
    if (values === undefined || trend === undefined || !book.isTrusted) return;
    const mid = (book.bidTicks + book.askTicks) / 2;
    if (Number.isNaN(mid)) return;
    const now = this.context.clock.elapsedNs;
    if (now >= trend.nextSampleNs) {
      const sampleNs = values.sampleMs * 1e6;
      trend.nextSampleNs = now - (now % sampleNs) + sampleNs;
      trend.fast.update(mid);
      trend.slow.update(mid);
      trend.volatility.update(mid);
      this.#decide(trend, values);
    }
    trend.mid = mid;
    if (trend.target !== 0) this.#watchStop(trend);
    const lots = this.context.positions.lots(id);
    if (lots === trend.target) return;
    const top = this.context.books.top(id);
    trend.execution.approach(trend.target, lots, 2 * values.positionLots, top);
  }

  override onStop(): void {
    this.context.orders.cancelAll();
  }

  #decide(trend: Trend, values: ParameterValues<typeof PARAMETERS>): void {
    const slow = trend.slow.value;
    const deviation = trend.volatility.value;
    if (Number.isNaN(deviation) || Number.isNaN(slow)) return;
    // A market that stands still has no trend.
    const score = deviation > 0 ? (trend.fast.value / slow - 1) / deviation : 0;
    this.context.note('trend', score);
    const { entry, exit, positionLots } = values;
    const direction = score > entry ? 1 : score < -entry ? -1 : 0;
    if (Math.abs(score) < exit || direction === -trend.barred) trend.barred = 0;
    if (direction !== 0 && direction !== trend.barred) {
      if (Math.sign(trend.target) !== direction) trend.best = Number.NaN;
      trend.target = direction * positionLots;
    } else if (trend.target * score < exit * Math.abs(trend.target)) {
      trend.target = 0;
    }
  }

  #watchStop(trend: Trend): void {
    const direction = trend.target > 0 ? 1 : -1;
    const isBetter = Number.isNaN(trend.best) || (trend.mid - trend.best) * direction > 0;
    if (isBetter) trend.best = trend.mid;
    if ((trend.best - trend.mid) * direction < this.#stopTicks) return;
    this.context.note('stop', trend.mid);
    trend.target = 0;
    trend.barred = direction;
    trend.best = Number.NaN;
  }
}

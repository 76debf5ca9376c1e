import type { ResultRow, ResultWarning, WarningKind } from '../../report/backtest-result.js';
import { durationWords } from '../../report/figures.js';
import type { RunRecords } from './build-result.js';
import type { InstrumentRecord } from './instrument-record.js';

/** Fewer round trips than this say little about a strategy. */
const ROUND_TRIPS_MIN = 30;
/** A shorter period has seen one kind of market. */
const PERIOD_MS_MIN = 86_400_000;
/** A market that is silent for so long, and for so many times its usual distance, has a hole. */
const SILENCE_MS = 60_000;
const SILENCE_FACTOR = 1000;
/** From this share of events that seem early on, it is the clock. */
const OFFSET_SHARE = 0.9;
/** From this share of orders that limits refused on, the limits are what was tested. */
const REFUSED_SHARE = 0.1;
/** A warning names so many instruments. */
const NAMED_MAX = 3;

interface Doubt {
  readonly kind: WarningKind;
  readonly severity: ResultWarning['severity'];
  readonly count: number;
  readonly message: string;
}

/** What makes a result doubtful, with figures; serious things first. */
export function warningsOf(run: RunRecords, total: ResultRow): ResultWarning[] {
  const doubts = [
    ...lookAhead(run),
    ...gaps(run),
    ...books(run),
    ...stops(run),
    ...refusals(run, total),
    ...models(run),
    ...extent(run, total),
  ];
  return [
    ...doubts.filter(({ severity }) => severity === 'serious'),
    ...doubts.filter(({ severity }) => severity === 'note'),
  ];
}

function* lookAhead(run: RunRecords): Generator<Doubt> {
  const future = countOf(run, (record) => record.fromFuture);
  if (future.count > 0) {
    const aheadMs = Math.max(...run.records.map((record) => record?.aheadMsMax ?? 0));
    // Where (nearly) all are early, the recorder's clock is late: the order of things is right.
    const isOffset = future.count >= OFFSET_SHARE * countOf(run, (record) => record.events).count;
    yield {
      kind: 'look-ahead',
      severity: isOffset ? 'note' : 'serious',
      count: future.count,
      message:
        `${future.count} events were received before the exchange says that they happened ` +
        `(${future.names}), up to ${durationWords(aheadMs)}` +
        (isOffset
          ? ", which is nearly all: the recorder's clock was behind. Don't rest decisions on " +
            'exchange times, or on the age of events.'
          : '. Strategies may know what was not known yet.'),
    };
  }
  const { backwards } = run;
  const byExchange = countOf(run, (record) => record.backwards);
  if (backwards + byExchange.count === 0) return;
  const where = byExchange.count > 0 ? ` (${byExchange.names})` : '';
  yield {
    kind: 'look-ahead',
    severity: 'serious',
    count: backwards + byExchange.count,
    message:
      `Time goes backward ${backwards + byExchange.count} times: ${byExchange.count} by the ` +
      `exchange's clock${where}, ${backwards} by ours. What came late was acted on too early.`,
  };
}

function* gaps(run: RunRecords): Generator<Doubt> {
  const lost = run.facts.data.filter(({ gaps: count }) => count > 0);
  const count = lost.reduce((sum, { gaps: more }) => sum + more, 0);
  if (count > 0) {
    yield {
      kind: 'data-gap',
      severity: 'serious',
      count,
      message:
        `${count} ${count === 1 ? 'gap' : 'gaps'} in ${nameSome(lost.map(({ name }) => name))}: ` +
        'messages are missing, and books were not trusted until the next snapshot.',
    };
  }
  const usualMs = (run.endMs - run.startMs) / Math.max(1, run.events);
  if (run.silenceMs < SILENCE_MS || run.silenceMs < SILENCE_FACTOR * usualMs) return;
  yield {
    kind: 'data-gap',
    severity: 'serious',
    count: 1,
    message:
      `There is no data at all for ${durationWords(run.silenceMs)} from ` +
      `${new Date(run.silenceFromMs).toISOString()} on.`,
  };
}

function* books(run: RunRecords): Generator<Doubt> {
  const beyond = countOf(run, (record) => record.beyondDisplayed);
  if (beyond.count > 0) {
    yield {
      kind: 'beyond-displayed-volume',
      severity: 'serious',
      count: beyond.count,
      message:
        `${beyond.count} fills are larger than what was displayed or traded (${beyond.names}): ` +
        'the market would not have given that much.',
    };
  }
  const crossed = countOf(run, (record) => record.crossed);
  if (crossed.count > 0) {
    yield {
      kind: 'crossed-book',
      severity: 'serious',
      count: crossed.count,
      message:
        `The best bid was not below the best offer ${crossed.count} times (${crossed.names}): ` +
        'prices of such moments can not be traded at.',
    };
  }
  const untrusted = countOf(run, (record) => record.untrusted);
  if (untrusted.count === 0) return;
  const longest = Math.max(...run.records.map((record) => record?.untrustedMs ?? 0));
  yield {
    kind: 'untrusted-book',
    severity: 'note',
    count: untrusted.count,
    message:
      `Books lost trust ${untrusted.count} times (${untrusted.names}), together for up to ` +
      `${durationWords(longest)}; orders that add risk were refused meanwhile.`,
  };
}

function* stops(run: RunRecords): Generator<Doubt> {
  for (const { strategyId, stopped } of run.facts.strategies) {
    if (stopped === undefined) continue;
    const message = `${strategyId} was stopped before the end: ${stopped}`;
    yield { kind: 'strategy-stopped', severity: 'serious', count: 1, message };
  }
}

function* refusals(run: RunRecords, total: ResultRow): Generator<Doubt> {
  const { submitted, refusedByRisk } = total.orders;
  if (refusedByRisk === 0 || refusedByRisk < REFUSED_SHARE * submitted) return;
  const counts = new Map<string, number>();
  for (const { kind, violation, scope, count } of run.risk.events) {
    const name = `${violation} (${scope})`;
    if (kind === 'refused') counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  yield {
    kind: 'refused-orders',
    severity: 'serious',
    count: refusedByRisk,
    message:
      `Limits refused ${refusedByRisk} of ${submitted} orders` +
      `${most === undefined ? '' : `, most often ${most[0]}`}: this shows the limits rather than ` +
      'the strategy.',
  };
}

function* models(run: RunRecords): Generator<Doubt> {
  const { facts } = run;
  if (facts.isInstant) {
    yield {
      kind: 'zero-latency',
      severity: 'serious',
      count: 1,
      message: 'Orders reach the exchange in no time: nothing does. Set simulation.latency.',
    };
  }
  if (facts.isFree) {
    yield {
      kind: 'zero-fees',
      severity: 'note',
      count: 1,
      message: 'Trading costs nothing here. Set simulation.fees to what the venue charges.',
    };
  }
  const generated = facts.data.filter(({ isGenerated }) => isGenerated);
  if (generated.length === 0) return;
  yield {
    kind: 'generated-data',
    severity: 'note',
    count: generated.length,
    message:
      `${nameSome(generated.map(({ name }) => name))} is made from a seed, no market: it shows ` +
      'that a strategy works, never that it earns.',
  };
}

function* extent(run: RunRecords, total: ResultRow): Generator<Doubt> {
  if (total.roundTrips < ROUND_TRIPS_MIN) {
    yield {
      kind: 'few-trades',
      severity: 'note',
      count: total.roundTrips,
      message:
        `${total.roundTrips} round trips: with fewer than ${ROUND_TRIPS_MIN}, chance decides ` +
        'what hit rate and ratios say.',
    };
  }
  const spanMs = run.endMs - run.startMs;
  if (spanMs < PERIOD_MS_MIN) {
    yield {
      kind: 'short-period',
      severity: 'note',
      count: 1,
      message:
        `${durationWords(Number.isNaN(spanMs) ? 0 : spanMs)} of one market: too short to ` +
        'extrapolate from.',
    };
  }
  const open = run.records.filter((record) => record !== undefined && record.netLots !== 0);
  if (open.length === 0) return;
  yield {
    kind: 'open-position',
    severity: 'note',
    count: open.length,
    message:
      `Positions are open at the end (${nameSome(open.map(nameOf))}): their profit is valued at ` +
      'the middle of the book, and closing them would cost more.',
  };
}

function nameOf(record: InstrumentRecord | undefined): string {
  return record?.instrument.symbol ?? '';
}

/** The sum over all instruments, and which of them have the most. */
function countOf(run: RunRecords, pick: (record: InstrumentRecord) => number) {
  const found = run.records
    .filter((record) => record !== undefined)
    .filter((record) => pick(record) > 0)
    .sort((a, b) => pick(b) - pick(a));
  return {
    count: found.reduce((sum, record) => sum + pick(record), 0),
    names: nameSome(found.map(nameOf)),
  };
}

function nameSome(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return names.slice(0, NAMED_MAX).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

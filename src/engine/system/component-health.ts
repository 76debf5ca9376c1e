import type { BookReason, BookState } from '../../domain/market-data.js';
import { MessageHandler } from '../../domain/message-handler.js';
import { RiskScope } from '../../domain/risk.js';
import type { BookView, InstrumentInfo } from '../../domain/views.js';
import type { FixLink } from '../fix/fix-link.js';
import type { ComponentHealth, HealthLevel } from './health.js';
import type { StrategyFailure } from './system-events.js';
import type { SystemParts } from './system-parts.js';

/** The newest state of each book, by the instrument's number. */
export class BookStates extends MessageHandler {
  readonly #instruments: (InstrumentInfo | undefined)[] = [];
  readonly #states: BookState[] = [];
  readonly #reasons: BookReason[] = [];

  override onBook(book: BookView): void {
    const { instrument } = book;
    const { id } = instrument;
    if (this.#instruments[id] !== instrument) this.#instruments[id] = instrument;
    this.#states[id] = book.state;
    this.#reasons[id] = book.reason;
  }

  state(id: number): BookState {
    return this.#states[id] ?? 'broken';
  }

  reason(id: number): BookReason {
    return this.#reasons[id] ?? 'awaiting-snapshot';
  }
}

/** What the health of a system is judged by, beside its parts. */
export interface HealthFacts {
  readonly books: BookStates;
  readonly failures: readonly StrategyFailure[];
  readonly hasJournal: boolean;
  readonly isWatched: boolean;
}

/** The health of every part. Makes objects: a few times a second at most. */
export function judgeParts(parts: SystemParts, facts: HealthFacts): ComponentHealth[] {
  return [
    ...feedHealth(parts),
    ...brokerHealth(parts),
    ...parts.instruments.map(({ id }): ComponentHealth => {
      // `feed:SYMBOL` where several feeds have it.
      const name = parts.manager.names.symbolOf(id)?.symbol ?? String(id);
      const state = facts.books.state(id);
      const reason = facts.books.reason(id);
      const detail = state === 'trusted' ? state : `${state}: ${reason}`;
      return { kind: 'book', name, level: state === 'trusted' ? 'ok' : 'degraded', detail };
    }),
    ...ordersHealth(parts, facts),
    ...riskHealth(parts, facts),
    ...parts.strategies.map(({ strategyId, runner }): ComponentHealth => {
      const failure = facts.failures.find((known) => known.strategyId === strategyId);
      const level: HealthLevel = failure === undefined ? 'ok' : 'failed';
      const detail = failure?.message ?? (runner.isRunning ? 'runs' : 'does not run');
      return { kind: 'strategy', name: strategyId, level, detail };
    }),
  ];
}

function feedHealth({ feeds }: SystemParts): ComponentHealth[] {
  return feeds.map(({ name, feed }): ComponentHealth => {
    const level: HealthLevel = feed.state === 'connected' ? 'ok' : 'degraded';
    return { kind: 'feed', name, level, detail: feed.state };
  });
}

/** Brokers over FIX: without their session nothing but cancels that wait can be asked for. */
function brokerHealth({ connectors }: SystemParts): ComponentHealth[] {
  return (connectors?.connectors ?? []).flatMap(({ name, link, dropCopy }) => {
    const health = (of: FixLink, called: string): ComponentHealth => ({
      kind: 'broker',
      name: called,
      level: of.isLoggedOn ? 'ok' : 'degraded',
      detail: `${of.session.info.id} ${of.state.replace('-', ' ')}`,
    });
    const own = health(link, name);
    return dropCopy === undefined ? [own] : [own, health(dropCopy, `${name} drop copy`)];
  });
}

function ordersHealth({ manager }: SystemParts, facts: HealthFacts): ComponentHealth[] {
  const statistics = manager.statistics();
  const { unbookedFills, badReports, unknownReports, unjournaled } = statistics;
  const troubles = unbookedFills + badReports + unknownReports;
  const orders: ComponentHealth = {
    kind: 'orders',
    name: 'orders',
    level: troubles === 0 ? 'ok' : 'failed',
    detail:
      troubles === 0
        ? `${statistics.working} working`
        : `${unbookedFills} fills were not booked, ${badReports} reports made no sense, ` +
          `${unknownReports} were of no order of ours`,
  };
  if (!facts.hasJournal) {
    return [orders, { kind: 'journal', name: 'journal', level: 'ok', detail: 'none is kept' }];
  }
  const journal: ComponentHealth = {
    kind: 'journal',
    name: 'journal',
    level: unjournaled === 0 ? 'ok' : 'failed',
    detail:
      unjournaled === 0
        ? `record ${statistics.journalSequence}, durable to ${statistics.durableSequence}`
        : `${unjournaled} reports found no room`,
  };
  return [orders, journal];
}

function riskHealth({ manager }: SystemParts, facts: HealthFacts): ComponentHealth[] {
  const { isKilled, isHalted, isReduceOnly } = manager.risk.state(RiskScope.Global);
  const stop = isHalted ? 'halted' : isReduceOnly ? 'reduce-only' : '';
  const watch = facts.isWatched ? 'watched' : 'not watched: no state directory';
  return [
    { kind: 'risk', name: 'risk', level: stop === '' ? 'ok' : 'degraded', detail: stop || 'open' },
    {
      kind: 'kill-switch',
      name: 'kill-switch',
      level: isKilled ? 'degraded' : 'ok',
      detail: isKilled ? 'thrown' : watch,
    },
  ];
}

import type { StreamStatistics } from '../addon/stream-engine.js';

/** What a stream did not pass on, by reason; decode errors are counted apart. */
export function droppedByReason(statistics: StreamStatistics): Record<string, number> {
  return {
    conflated: statistics.conflated,
    'old-or-duplicate': statistics.ignoredOld,
    'unknown-message': statistics.unknownMessages,
    'unused-message': statistics.skippedMessages,
  };
}

/** All events of a stream. */
export function eventCount(statistics: Pick<StreamStatistics, 'events'>): number {
  return Object.values(statistics.events).reduce((sum, count) => sum + count, 0);
}

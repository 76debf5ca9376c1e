import { afterEach, describe, expect, it } from 'vitest';
import { Strategy } from '../../../../src/domain/strategy.js';
import type { TimerView } from '../../../../src/domain/strategy-context.js';
import { SessionClock } from '../../../../src/engine/trading/session-clock.js';
import { StrategyRunner } from '../../../../src/engine/trading/strategy-runner.js';
import { TradingSession } from '../../../../src/engine/trading/trading-session.js';
import { RealTimeOrderManager } from '../../../../src/orders/real-time-order-manager.js';

const START_MS = 1_700_000_000_000;
const INSTRUMENT = { id: 0, symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3 };

/** Writes down when its timers fire. */
class Timekeeper extends Strategy {
  readonly fired: string[] = [];

  override onStart(): void {
    this.context.timers.setInterval(10, 'tick');
    this.context.timers.setTimer(25, 'once');
  }
  override onTimer(timer: TimerView): void {
    this.fired.push(`${timer.name}@${this.context.clock.nowMs - START_MS}`);
  }
}

const closing: RealTimeOrderManager[] = [];
afterEach(() => {
  for (const manager of closing.splice(0)) manager.close();
});

function steppedSession(strategies: Readonly<Record<string, Strategy>>): {
  readonly session: TradingSession;
  readonly clock: SessionClock;
  readonly failures: string[];
} {
  const manager = new RealTimeOrderManager({
    instruments: [INSTRUMENT],
    simulated: 'market',
    native: { isStepped: true },
  });
  closing.push(manager);
  const clock = new SessionClock();
  const session = new TradingSession({ manager, clock });
  const failures: string[] = [];
  for (const [strategyId, strategy] of Object.entries(strategies)) {
    session.add(
      new StrategyRunner({
        strategy,
        strategyId,
        mode: 'paper',
        manager,
        instruments: [{ ...INSTRUMENT, feed: 'market', multiplier: 1, currency: 'USD' }],
        clock,
        seed: 1,
        parameters: {},
        log: { debug() {}, info() {}, warn() {}, error() {} },
        onFailure: (id, error) => failures.push(`${id}: ${(error as Error).message}`),
      }),
    );
  }
  manager.start();
  return { session, clock, failures };
}

describe('a session in real time', () => {
  it('has the time of its ticks, not that of a clock', () => {
    const keeper = new Timekeeper();
    const { session, clock } = steppedSession({ keeper });
    session.start(START_MS);
    expect(clock.nowMs).toBe(START_MS);
    for (const after of [9, 11, 29, 30]) session.tick(START_MS + after);
    expect(keeper.fired).toEqual(['tick@11', 'tick@29', 'once@29', 'tick@30']);
    session.tick(START_MS);
    expect(clock.nowMs).toBe(START_MS + 30);
  });

  it('stops a strategy that is said to stall, and lets the others go on', () => {
    const [stalled, other] = [new Timekeeper(), new Timekeeper()];
    const { session, failures } = steppedSession({ stalled, other });
    session.start(START_MS);
    expect(session.stopStrategy('stalled', 'no answer for 5 s')).toBe(true);
    expect(session.stopStrategy('stalled', 'again')).toBe(false);
    expect(session.stopStrategy('nobody', 'not there')).toBe(false);
    session.tick(START_MS + 12);
    expect(stalled.fired).toEqual([]);
    expect(other.fired).toEqual(['tick@12']);
    expect(failures).toEqual(['stalled: stalled was stopped: no answer for 5 s']);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { OrderType } from '../../../src/domain/orders.js';
import {
  LimitAction,
  type RiskLimit,
  RiskScope,
  type RiskViolation,
  ViolationType,
} from '../../../src/domain/risk.js';
import { RealTimeOrderManager } from '../../../src/orders/real-time-order-manager.js';
import type { RealTimeRiskManager } from '../../../src/risk/real-time-risk-manager.js';

const opened: RealTimeOrderManager[] = [];
afterEach(() => {
  for (const manager of opened.splice(0)) manager.close();
});

/** A started manager of two instruments on a synthetic exchange, with what risk told. */
function desk(): { manager: RealTimeOrderManager; told: RiskViolation[] } {
  const manager = new RealTimeOrderManager({
    instruments: ['BTCUSDT', 'ETHUSDT'].map((symbol) => ({
      symbol,
      priceDecimals: 2,
      qtyDecimals: 3,
    })),
    simulated: 'synthetic',
    native: { needsTrust: false },
  });
  opened.push(manager);
  const told: RiskViolation[] = [];
  manager.risk.onWarning((warning) => told.push(warning));
  manager.risk.onViolation((violation) => told.push(violation));
  manager.start();
  return { manager, told };
}

/** A purchase at 100.00 on account `main` of strategy `maker`. */
function buy(manager: RealTimeOrderManager, quantity: number, symbol = 'BTCUSDT') {
  return manager.submit({
    symbol,
    side: 'BUY',
    quantity,
    price: 100,
    orderType: OrderType.LIMIT,
    accountId: 'main',
    strategyId: 'maker',
  });
}

type Adds = (risk: RealTimeRiskManager, type: ViolationType, limit: RiskLimit) => void;
const SCOPES: Readonly<Record<string, Adds>> = {
  global: (risk, type, limit) => risk.addGlobalLimit(type, limit),
  account: (risk, type, limit) => risk.addAccountLimit('main', type, limit),
  strategy: (risk, type, limit) => risk.addStrategyLimit('maker', type, limit),
  symbol: (risk, type, limit) => risk.addSymbolLimit('BTCUSDT', type, limit),
};

/** A limit that ten units at 100.00 reach exactly, by type. */
const TEN_UNITS: readonly (readonly [keyof typeof ViolationType, number])[] = [
  ['POSITION_LIMIT', 1_000],
  ['POSITION_QTY_LIMIT', 10],
  ['ORDER_SIZE_LIMIT', 10],
  ['ORDER_VALUE_LIMIT', 1_000],
];

describe('RealTimeRiskManager', () => {
  for (const [scope, add] of Object.entries(SCOPES)) {
    it.each(TEN_UNITS)(`holds a ${scope} limit to the last lot: %s`, (name, limitValue) => {
      const type = ViolationType[name];
      for (const [quantity, isAccepted] of [
        [9.999, true],
        [10, true],
        [10.001, false],
      ] as const) {
        const { manager } = desk();
        add(manager.risk, type, { limitValue });
        const sent = buy(manager, quantity);
        expect([quantity, sent.ok]).toEqual([quantity, isAccepted]);
        if (!sent.ok) expect(sent.violation).toMatchObject({ type, name, limit: limitValue });
      }
    });
  }

  it('holds a replace to the same limit', () => {
    for (const [quantity, isAccepted] of [
      [9.999, true],
      [10, true],
      [10.001, false],
    ] as const) {
      const { manager } = desk();
      manager.risk.addGlobalLimit(ViolationType.POSITION_QTY_LIMIT, { limitValue: 10 });
      const sent = buy(manager, 1);
      manager.pump();
      expect(manager.replace(sent.clOrdID, { quantity, price: 100 }).ok).toBe(isAccepted);
    }
  });

  it('takes a limit of a million with a threshold, and warns from there on', () => {
    const { manager, told } = desk();
    manager.risk.addGlobalLimit(ViolationType.POSITION_LIMIT, {
      limitValue: 1_000_000,
      warningThreshold: 0.8,
    });
    expect(buy(manager, 7_999.999).ok).toBe(true);
    expect(told).toEqual([]);
    expect(buy(manager, 0.001).ok).toBe(true);
    expect(told).toMatchObject([
      { level: 'warning', limit: 1_000_000, observed: 800_000, headroom: 200_000.1 },
    ]);
    expect(buy(manager, 2_000).ok).toBe(true);
    const refused = buy(manager, 0.001);
    expect(refused).toMatchObject({
      ok: false,
      violation: {
        level: 'breach',
        scope: RiskScope.Global,
        limit: 1_000_000,
        observed: 1_000_000.1,
        headroom: 0,
        message:
          'the position could become too large (global): 1000000.1, limit 1000000, headroom was 0',
      },
    });
  });

  it('warns at 0.8 of a limit where nothing else is said', () => {
    const { manager, told } = desk();
    manager.risk.addSymbolLimit('BTCUSDT', ViolationType.POSITION_QTY_LIMIT, { limitValue: 10 });
    buy(manager, 7.999);
    expect(told).toEqual([]);
    buy(manager, 0.001);
    expect(told.map(({ level }) => level)).toEqual(['warning']);
  });

  it('sums up all instruments for exposure, and one account or strategy for theirs', () => {
    for (const add of [SCOPES['global'], SCOPES['account'], SCOPES['strategy']]) {
      const { manager } = desk();
      add?.(manager.risk, ViolationType.EXPOSURE_LIMIT, { limitValue: 1_000 });
      expect(buy(manager, 6).ok).toBe(true);
      expect(buy(manager, 4.001, 'ETHUSDT').ok).toBe(false);
      expect(buy(manager, 4, 'ETHUSDT').ok).toBe(true);
    }
  });

  it('lets an order of another account, strategy or symbol pass', () => {
    const { manager } = desk();
    const limit = { limitValue: 1 };
    manager.risk.addAccountLimit('other', ViolationType.POSITION_QTY_LIMIT, limit);
    manager.risk.addStrategyLimit('other', ViolationType.POSITION_QTY_LIMIT, limit);
    manager.risk.addSymbolLimit('ETHUSDT', ViolationType.POSITION_QTY_LIMIT, limit);
    expect(buy(manager, 5).ok).toBe(true);
  });

  it('tightens at once, and loosens and removes', () => {
    const { manager } = desk();
    const type = ViolationType.POSITION_QTY_LIMIT;
    manager.risk.addGlobalLimit(type, { limitValue: 10 });
    expect(buy(manager, 5).ok).toBe(true);
    manager.risk.updateLimit(RiskScope.Global, '', type, { limitValue: 5 });
    expect(buy(manager, 0.001).ok).toBe(false);
    expect(manager.risk.state().limits).toMatchObject([{ type, limitValue: 5 }]);
    manager.risk.updateLimit(RiskScope.Global, '', type, { limitValue: 6 });
    expect(buy(manager, 1).ok).toBe(true);
    manager.risk.removeLimit(RiskScope.Global, '', type);
    expect(buy(manager, 100).ok).toBe(true);
    expect(manager.risk.state().limits).toEqual([]);
  });

  it('counts orders of any span of the window', () => {
    const { manager } = desk();
    manager.risk.addGlobalLimit(ViolationType.VELOCITY_LIMIT, { limitValue: 3, windowMs: 60_000 });
    expect([1, 2, 3, 4].map((n) => buy(manager, n).ok)).toEqual([true, true, true, false]);
    expect(buy(manager, 5)).toMatchObject({ violation: { limit: 3, observed: 4, headroom: 0 } });
  });

  it('refuses an order that would meet one of its account, and one that comes twice', () => {
    const { manager } = desk();
    manager.risk.addGlobalLimit(ViolationType.SELF_TRADE, { limitValue: 1 });
    manager.risk.addGlobalLimit(ViolationType.DUPLICATE_ORDER, { limitValue: 60_000 });
    expect(buy(manager, 5).ok).toBe(true);
    expect(buy(manager, 5)).toMatchObject({
      violation: { type: ViolationType.DUPLICATE_ORDER },
    });
    const sale = manager.submit({
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: 1,
      price: 100,
      orderType: OrderType.LIMIT,
      accountId: 'main',
    });
    expect(sale).toMatchObject({ violation: { type: ViolationType.SELF_TRADE } });
  });

  it('halts a scope where a limit says so, until it is resumed', () => {
    const { manager } = desk();
    manager.risk.addStrategyLimit('maker', ViolationType.ORDER_SIZE_LIMIT, {
      limitValue: 1,
      action: LimitAction.Halt,
    });
    expect(buy(manager, 2).ok).toBe(false);
    expect(manager.risk.state(RiskScope.Strategy, 'maker').isHalted).toBe(true);
    expect(buy(manager, 1)).toMatchObject({ violation: { type: ViolationType.HALTED } });
    manager.risk.resume(RiskScope.Strategy, 'maker');
    expect(buy(manager, 1).ok).toBe(true);
  });

  it('cancels what works when the kill switch is thrown, and holds until it is released', () => {
    const { manager } = desk();
    const order = buy(manager, 1);
    manager.pump();
    manager.risk.killSwitch(RiskScope.Account, 'main');
    manager.pump();
    expect(manager.order(order.clOrdID)).toMatchObject({ ordStatus: 'Canceled' });
    expect(buy(manager, 1)).toMatchObject({ violation: { type: ViolationType.KILLED } });
    manager.risk.releaseKillSwitch(RiskScope.Account, 'main');
    expect(buy(manager, 1).ok).toBe(true);
  });

  it('ends a subscription once, and no other', () => {
    const { manager, told } = desk();
    const other: RiskViolation[] = [];
    const end = manager.risk.onViolation((violation) => other.push(violation));
    manager.risk.addGlobalLimit(ViolationType.ORDER_SIZE_LIMIT, { limitValue: 1 });
    buy(manager, 2);
    end();
    end();
    buy(manager, 3);
    expect([told.length, other.length]).toEqual([2, 1]);
  });
});

describe('arguments without sense', () => {
  const set = (type: unknown, limit: unknown) => (risk: RealTimeRiskManager) =>
    risk.addGlobalLimit(type as ViolationType, limit as RiskLimit);
  const { POSITION_LIMIT, LOSS_LIMIT, TRUST } = ViolationType;
  const cases: Readonly<Record<string, (risk: RealTimeRiskManager) => void>> = {
    'no limit': set(POSITION_LIMIT, undefined),
    'a limit that is a number': set(POSITION_LIMIT, 5),
    'no value': set(POSITION_LIMIT, {}),
    'a negative value': set(POSITION_LIMIT, { limitValue: -1 }),
    'no number': set(POSITION_LIMIT, { limitValue: Number.NaN }),
    'an endless value': set(POSITION_LIMIT, { limitValue: Number.POSITIVE_INFINITY }),
    'a value as text': set(POSITION_LIMIT, { limitValue: '5' }),
    'a value beyond 2^63': set(POSITION_LIMIT, { limitValue: 1e15 }),
    'a threshold above 1': set(POSITION_LIMIT, { limitValue: 1, warningThreshold: 1.01 }),
    'a threshold below 0': set(POSITION_LIMIT, { limitValue: 1, warningThreshold: -0.1 }),
    'an action that is none': set(POSITION_LIMIT, { limitValue: 1, action: 9 }),
    'an action as text': set(POSITION_LIMIT, { limitValue: 1, action: 'Halt' }),
    'a window of nothing': set(POSITION_LIMIT, { limitValue: 1, windowMs: 0 }),
    'a type that is none': set(99, { limitValue: 1 }),
    'a type as text': set('POSITION_LIMIT', { limitValue: 1 }),
    'a type that can not be set': set(TRUST, { limitValue: 1 }),
    'a loss of a symbol': (risk) => risk.addSymbolLimit('BTCUSDT', LOSS_LIMIT, { limitValue: 1 }),
    'an unknown symbol': (risk) => risk.addSymbolLimit('XYZ', POSITION_LIMIT, { limitValue: 1 }),
    'an unknown scope': (risk) =>
      risk.updateLimit(9 as RiskScope, '', POSITION_LIMIT, { limitValue: 1 }),
    'a limit to remove that is not there': (risk) =>
      risk.removeLimit(RiskScope.Global, '', POSITION_LIMIT),
    'a capital beyond 2^63': (risk) => risk.setCapital(RiskScope.Global, '', 1e12),
    'a negative capital': (risk) => risk.setCapital(RiskScope.Global, '', -1),
    'a rate of nothing': (risk) => risk.setRate('USD', 0),
    'a correlation beyond 1': (risk) => risk.setCorrelation('BTCUSDT', 'ETHUSDT', 1.5),
    'a correlation that is no number': (risk) =>
      risk.setCorrelation('BTCUSDT', 'ETHUSDT', Number.NaN),
  };

  it('is no bad argument: a capital beyond 2^53 in units of 10^-8', () => {
    const { manager } = desk();
    manager.risk.setCapital(RiskScope.Global, '', 9e10);
    expect(buy(manager, 1_000).ok).toBe(true);
  });

  it.each(Object.entries(cases))('are typed errors: %s', (_name, call) => {
    const { manager } = desk();
    expect(() => call(manager.risk)).toThrow(expect.objectContaining({ code: 'HFT_ARGUMENT' }));
    expect(manager.risk.state().limits).toEqual([]);
    expect(buy(manager, 1_000).ok).toBe(true);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { OrderType } from '../../../src/domain/orders.js';
import { RiskScope, type RiskViolation, ViolationType } from '../../../src/domain/risk.js';
import { RealTimeOrderManager } from '../../../src/orders/real-time-order-manager.js';

const opened: RealTimeOrderManager[] = [];
afterEach(() => {
  for (const manager of opened.splice(0)) manager.close();
});

/** A manager of one instrument, with what its limits told. */
function desk(): { manager: RealTimeOrderManager; told: RiskViolation[] } {
  const manager = new RealTimeOrderManager({
    instruments: [{ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 3, currency: 'USDT' }],
    simulated: 'synthetic',
    native: { needsTrust: false },
  });
  opened.push(manager);
  const told: RiskViolation[] = [];
  manager.risk.onWarning((warning) => told.push(warning));
  manager.risk.onViolation((violation) => told.push(violation));
  return { manager, told };
}

function buy(manager: RealTimeOrderManager, quantity: string) {
  return manager.submit({
    symbol: 'BTCUSDT',
    side: 'BUY',
    quantity,
    price: '100.00',
    orderType: OrderType.LIMIT,
    strategyId: 'maker',
  });
}

describe('what limits tell', () => {
  it('warns with the figures of the limit that is nearest', () => {
    const { manager, told } = desk();
    const { POSITION_LIMIT } = ViolationType;
    manager.risk.addGlobalLimit(POSITION_LIMIT, { limitValue: 1200, warningThreshold: 0.8 });
    manager.risk.addStrategyLimit('maker', POSITION_LIMIT, { limitValue: 1000 });
    manager.start();
    expect(buy(manager, '7.999').ok).toBe(true);
    expect(told).toEqual([]);
    const order = buy(manager, '1.701');
    expect(order.ok).toBe(true);
    expect(told).toMatchObject([
      {
        type: POSITION_LIMIT,
        level: 'warning',
        scope: RiskScope.Strategy,
        limit: 1000,
        observed: 970,
        headroom: 200.1,
        clOrdID: order.clOrdID,
        message: 'the position value is at 970 of 1000 (strategy maker)',
      },
    ]);
  });

  it('refuses with a plain sentence, and its figures in the unit of the limit', () => {
    const { manager, told } = desk();
    manager.risk.addGlobalLimit(ViolationType.POSITION_LIMIT, { limitValue: 1000 });
    manager.risk.setCapital(RiskScope.Symbol, 'BTCUSDT', 10_000);
    manager.risk.addSymbolLimit('BTCUSDT', ViolationType.CONCENTRATION_LIMIT, { limitValue: 0.05 });
    manager.start();
    expect(buy(manager, '10.001').message).toBe(
      'the position could become too large (global): 1000.1, limit 1000, headroom was 1000',
    );
    expect(buy(manager, '6').message).toBe(
      'too much of the capital could lie in one instrument (symbol BTCUSDT): 6%, limit 5%, ' +
        'headroom was 5%',
    );
    manager.risk.halt(RiskScope.Global, '');
    expect(buy(manager, '1').message).toBe('trading is halted (global)');
    expect(told).toHaveLength(3);
  });
});

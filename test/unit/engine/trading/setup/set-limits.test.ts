import { afterEach, describe, expect, it } from 'vitest';
import { ConfigurationManager } from '../../../../../src/config/configuration-manager.js';
import { RiskScope } from '../../../../../src/domain/risk.js';
import { setConfiguredLimits } from '../../../../../src/engine/trading/setup/set-limits.js';
import { RealTimeOrderManager } from '../../../../../src/orders/real-time-order-manager.js';

/** Every key of a scope with a value, and the native limit and figure that it must become. */
const KEYS = [
  ['max_position_value', '2%', 'POSITION_LIMIT', 2000],
  ['max_position_quantity', '1.5', 'POSITION_QTY_LIMIT', 1.5],
  ['max_order_value', '1234.5', 'ORDER_VALUE_LIMIT', 1234.5],
  ['max_order_quantity', '0.25', 'ORDER_SIZE_LIMIT', 0.25],
  ['daily_loss_limit', '500', 'LOSS_LIMIT', 500],
  ['max_drawdown', '1%', 'DRAWDOWN_LIMIT', 1000],
  ['max_gross_exposure', '80%', 'EXPOSURE_LIMIT', 80_000],
  ['max_net_exposure', '40000', 'NET_EXPOSURE_LIMIT', 40_000],
  ['max_correlated_exposure', '30000', 'CORRELATION_LIMIT', 30_000],
  ['max_concentration', '25%', 'CONCENTRATION_LIMIT', 0.25],
  ['max_volatility', '2%', 'VOLATILITY_LIMIT', 0.02],
  ['max_touch_share', '50%', 'LIQUIDITY_LIMIT', 0.5],
  ['price_collar', '30bps', 'PRICE_COLLAR', 0.003],
  ['max_order_rate', '7', 'VELOCITY_LIMIT', 7],
  ['max_message_rate', '9', 'MESSAGE_RATE_LIMIT', 9],
  ['duplicate_window', '50ms', 'DUPLICATE_ORDER', 50],
  ['book_age_max', '2s', 'FRESHNESS', 2000],
  ['book_updates_max', '12', 'BOOK_MOVED', 12],
  ['prevent_self_trade', 'true', 'SELF_TRADE', 1],
] as const;
const ALL = KEYS.map(([key, value]) => `${key}: ${value}`).join(', ');
const OF_WHOLE = new Set<string>([
  'daily_loss_limit',
  'max_drawdown',
  'max_gross_exposure',
  'max_net_exposure',
]);
const OF_SYMBOL = KEYS.filter(([key]) => !OF_WHOLE.has(key));

let manager: RealTimeOrderManager | undefined;
afterEach(() => manager?.close());

function configOf(text: string) {
  const result = ConfigurationManager.parse(text, 'limits.yaml');
  if (!result.ok) throw new Error(result.problems.map(({ key }) => key).join());
  return result.manager.config;
}

function limited(text: string, brokers?: readonly string[]) {
  manager?.close();
  manager = new RealTimeOrderManager({ simulated: 'market', native: { isVirtual: true } });
  manager.addInstrument({ symbol: 'BTCUSDT', priceDecimals: 2, qtyDecimals: 5 });
  setConfiguredLimits(configOf(text), { manager, ...(brokers ? { brokers } : {}) });
  return manager.risk;
}

function limitsOf(risk: RealTimeOrderManager['risk'], scope: RiskScope, name: string) {
  return Object.fromEntries(
    risk.state(scope, name).limits.map(({ name: type, limitValue }) => [type, limitValue]),
  );
}

describe('the limits of a configuration', () => {
  const STRATEGY = 'strategies: {maker: {class: SimpleMarketMaker, account: main}}\n';
  const expected = Object.fromEntries(KEYS.map(([, , type, value]) => [type, value]));

  it.each([
    ['all orders', `risk_limits: {${ALL}}`, RiskScope.Global, ''],
    ['an account', `risk_limits: {accounts: {main: {${ALL}}}}`, RiskScope.Account, 'main'],
    ['a strategy', `risk_limits: {strategies: {maker: {${ALL}}}}`, RiskScope.Strategy, 'maker'],
  ])('hold natively for %s, each of them', (_what, text, scope, name) => {
    const risk = limited(STRATEGY + text);

    expect(limitsOf(risk, scope, name)).toEqual(expected);
  });

  it('hold natively for a symbol, whose exposure is its position', () => {
    const keys = OF_SYMBOL.map(([key, value]) => `${key}: ${value}`).join(', ');
    const risk = limited(
      `risk_limits: {symbols: {BTCUSDT: {${keys}, max_net_exposure: 700, max_gross_exposure: 900}}}`,
    );

    const held = limitsOf(risk, RiskScope.Symbol, 'BTCUSDT');
    const ofSymbol = OF_SYMBOL.map(([, , type, value]) => [type, value]);
    expect(held).toEqual({ ...Object.fromEntries(ofSymbol), POSITION_LIMIT: 700 });
  });

  it.each(['daily_loss_limit', 'max_drawdown'])('refuse %s of a symbol by its key', (key) => {
    expect(() => limited(`risk_limits: {symbols: {BTCUSDT: {${key}: 500}}}`)).toThrow(
      `risk_limits.symbols.BTCUSDT.${key}: `,
    );
  });

  it('of the one venue hold for all orders, the tighter of two', () => {
    const brokers = 'brokers: {sim: {broker_type: simulated}}\n';
    const text = 'risk_limits: {max_order_value: 900, venues: {sim: {max_order_value: 800}}}';

    expect(limitsOf(limited(brokers + text), RiskScope.Global, '')).toMatchObject({
      ORDER_VALUE_LIMIT: 800,
    });
    expect(() => limited(brokers + text, ['sim', 'other'])).toThrow('risk_limits.venues.sim');
  });

  it('hold the rate of trading beside a rate over another span', () => {
    const trading = 'trading: {max_orders_per_second: 20}\n';

    expect(limitsOf(limited(trading), RiskScope.Global, '')).toEqual({ VELOCITY_LIMIT: 20 });
    const both = limited(
      `${trading}${STRATEGY}risk_limits: {max_order_rate: 60, rate_window: 10s}`,
    );
    expect(limitsOf(both, RiskScope.Global, '')).toEqual({ VELOCITY_LIMIT: 60 });
    expect(limitsOf(both, RiskScope.Account, 'main')).toEqual({ VELOCITY_LIMIT: 20 });
    expect(() => limited(`${trading}risk_limits: {max_order_rate: 60, rate_window: 10s}`)).toThrow(
      'trading.max_orders_per_second',
    );
  });

  it('refuse shares that are finer than what is held', () => {
    expect(() => limited('risk_limits: {price_collar: 0.5bps}')).toThrow('price_collar');
  });

  it('restrict symbols', () => {
    limited('risk_limits: {restricted_symbols: [BTCUSDT, ETHUSDT]}');

    const answer = manager?.submit({
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: 1,
      orderType: 2,
      price: 100,
    });
    manager?.start();
    expect(answer?.violation?.name ?? answer?.verdict).toBe('not-ready');
    const started = manager?.submit({
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: 1,
      orderType: 2,
      price: 100,
    });
    expect(started?.violation?.name).toBe('RESTRICTED');
  });
});

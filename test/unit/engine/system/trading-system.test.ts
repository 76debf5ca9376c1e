import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrderType } from '../../../../src/domain/orders.js';
import { RiskScope } from '../../../../src/domain/risk.js';
import type { MarketDataMessage } from '../../../../src/domain/views.js';
import type { OrderFill } from '../../../../src/engine/system/system-events.js';
import { configurationOf, SystemLab, until } from './systems.js';

let lab: SystemLab;
beforeEach(() => {
  lab = new SystemLab();
});
afterEach(() => lab.close());

describe('the life of a trading system', () => {
  it('goes from created to closed, and trades in between', async () => {
    const system = lab.system();
    const states: string[] = [system.state];
    system.on('stateChanged', (state) => states.push(state));
    await system.initialise();
    system.start();
    // The fills of one order at one price have no profit until the market moves.
    const { orders, marketEvents } = await until(
      system,
      ({ orders: all, money }) =>
        all.fills > 5 && Number(money.realised) + Number(money.unrealised) !== 0,
    );
    await system.stop();
    expect(states).toEqual([
      ...['created', 'initialising', 'ready', 'running', 'stopping', 'closed'],
    ]);
    expect(orders.submitted).toBeGreaterThan(0);
    expect(marketEvents).toBeGreaterThan(100);
  });

  it('refuses steps out of order', async () => {
    const system = lab.system();
    expect(() => system.start()).toThrow(/a system that is created can't start: expected ready/);
    await expect(system.stop()).rejects.toMatchObject({ code: 'HFT_LIFECYCLE' });
    expect(() => system.orders).toThrow(/nothing is open while the system is created/);
    await system.initialise();
    await expect(system.initialise()).rejects.toMatchObject({ code: 'HFT_LIFECYCLE' });
    system.start();
    expect(() => system.start()).toThrow(expect.objectContaining({ code: 'HFT_LIFECYCLE' }));
    await system.stop();
    await expect(system.stop()).rejects.toMatchObject({ code: 'HFT_LIFECYCLE' });
  });

  it('closes from every state, and twice', async () => {
    const created = lab.system();
    await created.close();
    const ready = lab.system();
    await ready.initialise();
    await ready.close();
    const running = await lab.running();
    await running.close();
    await running.close();
    expect([created.state, ready.state, running.state]).toEqual(['closed', 'closed', 'closed']);
  });

  it('fails, holds nothing open and says why where it can not be had', async () => {
    const system = lab.system({ strategies: '\n  gone: { module: nowhere.js }' });
    await expect(system.initialise()).rejects.toMatchObject({ code: 'HFT_STRATEGY' });
    expect(system.state).toBe('failed');
    expect(system.health().level).toBe('failed');
    expect(system.errors[0]).toContain('nowhere.js');
  });

  it('ends as failed, with everything closed, when it may not go on', async () => {
    const system = await lab.running({ performance: 'max_memory_usage_mb: 64' });
    const error = await new Promise<Error>((resolve) => system.once('systemError', resolve));
    expect(error).toMatchObject({ code: 'HFT_CAPACITY' });
    expect(system.state).toBe('failed');
    await system.close();
    expect(() => system.orders).toThrow(/nothing is open while the system is failed/);
    expect(system.errors).toEqual([error.message]);
    await expect(system.stop()).rejects.toMatchObject({ code: 'HFT_LIFECYCLE' });
  });

  it('refuses live trading without a connector', async () => {
    const configuration = configurationOf(lab.folder, {
      hasJournal: true,
      trading: 'enable_live_trading: true, paper_trading_mode: false',
      rest:
        'brokers: { b: { broker_type: binance, api_key: a, secret_key: b } }\n' +
        'risk_limits: { max_order_value: 1%, max_position_value: 2%, daily_loss_limit: 1% }',
    });
    const { RealTimeTradingSystem } = await import(
      '../../../../src/engine/system/real-time-trading-system.js'
    );
    const system = new RealTimeTradingSystem(configuration);
    await expect(system.initialise()).rejects.toMatchObject({
      code: 'HFT_CONFIG',
      message: expect.stringContaining('expected fix for live trading, found binance'),
    });
  });
});

describe('the events of a trading system', () => {
  it('tells market data, orders and fills as values that may be kept', async () => {
    const system = lab.system();
    const market: MarketDataMessage[] = [];
    const fills: OrderFill[] = [];
    const started: number[] = [];
    let updates = 0;
    system.on('marketData', (message) => market.push(message));
    system.on('orderFilled', (fill) => fills.push(fill));
    system.on('orderUpdated', () => {
      updates += 1;
    });
    system.once('systemStarted', ({ timeMs }) => started.push(timeMs));
    await system.initialise();
    system.start();
    const { orders } = await until(system, ({ orders: all }) => all.fills > 3);
    expect(started).toHaveLength(1);
    expect(new Set(market.map(({ symbol }) => symbol))).toEqual(new Set(['BTCUSDT', 'ETHUSDT']));
    expect(fills.length).toBe(orders.fills);
    expect(fills[0]).toMatchObject({ strategyId: 'maker' });
    expect(fills.every(({ quantity, price }) => quantity > 0 && price > 0)).toBe(true);
    expect(updates).toBeGreaterThan(orders.submitted);
  });

  it('goes on when a listener throws, and counts it', async () => {
    const system = lab.system();
    const heard: string[] = [];
    system.on('orderFilled', () => {
      throw new Error('not my day');
    });
    system.on('orderFilled', () => heard.push('fill'));
    await system.initialise();
    system.start();
    const { listenerErrors, orders } = await until(system, ({ orders: all }) => all.fills > 3);
    expect(heard.length).toBe(orders.fills);
    expect(listenerErrors).toBe(orders.fills);
    expect(system.state).toBe('running');
  });

  it('hears nothing more after its listener was removed', async () => {
    const system = lab.system();
    let heard = 0;
    const remove = system.on('marketData', () => {
      heard += 1;
      if (heard === 3) remove();
    });
    await system.initialise();
    system.start();
    await until(system, ({ marketEvents }) => marketEvents > 50);
    expect(heard).toBe(3);
  });

  it('tells refusals with the limit that was passed', async () => {
    const system = await lab.running({ rest: 'risk_limits: { max_order_quantity: 0.00001 }' });
    const rejected = new Promise((resolve) => system.once('orderRejected', resolve));
    const violation = new Promise((resolve) => system.once('riskViolation', resolve));
    expect(await rejected).toMatchObject({ strategyId: 'maker', by: 'risk' });
    expect(await violation).toMatchObject({ name: 'ORDER_SIZE_LIMIT', level: 'breach' });
  });
});

describe('the health of a trading system', () => {
  it('is that of each part', async () => {
    const system = await lab.running();
    await until(system, ({ orders }) => orders.submitted > 1);
    const { components } = system.health();
    expect(components.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['feed market', 'book BTCUSDT', 'book ETHUSDT', 'orders orders', 'journal journal'],
      ...['risk risk', 'kill-switch kill-switch', 'strategy maker'],
    ]);
    await expect.poll(() => system.health().level).toBe('ok');
    system.orders.risk.halt(RiskScope.Global, '');
    expect(system.health().components.find(({ kind }) => kind === 'risk')).toMatchObject({
      level: 'degraded',
      detail: 'halted',
    });
  });
});

describe('the end of a trading system', () => {
  const RESTING = {
    symbol: 'BTCUSDT',
    side: 'BUY',
    quantity: '0.001',
    price: '1',
    orderType: OrderType.LIMIT,
  } as const;
  const idle = '\n  watch: { class: OrderFlowImbalance }';

  it.each([
    ['cancel', 0],
    ['drain', 0],
    ['keep', 1],
  ])('leaves working orders as the policy %s says', async (policy, left) => {
    const trading = `on_shutdown: ${policy}, shutdown_timeout: 400ms`;
    const system = await lab.running({ trading, strategies: idle });
    const stopped = new Promise((resolve) => system.once('systemStopped', resolve));
    await expect.poll(() => system.orders.submit(RESTING).ok).toBe(true);
    const states: string[] = [];
    system.on('orderUpdated', ({ ordStatus }) => states.push(ordStatus));
    await system.stop();
    expect(await stopped).toMatchObject({ workingOrders: left });
    expect(states.includes('Canceled')).toBe(policy !== 'keep');
  });
});

import { describe, expect, it } from 'vitest';
import { configOf, managerOf, problemsOf, WIDE } from './parsing.js';

describe('a right configuration', () => {
  it('may be empty: everything has its default', () => {
    const config = configOf('');

    expect(config.environment).toBe('development');
    expect(config.trading.capital).toBe(10_000_000_000_000n);
    expect(config.trading.enable_live_trading).toBe(false);
    expect(config.stream_processing.queue_size).toBe(16_384);
    expect(config.risk_limits.max_position_value).toBeUndefined();
    expect(config.sweep).toBeUndefined();
  });

  it('keeps amounts, ratios and durations exact', () => {
    const config = configOf(WIDE);

    expect(config.trading.capital).toBe(25_000_050_000_000n);
    expect(config.risk_limits.max_order_value).toEqual({
      kind: 'money',
      money: 1_000_000_000_001n,
    });
    expect(config.risk_limits.max_position_value).toEqual({ kind: 'ratio', ratio: 50_000_000 });
    expect(config.risk_limits.price_collar).toBe(500_000);
    expect(config.simulation.latency).toMatchObject({ order: 1_500_000, response: 750_000 });
    expect(config.simulation.fees).toMatchObject({ maker: -5_000, taker: 40_000 });
    expect(config.backtest.start).toBe(1_769_851_800_000_000_001n);
  });

  it('takes a data source as a path or a mapping', () => {
    const { data } = configOf(WIDE).backtest;

    expect(data[0]).toBe('capture.gz');
    expect(data[1]).toMatchObject({ feed: 'kraken', generate: { seed: 7, frames: 100_000 } });
  });

  it('takes anchors and merges, with its own keys first', () => {
    const config = configOf(`
data_feeds:
  one: &base { type: binance, symbols: [A], book_depth: 10 }
  two: { <<: *base, symbols: [B] }
`);

    expect(config.data_feeds['two']).toMatchObject({ symbols: ['B'], book_depth: 10 });
  });

  it('says where a value comes from', () => {
    const manager = managerOf('trading:\n  capital: 5\n', { HFT__LOGGING__LEVEL: 'warn' });

    expect(manager.sourceOf('trading.capital')).toBe('c.yaml:2:12');
    expect(manager.sourceOf('logging.level')).toBe('HFT__LOGGING__LEVEL');
    expect(manager.sourceOf('redis.port')).toBeUndefined();
  });
});

describe('problems', () => {
  it('are told all at once, each with place, key, expectation and finding', () => {
    expect(
      problemsOf(`environment: prod
trading:
  capital: lots
  enable_live_tradng: true
data_feeds:
  b: { type: binanse, symbols: [] }
strategies:
  mm: { class: SimpleMarketMaker, parameters: { orderLot: 1, skewTicks: -1 } }
`),
    ).toEqual(
      [
        'c.yaml:1:14 environment: expected one of development, testing, staging, production, ' +
          'found "prod"',
        'c.yaml:3:12 trading.capital: expected an amount of at least 1, with at most 8 decimals, ' +
          'found "lots"',
        'c.yaml:4:3 trading.enable_live_tradng: expected a known key, found "enable_live_tradng"; ' +
          'did you mean enable_live_trading?',
        'c.yaml:6:14 data_feeds.b.type: expected one of binance, binance-futures, coinbase, ' +
          'coinbase-advanced, kraken, kraken-v1, alpaca, alpaca-msgpack, fix, found "binanse"; ' +
          'did you mean binance?',
        'c.yaml:6:32 data_feeds.b.symbols: expected a list of 1 to 10000 values, found 0',
        'c.yaml:8:73 strategies.mm.parameters.skewTicks: expected a number from 0 to 10000 (ticks), ' +
          'found -1',
        'c.yaml:8:59 strategies.mm.parameters.orderLot: expected a declared parameter ' +
          '(halfSpreadTicks, orderLots, inventoryLotsMax, skewTicks, moveTicksMin), ' +
          'found orderLot; did you mean orderLots?',
      ].sort((a, b) => place(a) - place(b)),
    );
  });

  it.each([
    ['a: [', 'valid YAML'],
    ['a: 1\na: 2\n', 'valid YAML'],
    ['- a', 'a mapping'],
    ['just text', 'a mapping'],
    ['a: *nowhere', 'a known anchor'],
    ['--- {}\n--- {}\n', 'valid YAML'],
  ])('%j is refused', (text, expected) => {
    const problems = problemsOf(text);

    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).toMatch(/^c\.yaml:\d+:\d+/);
  });

  it('an amount below 1 is no limit: it was meant as a share', () => {
    expect(problemsOf('risk_limits: { max_drawdown: 0.05 }')[0]).toContain('such as 5%');
  });

  it('a small document with many aliases does not blow up', () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const items = Array.from({ length: 10 }, () => (i === 0 ? '1' : `*a${i - 1}`));
      return `a${i}: &a${i} [${items.join(', ')}]`;
    });

    expect(problemsOf(levels.join('\n')).length).toBeGreaterThan(0);
  });

  it.each([
    ['trading: { enable_live_trading: true }', 'trading.paper_trading_mode'],
    [
      'trading: { enable_live_trading: true, paper_trading_mode: false }',
      'a broker other than simulated',
    ],
    [
      'trading: { enable_live_trading: true, paper_trading_mode: false }\n' +
        'brokers: { b: { broker_type: binance } }',
      'brokers.b.api_key: expected credentials',
    ],
    ['environment: production\ndebug_mode: true', 'false in production'],
    ['brokers: { p: { broker_type: simulated, feeds: [x] } }', 'one of those configured'],
    ['data_feeds: { b: { type: binance, symbols: [A, A] } }', 'each symbol once'],
    ['strategies: { s: {} }', 'found neither'],
    ['strategies: { s: { class: Momentun } }', 'did you mean Momentum?'],
    ['risk_limits: { strategies: { mm: {} } }', 'one of those configured'],
    ['backtest: { start: 2026-01-02, end: 2026-01-01 }', 'a time after start'],
    ['backtest: { data: [{}] }', 'either file or generate'],
    ['simulation: { latency: { model: measured } }', 'a file for measured latency'],
    [
      'simulation: { fees: { tiers: [{ volume: 5, maker: 0, taker: 0 }] } }',
      '0 for the first tier',
    ],
    ['sweep: { strategy: x, parameters: {} }', 'one of those configured'],
    ['security: { api_token: short }', 'at least 16 characters'],
    ['stream_processing: { queue_size: 1000 }', 'a power of two'],
    ['data_feeds: { "a b": { type: binance, symbols: [A] } }', 'beginning with a letter'],
  ])('%s is refused with a reason', (text, reason) => {
    expect(problemsOf(text).join('\n')).toContain(reason);
  });

  it.each([
    ['{ from: 3, to: 1, step: 1 }', 'at least from'],
    ['{ from: 0, to: 1, count: 3, scale: log }', 'more than 0 on a log scale'],
    ['{ from: 0, to: 1 }', 'step or count'],
    ['[1, 99999]', 'a number from 0 to 10000'],
  ])('a sweep over %s is refused', (values, reason) => {
    const text =
      'strategies: { mm: { class: SimpleMarketMaker } }\n' +
      `sweep: { strategy: mm, parameters: { skewTicks: ${values} } }`;

    expect(problemsOf(text).join('\n')).toContain(reason);
  });
});

/** The line of a problem's place, then its column. */
function place(text: string): number {
  const [, line, column] = /:(\d+):(\d+)/.exec(text) ?? [];
  return Number(line) * 1000 + Number(column);
}

import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../../src/config/expand.js';
import { configOf, problemsOf } from './parsing.js';

describe('variables', () => {
  it.each([
    ['$' + '{A}', 'one'],
    ['x$' + '{A}y$' + '{A}z', 'xoneyonez'],
    ['$' + '{B:-two}', 'two'],
    ['$' + '{EMPTY:-three}', 'three'],
    ['$' + '{EMPTY}', ''],
    ['$$' + '{A}', '$' + '{A}'],
    ['$' + '{NESTED}', '$' + '{A}'],
    ['$' + '{B:-}', ''],
    ['cost: 5$', 'cost: 5$'],
  ])('%s becomes %j', (text, expected) => {
    const env = { A: 'one', EMPTY: '', NESTED: '$' + '{A}' };

    expect(expandVariables(text, env)).toMatchObject({ ok: true, text: expected });
  });

  it.each(['$' + '{MISSING}', '$' + '{', '$' + '{A B}', '$' + '{constructor}', '$' + '{}'])(
    '%s is refused',
    (text) => {
      expect(expandVariables(text, {}).ok).toBe(false);
    },
  );

  it('fill numbers in, and are checked like them', () => {
    const text = 'monitoring: { port: "$' + '{PORT:-8080}" }';

    expect(configOf(text).monitoring.port).toBe(8080);
    expect(configOf(text, { PORT: '9' }).monitoring.port).toBe(9);
    expect(problemsOf(text, { PORT: 'http' })[0]).toContain('found "http"');
  });

  it('that are missing are told with their place', () => {
    expect(problemsOf('system_id: $' + '{SYSTEM}')).toEqual([
      'c.yaml:1:12 system_id: expected the environment variable SYSTEM, or a default ' +
        '$' +
        '{SYSTEM:-...}, found none set',
    ]);
  });
});

describe('overrides', () => {
  it('have short names for what deployments set', () => {
    const config = configOf('trading: { paper_trading_mode: false }', {
      HFT_ENVIRONMENT: 'testing',
      HFT_MAX_MEMORY_MB: '512',
      HFT_DATABASE_HOST: 'db',
      HFT_DATABASE_PASSWORD: 'p',
      HFT_REDIS_HOST: 'r',
      HFT_REDIS_PASSWORD: 'q',
    });

    expect(config.environment).toBe('testing');
    expect(config.performance.max_memory_usage_mb).toBe(512);
    expect(config.database).toMatchObject({ host: 'db', password: 'p' });
    expect(config.redis).toMatchObject({ host: 'r', password: 'q' });
  });

  it('turn live trading on only with all that it needs', () => {
    expect(problemsOf('', { HFT_ENABLE_LIVE_TRADING: 'true' }).join('\n')).toContain(
      'trading.paper_trading_mode',
    );
  });

  it('reach any key through HFT__SECTION__KEY, which wins', () => {
    const config = configOf('data_feeds: { my-feed: { type: binance, symbols: [A] } }', {
      HFT_ENVIRONMENT: 'testing',
      HFT__ENVIRONMENT: 'staging',
      HFT__DATA_FEEDS__MY_FEED__BOOK_DEPTH: '50',
      HFT__DATA_FEEDS__MY_FEED__SYMBOLS: 'X, Y',
      HFT__BACKTEST__DATA__0__FILE: 'a.gz',
      HFT__BACKTEST__DATA__1__GENERATE__SEED: '9',
      HFT__SIMULATION__FEES: '{ maker: 1bps, taker: 2bps }',
      HFT__STRATEGIES__MM__CLASS: 'Momentum',
    });

    expect(config.environment).toBe('staging');
    expect(config.data_feeds['my-feed']).toMatchObject({ book_depth: 50, symbols: ['X', 'Y'] });
    expect(config.backtest.data[0]).toMatchObject({ file: 'a.gz' });
    expect(config.backtest.data[1]).toMatchObject({ generate: { seed: 9 } });
    expect(config.simulation.fees).toMatchObject({ maker: 10_000, taker: 20_000 });
    expect(config.strategies['mm']).toMatchObject({ class: 'Momentum' });
  });

  it('override what the file says', () => {
    expect(
      configOf('logging: { level: info }', { HFT__LOGGING__LEVEL: 'debug' }).logging.level,
    ).toBe('debug');
  });

  it.each([
    [{ HFT__LOGING__LEVEL: 'info' }, 'did you mean logging?'],
    [{ HFT__LOGGING__LEVEL: 'loud' }, 'HFT__LOGGING__LEVEL logging.level: expected one of'],
    [{ HFT__: 'x' }, 'expected HFT__SECTION__KEY'],
    [{ HFT__BACKTEST__DATA__5__FILE: 'x' }, 'the next index of a list'],
    [{ HFT__SIMULATION__FEES: '{ maker: [' }, 'valid YAML'],
  ])('%j is refused with its name', (env, reason) => {
    expect(problemsOf('', env as Record<string, string>).join('\n')).toContain(reason);
  });

  it('do not expand variables in what they carry', () => {
    expect(configOf('', { HFT__DATABASE__PASSWORD: '$' + '{HOME}' }).database.password).toBe(
      '$' + '{HOME}',
    );
  });

  it('that are empty set nothing', () => {
    expect(configOf('', { HFT_REDIS_HOST: '', HFT__REDIS__PORT: '' }).redis).toMatchObject({
      host: 'localhost',
      port: 6379,
    });
  });
});

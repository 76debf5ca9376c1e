import { ConfigurationManager } from '../../../src/config/configuration-manager.js';
import { problemText } from '../../../src/config/problems.js';
import type { RealTimeConfig } from '../../../src/config/schema/root.js';
import { SHIPPED_PARAMETERS } from '../../../src/strategies/catalog.js';

type Env = Readonly<Record<string, string>>;

/** The problems of a text as `hft config validate` prints them. */
export function problemsOf(text: string, env: Env = {}): string[] {
  const result = ConfigurationManager.parse(text, 'c.yaml', { env, catalog: SHIPPED_PARAMETERS });
  return result.ok ? [] : result.problems.map(problemText);
}

/** The manager of a text that must be right. */
export function managerOf(text: string, env: Env = {}): ConfigurationManager {
  const result = ConfigurationManager.parse(text, 'c.yaml', { env, catalog: SHIPPED_PARAMETERS });
  if (!result.ok) throw new Error(result.problems.map(problemText).join('\n'));
  return result.manager;
}

export function configOf(text: string, env: Env = {}): RealTimeConfig {
  return managerOf(text, env).config;
}

/** A configuration that uses most of what there is. */
export const WIDE = `
environment: staging
system_id: desk-1
data_feeds:
  binance:
    type: binance
    symbols: [BTCUSDT, ETHUSDT]
    api_key: \${FEED_KEY:-feed-key-secret}
    secret_key: feed-secret
  kraken: { type: kraken, symbols: [BTC/USD] }
brokers:
  paper: { broker_type: simulated, feeds: [binance] }
  alpaca: { broker_type: alpaca, api_key: broker-key-secret, secret_key: broker-secret }
instruments:
  BTCUSDT: { price_decimals: 2, qty_decimals: 5, currency: USDT }
trading: { capital: 250_000.50, max_orders_per_second: 200 }
risk_limits:
  max_position_value: 50%
  daily_loss_limit: 2500
  max_order_value: 10_000.00000001
  price_collar: 50bps
  max_order_rate: 100
  rate_window: 2s
  strategies:
    mm: { max_position_value: 10000, on_breach: halt }
strategies:
  mm:
    class: SimpleMarketMaker
    symbols: ['binance:BTCUSDT']
    parameters: { halfSpreadTicks: 3, orderLots: 10 }
  own: { module: ./own.ts, class: Own, parameters: { api_key: in-parameters, depth: 3 } }
simulation:
  latency: { order: 1.5ms, response: 750us }
  fees: { maker: -0.5bps, taker: 0.04% }
backtest:
  data:
    - capture.gz
    - { generate: { seed: 7, frames: 100_000 }, feed: kraken }
  start: 2026-01-31T09:30:00.000000001Z
sweep:
  strategy: mm
  parameters:
    halfSpreadTicks: [1, 2, 4]
    skewTicks: { from: 0, to: 4, step: 1 }
database: { password: database-secret }
redis: { enabled: true, password: redis-secret }
security: { api_token: token-of-twenty-letters }
`;

/** Every secret in WIDE. */
export const WIDE_SECRETS = [
  'feed-key-secret',
  'feed-secret',
  'broker-key-secret',
  'broker-secret',
  'in-parameters',
  'database-secret',
  'redis-secret',
  'token-of-twenty-letters',
];

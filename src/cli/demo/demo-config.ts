import { ConfigurationManager } from '../../config/configuration-manager.js';
import { problemText } from '../../config/problems.js';
import { HftError } from '../../domain/errors.js';
import type { VenuePlan } from '../../engine/loopback/venue-plan.js';
import type { DemoCommandOptions } from '../commands/demo.js';
import type { MarketFacts } from './market-monitor.js';

/** Messages a second of a generated market. */
const RATE_DEFAULT = 20_000;

/** What the venue of a demo plays, and how. */
export function demoVenue(options: DemoCommandOptions): VenuePlan {
  if (options.data !== undefined) {
    const speed = options.rate ?? { kind: 'recorded', factor: 1 };
    return { source: { kind: 'capture', files: [options.data] }, speed };
  }
  const { format: wireFormat, seed, symbols: symbolCount } = options;
  const speed = options.rate ?? { kind: 'rate', framesPerSecond: RATE_DEFAULT };
  return { source: { kind: 'generator', wireFormat, seed, symbolCount }, speed };
}

/** What stays the same for as long as a demo runs. */
export function demoFacts(options: DemoCommandOptions, strategy: string): MarketFacts {
  const { data, format, seed, transport, workers } = options;
  const threads = workers === 0 ? 'inline' : `${workers} worker${workers === 1 ? '' : 's'}`;
  return {
    program: 'hft demo',
    source: data ?? `generator ${format}, seed ${seed}`,
    transport: `${transport}, ${threads}`,
    strategy,
  };
}

/**
 * The configuration of a demo: a market maker that leans against its inventory, and a strategy that
 * only watches. `qtyDecimalsMax`: of the instrument with the finest lots; a quote is about a tenth
 * of a unit there.
 */
export function demoConfiguration(options: {
  readonly workers: number;
  readonly levels: number;
  readonly qtyDecimalsMax: number;
}): ConfigurationManager {
  const { workers, levels, qtyDecimalsMax } = options;
  const orderLots = qtyDecimalsMax === 0 ? 100 : 10 ** (qtyDecimalsMax - 1);
  const text = `
system_id: demo
trading:
  capital: 1000000
  currency: USD
  max_orders_per_second: 50000
  shutdown_timeout: 2s
risk_limits:
  max_position_value: 10%
  max_gross_exposure: 25%
  max_order_value: 5%
  daily_loss_limit: 1%
  max_drawdown: 1%
  prevent_self_trade: true
strategies:
  maker:
    class: SimpleMarketMaker
    parameters:
      halfSpreadTicks: 1
      skewTicks: 3
      orderLots: ${orderLots}
      inventoryLotsMax: ${10 * orderLots}
  imbalance: { class: OrderFlowImbalance }
simulation:
  latency: { order: 200us, response: 200us }
  fees: { maker: -0.5bps, taker: 4bps }
stream_processing: { num_workers: ${workers}, book_levels: ${levels} }
performance: { orders_max: 262144 }
journal: { enabled: false }
`;
  const read = ConfigurationManager.parse(text, 'demo.yaml');
  if (read.ok) return read.manager;
  throw new HftError('HFT_CONFIG', read.problems.map(problemText).join('\n'));
}

import { is, type ObjectValue, optional, preset } from './kinds.js';
import { NAME, path, SYMBOL, symbol, WHOLE } from './names.js';

const SECOND = 1_000_000_000;

/** Whether and how orders are sent. */
export const trading = is.object({
  enable_live_trading: preset(is.boolean(), 'false', 'Whether orders may go to a real venue.'),
  paper_trading_mode: preset(is.boolean(), 'true', 'Whether orders go to the simulated exchange.'),
  capital: preset(
    is.money(100_000_000n),
    '100000',
    'What shares of the capital are shares of, and what an equity curve begins with.',
  ),
  currency: preset(
    is.text({ pattern: /^[A-Z][A-Z0-9]{1,9}$/, hint: 'a currency such as USD or USDT' }),
    'USD',
    'The currency of limits and reports.',
  ),
  max_orders_per_second: preset(is.integer(1, 1_000_000), '100', 'New orders and replaces.'),
  threads: preset(
    is.choice('single', 'split'),
    'single',
    '`split`: a thread for trading alone; not there yet, it warns.',
  ),
  on_shutdown: preset(
    is.choice('cancel', 'drain', 'keep'),
    'cancel',
    'Working orders at the end: canceled; waited for and then canceled; left.',
  ),
  shutdown_timeout: preset(is.duration(0, 3600 * SECOND), '10s', 'How long the end may take.'),
});

/** Limits of one scope; one that is left out doesn't limit. */
const LIMITS = {
  max_position_value: optional(is.limit(), 'Worst-case value of the position in one instrument.'),
  max_position_quantity: optional(is.money(1n), 'The same in units of the instrument.'),
  max_order_value: optional(is.limit(), 'Value of one order.'),
  max_order_quantity: optional(is.money(1n), 'Units of one order.'),
  daily_loss_limit: optional(is.limit(), "Loss since the session's start."),
  max_drawdown: optional(is.limit(), 'Fall of the equity from its peak.'),
  max_gross_exposure: optional(is.limit(), 'Sum of the worst-case values of all instruments.'),
  max_net_exposure: optional(is.limit(), 'The same sum, by sign.'),
  max_correlated_exposure: optional(is.limit(), 'An instrument and those that move with it.'),
  max_concentration: optional(is.ratio(1, WHOLE), 'One instrument as a share of the capital.'),
  max_volatility: optional(is.ratio(1, 100 * WHOLE), 'Realised volatility, a second.'),
  max_touch_share: optional(is.ratio(1, 1000 * WHOLE), 'Order to what the opposite touch shows.'),
  price_collar: optional(is.ratio(1, WHOLE), 'Distance of a price beyond the opposite touch.'),
  max_order_rate: optional(
    is.integer(1, 1_000_000_000),
    'New orders and replaces in `rate_window`.',
  ),
  max_message_rate: optional(
    is.integer(1, 1_000_000_000),
    'Messages of any kind in `rate_window`.',
  ),
  rate_window: preset(is.duration(1_000_000, 3600 * SECOND), '1s', 'The span of both rates.'),
  duplicate_window: optional(is.duration(1), 'An equal order within it is refused.'),
  book_age_max: optional(is.duration(1), 'Age of the book that an order is decided on.'),
  book_updates_max: optional(is.integer(1, 1_000_000_000), 'Updates of that book since.'),
  prevent_self_trade: optional(is.boolean(), 'Whether orders that would meet our own are refused.'),
  warning_threshold: preset(is.ratio(1, WHOLE), '80%', 'The share of a limit at which it warns.'),
  on_breach: preset(
    is.choice('reject', 'warn', 'reduce_only', 'halt', 'cancel_all'),
    'reject',
    'What a breach brings beside the refusal.',
  ),
};

const scopedLimits = is.object(LIMITS);

/** Limits: global, and of accounts, strategies, symbols and venues. */
export const riskLimits = is.object({
  ...LIMITS,
  restricted_symbols: preset(is.list(symbol()), '[]', 'What may not be traded at all.'),
  accounts: preset(is.map(scopedLimits, NAME), '{}', 'Limits of single accounts.'),
  strategies: preset(is.map(scopedLimits, NAME), '{}', 'Limits of single strategies.'),
  symbols: preset(is.map(scopedLimits, SYMBOL), '{}', 'Limits of single symbols.'),
  venues: preset(is.map(scopedLimits, NAME), '{}', 'Limits of single brokers.'),
});

/** One scope's limits. */
export type ScopeLimits = ObjectValue<typeof LIMITS>;

const currency = () =>
  is.text({ pattern: /^[A-Z][A-Z0-9]{1,9}$/, hint: 'a currency such as USD or USDT' });

/** What is traded, where the data doesn't say it. */
export const instruments = is.map(
  is.object({
    price_decimals: optional(is.integer(0, 12), 'One tick is 10^-this; learned without.'),
    qty_decimals: optional(is.integer(0, 12), 'One lot is 10^-this; learned without.'),
    multiplier: preset(is.money(1n), '1', 'Money that a unit moves when the price moves by one.'),
    currency: optional(currency(), 'Of prices and profits; that of `trading` without.'),
    feed: optional(is.text(NAME), 'The data feed meant, where several have the symbol.'),
  }),
  SYMBOL,
);

/** Strategies by name; `parameters` are checked against what the strategy declares. */
export const strategies = is.map(
  is.object({
    class: optional(is.text(NAME), 'A shipped strategy, or the exported class in `module`.'),
    module: optional(path(), 'A JavaScript or TypeScript file, from this file on.'),
    enabled: preset(is.boolean(), 'true', 'Whether it runs.'),
    account: preset(is.text(NAME), 'main', 'The account that its orders are for.'),
    symbols: preset(is.list(symbol()), '[]', 'What it sees and trades; empty: everything.'),
    parameters: preset(is.map(is.free(), NAME), '{}', 'Values of its declared parameters.'),
    stall_after: preset(
      is.duration(1_000_000, 3600 * SECOND),
      '1s',
      'A handler that takes longer stops the strategy and cancels its orders. Paper and live.',
    ),
    on_error: preset(
      is.choice('stop', 'stop_all'),
      'stop',
      'One that throws or stalls is stopped alone, or with all.',
    ),
  }),
  NAME,
);

/** The pipeline from frames to strategies. */
export const streamProcessing = is.object({
  num_workers: preset(is.integer(0, 256), '0', 'Threads that decode; 0: the trading thread.'),
  queue_size: preset(is.powerOfTwo(64, 16_777_216), '16384', 'Events of each ring.'),
  book_levels: preset(is.integer(0, 1000), '5', 'Levels a side that each event carries.'),
  clock_skew_max: preset(is.duration(0), '0', "Of a venue's clock; beyond, suspect. 0: any."),
});

/** What the process may use. */
export const performance = is.object({
  max_memory_usage_mb: preset(is.integer(64, 16_777_216), '2048', 'Above it, the process ends.'),
  cpus: preset(is.list(is.integer(0, 4095)), '[]', 'Processors of the trading threads.'),
  orders_max: preset(
    is.integer(1024, 4_194_304),
    '131072',
    'Orders that are known; closed ones go.',
  ),
});

/** The journal. */
export const journal = is.object({
  enabled: preset(is.boolean(), 'true', 'Without it there is no recovery, replay or why.'),
  directory: preset(path(), 'data/journal', 'Where it lies.'),
  segment_size: preset(is.size(2 ** 21, 2 ** 30), '64MiB', 'Size of each file.'),
  flush_interval: preset(
    is.duration(0, 10 * SECOND),
    '10ms',
    'What the loss of the machine may cost; 0: none.',
  ),
  market_data: preset(
    is.choice('all', 'decisions', 'none'),
    'all',
    'Market events kept: all, those before orders, none. Replay needs all.',
  ),
  keep: preset(is.duration(0), '30d', 'How long closed segments stay; 0: for ever.'),
});

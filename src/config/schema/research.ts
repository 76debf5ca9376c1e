import { STREAM_FORMATS } from '../../domain/market-data.js';
import { is, optional, preset, required } from './kinds.js';
import { NAME, path, symbol, WHOLE } from './names.js';

const SECOND = 1_000_000_000;

const latency = is.object({
  model: preset(is.choice('constant', 'distribution', 'measured'), 'constant', 'Which model.'),
  order: preset(is.duration(0, 3600 * SECOND), '5ms', 'From us to the exchange (constant).'),
  response: preset(is.duration(0, 3600 * SECOND), '5ms', 'And back (constant).'),
  samples: preset(
    is.list(
      is.object({
        order: required(is.duration(0, 3600 * SECOND), 'From us to the exchange.'),
        response: required(is.duration(0, 3600 * SECOND), 'And back.'),
      }),
    ),
    '[]',
    'What is drawn from (distribution), each leg by itself.',
  ),
  file: optional(path(), 'CSV with time_ns,order_ns,response_ns (measured, distribution).'),
});

const queue = is.object({
  model: preset(
    is.choice('risk_averse', 'power', 'logarithm', 'identity', 'fifo'),
    'power',
    'How the place in a queue is guessed; fifo is exact and needs single orders (L3).',
  ),
  power: preset(is.number(0.1, 100), '3', 'Exponent of `power`.'),
});

const fees = is.object({
  maker: preset(is.ratio(-WHOLE / 10, WHOLE / 10), '0', 'Of the value; negative is a rebate.'),
  taker: preset(is.ratio(-WHOLE / 10, WHOLE / 10), '0', 'Of the value.'),
  per_unit: preset(is.money(0n), '0', 'On top, a unit of quantity.'),
  tiers: preset(
    is.list(
      is.object({
        volume: required(is.money(0n), 'From this traded value on.'),
        maker: required(is.ratio(-WHOLE / 10, WHOLE / 10), 'Of the value.'),
        taker: required(is.ratio(-WHOLE / 10, WHOLE / 10), 'Of the value.'),
      }),
    ),
    '[]',
    'By volume, in place of `maker` and `taker`; the first from 0.',
  ),
});

/** The exchange that orders meet in backtest and paper. */
export const simulation = is.object({
  seed: preset(is.integer(0, Number.MAX_SAFE_INTEGER), '1', 'Of the models that draw.'),
  latency: preset(latency, '{}', 'How long orders and their answers take.'),
  queue: preset(queue, '{}', 'When a resting order is reached.'),
  fills: preset(
    is.object({
      resting: preset(is.choice('partial', 'whole'), 'partial', 'What a trade fills of an order.'),
      taken: preset(
        is.choice('consume', 'none'),
        'consume',
        'Whether what we took is gone until the data changes its level.',
      ),
    }),
    '{}',
    'How much is filled.',
  ),
  fees: preset(fees, '{}', 'What executions cost.'),
});

const generated = is.object({
  format: preset(is.choice(...STREAM_FORMATS), 'binance-spot', 'The wire format.'),
  seed: preset(is.integer(0, 2 ** 32 - 1), '1', 'Equal seeds make equal markets.'),
  symbols: preset(is.integer(1, 10_000), '3', 'How many.'),
  frames: preset(is.integer(1, 1_000_000_000_000), '1000000', 'How many messages.'),
  frames_per_second: preset(is.integer(1, 100_000_000), '5000', "In the market's own time."),
});

const source = is.either({
  scalar: path(),
  object: is.object({
    file: optional(path(), 'A capture of any known format; gzip is seen by itself.'),
    generate: optional(generated, 'A generated market, in place of `file`.'),
    feed: preset(is.text(NAME), 'market', 'The feed name that its symbols get.'),
    symbol: optional(symbol(), "The symbol of a capture that doesn't name one."),
  }),
});

/** Runs over the past. */
export const backtest = is.object({
  data: preset(is.list(source, { max: 1000 }), '[]', 'What is played, merged by time.'),
  start: optional(is.time(), 'Strategies begin here; what is before only fills the books.'),
  end: optional(is.time(), 'And end here.'),
  session_start: preset(
    is.text({
      pattern: /^(([01]\d|2[0-3]):[0-5]\d|never)$/,
      hint: 'a time such as 17:00, or never',
    }),
    '00:00',
    'When a day begins (UTC): losses count anew, orders of the day have expired.',
  ),
  seed: preset(is.integer(0, Number.MAX_SAFE_INTEGER), '1', 'Of the random numbers of strategies.'),
  batch_size: preset(is.integer(1, 1_048_576), '4096', 'Events a turn; it never changes a result.'),
  sample_interval: preset(is.duration(1_000_000), '1s', 'Of equity, positions and returns.'),
  output: preset(path(), 'out/backtest', 'The folder of the report.'),
});

/** Runs on the present, with orders going to the simulated exchange. */
export const paper = is.object({
  market: preset(
    is.choice('feeds', 'loopback'),
    'loopback',
    '`feeds`: those of `data_feeds`; `loopback`: a generated venue on 127.0.0.1.',
  ),
  generate: preset(generated, '{}', 'The market of `loopback`.'),
  seed: preset(is.integer(0, Number.MAX_SAFE_INTEGER), '1', 'Of the random numbers of strategies.'),
  output: preset(path(), 'out/paper', 'The folder of report and journal.'),
});

/** Many backtests over the parameters of one strategy. */
export const sweep = is.object({
  strategy: required(is.text(NAME), 'Whose parameters vary.'),
  method: preset(is.choice('grid', 'random'), 'grid', 'All combinations, or drawn ones.'),
  parameters: required(
    is.map(
      is.either({
        list: is.list(is.free(), { min: 1, max: 10_000 }),
        object: is.object({
          from: required(is.number(-1e15, 1e15), 'The first value.'),
          to: required(is.number(-1e15, 1e15), 'The last value, included.'),
          step: optional(is.number(1e-12, 1e15), 'Distance; on a log scale a factor.'),
          count: optional(is.integer(2, 10_000), 'How many values, in place of `step`.'),
          scale: preset(is.choice('linear', 'log'), 'linear', 'How values are spread.'),
        }),
      }),
      NAME,
    ),
    'Values by name, as a list or a range.',
  ),
  samples: preset(is.integer(1, 1_000_000), '100', 'How many combinations are drawn (random).'),
  runs_max: preset(
    is.integer(1, 10_000_000),
    '10000',
    'A sweep with more is refused, the spans of a walk forward included.',
  ),
  seed: preset(is.integer(0, Number.MAX_SAFE_INTEGER), '1', 'Of what is drawn.'),
  workers: preset(is.integer(0, 1024), '0', 'Threads; 0: one a core.'),
  objective: preset(
    is.choice('sharpe', 'sortino', 'pnl', 'pnl_to_drawdown'),
    'sharpe',
    'What is best.',
  ),
  walk_forward: optional(
    is.object({
      train: required(is.duration(SECOND), 'Span that parameters are chosen on.'),
      test: required(is.duration(SECOND), 'Span after it that the choice is judged on.'),
      anchored: preset(is.boolean(), 'false', 'Whether every training begins at the start.'),
    }),
    'Chooses on one span and judges on the next, over and over.',
  ),
  output: preset(path(), 'out/sweep', 'The folder of results; a sweep goes on from what is there.'),
});

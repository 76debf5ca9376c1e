// What docs/benchmarks.md compares: each row names one figure of ours, one beside it where there is
// one, and what is aimed at. A figure is `entry` or `entry#field`; the field is `value` otherwise.
//
// `aim` is `{ most }` or `{ least }` of the figure itself, in seconds, per second, bytes or pieces;
// `times` is how often as good as the figure beside it ours should be.

const MEBI = 1 << 20;

/** @typedef {{ what: string, ours: string, beside?: [string, string],
 *   aim?: { most?: number, least?: number, times?: number } }} Row */

/** @type {readonly { title: string, rows: readonly Row[] }[]} */
export const SECTIONS = [
  {
    title: 'Market data',
    rows: [
      ...['usdm', 'spot'].flatMap((market) => [
        {
          what: `decode recorded frames in order, Binance ${market}`,
          ours: `decode/${market}_recorded_order/hft#per_frame`,
          beside: ['simdjson', `decode/${market}_recorded_order/simdjson#per_frame`],
          aim: { times: 2 },
        },
        {
          what: `decode + L2 book, recorded frames in order, Binance ${market}`,
          ours: `l2_frames/${market}/ours#frames/s`,
          beside: ['simdjson + same book', `l2_frames/${market}/simdjson#frames/s`],
          aim: { least: 3e6, times: 1.7 },
        },
        {
          what: `L2 level update with best price, recorded Binance ${market}`,
          ours: `l2_update/${market}/ours#time/level`,
          beside: ['`std::map`', `l2_update/${market}/std_map#time/level`],
          aim: { most: 15e-9, times: 4 },
        },
      ]),
      {
        what: 'decode recorded frames, handed over from JavaScript',
        ours: 'compare/native decode, frames in recorded order',
        beside: ['`JSON.parse` with numbers', 'compare/JSON.parse with numbers, all frames'],
        aim: { times: 20 },
      },
      {
        what: 'depth frames of 67 levels to a book that JavaScript reads',
        ours: 'compare/native decode + book, depth frames',
        beside: ["ccxt's book", 'compare/ccxt order-book path, depth frames'],
        aim: { times: 100 },
      },
      {
        what: 'L3 record, recorded (LOBSTER)',
        ours: 'l3Recorded#perRecord',
        beside: ['standard containers', 'l3RecordedStandard#perRecord'],
        aim: { most: 35e-9, times: 4 },
      },
      {
        what: 'L3 record, generated',
        ours: 'l3Generated#perRecord',
        beside: ['standard containers', 'l3GeneratedStandard#perRecord'],
        aim: { most: 35e-9, times: 4 },
      },
      { what: 'ITCH decode, all fields', ours: 'decodeAllFields', aim: { least: 80e6 } },
      {
        what: 'ITCH to all books, levels',
        ours: 'leanBooks',
        beside: ['without look-ahead', 'leanBooksWithoutLookAhead'],
        aim: { least: 10e6 },
      },
      {
        what: 'ITCH to all books, queues',
        ours: 'queuedBooks',
        beside: ['without look-ahead', 'queuedBooksWithoutLookAhead'],
        aim: { least: 7e6 },
      },
      {
        what: 'resident growth after warm-up, messages to books',
        ours: 'memoryOverALongRun#resident_growth_bytes',
        aim: { most: MEBI },
      },
    ],
  },
  {
    title: 'Hand-offs and latency',
    rows: [
      {
        what: 'SPSC ring, 64 B',
        ours: 'ring/spsc_64B_throughput/publish:1',
        beside: ['mutex and deque', 'ring/baseline_mutex_deque_throughput/publish:1'],
        aim: { least: 20e6 },
      },
      {
        what: 'SPSC ring, one way, median',
        ours: 'ring/spsc_64B_one_way#p50',
        beside: ['mutex and deque', 'ring/baseline_mutex_deque_one_way#p50'],
        aim: { most: 350e-9 },
      },
      {
        what: 'latency stage, clock included',
        ours: 'metrics/latency_stage',
        beside: ['`std::chrono`', 'metrics/baseline_chrono_stage'],
        aim: { most: 20e-9 },
      },
      {
        what: 'level update to order, native, one thread',
        ours: 'tick_to_order/throughput',
        aim: { least: 10e6 },
      },
      { what: 'the same, p99', ours: 'tick_to_order/latency#p99', aim: { most: 1e-6 } },
      {
        what: 'native to JavaScript, one wake-up a batch',
        ours: 'delivery/native to JavaScript, one wake-up a batch',
        aim: { least: 20e6 },
      },
      {
        what: 'the same at 100 k/s, event-driven, median',
        ours: 'delivery/latency at 100 k/s, event-driven#p50',
        aim: { most: 20e-6 },
      },
      {
        what: 'garbage collections in 10 M events',
        ours: 'delivery/garbage collections in 10 M events',
        aim: { most: 0 },
      },
      {
        what: 'order from JavaScript to native entry',
        ours: 'order/submit from JavaScript to native entry, checks included',
        aim: { most: 60e-9 },
      },
      ...['event', 'spin'].map((wait) => ({
        what: `WebSocket frame to strategy and order, most, ${wait}`,
        ours: `websocket/frame to strategy and order, maximum, native ${wait}`,
        beside: ['`ws`', 'websocket/frame to strategy and order, maximum, ws event'],
        aim: { least: 2e6, times: 3 },
      })),
      ...[
        ['100', 'event-driven', 8e-6],
        ['100', 'spinning', 3e-6],
        ['1000', 'event-driven', 30e-6],
        ['1000', 'spinning', 12e-6],
      ].map(([rate, wait, most]) => ({
        what: `read to order at ${rate} k/s, ${wait}, mean`,
        ours: `websocket/read to order accepted at ${rate} k/s, ${wait}`,
        aim: { most },
      })),
    ],
  },
  {
    title: 'Trading core',
    rows: [
      {
        what: 'matching, mixed commands, 10,000 live orders',
        ours: 'matching/mixed/10000',
        beside: ['`std::map`', 'matching/mixed/std_map/10000'],
        aim: { least: 20e6, times: 3 },
      },
      { what: 'a command, p99', ours: 'matching/command/10000#p99', aim: { most: 500e-9 } },
      {
        what: 'full pre-trade check, median',
        ours: 'risk/full_check_all_limits_on#p50',
        aim: { most: 150e-9 },
      },
      {
        what: 'full pre-trade check, p99',
        ours: 'risk/full_check_all_limits_on#p99',
        aim: { most: 500e-9 },
      },
      {
        what: 'full pre-trade check from JavaScript',
        ours: 'trading/full pre-trade check from JavaScript',
        aim: { most: 250e-9 },
      },
      {
        what: 'journal append, 128 B, median',
        ours: 'journalAppend/process/0#p50',
        beside: ['`write(2)`', 'writeCall128B'],
        aim: { most: 60e-9 },
      },
      { what: 'journal append, sustained', ours: 'journalSustained/128B', aim: { least: 5e6 } },
      {
        what: 'request to bytes ready from TypeScript, journaled',
        ours: 'trading/request to bytes ready, journaled',
        aim: { most: 1e-6 },
      },
      { what: 'recovery of 1 M orders', ours: 'core/recover_1M_orders', aim: { most: 2 } },
      {
        what: 'memory of 1 M orders, 10,000 instruments',
        ours: 'core/recover_1M_orders#resident_bytes',
        aim: { most: 1024 * MEBI },
      },
    ],
  },
  {
    title: 'Strategies: backtest, paper, replay',
    rows: [
      {
        what: 'backtest of recorded L2 data, queue and latency models on',
        ours: 'backtest/recorded L2, one core',
        aim: { least: 2e6 },
      },
      {
        what: 'garbage collections of it',
        ours: 'backtest/garbage collections',
        aim: { most: 0 },
      },
      {
        what: 'paper: read to order accepted at 100 k/s, spinning, mean',
        ours: 'paper/read to order accepted at 100 k/s, spinning',
        aim: { most: 5e-6 },
      },
      {
        what: 'paper: read to order accepted at 100 k/s, event-driven, mean',
        ours: 'paper/read to order accepted at 100 k/s, event-driven',
        aim: { most: 12e-6 },
      },
      { what: 'replay, each decision compared', ours: 'replay/verify', aim: { least: 2e6 } },
      {
        what: 'sweep: efficiency of all cores against one',
        ours: 'sweep/efficiency, all cores against one',
        aim: { least: 90 },
      },
    ],
  },
  {
    title: 'FIX',
    rows: [
      {
        what: 'ExecutionReport decode, twelve typed fields',
        ours: 'fix_codec/decode_execution_report/ours',
        beside: ['QuickFIX', 'fix_codec/decode_execution_report/quickfix'],
        aim: { times: 10 },
      },
      {
        what: 'NewOrderSingle encode',
        ours: 'fix_codec/encode_new_order_single/ours',
        beside: ['QuickFIX, reused message', 'fix_codec/encode_new_order_single/quickfix'],
        aim: { times: 30 },
      },
      ...['oneCore', 'twoCores'].flatMap((place) => [
        ...[
          ['raw TCP', 'rawTcp', 0.8],
          ['QuickFIX, MemoryStore', 'quickfixMemoryStore', 1.82],
          ['QuickFIX, FileStore', 'quickfixFileStore', undefined],
        ].map(([name, program, times]) => ({
          what: `NewOrderSingle to ExecutionReport, durable store, median, ${place}`,
          ours: `fix/${place}/roundTrip/ours#p50`,
          beside: [name, `fix/${place}/roundTrip/${program}#p50`],
          aim: { times },
        })),
        ...[
          ['QuickFIX, MemoryStore', 'quickfixMemoryStore', 15],
          ['QuickFIX, FileStore', 'quickfixFileStore', 40],
        ].map(([name, program, times]) => ({
          what: `streaming, window 64, ${place}`,
          ours: `fix/${place}/window64/ours`,
          beside: [name, `fix/${place}/window64/${program}`],
          aim: { times },
        })),
      ]),
      { what: 'store append', ours: 'fix/store/append200Bytes', aim: { most: 100e-9 } },
    ],
  },
];

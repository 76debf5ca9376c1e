/** What a project is made for. */
export interface ProjectOptions {
  /** The project's name: that of its folder and package. */
  readonly name: string;
  /** Where the package that runs it lies: what its dependency points at. */
  readonly packageFolder: string;
}

/** One file of a new project. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a new strategy project, all but the schema of its configuration. */
export function projectFiles(options: ProjectOptions): ProjectFile[] {
  return [
    { path: 'package.json', text: packageJson(options) },
    { path: 'tsconfig.json', text: TSCONFIG },
    { path: 'strategy.ts', text: STRATEGY },
    { path: 'strategy.test.ts', text: STRATEGY_TEST },
    { path: 'config.yaml', text: configYaml(options) },
    { path: 'README.md', text: readme(options) },
    { path: '.gitignore', text: 'node_modules/\nout/\n' },
  ];
}

function packageJson({ name, packageFolder }: ProjectOptions): string {
  const content = {
    name: name.toLowerCase(),
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: {
      check: 'hft config validate config.yaml',
      test: 'node --import hft-trading-system/typescript --test strategy.test.ts',
      backtest: 'hft backtest config.yaml',
      paper: 'hft run config.yaml',
    },
    dependencies: { 'hft-trading-system': `file:${packageFolder}` },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "noImplicitOverride": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true,
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["*.ts"]
}
`;

const STRATEGY = `import {
  type BookView,
  type FillEventView,
  type ParameterValues,
  parameter,
  Side,
  Signal,
  Strategy,
} from 'hft-trading-system';

/** What config.yaml can set, with ranges: a wrong value is refused before anything runs. */
const PARAMETERS = {
  distanceTicks: parameter.integer({
    default: 2,
    min: 1,
    max: 1000,
    unit: 'ticks',
    description: 'How far behind the best price the bid rests.',
  }),
  orderLots: parameter.integer({
    default: 1000,
    min: 1,
    max: 1_000_000,
    unit: 'lots',
    description: 'Size of each order.',
  }),
  positionLotsMax: parameter.integer({
    default: 5000,
    min: 1,
    max: 1_000_000,
    unit: 'lots',
    description: 'The position that is never passed.',
  }),
};

/** Where the two orders should rest. A plain function, so that a test needs no market. */
export function quotePrices(
  bidTicks: number,
  askTicks: number,
  distanceTicks: number,
): { readonly bid: number; readonly ask: number } {
  return { bid: bidTicks - distanceTicks, ask: askTicks + distanceTicks };
}

/**
 * Rests a buy order below the market and a sell order above it, and follows the market.
 *
 * All it may touch is in \`this.context\`. A view such as \`book\` is valid during its call only.
 */
export class MyStrategy extends Strategy {
  static override readonly parameters = PARAMETERS;

  #values: ParameterValues<typeof PARAMETERS> | undefined;
  #position = new Signal('position');
  /** The working orders of each instrument, by its id; 0: none. */
  readonly #bids: number[] = [];
  readonly #asks: number[] = [];

  override onStart(): void {
    this.#values = this.context.parameters(PARAMETERS);
    // \`hft why ORDER\` shows the value of each signal beside the order.
    this.#position = this.context.signal('position');
    for (const { id, symbol } of this.context.instruments.all) {
      this.#bids[id] = 0;
      this.#asks[id] = 0;
      this.context.log.info('trading', { symbol });
    }
  }

  override onBook(book: BookView): void {
    const values = this.#values;
    if (values === undefined) return;
    const id = book.instrument.id;
    // A book that isn't trusted, or has no price on a side, is nothing to rest orders in.
    if (!book.isTrusted || Number.isNaN(book.mid)) {
      this.context.orders.cancelAll(id);
      return;
    }
    const { bid, ask } = quotePrices(book.bidTicks, book.askTicks, values.distanceTicks);
    const position = this.context.positions.lots(id);
    this.#position.value = position;
    const buyLots = Math.min(values.orderLots, values.positionLotsMax - position);
    const sellLots = Math.min(values.orderLots, values.positionLotsMax + position);
    this.#bids[id] = this.#keep(this.#bids[id] ?? 0, id, Side.Buy, buyLots, bid);
    this.#asks[id] = this.#keep(this.#asks[id] ?? 0, id, Side.Sell, sellLots, ask);
  }

  override onFill(fill: FillEventView): void {
    // Rare, so that one call does: no signal of its own.
    this.context.note('lastFill', fill.lastPx);
  }

  override onStop(): void {
    this.context.orders.cancelAll();
  }

  /** Posts, moves or leaves one order; returns the number by which it is known from here on. */
  #keep(order: number, id: number, side: Side, lots: number, ticks: number): number {
    const { orders } = this.context;
    if (order === 0 || orders.leavesLots(order) === 0) {
      return lots > 0 ? orders.postOnly(id, side, lots, ticks) : 0;
    }
    if (orders.isPending(order) || orders.priceTicks(order) === ticks) return order;
    if (lots <= 0) {
      orders.cancel(order);
      return order;
    }
    // The whole quantity counts what has filled already.
    const filled = orders.orderLots(order) - orders.leavesLots(order);
    const moved = orders.move(order, filled + lots, ticks);
    return moved === 0 ? order : moved;
  }
}
`;

const STRATEGY_TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireParameters } from 'hft-trading-system';
import { MyStrategy, quotePrices } from './strategy.ts';

test('rests behind the best prices', () => {
  assert.deepEqual(quotePrices(100, 102, 2), { bid: 98, ask: 104 });
});

test('refuses a parameter out of its range', () => {
  assert.throws(() => requireParameters(MyStrategy.parameters, { orderLots: 0 }), /orderLots/);
});
`;

function configYaml({ name }: ProjectOptions): string {
  return `# yaml-language-server: $schema=./config.schema.json
# Checked by: hft config validate config.yaml. Every key: hft config show config.yaml
environment: development
system_id: ${name}

trading:
  capital: 100000
  currency: USDT
  # What is beyond is refused: this strategy follows every move of a fast market.
  max_orders_per_second: 500

risk_limits:
  max_order_value: 20000
  max_position_value: 50%
  daily_loss_limit: 2%
  max_drawdown: 5%

strategies:
  mine:
    module: ./strategy.ts
    class: MyStrategy
    parameters:
      distanceTicks: 2
      # A lot is the least quantity that the market knows: here 0.00001 BTC.
      orderLots: 1000
      positionLotsMax: 5000

# What stands between an order and its fill. Zero latency flatters every strategy.
simulation:
  latency: { order: 5ms, response: 5ms }
  queue: { model: power, power: 3 }
  fees: { maker: 1bps, taker: 4bps }

backtest:
  data:
    # A market from a seed: nothing to download. In its place: - path/to/capture.gz
    - generate: { format: binance-spot, seed: 7, symbols: 1, frames: 200000 }
      feed: market
  seed: 1
  output: out/backtest
`;
}

function readme({ name }: ProjectOptions): string {
  return `# ${name}

A trading strategy for hft-trading-system.

| file | |
|---|---|
| \`strategy.ts\` | the strategy: what it does at each event |
| \`config.yaml\` | what it trades, its parameters, its limits and the simulated exchange |
| \`strategy.test.ts\` | tests of its decisions |

\`\`\`bash
npm run check      # tells everything that is wrong with config.yaml, with line and column
npm run backtest   # runs it over the market in config.yaml; the report is in out/backtest
npm test           # runs the tests in strategy.test.ts
npm run paper      # runs it in real time against the simulated exchange
\`\`\`

Its types need the same strict rules as the package: \`npx tsc\` checks them.
`;
}

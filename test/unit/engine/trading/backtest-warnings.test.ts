import { afterAll, describe, expect, it } from 'vitest';
import type { BacktestResult, WarningKind } from '../../../../src/engine/report/backtest-result.js';
import { BacktestProject } from './backtest-project.js';
import { MarketScript } from './market-script.js';

const project = new BacktestProject();
afterAll(() => project.remove());

/** Does what its book counter says, without the package. */
const strategy = (onBook: string) => `export class Mine {
  static parameters = {};
  attach(context) { this.context = context; }
  onStart() { this.books = 0; }
  onBook(book) { this.books += 1; const { orders } = this.context; ${onBook} }
  onTrade() {} onQuote() {} onBar() {} onInstrument() {} onOrder() {} onFill() {}
  onTimer() {} onRisk() {} onStop() {}
}
`;

function run(
  script: MarketScript,
  options: {
    readonly onBook?: string;
    readonly simulation?: string;
    readonly limits?: string;
  } = {},
): Promise<BacktestResult> {
  project.write('market.ws.1.0', script.text());
  // A module is loaded once: another body, another name.
  const name = `s${Math.abs(hash(options.onBook ?? ''))}.mjs`;
  project.write(name, strategy(options.onBook ?? ''));
  return project.run({
    strategies: `{mine: {module: ./${name}, class: Mine}}`,
    simulation: options.simulation ?? '{latency: {order: 1ms, response: 1ms}, fees: {taker: 1bps}}',
    ...(options.limits === undefined ? {} : { risk_limits: options.limits }),
    backtest: '{data: [market.ws.1.0]}',
  });
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);
}

function found(result: BacktestResult, kind: WarningKind) {
  const { severity, count, message } = result.warnings.find((each) => each.kind === kind) ?? {};
  return severity === undefined ? undefined : { severity, count, message };
}

/** A sound market of a minute: a book, and a level that changes every second. */
function market(): MarketScript {
  const script = new MarketScript();
  script.at(0).book(
    [
      ['100.00', '5'],
      ['99.00', '5'],
    ],
    [
      ['101.00', '5'],
      ['102.00', '5'],
    ],
  );
  for (let i = 1; i < 60; i += 1) script.at(i * 1000).level('buy', '99.00', String(5 + (i % 2)));
  return script;
}

describe('a backtest warns', () => {
  it('of nothing but its extent on sound data', async () => {
    const { warnings } = await run(market());

    expect(warnings.map(({ kind }) => kind)).toEqual(['few-trades', 'short-period']);
    expect(warnings.every(({ severity }) => severity === 'note')).toBe(true);
  });

  it('of events that were received before they happened', async () => {
    const script = market();
    script.aheadMs = 500;
    script.at(60_000).level('buy', '99.00', '3');

    expect(found(await run(script), 'look-ahead')).toMatchObject({ severity: 'serious', count: 1 });
  });

  it('of a clock that is behind, less', async () => {
    const script = new MarketScript();
    script.aheadMs = 500;
    script.at(0).book([['100.00', '5']], [['101.00', '5']]);
    for (let i = 1; i < 40; i += 1) script.at(i * 100).level('buy', '99.00', String(1 + (i % 2)));

    expect(found(await run(script), 'look-ahead')).toMatchObject({ severity: 'note', count: 39 });
  });

  it('of time that goes backward, by either clock', async () => {
    const ours = market().at(30_000).trade('buy', '100.00', '1');
    const theirs = market().at(60_000).trade('buy', '100.00', '1');
    theirs.aheadMs = -40_000;
    theirs.at(61_000).trade('buy', '100.00', '1');

    const messages = (result: BacktestResult) => result.warnings.map(({ message }) => message);
    expect(messages(await run(ours)).join()).toContain("0 by the exchange's clock, 1 by ours");
    expect(messages(await run(theirs)).join()).toContain(
      "1 by the exchange's clock (BTC-USD), 0 by ours",
    );
  });

  it('of damaged entries and of silence', async () => {
    const damaged = market().line('1769851860.5: {"type":"l2update","product_id":');
    expect(found(await run(damaged), 'data-gap')).toMatchObject({ severity: 'serious', count: 1 });

    const script = new MarketScript();
    script.at(0).book([['100.00', '5']], [['101.00', '5']]);
    for (let i = 1; i < 4000; i += 1) script.at(i * 10).level('buy', '99.00', String(1 + (i % 2)));
    script.at(160_000).level('buy', '99.00', '7');
    expect(found(await run(script), 'data-gap')?.message).toContain('no data at all for 2 min');
  });

  it('of fills beyond what was displayed', async () => {
    const onBook = 'if (this.books < 4) orders.market(book.instrument.id, 1, 5 * 100);';
    const options = (taken: string) => ({
      onBook,
      simulation: `{latency: {order: 1ms, response: 1ms}, fills: {taken: ${taken}}}`,
    });

    // The three market orders meet the same offer.
    const none = await run(market(), options('none'));
    expect(none.fillsTotal).toBeGreaterThan(0);
    expect(found(none, 'beyond-displayed-volume')).toMatchObject({ severity: 'serious' });
    const consumed = await run(market(), options('consume'));
    expect(found(consumed, 'beyond-displayed-volume')).toBeUndefined();
  });

  it('of crossed books, and of lost trust', async () => {
    const script = market().at(60_000).level('buy', '101.50', '1').at(61_000);
    const result = await run(
      script.level('buy', '101.50', '0').at(62_000).level('buy', '98.00', '1'),
    );

    expect(found(result, 'crossed-book')).toMatchObject({ severity: 'serious', count: 1 });
    expect(found(result, 'untrusted-book')).toMatchObject({ severity: 'note', count: 1 });
  });

  it('of a strategy that was stopped', async () => {
    const result = await run(market(), { onBook: "if (this.books === 9) throw new Error('no');" });

    expect(found(result, 'strategy-stopped')?.message).toBe(
      'mine was stopped before the end: at 2026-01-31T09:30:08.000Z it threw: no',
    );
  });

  it('of an exchange without latency or fees', async () => {
    const result = await run(market(), { simulation: '{latency: {order: 0, response: 0}}' });

    expect(found(result, 'zero-latency')).toMatchObject({ severity: 'serious' });
    expect(found(result, 'zero-fees')).toMatchObject({ severity: 'note' });
  });

  it('of limits that refuse most of what a strategy does', async () => {
    const onBook = 'orders.market(book.instrument.id, 1, 100);';
    const result = await run(market(), { onBook, limits: '{max_order_value: 10}' });
    const { refusedByRisk, submitted } = result.total.orders;

    expect(refusedByRisk).toBeGreaterThan(submitted / 2);
    expect(found(result, 'refused-orders')).toMatchObject({
      severity: 'serious',
      count: refusedByRisk,
      message: expect.stringContaining(`refused ${refusedByRisk} of ${submitted} orders`),
    });
  });

  it('of a position that is left, and of a market that is none', async () => {
    const onBook = 'if (this.books === 2) orders.market(book.instrument.id, 1, 100);';
    const result = await run(market(), { onBook });

    expect(found(result, 'open-position')).toMatchObject({ severity: 'note', count: 1 });
    expect(found(await project.run(), 'generated-data')).toMatchObject({ severity: 'note' });
  });
});

describe('a resting order', () => {
  it('waits for its queue, and is filled by what a trade exceeds it by', async () => {
    const script = new MarketScript();
    script.at(0).book([['100.00', '5']], [['102.00', '5']]);
    script.at(10).level('sell', '102.00', '6');
    // Ours joins behind 5. Trades of 3 and 4: the second reaches it with 2.
    script.at(20).trade('buy', '100.00', '3').at(30).trade('buy', '100.00', '4');
    script.at(40).level('buy', '100.00', '1').at(50).level('sell', '102.00', '5');
    const onBook =
      'if (this.books === 1) orders.postOnly(book.instrument.id, 1, 4, book.bidTicks);';
    const result = await run(script, {
      onBook,
      simulation:
        '{latency: {order: 2ms, response: 3ms}, queue: {model: risk_averse}, fees: {maker: 1bps}}',
    });

    expect(result.fills).toEqual([
      {
        timeMs: MarketScript.start + 30,
        strategyId: 'mine',
        symbol: 'BTC-USD',
        side: 'BUY',
        price: '100',
        quantity: '2',
        isMaker: true,
        fee: '0.02',
        clOrdID: expect.any(Number),
      },
    ]);
    // Bought 2 at 100, the middle was 101; at the end it still is.
    expect(result.total.attribution).toEqual({
      spread: '2',
      slippage: '0',
      inventory: '0',
      fees: '0.02',
      total: '1.98',
    });
    expect(result.total.orders).toMatchObject({ submitted: 1, partiallyFilled: 1, filled: 0 });
  });
});

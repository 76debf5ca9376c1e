import { afterAll, describe, expect, it } from 'vitest';
import { BacktestProject } from './backtest-project.js';
import { MarketScript } from './market-script.js';

const project = new BacktestProject();
afterAll(() => project.remove());

/** Sends what its body says at each book, without the package. */
const strategy = (onBook: string) => `export class Mine {
  static parameters = {};
  attach(context) { this.context = context; }
  onStart() { this.books = 0; }
  onBook(book) { this.books += 1; const { orders } = this.context; ${onBook} }
  onTrade() {} onQuote() {} onBar() {} onInstrument() {} onOrder() {} onFill() {}
  onTimer() {} onRisk() {} onStop() {}
}
`;

/** The market of a script begins at 09:30. */
async function run(name: string, script: MarketScript, sections: Record<string, string>) {
  project.write(`${name}.ws.1.0`, script.text());
  return project.run({
    strategies: `{mine: {module: ./${name}.mjs, class: Mine}}`,
    simulation: '{latency: {order: 1ms, response: 1ms}}',
    ...sections,
  });
}

const MINUTE_MS = 60_000;

describe('a session of a backtest', () => {
  it('begins at its time, by which orders of the day have expired', async () => {
    const script = new MarketScript().at(0).book([['100', '5']], [['101', '5']]);
    script
      .at(MINUTE_MS)
      .trade('buy', '98', '9')
      .at(2 * MINUTE_MS)
      .level('sell', '102', '1');
    project.write(
      'rests.mjs',
      strategy(
        'if (this.books === 1) for (const force of [0, 1]) orders.limit(0, 1, 1, 99, force);',
      ),
    );
    const data = 'data: [rests.ws.1.0]';
    const rolled = await run('rests', script, { backtest: `{${data}, session_start: '09:31'}` });
    const whole = await run('rests', script, { backtest: `{${data}, session_start: never}` });

    expect(rolled.total.orders).toMatchObject({ submitted: 2, expired: 1, filled: 1 });
    expect(whole.total.orders).toMatchObject({ submitted: 2, expired: 0, filled: 2 });
    expect(rolled.fills[0]?.timeMs).toBe(MarketScript.start + MINUTE_MS);
  });

  it('counts the loss of the day from its beginning, over days without data too', async () => {
    const script = new MarketScript().at(0).book([['100', '5']], [['101', '5']]);
    script
      .at(1000)
      .book([['80', '5']], [['81', '5']])
      .at(2000)
      .level('sell', '82', '5');
    const later = 5 * 24 * 60 * MINUTE_MS;
    script
      .at(later)
      .level('sell', '83', '5')
      .at(later + 1000)
      .level('sell', '84', '5');
    project.write('loses.mjs', strategy('orders.limit(0, 1, 1, book.askTicks, 3);'));
    const sections = {
      risk_limits: '{daily_loss_limit: 10}',
      backtest: "{data: [loses.ws.1.0], session_start: '00:00'}",
    };
    const { total, fills } = await run('loses', script, sections);

    expect(total.orders).toMatchObject({ submitted: 5, refusedByRisk: 2, fills: 2 });
    expect(fills.map(({ timeMs }) => Math.round((timeMs - MarketScript.start) / 1000))).toEqual([
      0,
      later / 1000,
    ]);
  });
});

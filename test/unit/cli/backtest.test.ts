import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StopSignal } from '../../../src/cli/exit-code.js';
import { hft } from './cli-harness.js';

/** A strategy without the package: what `Strategy` has, and a body for onBook. */
const strategy = (onBook: string) => `export class Mine {
  static parameters = {};
  attach(context) { this.context = context; }
  onStart() {
    this.books = 0;
    this.context.log.info('began', { symbols: this.context.instruments.all.length });
  }
  onBook(book) { this.books += 1; const { orders, random } = this.context; ${onBook} }
  onTrade() {} onQuote() {} onBar() {} onInstrument() {} onOrder() {} onFill() {}
  onTimer() {} onRisk() {} onStop() {}
}
`;
const BUY = 'if (book.isTrusted) orders.limit(book.instrument.id, 1, 100, book.bidTicks, 1);';
const STRATEGIES = {
  steady: `if (this.books % 500 === 1) { ${BUY} }`,
  seeded: `if (random.next() < 0.002) { ${BUY} }`,
  random: `if (Math.random() < 0.01) { ${BUY} }`,
  thrower: "if (this.books === 100) throw new TypeError('a hundred are too many');",
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-backtest-'));
  for (const [name, body] of Object.entries(STRATEGIES)) {
    writeFileSync(join(folder, `${name}.mjs`), strategy(body));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a configuration and runs it. */
function backtest(
  modules: readonly string[],
  args: readonly string[] = [],
  data = '{generate: {frames: 8000, symbols: 1}}',
  signal?: AbortSignal,
) {
  const path = join(folder, 'config.yaml');
  const entries = modules.map((name) => `${name}: {module: ${name}.mjs, class: Mine}`);
  writeFileSync(
    path,
    'trading: {max_orders_per_second: 1000}\n' +
      `strategies: {${entries.join(', ')}}\n` +
      `backtest: {data: [${data}], output: out/here}\n`,
  );
  return hft(['backtest', path, ...args], signal === undefined ? {} : { signal });
}

describe('hft backtest', () => {
  it('prints one JSON object, and writes the report beside it', async () => {
    const { code, stdout, stderr } = await backtest(['steady'], ['--json']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const printed = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(printed)}\n`);
    expect(Object.keys(printed)).toEqual([
      'schema',
      'title',
      'mode',
      'run',
      'currency',
      'capital',
      'finalEquity',
      'data',
      'strategies',
      'assumptions',
      'total',
      'byStrategy',
      'bySymbol',
      'rows',
      'series',
      'symbolSeries',
      'fills',
      'fillsTotal',
      'riskEvents',
      'riskEventsTotal',
      'warnings',
      'figures',
      'files',
    ]);
    expect(printed.schema).toBe('hft.backtest/1');
    expect(printed.run.stateHash).toMatch(/^[0-9a-f]{16}$/);
    expect(printed.total.orders.fills).toBeGreaterThan(0);
    const { files, ...result } = printed;
    const output = join(folder, 'out/here');
    expect(files).toEqual({
      report: join(output, 'report.html'),
      result: join(output, 'result.json'),
      log: join(output, 'log.ndjson'),
    });
    expect(JSON.parse(readFileSync(files.result, 'utf8'))).toEqual(result);
    expect(readFileSync(files.report, 'utf8')).toContain('<!doctype html>');
    expect(JSON.parse(readFileSync(files.log, 'utf8'))).toMatchObject({
      time: printed.run.startTime,
      strategyId: 'steady',
      message: 'began',
      symbols: 1,
    });
  });

  it('prints a summary for people, with what makes it doubtful', async () => {
    const elsewhere = join(folder, 'elsewhere');
    const { code, stdout } = await backtest(['steady'], ['--output', elsewhere]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^net profit {6}.* USD/m);
    expect(stdout).toMatch(/^note: generated-data: /m);
    expect(stdout).toContain(`report: ${join(elsewhere, 'report.html')}\n`);
    expect(existsSync(join(elsewhere, 'report.html'))).toBe(true);
  });

  it('stops a strategy that throws alone, says so, and ends with 1', async () => {
    const { code, stdout, stderr } = await backtest(['steady', 'thrower'], ['--json']);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: thrower did not run to the end: .*a hundred are too many\n$/);
    const { strategies, warnings, byStrategy } = JSON.parse(stdout);
    expect(strategies[0].stopped).toBeUndefined();
    expect(strategies[1].stopped).toContain('a hundred are too many');
    expect(warnings).toContainEqual(
      expect.objectContaining({ kind: 'strategy-stopped', severity: 'serious' }),
    );
    const alone = JSON.parse((await backtest(['steady'], ['--json'])).stdout);
    expect(byStrategy[0]).toEqual(alone.byStrategy[0]);
  });

  it('finds what two runs don\u2019t have in common', async () => {
    const seeded = await backtest(['seeded'], ['--verify']);
    const random = await backtest(['random'], ['--verify']);

    expect(seeded.code).toBe(0);
    expect(random.code).toBe(1);
    expect(random.stderr).toContain('a strategy uses Math.random, Date');
  });

  it('runs a part of the data', async () => {
    const whole = JSON.parse((await backtest(['steady'], ['--json'])).stdout);
    const from = new Date(Date.parse(whole.run.startTime) + 500).toISOString();
    const part = await backtest(['steady'], ['--json', '--start', from]);

    expect(JSON.parse(part.stdout).run.startTime >= from).toBe(true);
    expect((await backtest(['steady'], ['--start', 'yesterday'])).code).toBe(2);
  });

  it('ends with the code of the signal that stopped it, and writes nothing', async () => {
    const output = join(folder, 'stopped');
    const data = '{generate: {frames: 100000000}}';
    const stop = new AbortController();
    const running = backtest(['steady'], ['--output', output], data, stop.signal);
    stop.abort(new StopSignal('SIGINT'));

    expect((await running).code).toBe(130);
    expect(existsSync(output)).toBe(false);
  });

  it('reports damaged data and wrong configurations with 3', async () => {
    writeFileSync(join(folder, 'cut.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]));

    expect((await backtest(['steady'], [], 'cut.gz')).code).toBe(3);
    const wrong = await backtest(['steady'], [], '{generate: {framez: 1}}');
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('did you mean frames?');
    expect((await backtest(['steady'], [], 'not-there')).code).toBe(1);
  });
});

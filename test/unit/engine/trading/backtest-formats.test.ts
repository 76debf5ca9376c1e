import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openByteSink } from '../../../../src/data/byte-sink.js';
import { generateCapture } from '../../../../src/data/generate-capture.js';
import { surveyConfiguredMarket } from '../../../../src/engine/trading/run-configured-backtest.js';
import { BacktestProject } from './backtest-project.js';
import { MarketScript } from './market-script.js';

const project = new BacktestProject();
afterAll(() => project.remove());

const SHARED =
  process.env['HFT_FIXTURES'] ?? join(import.meta.dirname, '../../../../../shared/data');
const RECORDED = [
  ['hftbacktest', 'hftbacktest/usdm_btcusdt_20240808.first60s.gz', 'binance-futures'],
  ['cryptofeed with its REST answers', 'cryptofeed/BINANCE.ws.1.0', 'binance-spot'],
  ['cryptofeed of Coinbase', 'cryptofeed/COINBASE.ws.28.0', 'coinbase-exchange'],
  ['cryptofeed of Kraken', 'cryptofeed/KRAKEN.ws.50.0', 'kraken-v1'],
  ['LOBSTER', 'lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv', 'lobster'],
] as const;
const MAKER =
  '{maker: {class: SimpleMarketMaker, parameters: ' +
  '{halfSpreadTicks: 1, orderLots: 1, inventoryLotsMax: 1000}}}';

async function generate(name: string, wireFormat: 'itch' | 'binance-spot', messages: number) {
  const path = join(project.folder, name);
  const sink = await openByteSink(path);
  await generateCapture(sink, {
    wireFormat,
    container: wireFormat === 'itch' ? 'itch' : 'recording',
    seed: 2,
    messages,
    symbolCount: 2,
  });
  await sink.close();
  return path;
}

function run(data: string, batchSize: number) {
  return project.run({
    strategies: MAKER,
    backtest: `{batch_size: ${batchSize}, data: [${data}]}`,
  });
}

describe('a backtest of a recorded capture', () => {
  it.skipIf(!existsSync(SHARED)).each(RECORDED)(
    'plays %s, and decides the same in batches of any size',
    async (_what, file, format) => {
      const path = join(SHARED, file);
      const result = await run(path, 4096);
      const other = await run(path, 3);

      expect(result.data[0]?.format).toBe(format);
      expect(result.run.marketEvents).toBeGreaterThan(200);
      expect(result.total.orders.submitted).toBeGreaterThan(0);
      expect(result.total.orders.refusedByRisk).toBe(0);
      expect(result.warnings.map(({ kind }) => kind)).not.toContain('data-gap');
      expect(other.run.stateHash).toBe(result.run.stateHash);
    },
  );

  it('plays ITCH, whose frames bring thousands of events', async () => {
    const path = await generate('01302020.NASDAQ_ITCH50', 'itch', 20_000);
    const result = await run(path, 4096);

    expect(result.data[0]?.format).toBe('itch');
    expect(result.total.orders.submitted).toBeGreaterThan(0);
    expect((await run(path, 3)).run.stateHash).toBe(result.run.stateHash);
  });

  it('plays our own recordings, plain or gzip', async () => {
    const path = await generate('market.hftrec', 'binance-spot', 6000);
    const zipped = `${path}.gz`;
    writeFileSync(zipped, gzipSync(readFileSync(path)));

    const plain = await run(path, 4096);
    expect(plain.data[0]).toMatchObject({ format: 'binance-spot', isGenerated: false, gaps: 0 });
    expect((await run(zipped, 4096)).run.stateHash).toBe(plain.run.stateHash);
  });

  it('plays anew what gets finer after its beginning', async () => {
    const script = new MarketScript();
    script.at(0).book([['100.5', '5']], [['101.5', '5']]);
    for (let i = 1; i < 42_000; i += 1) script.at(i).level('buy', '99.5', String(1 + (i % 2)));
    script.at(42_000).level('buy', '100.125', '1').at(42_001).level('buy', '99.5', '9');
    const path = project.write('late.ws.1.0', script.text());
    expect(statSync(path).size).toBeGreaterThan(5 << 20);
    const sections = { strategies: MAKER, backtest: '{data: [late.ws.1.0]}' };

    const survey = await surveyConfiguredMarket(project.configure(sections));
    expect(survey.instruments[0]?.priceDecimals).toBe(3);
    const result = await project.run(sections);
    expect(result.fills).toEqual((await project.run(sections, { survey })).fills);
    expect(result.run.marketEvents).toBe(42_002);
    expect(result.warnings.map(({ kind }) => kind)).not.toContain('data-gap');
  });

  it('plays the files of one feed one after the other, as one instrument', async () => {
    const first = await generate('day-1.hftrec', 'binance-spot', 3000);
    const result = await run(`${first}, {file: ${first}, feed: other}`, 4096);
    const twice = await run(`${first}, ${first}`, 4096);

    expect(result.bySymbol).toHaveLength(4);
    expect(twice.bySymbol.map(({ symbol }) => symbol)).toEqual(
      result.bySymbol.slice(0, 2).map(({ symbol }) => symbol.replace('market:', '')),
    );
    expect(twice.run.marketEvents).toBe(result.run.marketEvents);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationManager } from '../../../../src/config/configuration-manager.js';
import { RealTimeTradingSystem } from '../../../../src/engine/system/real-time-trading-system.js';
import { createLogger } from '../../../../src/telemetry/log.js';
import { GeneratorSource } from '../../../../src/venues/loopback/generator-source.js';
import { LoopbackServer } from '../../../../src/venues/loopback/server.js';
import { until } from './systems.js';

let venues: LoopbackServer[];
let system: RealTimeTradingSystem | undefined;
beforeEach(() => {
  venues = [];
  system = undefined;
});
afterEach(async () => {
  await system?.close();
  await Promise.all(venues.map((venue) => venue.close()));
});

async function venue(seed: number): Promise<string> {
  const server = new LoopbackServer({
    source: new GeneratorSource({ wireFormat: 'binance-spot', seed, symbolCount: 2 }),
    speed: { kind: 'rate', framesPerSecond: 3000 },
  });
  await server.listen();
  venues.push(server);
  return server.url;
}

async function open(text: string): Promise<RealTimeTradingSystem> {
  const read = ConfigurationManager.parse(
    `
trading: { capital: 1000000, currency: USDT, max_orders_per_second: 100000 }
paper: { market: feeds }
journal: { enabled: false }
performance: { orders_max: 16384 }
${text}`,
    'feeds.yaml',
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  system = new RealTimeTradingSystem(read.manager, { log: createLogger({ level: 'silent' }) });
  await system.initialise();
  return system;
}

describe('a trading system on data feeds', () => {
  it('learns what decimals its instruments have, and trades them', async () => {
    const opened = await open(`
data_feeds:
  venue: { type: binance, url: '${await venue(1)}', symbols: [ETHUSDT, BTCUSDT] }
instruments: { ETHUSDT: { price_decimals: 2, qty_decimals: 5 } }
strategies:
  maker:
    class: SimpleMarketMaker
    parameters: { halfSpreadTicks: 0.5, orderLots: 1000, inventoryLotsMax: 10000 }`);
    const known = opened.parts.instruments.map(
      ({ symbol, priceDecimals, qtyDecimals }) => `${symbol} ${priceDecimals} ${qtyDecimals}`,
    );
    // What was given stays, what was not is as fine as the market shows it.
    expect(known).toEqual(['ETHUSDT 2 5', 'BTCUSDT 2 5']);
    opened.start();
    const { orders } = await until(opened, ({ orders: all }) => all.fills > 3);
    expect(orders.submitted).toBeGreaterThan(0);
  });

  it('keeps one symbol of two venues apart, in books, orders and positions', async () => {
    const [north, south] = [await venue(1), await venue(2)];
    const opened = await open(`
data_feeds:
  north: { type: binance, url: '${north}', symbols: [BTCUSDT] }
  south: { type: binance, url: '${south}', symbols: [BTCUSDT] }
instruments: { BTCUSDT: { price_decimals: 2, qty_decimals: 5 } }
strategies:
  maker:
    class: SimpleMarketMaker
    symbols: ['south:BTCUSDT']
    parameters: { halfSpreadTicks: 0.5, orderLots: 1000, inventoryLotsMax: 10000 }`);
    const symbols = new Set<string>();
    opened.on('orderFilled', ({ symbol }) => symbols.add(symbol));
    opened.start();
    const { feeds } = await until(opened, ({ orders }) => orders.fills > 3);
    expect(Object.keys(feeds)).toEqual(['north', 'south']);
    expect([...symbols]).toEqual(['south:BTCUSDT']);
    const books = opened.health().components.filter(({ kind }) => kind === 'book');
    expect(books.map(({ name }) => name)).toEqual(['north:BTCUSDT', 'south:BTCUSDT']);
  });

  it('says so where a strategy names what no feed has', async () => {
    const text = `
data_feeds:
  venue: { type: binance, url: '${await venue(1)}', symbols: [BTCUSDT] }
instruments: { BTCUSDT: { price_decimals: 2, qty_decimals: 5 } }
strategies:
  maker: { class: SimpleMarketMaker, symbols: [DOGEUSDT] }`;
    await expect(open(text)).rejects.toMatchObject({
      code: 'HFT_CONFIG',
      message: 'strategies.maker.symbols: DOGEUSDT is not in the market, which has venue:BTCUSDT',
    });
  });

  it('can be called off while it waits for a feed', async () => {
    const gone = venues.length;
    const url = await venue(1);
    await venues[gone]?.close();
    venues.length = gone;
    const opening = open(`
data_feeds:
  venue: { type: binance, url: '${url}', symbols: [BTCUSDT] }
strategies:
  maker: { class: SimpleMarketMaker }`);
    await expect.poll(() => system?.state).toBe('initialising');
    const refused = expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    await system?.close();
    await refused;
    expect(system?.state).toBe('failed');
  });
});

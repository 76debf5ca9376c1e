import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationManager } from '../../../../src/config/configuration-manager.js';
import type { BacktestResult } from '../../../../src/engine/report/backtest-result.js';
import {
  type ConfiguredBacktestOptions,
  runConfiguredBacktest,
} from '../../../../src/engine/trading/run-configured-backtest.js';

/** A market maker over a generated market: the sections that a test doesn't give itself. */
const SECTIONS = {
  trading: '{currency: USDT, max_orders_per_second: 1000}',
  simulation: '{latency: {order: 2ms, response: 2ms}, fees: {maker: 1bps, taker: 4bps}}',
  strategies:
    '{maker: {class: SimpleMarketMaker, parameters: ' +
    '{halfSpreadTicks: 1, orderLots: 1000, inventoryLotsMax: 10000}}}',
  backtest: '{data: [{generate: {seed: 3, symbols: 2, frames: 20000}}]}',
};

/** A folder of files, and backtests in it. */
export class BacktestProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'hft-backtest-'));

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  configure(sections: Partial<Record<string, string>> = {}): ConfigurationManager {
    const all: Partial<Record<string, string>> = { ...SECTIONS, ...sections };
    const text = Object.entries(all).map(([name, value]) => `${name}: ${value}\n`);
    const read = ConfigurationManager.parse(text.join(''), join(this.folder, 'config.yaml'));
    if (read.ok) return read.manager;
    throw new Error(read.problems.map(({ key, expected, found }) => [key, expected, found]).join());
  }

  run(
    sections: Partial<Record<string, string>> = {},
    options: ConfiguredBacktestOptions = {},
  ): Promise<BacktestResult> {
    return runConfiguredBacktest(this.configure(sections), options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

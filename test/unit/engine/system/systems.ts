import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationManager } from '../../../../src/config/configuration-manager.js';
import {
  RealTimeTradingSystem,
  type TradingSystemOptions,
} from '../../../../src/engine/system/real-time-trading-system.js';
import type { SystemStatistics } from '../../../../src/engine/system/system-statistics.js';
import { createLogger } from '../../../../src/telemetry/log.js';

/** What differs from the usual configuration of a test. */
export interface SystemText {
  readonly trading?: string;
  readonly strategies?: string;
  readonly performance?: string;
  readonly rest?: string;
  readonly hasJournal?: boolean;
}

const QUOTER = `
  maker:
    class: SimpleMarketMaker
    parameters: { halfSpreadTicks: 0.5, orderLots: 1000, inventoryLotsMax: 10000 }`;

/** A configuration on a small loopback market, with a maker that is filled within a second. */
export function configurationOf(folder: string, text: SystemText = {}): ConfigurationManager {
  const yaml = `
trading: { capital: 1000000, currency: USDT, max_orders_per_second: 100000, ${text.trading ?? ''} }
strategies: ${text.strategies ?? QUOTER}
paper:
  market: loopback
  generate: { format: binance-spot, seed: 1, symbols: 2, frames_per_second: 5000 }
  output: ${folder}
journal: { enabled: ${text.hasJournal ?? false}, segment_size: 4MiB }
performance: { orders_max: 16384, ${text.performance ?? ''} }
${text.rest ?? ''}`;
  const read = ConfigurationManager.parse(yaml, join(folder, 'system.yaml'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.manager;
}

/** Systems and folders of a test, all gone at its end. */
export class SystemLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'hft-system-'));
  readonly #systems: RealTimeTradingSystem[] = [];

  system(text: SystemText = {}, options: TradingSystemOptions = {}): RealTimeTradingSystem {
    const system = new RealTimeTradingSystem(configurationOf(this.folder, text), {
      log: createLogger({ level: 'silent' }),
      ...options,
    });
    this.#systems.push(system);
    return system;
  }

  async running(
    text: SystemText = {},
    options: TradingSystemOptions = {},
  ): Promise<RealTimeTradingSystem> {
    const system = this.system(text, options);
    await system.initialise();
    system.start();
    return system;
  }

  async close(): Promise<void> {
    await Promise.all(this.#systems.map((system) => system.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Resolves when `isSo` holds of the statistics of a running system. */
export function until(
  system: RealTimeTradingSystem,
  isSo: (statistics: SystemStatistics) => boolean,
): Promise<SystemStatistics> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        const statistics = system.statistics();
        if (!isSo(statistics)) return;
        clearInterval(timer);
        resolve(statistics);
      } catch (error) {
        clearInterval(timer);
        reject(error);
      }
    }, 5);
  });
}

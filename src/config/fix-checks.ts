import type { CrossCheck } from './cross-checks.js';
import { REQUIRED_KEYS } from './schema/fix-setting-keys.js';
import type { RealTimeConfig } from './schema/root.js';

/** What brokers, feeds and FIX sessions must say about each other. */
export function checkFix(config: RealTimeConfig, check: CrossCheck): void {
  const names = Object.keys(config.fix_sessions);
  for (const [name, session] of Object.entries(config.fix_sessions)) {
    const key = `fix_sessions.${name}`;
    if ((session.config === undefined) === (session.settings === undefined)) {
      const found = session.config === undefined ? 'neither' : 'both';
      check.fail(key, 'either config or settings', found);
    }
    if (session.settings === undefined) continue;
    if (session.session !== undefined) {
      check.fail(`${key}.session`, 'a session of the file that config names', 'no config');
    }
    for (const missing of missingSettings(session.settings)) {
      check.fail(`${key}.settings`, `the key ${missing}`, 'nothing');
    }
  }
  const users = new Map<string, string>();
  const use = (key: string, name: string) => {
    check.known(key, name, names);
    const other = users.get(name);
    if (other !== undefined) check.fail(key, `a session that ${other} does not use`, name);
    users.set(name, key);
  };
  for (const [name, broker] of Object.entries(config.brokers)) {
    const key = `brokers.${name}`;
    const isFix = broker.broker_type === 'fix';
    if (isFix && broker.session === undefined && config.trading.enable_live_trading) {
      check.fail(`${key}.session`, 'one of fix_sessions', 'nothing');
    }
    for (const part of ['session', 'drop_copy'] as const) {
      const value = broker[part];
      if (value === undefined) continue;
      if (isFix) use(`${key}.${part}`, value);
      else check.fail(`${key}.${part}`, 'broker_type fix beside it', broker.broker_type);
    }
  }
  for (const [name, feed] of Object.entries(config.data_feeds)) {
    const key = `data_feeds.${name}`;
    if (feed.type !== 'fix') {
      if (feed.session !== undefined) check.fail(`${key}.session`, 'type fix beside it', feed.type);
      continue;
    }
    if (feed.session === undefined) check.fail(`${key}.session`, 'one of fix_sessions', 'nothing');
    else use(`${key}.session`, feed.session);
    for (const [index, symbol] of feed.symbols.entries()) {
      const scale = config.instruments[symbol];
      if (scale?.price_decimals !== undefined && scale.qty_decimals !== undefined) continue;
      const expected = `a symbol with price_decimals and qty_decimals in instruments`;
      check.fail(`${key}.symbols[${index}]`, expected, symbol);
    }
  }
}

function missingSettings(settings: Readonly<Record<string, unknown>>): string[] {
  const needed: string[] = [...REQUIRED_KEYS, 'SocketConnectHost', 'SocketConnectPort'];
  if (settings['beginString'] === 'FIXT.1.1') needed.push('DefaultApplVerID');
  return needed
    .map((name) => name.slice(0, 1).toLowerCase() + name.slice(1))
    .filter((key) => settings[key] === undefined);
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RealTimeConfig } from '../../config/schema/root.js';
import { OneSession, settingsOfValues } from '../../connectors/fix/one-session.js';
import type { FixOrderDialectName } from '../../connectors/fix/orders/order-dialect.js';
import { readFixSettings } from '../../connectors/fix/settings.js';
import { HftError } from '../../domain/errors.js';

/** A FIX session of a configuration, before it is opened. */
export interface FixSessionPlan {
  /** Its name in `fix_sessions`. */
  readonly name: string;
  readonly settings: OneSession;
  /** Where it is kept how far its messages were taken; undefined where nothing is kept. */
  readonly positionFile: string | undefined;
}

/** A broker that is reached over FIX. */
export interface FixBrokerPlan {
  /** Its name in `brokers`, which is that of its venue. */
  readonly name: string;
  readonly session: FixSessionPlan;
  readonly dropCopy: FixSessionPlan | undefined;
  readonly dialect: FixOrderDialectName | undefined;
  /** The account of the strategies that trade there. */
  readonly account: string;
  /** Account(1). */
  readonly venueAccount: string | undefined;
  /** Data feeds whose symbols trade there. */
  readonly feeds: readonly string[];
  /** Silence after which what became of a request is unknown. */
  readonly requestTimeoutMs: number;
}

/** What FIX sessions are planned with. */
export interface FixPlanOptions {
  readonly config: RealTimeConfig;
  readonly resolvePath: (path: string) => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where stores lie whose settings name no place; undefined: in memory. */
  readonly folder: string | undefined;
}

/**
 * The session called `name`. Errors: HFT_CONFIG where there is none; HFT_FIX_CONFIG as
 * `file:line:column` for its file.
 */
export function planFixSession(name: string | undefined, options: FixPlanOptions): FixSessionPlan {
  const { config, resolvePath, env, folder } = options;
  const entry = name === undefined ? undefined : config.fix_sessions[name];
  if (name === undefined || entry === undefined) {
    throw new HftError('HFT_CONFIG', `fix_sessions: expected one called ${String(name)}`);
  }
  const key = `fix_sessions.${name}`;
  const settings =
    entry.settings === undefined
      ? new OneSession(
          readFixSettings(resolvePath(entry.config ?? ''), env),
          `${key}.config: ${resolvePath(entry.config ?? '')}`,
          entry.session,
        )
      : new OneSession(settingsOfValues(entry.settings, resolvePath), key, undefined);
  if (folder !== undefined && settings.get('FileStorePath') === undefined) {
    settings.set('FileStorePath', folder);
  }
  for (const setting of ['FileStorePath', 'FileLogPath']) {
    const path = settings.get(setting);
    if (path !== undefined) makeFolder(path);
  }
  if (folder !== undefined) makeFolder(folder);
  const positionFile = folder === undefined ? undefined : join(folder, `${name}.position`);
  return { name, settings, positionFile };
}

/**
 * The brokers that orders of a live run go to.
 *
 * Errors: HFT_CONFIG for brokers of other kinds, for feeds that no broker or several trade, and for
 * strategies of another account.
 */
export function planFixBrokers(options: FixPlanOptions): FixBrokerPlan[] {
  const { config } = options;
  const named = Object.entries(config.brokers);
  const other = named.find(([, { broker_type }]) => broker_type !== 'fix');
  if (other !== undefined) {
    throw new HftError(
      'HFT_CONFIG',
      `brokers.${other[0]}.broker_type: expected fix for live trading, found ` +
        `${other[1].broker_type}: there is no other connector; paper mode trades without one`,
    );
  }
  const taken = new Map<string, string>();
  for (const [name, { feeds }] of named) {
    for (const feed of feeds) {
      const first = taken.get(feed);
      if (first !== undefined) {
        throw new HftError('HFT_CONFIG', `brokers.${name}.feeds: ${feed} trades at ${first}`);
      }
      taken.set(feed, name);
    }
  }
  const rest = Object.keys(config.data_feeds).filter((feed) => !taken.has(feed));
  const takers = named.filter(([, { feeds }]) => feeds.length === 0);
  if (rest.length > 0 && takers.length !== 1) {
    throw new HftError('HFT_CONFIG', `brokers: expected one for the data feeds ${rest.join(', ')}`);
  }
  checkAccounts(config);
  return named.map(([name, broker]) => ({
    name,
    session: planFixSession(broker.session, options),
    dropCopy:
      broker.drop_copy === undefined ? undefined : planFixSession(broker.drop_copy, options),
    dialect: broker.dialect,
    account: broker.account,
    venueAccount: broker.venue_account,
    feeds: broker.feeds.length > 0 ? broker.feeds : rest,
    requestTimeoutMs: broker.request_timeout / 1e6,
  }));
}

/** Orders of an account that a broker does not know would be booked on another. */
function checkAccounts(config: RealTimeConfig): void {
  const known = Object.values(config.brokers).map(({ account }) => account);
  for (const [name, { account, enabled }] of Object.entries(config.strategies)) {
    if (!enabled || known.includes(account)) continue;
    throw new HftError(
      'HFT_CONFIG',
      `strategies.${name}.account: expected the account of a broker (${known.join(', ')}), found ` +
        account,
    );
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot make the folder ${path}: ${reason}`, {
      cause: error,
    });
  }
}

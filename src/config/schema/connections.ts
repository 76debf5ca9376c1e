import { FEED_CHANNELS, FEED_TYPES } from '../../domain/feed.js';
import { FEED_DRIVES, FEED_TRANSPORTS } from '../../domain/feed-config.js';
import { is, optional, preset, required } from './kinds.js';
import { hostname, NAME, path, symbol } from './names.js';

const webSocketUrl = () =>
  is.text({
    pattern: /^wss?:\/\/[^\s]{1,2000}$/,
    hint: 'an address that begins with ws:// or wss://',
  });
const webUrl = () =>
  is.text({
    pattern: /^(https?|wss?|tcp):\/\/[^\s]{1,2000}$/,
    hint: 'an address with https:// or wss://',
  });

const SECOND = 1_000_000_000;

const feed = is.object({
  type: required(
    is.choice(...FEED_TYPES, 'fix'),
    'The venue, and which of its streams; `fix`: market data of a FIX session.',
  ),
  session: optional(is.text(NAME), 'The one of `fix_sessions` that a feed of type `fix` uses.'),
  url: optional(webSocketUrl(), "Base address; the venue's public one without."),
  symbols: required(
    is.list(symbol(), { min: 1, max: 10_000 }),
    'Symbols as the venue spells them; a strategy names one `feed:SYMBOL` where feeds share it.',
  ),
  channels: preset(
    is.list(is.choice(...FEED_CHANNELS), { min: 1, max: FEED_CHANNELS.length }),
    '[book, trades, quotes]',
    'What is asked for.',
  ),
  book_depth: preset(
    is.integer(1, 10_000),
    '1000',
    'Levels a side, where the venue lets us choose.',
  ),
  api_key: optional(is.secret(), 'Where the venue wants one for market data.'),
  secret_key: optional(is.secret(), 'Goes with `api_key`.'),
  transport: preset(is.choice(...FEED_TRANSPORTS), 'native', 'The WebSocket client.'),
  drive: preset(
    is.choice(...FEED_DRIVES),
    'event',
    '`spin` saves 15 to 50 microseconds a quiet message and burns a core.',
  ),
  ca_file: optional(path(), 'Certificates of authorities in PEM, in place of the usual ones.'),
  max_messages_per_second: optional(
    is.integer(1, 100_000_000),
    'Above it the feed is reported as flooding; nothing is dropped.',
  ),
  buffer_size: preset(
    is.powerOfTwo(64, 16_777_216),
    '16384',
    'Events that its ring holds; when it is full, books conflate.',
  ),
  stale_after: preset(is.duration(0), '5s', 'Silence after which its books are suspect; 0: never.'),
  reconnect_after: preset(is.duration(SECOND), '15s', 'Silence after which it connects anew.'),
});

/** Where market data comes from. */
export const dataFeeds = is.map(feed, NAME);

/** Venues whose FIX orders differ from what their version of FIX says. */
export const FIX_ORDER_VENUES = ['binance', 'coinbase', 'alpaca'] as const;

/** Brokers and exchanges, by the protocol spoken. */
export const BROKER_TYPES = [
  'simulated',
  'alpaca',
  'binance',
  'coinbase',
  'kraken',
  'fix',
] as const;

const broker = is.object({
  broker_type: required(is.choice(...BROKER_TYPES), '`simulated` is the simulated exchange.'),
  api_key: optional(is.secret(), 'The public half of the credentials.'),
  secret_key: optional(is.secret(), 'The secret half.'),
  passphrase: optional(is.secret(), 'The third part, where a venue has one.'),
  sandbox_mode: preset(is.boolean(), 'true', "The venue's test system in place of the real one."),
  url: optional(webUrl(), 'Base address; the one that the venue publishes without.'),
  session: optional(is.text(NAME), 'The one of `fix_sessions` that orders go out on.'),
  drop_copy: optional(is.text(NAME), 'One of `fix_sessions` with copies of the reports.'),
  dialect: optional(
    is.choice(...FIX_ORDER_VENUES),
    "How the counterparty wants its FIX orders; that of the session's version without.",
  ),
  venue_account: optional(
    is.text({ pattern: /^[!-~]{1,64}$/, hint: 'text of at most 64 characters' }),
    'Account(1) of its FIX orders.',
  ),
  account: preset(is.text(NAME), 'main', 'The account that its orders are for.'),
  feeds: preset(
    is.list(is.text(NAME)),
    '[]',
    'Data feeds whose symbols trade here; empty: all those that no other broker names.',
  ),
  max_orders_per_second: preset(is.integer(1, 100_000), '50', 'What the venue allows.'),
  request_timeout: preset(
    is.duration(1_000_000, 600 * SECOND),
    '5s',
    'Silence after which what became of a request is unknown, and is asked for.',
  ),
});

/** Where orders go. */
export const brokers = is.map(broker, NAME);

/** The database that the journal is projected into. */
export const database = is.object({
  type: preset(is.choice('none', 'sqlite', 'postgres'), 'sqlite', 'Which one.'),
  path: preset(path(), 'data/hft.db', 'File of SQLite.'),
  host: preset(hostname(), 'localhost', 'Of PostgreSQL.'),
  port: preset(is.integer(1, 65_535), '5432', 'Of PostgreSQL.'),
  name: preset(is.text(NAME), 'hft', 'Name of the database.'),
  user: preset(is.text(NAME), 'hft', 'Who connects.'),
  password: optional(is.secret(), 'Of the user; best from the environment.'),
  tls: preset(is.boolean(), 'false', 'Whether the connection is encrypted.'),
  pool_size: preset(is.integer(1, 1000), '8', 'Connections at most.'),
});

/** Redis, for what several processes share. */
export const redis = is.object({
  enabled: preset(is.boolean(), 'false', 'Whether it is used.'),
  host: preset(hostname(), 'localhost', 'Where it is.'),
  port: preset(is.integer(1, 65_535), '6379', 'Its port.'),
  password: optional(is.secret(), 'Best from the environment.'),
  db: preset(is.integer(0, 65_535), '0', 'Number of the database.'),
  tls: preset(is.boolean(), 'false', 'Whether the connection is encrypted.'),
});

/** The log. */
export const logging = is.object({
  level: preset(is.choice('debug', 'info', 'warn', 'error', 'silent'), 'info', 'The least told.'),
  style: preset(is.choice('json', 'pretty'), 'json', 'One JSON object a line, or for people.'),
  file: optional(path(), 'Where it goes; standard error without.'),
  max_size: preset(is.size(65_536, 2 ** 40), '64MiB', 'Size at which a file is put aside.'),
  max_files: preset(is.integer(1, 1000), '10', 'Files kept.'),
});

/** Metrics and health. */
export const monitoring = is.object({
  enabled: preset(is.boolean(), 'true', 'Whether metrics and health are served.'),
  host: preset(hostname(), '127.0.0.1', 'Address; the machine itself by default.'),
  port: preset(is.integer(1, 65_535), '8080', 'Port.'),
  interval: preset(is.duration(10_000_000), '1s', 'How often figures are taken.'),
});

/** Who may do what. */
export const security = is.object({
  api_token: optional(is.secret(), 'What a request must carry; best from the environment.'),
  tls_cert_file: optional(path(), 'Certificate of the API, in PEM.'),
  tls_key_file: optional(path(), 'Its key.'),
});

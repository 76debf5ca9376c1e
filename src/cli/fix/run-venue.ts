import { existsSync } from 'node:fs';
import {
  dictionaryFiles,
  type FixVersion,
} from '../../connectors/fix/dictionary/load-dictionary.js';
import { type FixEvent, type FixSession, FixSessions } from '../../connectors/fix/fix-session.js';
import { withShippedDictionaries } from '../../connectors/fix/one-session.js';
import { readFixSettings } from '../../connectors/fix/settings.js';
import { HftError } from '../../domain/errors.js';
import { MatchingEngine } from '../../engine/matching-engine.js';
import { type ExchangeSession, FixExchange } from '../../venues/fix/exchange.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { printEvent } from './fix-text.js';
import type { VenueFixOptions } from './venue-options.js';

const INSTRUMENTS = [
  { symbol: 'BTCUSD', priceDecimals: 2, qtyDecimals: 6 },
  { symbol: 'ETHUSD', priceDecimals: 2, qtyDecimals: 5 },
];
const VERSIONS: readonly FixVersion[] = ['FIX.4.2', 'FIX.4.4', 'FIX.5.0SP2'];
const DROP_COPY = 'DROP';
/** Orders expire and market data of quiet sessions goes out at least so often. */
const PUBLISH_MS = 100;

/** `hft venue fix`: runs an exchange behind FIX acceptors until the signal. */
export async function runVenueFix(
  options: VenueFixOptions,
  context: CliContext,
): Promise<ExitCode> {
  const settings =
    options.config === undefined
      ? standardSettings(options)
      : withShippedDictionaries(readFixSettings(options.config, context.env));
  const group = FixSessions.open({ settings });
  const exchange = new FixExchange({
    instruments: options.symbol ?? INSTRUMENTS,
    createMatcher: () => new MatchingEngine(),
    now: Date.now,
    cancelsOnDisconnect: options.cancelOnDisconnect === true,
  });
  const isDropCopy = dropCopies(options, group);
  const asJson = options.json === true;
  for (const session of group.sessions) {
    const { info } = session;
    if (info.connectionType !== 'acceptor') {
      throw new HftError('HFT_FIX_CONFIG', `${info.id}: a venue's sessions are acceptors`);
    }
    const inside = exchange.attach({
      ...{ name: info.id, beginString: info.beginString },
      ...{ defaultApplVerID: info.defaultApplVerID, isDropCopy: isDropCopy(info.targetCompID) },
      send: (msgType, fields) => session.send(msgType, fields),
    });
    connect(session, inside, exchange, (event) => printEvent(context, info.id, event, asJson));
    if (!asJson) {
      const role = isDropCopy(info.targetCompID) ? ' (drop copy)' : '';
      printLine(context, `${info.id} listening on ${info.host}:${info.port}${role}`);
    }
  }
  group.start();
  const timer = setInterval(() => exchange.publish(), PUBLISH_MS);
  try {
    await ended(context.signal);
  } finally {
    clearInterval(timer);
    await group.close();
  }
  const counts = exchange.counts();
  if (asJson) printJson(context, { kind: 'end', ...counts });
  else printNote(context, `${counts.received} messages received, ${counts.sent} sent`);
  return ExitCode.Ok;
}

/** Gives the exchange what comes on a session; `print` gets what is not trade. */
function connect(
  session: FixSession,
  inside: ExchangeSession,
  exchange: FixExchange,
  print: (event: FixEvent) => void,
): void {
  session.onBatch((events) => {
    for (const event of events) {
      if (event.kind === 'message') {
        inside.onMessage(event.message);
      } else if (event.kind === 'refused' && event.reason === 'the session is not logged on') {
        inside.onRefused(event.msgType, event.body);
      } else {
        if (event.kind === 'logon') inside.onLogon();
        if (event.kind === 'logout') inside.onLogout();
        print(event);
      }
    }
    exchange.publish();
  });
}

function dropCopies(
  options: VenueFixOptions,
  group: FixSessions,
): (targetCompID: string) => boolean {
  const names = new Set(options.dropCopy ?? [DROP_COPY]);
  const known = new Set(group.sessions.map(({ info }) => info.targetCompID));
  const unknown = options.dropCopy?.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new HftError('HFT_ARGUMENT', `--drop-copy ${unknown}: no session has that TargetCompID`);
  }
  return (targetCompID) => names.has(targetCompID);
}

/** Sessions of FIX 4.2, 4.4 and 5.0 SP2: CLIENT1 and so on, and DROP. */
function standardSettings(options: VenueFixOptions): string {
  const clients = Array.from({ length: options.clients }, (_none, at) => `CLIENT${at + 1}`);
  const lines = [
    ...['[DEFAULT]', 'ConnectionType=acceptor', `SocketAcceptPort=${options.port}`],
    ...['StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y'],
    ...['SenderCompID=VENUE', 'ResetOnLogon=Y', 'HeartBtInt=30'],
  ];
  for (const version of VERSIONS) {
    for (const target of [...clients, DROP_COPY]) {
      lines.push('[SESSION]', `TargetCompID=${target}`, ...versionSettings(version));
    }
  }
  return [...lines, ''].join('\n');
}

function versionSettings(version: FixVersion): string[] {
  const isFive = version.startsWith('FIX.5');
  const lines = isFive
    ? ['BeginString=FIXT.1.1', `DefaultApplVerID=${version}`]
    : [`BeginString=${version}`];
  const files = dictionaryFiles(version);
  if (!files.every((file) => existsSync(file))) return [...lines, 'UseDataDictionary=N'];
  const [first = '', second = ''] = files;
  if (!isFive) return [...lines, `DataDictionary=${first}`];
  return [...lines, `TransportDataDictionary=${first}`, `AppDataDictionary=${second}`];
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HftError } from '../domain/errors.js';
import type { NativeEventSourceConstructor } from './event-source.js';
import type {
  NativeFixEmergencyExitConstructor,
  NativeFixSessionsConstructor,
} from './fix-sessions.js';
import type {
  AuditJournal,
  JournalNames,
  NativeJournalConstructor,
  ReadRecordedEvent,
} from './journal.js';
import type {
  NativeGeneratorOptions,
  NativeItchDay,
  NativeItchDayOptions,
  NativeMarketGenerator,
} from './market-generator.js';
import type { NativeMatchingEngine, NativeMatchingOptions } from './matching-engine.js';
import type { NativeOrderBook } from './order-book.js';
import type { NativeOrderEntryConstructor } from './order-entry.js';
import type { NativeStreamEngine, NativeStreamOptions } from './stream-engine.js';
import type { NativeTradingCoreConstructor } from './trading-core.js';
import type { NativeWebSocketConstructor } from './web-socket.js';

/** Numbers of the native enumerations by name. */
export interface NativeVocabulary {
  readonly wireFormat: Readonly<Record<string, number>>;
  readonly eventKind: Readonly<Record<string, number>>;
  readonly bookState: Readonly<Record<string, number>>;
  readonly bookReason: Readonly<Record<string, number>>;
  readonly decodeError: Readonly<Record<string, number>>;
}

/** Everything that the native addon exports. */
export interface Addon {
  readonly vocabulary: NativeVocabulary;
  readonly auditJournal: AuditJournal;
  readonly journalNames: JournalNames;
  readonly recordedEvent: ReadRecordedEvent;
  readonly NativeEventSource: NativeEventSourceConstructor;
  readonly NativeFixEmergencyExit: NativeFixEmergencyExitConstructor;
  readonly NativeFixSessions: NativeFixSessionsConstructor;
  readonly NativeJournal: NativeJournalConstructor;
  readonly NativeMarketGenerator: new (options: NativeGeneratorOptions) => NativeMarketGenerator;
  readonly NativeItchDay: new (options: NativeItchDayOptions) => NativeItchDay;
  readonly NativeMatchingEngine: new (
    options: NativeMatchingOptions,
    memory: Uint8Array,
  ) => NativeMatchingEngine;
  /** Plays a command file; throws HFT_DATA_FORMAT with the line that it cannot read. */
  readonly playMatchCommands: (commands: Uint8Array) => string;
  readonly NativeOrderBook: new (levelsMax: number) => NativeOrderBook;
  readonly NativeOrderEntry: NativeOrderEntryConstructor;
  readonly NativeStreamEngine: new (
    options: NativeStreamOptions,
    rings: readonly Uint8Array[],
    onWake: () => void,
  ) => NativeStreamEngine;
  readonly NativeTradingCore: NativeTradingCoreConstructor;
  readonly NativeWebSocket: NativeWebSocketConstructor;
}

/** Where the addon lies: beside the built JavaScript, or in the source tree's build. */
function addonPath(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let i = 0; i < 4; i += 1) {
    const path = join(folder, 'out', 'native', 'hft.node');
    if (existsSync(path)) return path;
    folder = dirname(folder);
  }
  return undefined;
}

/** The file that `loadAddon` loads; undefined where none is built. */
export function addonFile(): string | undefined {
  return process.env['HFT_ADDON'] ?? addonPath();
}

function load(): Addon {
  const path = addonFile();
  if (path === undefined) {
    throw new HftError(
      'HFT_ADDON_MISSING',
      'the native addon out/native/hft.node is not built: run `npm run build:native`',
    );
  }
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    throw new HftError('HFT_ADDON_MISSING', `the native addon ${path} does not load`, {
      cause: error,
    });
  }
}

let loaded: Addon | undefined;

/** The native addon, loaded on first use. Throws HFT_ADDON_MISSING. */
export function loadAddon(): Addon {
  loaded ??= load();
  return loaded;
}

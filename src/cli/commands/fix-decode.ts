import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { describeMessage } from '../../connectors/fix/decode/describe-message.js';
import { renderMessage } from '../../connectors/fix/decode/render-message.js';
import { type RawMessage, splitMessages } from '../../connectors/fix/decode/split-messages.js';
import type { FixDictionary } from '../../connectors/fix/dictionary/fix-dictionary.js';
import {
  FIX_DIALECTS,
  FIX_VERSIONS,
  type FixDialect,
  type FixVersion,
  loadDictionary,
  loadDictionaryFiles,
  toFixVersion,
} from '../../connectors/fix/dictionary/load-dictionary.js';
import { STANDARD_STREAM } from '../../data/byte-source.js';
import { HftError } from '../../domain/errors.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';

/** The options of `hft fix decode`. */
export interface FixDecodeOptions {
  readonly json?: true;
  readonly dictionary?: readonly string[];
  readonly version?: string;
  readonly venue?: string;
}

/** ApplVerID(1128) and DefaultApplVerID(1137). Source: FIX 5.0 SP2, ApplVerID. */
const APPLICATION_VERSIONS: Readonly<Record<string, FixVersion>> = {
  '2': 'FIX.4.0',
  '3': 'FIX.4.1',
  '4': 'FIX.4.2',
  '5': 'FIX.4.3',
  '6': 'FIX.4.4',
  '7': 'FIX.5.0',
  '8': 'FIX.5.0SP1',
  '9': 'FIX.5.0SP2',
};

/**
 * `hft fix decode`: prints the FIX messages of `file` with names and meanings.
 *
 * BadData where a message is broken or there is none.
 */
export async function runFixDecode(
  file: string,
  options: FixDecodeOptions,
  context: CliContext,
): Promise<ExitCode> {
  const dictionaryOf = dictionaries(options);
  const messages = splitMessages(await readInput(file, context));
  let broken = 0;
  for (const [number, raw] of messages.entries()) {
    const message = describeMessage(raw, dictionaryOf(raw));
    if (message.faults.length > 0) broken += 1;
    if (options.json === true) {
      printJson(context, message);
    } else {
      if (number > 0) printLine(context, '');
      for (const line of renderMessage(message)) printLine(context, line);
    }
  }
  if (messages.length === 0) printNote(context, 'no FIX message found');
  if (broken > 0) printNote(context, `${broken} of ${messages.length} messages are broken`);
  return broken > 0 || messages.length === 0 ? ExitCode.BadData : ExitCode.Ok;
}

/** What gives each message its dictionary: the one asked for, or that of its own version. */
function dictionaries(options: FixDecodeOptions): (raw: RawMessage) => FixDictionary {
  if (options.dictionary !== undefined) {
    const dictionary = loadDictionaryFiles(options.dictionary);
    return () => dictionary;
  }
  const dialect = toDialect(options.venue);
  if (options.version !== undefined) {
    const version = toFixVersion(options.version);
    if (version === undefined) {
      const known = FIX_VERSIONS.join(', ');
      throw new HftError('HFT_ARGUMENT', `unknown FIX version '${options.version}': ${known}`);
    }
    return () => loadDictionary(version, dialect);
  }
  let session: FixVersion = 'FIX.5.0SP2';
  return (raw) => {
    const begin = raw.fields[0]?.value ?? '';
    const find = (tag: number) => raw.fields.find((field) => field.tag === tag)?.value ?? '';
    if (dialect !== undefined) return loadDictionary(FIX_DIALECTS[dialect], dialect);
    if (!begin.startsWith('FIXT')) return loadDictionary(toFixVersion(begin) ?? 'FIX.4.4');
    // A Logon says the version of those that follow; a message may say its own.
    session = APPLICATION_VERSIONS[find(1137)] ?? session;
    return loadDictionary(APPLICATION_VERSIONS[find(1128)] ?? session);
  };
}

function toDialect(venue: string | undefined): FixDialect | undefined {
  if (venue === undefined) return undefined;
  const known = Object.keys(FIX_DIALECTS);
  if (!isDialect(venue)) {
    throw new HftError('HFT_ARGUMENT', `unknown venue '${venue}': ${known.join(', ')}`);
  }
  return venue;
}

function isDialect(venue: string): venue is FixDialect {
  return Object.hasOwn(FIX_DIALECTS, venue);
}

async function readInput(file: string, context: CliContext): Promise<Uint8Array> {
  if (file === STANDARD_STREAM) return buffer(context.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `${file}: cannot be read`, { cause: error });
  }
}

import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { HftError } from '../../domain/errors.js';
import {
  isAlive,
  PROCESS_FILE,
  type ProcessFile,
  readProcessFile,
} from '../../orders/process-file.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import {
  KILL_FILE,
  type KillEntry,
  type KillScope,
  readKillAnswer,
  readKillFile,
  writeKillFile,
} from './kill-file.js';

const ID_MAX = 2 ** 32 - 1;

interface KillOptions {
  readonly scope: string;
  readonly stateDir?: string;
  readonly timeout: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** Adds `hft kill` and `hft resume`. */
export function addKillCommands(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const add = (name: 'kill' | 'resume', description: string): void => {
    const command = program
      .command(name)
      .description(description)
      .option(
        '--scope <scope>',
        'global, account:NAME, strategy:NAME, symbol:NAME or venue:NAME',
        'global',
      )
      .option('--state-dir <dir>', 'the state directory (default: HFT_STATE_DIR, or .hft)')
      .option('--timeout <seconds>', 'how long a running process may take to acknowledge', '5')
      .option('--reason <text>', 'why: kept in KILL.log of the state directory')
      .option('--json', 'print one JSON object');
    command.action(async () => {
      setExitCode(await run(name, command.opts<KillOptions>(), context));
    });
  };
  add('kill', 'stop trading and cancel what works; stays until resumed, also over restarts');
  add('resume', 'release the kill switch of a scope');
}

/** What became of a latch: `refused` where the process has no such account, strategy and so on. */
type Outcome = 'held' | 'acknowledged' | 'refused' | 'silent';

async function run(
  verb: 'kill' | 'resume',
  options: KillOptions,
  context: CliContext,
): Promise<ExitCode> {
  const stateDirectory = options.stateDir ?? context.env['HFT_STATE_DIR'] ?? '.hft';
  const timeoutMs = Number(options.timeout) * 1000;
  if (!(timeoutMs >= 0)) {
    throw new HftError('HFT_ARGUMENT', `--timeout must be a number, found ${options.timeout}`);
  }
  makeDirectory(stateDirectory);
  const file = readProcessFile(stateDirectory);
  // A process file that can't be read may be of a process that runs: it must answer.
  const isRunning =
    file === undefined ? existsSync(join(stateDirectory, PROCESS_FILE)) : isAlive(file);
  const entry = { ...entryOf(options.scope, file), isReleased: verb === 'resume' };
  const path = join(stateDirectory, KILL_FILE);
  const before = readKillFile(path);
  const wasThrown = before.entries.some((other) => isSame(other, entry) && !other.isReleased);
  write(path, entry);
  const outcome = isRunning ? await awaitAnswer(path, entry, timeoutMs) : 'held';
  const ok = outcome === 'held' || outcome === 'acknowledged';
  const { scope, id } = entry;
  const isAcknowledged = outcome === 'acknowledged';
  const said = { verb, scope, id, wasThrown, isRunning, isAcknowledged };
  record(stateDirectory, { ...said, reason: options.reason ?? '' });
  if (options.json === true) {
    printJson(context, { ok, ...said, wasDamaged: before.isDamaged });
  } else {
    const state = verb === 'kill' ? 'thrown' : 'released';
    printLine(context, `kill switch ${state} (${options.scope}): ${wordsOf(outcome, file)}`);
  }
  if (before.isDamaged) {
    printNote(context, `${path} was damaged, which stops everything; it is written anew`);
  }
  if (outcome === 'silent') {
    printNote(context, 'the latch is on disk; the process may hang: stop it by hand');
  }
  return ok ? ExitCode.Ok : ExitCode.Failure;
}

function wordsOf(outcome: Outcome, file: ProcessFile | undefined): string {
  const process = file === undefined ? 'the process' : `process ${file.pid}`;
  switch (outcome) {
    case 'held':
      return 'no process runs here: it holds from the next start on';
    case 'acknowledged':
      return `acknowledged by ${process}`;
    case 'refused':
      return `${process} has nothing of that number`;
    case 'silent':
      return `${process} did not acknowledge`;
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `the state directory ${path} can't be made`, {
      cause: error,
    });
  }
}

/** A line of the directory's log: who stopped or released what, when and why. */
function record(stateDirectory: string, said: Readonly<Record<string, unknown>>): void {
  const path = join(stateDirectory, 'KILL.log');
  const line = JSON.stringify({
    time: new Date().toISOString(),
    user: process.getuid?.(),
    ...said,
  });
  try {
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `${path} can't be written`, { cause: error });
  }
}

function isSame(a: KillEntry, b: KillEntry): boolean {
  return a.scope === b.scope && a.id === b.id;
}

/** Puts `entry` in the place of what the file says of its scope; the others stay. */
function write(path: string, entry: KillEntry): void {
  const others = readKillFile(path).entries.filter((other) => !isSame(other, entry));
  writeKillFile(path, [...others, entry]);
}

function entryOf(
  text: string,
  file: ProcessFile | undefined,
): { readonly scope: KillScope; readonly id: number } {
  const [scope = '', name] = text.split(/:(.*)/s);
  if (scope === 'global' && name === undefined) return { scope, id: 0 };
  if (scope !== 'account' && scope !== 'strategy' && scope !== 'symbol' && scope !== 'venue') {
    throw new HftError(
      'HFT_ARGUMENT',
      `--scope ${text}: expected global, account:, strategy:, symbol: or venue:`,
    );
  }
  const lists = {
    account: file?.accounts,
    strategy: file?.strategies,
    venue: file?.venues,
  } as const;
  // A name may look like a number: names first.
  const symbols = new Map(Object.entries(file?.symbols ?? {}));
  const known = scope === 'symbol' ? symbols.get(name ?? '') : lists[scope]?.indexOf(name ?? '');
  if (known !== undefined && known >= 0) return { scope, id: known };
  const id = /^\d+$/.test(name ?? '') ? Number(name) : Number.NaN;
  if (id <= ID_MAX) return { scope, id };
  throw new HftError(
    'HFT_ARGUMENT',
    `--scope ${text}: no ${scope} of that name has run here; give its number instead`,
  );
}

/** Waits until the process says that a file which has `entry` holds. */
async function awaitAnswer(path: string, entry: KillEntry, timeoutMs: number): Promise<Outcome> {
  const end = performance.now() + timeoutMs;
  do {
    const answer = readKillAnswer(`${path}.ack`);
    const file = readKillFile(path);
    const isThrown = file.entries.some((other) => isSame(other, entry) && !other.isReleased);
    if (isThrown === entry.isReleased) {
      // The watchdog or another command wrote at the same moment, without it.
      write(path, entry);
    } else if (answer !== undefined && answer.crc === file.crc) {
      const isRefused = answer.refused.includes(`${entry.scope} ${entry.id}`);
      return isRefused ? 'refused' : 'acknowledged';
    }
    await sleep(5);
  } while (performance.now() < end);
  return 'silent';
}

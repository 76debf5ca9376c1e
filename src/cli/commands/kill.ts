import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { HftError } from '../../domain/errors.js';
import { PROCESS_FILE, type ProcessFile } from '../../orders/process-file.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import {
  KILL_FILE,
  type KillEntry,
  type KillScope,
  killFileCrc,
  readKillFile,
  writeKillFile,
} from './kill-file.js';

interface KillOptions {
  readonly scope: string;
  readonly stateDir?: string;
  readonly timeout: string;
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
      .option('--json', 'print one JSON object');
    command.action(async () => {
      setExitCode(await run(name, command.opts<KillOptions>(), context));
    });
  };
  add('kill', 'stop trading and cancel what works; stays until resumed, also over restarts');
  add('resume', 'release the kill switch of a scope');
}

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
  mkdirSync(stateDirectory, { recursive: true });
  const running = runningProcess(stateDirectory);
  const entry = { ...entryOf(options.scope, running), isReleased: verb === 'resume' };
  const path = join(stateDirectory, KILL_FILE);
  const isSame = (other: KillEntry): boolean =>
    other.scope === entry.scope && other.id === entry.id;
  const before = readKillFile(path);
  const wasThrown = before.some((other) => isSame(other) && !other.isReleased);
  // Without a process nobody takes a release up: the entry just goes.
  const others = before.filter((other) => !isSame(other));
  const entries = verb === 'resume' && running === undefined ? others : [...others, entry];
  const crc = writeKillFile(path, entries);
  const isAcknowledged =
    running !== undefined && (await awaitAcknowledgement(`${path}.ack`, crc, timeoutMs));
  const isSound = running === undefined || isAcknowledged;
  if (options.json === true) {
    printJson(context, {
      ok: isSound,
      verb,
      scope: entry.scope,
      id: entry.id,
      wasThrown,
      isRunning: running !== undefined,
      isAcknowledged,
    });
  } else {
    const place = entry.scope === 'global' ? 'global' : options.scope;
    const state = verb === 'kill' ? 'thrown' : 'released';
    const who =
      running === undefined
        ? 'no process runs here: it holds from the next start on'
        : isAcknowledged
          ? `acknowledged by process ${running.pid}`
          : `process ${running.pid} did not acknowledge`;
    printLine(context, `kill switch ${state} (${place}): ${who}`);
  }
  if (!isSound) printNote(context, 'the latch is on disk; the process may hang: stop it by hand');
  return isSound ? ExitCode.Ok : ExitCode.Failure;
}

/** The process that owns the state directory, where it is alive. */
function runningProcess(stateDirectory: string): ProcessFile | undefined {
  const path = join(stateDirectory, PROCESS_FILE);
  if (!existsSync(path)) return undefined;
  let file: ProcessFile;
  try {
    file = JSON.parse(readFileSync(path, 'utf8')) as ProcessFile;
    process.kill(file.pid, 0);
  } catch {
    return undefined;
  }
  return file;
}

function entryOf(
  text: string,
  running: ProcessFile | undefined,
): { readonly scope: KillScope; readonly id: number } {
  const [scope = '', name = ''] = text.split(/:(.*)/s);
  if (scope === 'global') return { scope, id: 0 };
  if (scope !== 'account' && scope !== 'strategy' && scope !== 'symbol' && scope !== 'venue') {
    throw new HftError(
      'HFT_ARGUMENT',
      `--scope ${text}: expected global, account:, strategy:, symbol: or venue:`,
    );
  }
  if (/^\d+$/.test(name)) return { scope, id: Number(name) };
  const lists = {
    account: running?.accounts,
    strategy: running?.strategies,
    venue: running?.venues,
  } as const;
  const id = scope === 'symbol' ? running?.symbols[name] : lists[scope]?.indexOf(name);
  if (id === undefined || id < 0) {
    throw new HftError(
      'HFT_ARGUMENT',
      `--scope ${text}: no ${scope} of that name runs here; give its number instead`,
    );
  }
  return { scope, id };
}

async function awaitAcknowledgement(
  path: string,
  crc: number,
  timeoutMs: number,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  do {
    if (existsSync(path) && killFileCrc(readFileSync(path, 'utf8')) === crc) return true;
    await sleep(5);
  } while (performance.now() < end);
  return false;
}

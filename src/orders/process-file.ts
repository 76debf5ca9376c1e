import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HftError } from '../domain/errors.js';
import type { ScopeNames } from '../risk/scope-names.js';

/** What a running process says of itself in its state directory. */
export interface ProcessFile {
  /** 0 when it has ended in order. */
  readonly pid: number;
  /** When it began, as Linux counts: another process of the same number differs. */
  readonly startTicks: string;
  /** Names by their native numbers: what `hft kill --scope` may be given. */
  readonly accounts: readonly string[];
  readonly strategies: readonly string[];
  readonly venues: readonly string[];
  readonly symbols: Readonly<Record<string, number>>;
}

export const PROCESS_FILE = 'PROCESS.json';

/** Writes the process file. Errors: HFT_DATA_FILE. */
export function writeProcessFile(stateDirectory: string, names: ScopeNames): void {
  write(stateDirectory, names, process.pid);
}

/** Says that no process runs here any more. Errors: HFT_DATA_FILE. */
export function closeProcessFile(stateDirectory: string, names: ScopeNames): void {
  // A directory that is gone needs no word of it.
  if (existsSync(stateDirectory)) write(stateDirectory, names, 0);
}

/** The process file of a directory; undefined where there is none or it can't be read as one. */
export function readProcessFile(stateDirectory: string): ProcessFile | undefined {
  try {
    const file: unknown = JSON.parse(readFileSync(join(stateDirectory, PROCESS_FILE), 'utf8'));
    return isProcessFile(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process of the file runs. */
export function isAlive(file: Pick<ProcessFile, 'pid' | 'startTicks'>): boolean {
  if (file.pid === 0) return false;
  try {
    process.kill(file.pid, 0);
  } catch (error) {
    // Of another user: it is there all the same.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const ticks = startTicksOf(file.pid);
  return ticks === '' || file.startTicks === '' || ticks === file.startTicks;
}

/**
 * Gives names the numbers that an earlier process of the directory gave them, so that its latches
 * stop who they did. Errors: HFT_ARGUMENT where a thrown latch would stop another.
 */
export function restoreNames(stateDirectory: string, names: ScopeNames): void {
  const file = readProcessFile(stateDirectory);
  if (file === undefined) return;
  const tables = [
    ['account', names.accounts, file.accounts],
    ['strategy', names.strategies, file.strategies],
    ['venue', names.venues, file.venues],
  ] as const;
  const thrown = thrownLatches(stateDirectory);
  const expectSame = (scope: string, id: number, was: string, is: string | undefined): void => {
    if (was === is || !thrown.has(`${scope} ${id}`)) return;
    const found = `stops ${scope} ${was} by the number ${id}, which is ${is ?? 'nothing'} here`;
    const way = "resume it first, or keep the names' old order";
    throw new HftError('HFT_ARGUMENT', `the kill switch in ${stateDirectory} ${found}: ${way}`);
  };
  for (const [scope, table, before] of tables) {
    // Numbers go by order: where this process has begun otherwise the rest can't agree either.
    const isPrefix = table.names.every(
      (name, id) => before[id] === undefined || before[id] === name,
    );
    if (isPrefix) for (const name of before) table.id(name);
    before.forEach((name, id) => {
      expectSame(scope, id, name, table.names[id]);
    });
  }
  for (const [symbol, id] of Object.entries(file.symbols)) {
    expectSame('symbol', id, symbol, names.symbolOf(id)?.symbol);
  }
}

/** The latches that the kill file of a directory has thrown, as `scope id`. */
function thrownLatches(stateDirectory: string): ReadonlySet<string> {
  const path = join(stateDirectory, 'KILL');
  if (!existsSync(path)) return new Set();
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Set(lines.flatMap((line) => (line.startsWith('throw ') ? [line.slice(6)] : [])));
}

function write(stateDirectory: string, names: ScopeNames, pid: number): void {
  const content: ProcessFile = {
    pid,
    startTicks: pid === 0 ? '' : startTicksOf(pid),
    accounts: names.accounts.names,
    strategies: names.strategies.names,
    venues: names.venues.names,
    symbols: names.symbols,
  };
  const path = join(stateDirectory, PROCESS_FILE);
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `the state directory ${stateDirectory} can't be written`, {
      cause: error,
    });
  }
}

/** When a process began, field 22 of /proc/PID/stat; empty where there is none. */
export function startTicksOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, field 2, may hold anything but ends with the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isProcessFile(value: unknown): value is ProcessFile {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTicks, accounts, strategies, venues, symbols } = value as Partial<
    Record<keyof ProcessFile, unknown>
  >;
  const areNames = (list: unknown): boolean =>
    Array.isArray(list) && list.every((name) => typeof name === 'string');
  return (
    Number.isSafeInteger(pid) &&
    typeof startTicks === 'string' &&
    [accounts, strategies, venues].every(areNames) &&
    typeof symbols === 'object' &&
    symbols !== null &&
    Object.values(symbols).every((id) => typeof id === 'number')
  );
}

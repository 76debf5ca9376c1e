import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HftError } from '../../../domain/errors.js';
import { isAlive, startTicksOf } from '../../../orders/process-file.js';

const LOCK_FILE = 'sweep.lock';
const TAKEOVER = 'sweep.lock.takeover';

interface Owner {
  readonly pid: number;
  /** When the process began, as Linux counts; empty elsewhere. */
  readonly startTicks: string;
  readonly host: string;
  readonly token: string;
}

/** A folder that one process works in; `release` is safe to call twice. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a folder for this process. The lock of a process that is dead is taken over; one of another
 * machine never is.
 *
 * Errors: HFT_ARGUMENT where a process that lives has it, with its number; HFT_DATA_FILE.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, LOCK_FILE);
  const token = randomUUID();
  const mine: Owner = {
    pid: process.pid,
    startTicks: startTicksOf(process.pid),
    host: hostname(),
    token,
  };
  const draft = join(folder, `${LOCK_FILE}.${token}`);
  try {
    // Written first and linked then: whoever sees the lock sees whose it is.
    writeFileSync(draft, `${JSON.stringify(mine)}\n`, { flag: 'wx' });
    if (!tryLink(draft, path)) takeOver({ folder, path, draft });
  } catch (error) {
    if (error instanceof HftError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot lock ${folder}: ${reason}`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release: () => {
      if (readOwner(path)?.token === token) rmSync(path, { force: true });
    },
  };
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** One at a time: two that both saw a dead owner would take the lock from each other. */
function takeOver(options: { folder: string; path: string; draft: string }): void {
  const { folder, path, draft } = options;
  const takeover = join(folder, TAKEOVER);
  const owner = readOwner(path);
  if (owner !== undefined && isHeld(owner)) throw busy(folder, owner);
  try {
    mkdirSync(takeover);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HftError(
      'HFT_ARGUMENT',
      `another sweep is taking ${folder} over; where none runs, remove ${takeover}`,
    );
  }
  try {
    const present = readOwner(path);
    if (present !== undefined && isHeld(present)) throw busy(folder, present);
    renameSync(draft, path);
  } finally {
    rmdirSync(takeover);
  }
}

function busy(folder: string, { pid, host }: Owner): HftError {
  const where = host === hostname() ? '' : ` on ${host}`;
  return new HftError('HFT_ARGUMENT', `a sweep already works in ${folder}: process ${pid}${where}`);
}

function readOwner(path: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as Partial<Owner> | null;
    const { pid, startTicks, host, token } = owner ?? {};
    if (!Number.isSafeInteger(pid) || typeof host !== 'string') return undefined;
    return { pid: Number(pid), startTicks: String(startTicks), host, token: String(token) };
  } catch {
    return undefined;
  }
}

function isHeld(owner: Owner): boolean {
  // Nothing is known of another machine's processes.
  return owner.host !== hostname() || isAlive(owner);
}

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HftError } from '../domain/errors.js';
import type { ScopeNames } from '../risk/scope-names.js';

/** What a running process says of itself in its state directory. */
export interface ProcessFile {
  readonly pid: number;
  /** Names by their native numbers: what `hft kill --scope` may be given. */
  readonly accounts: readonly string[];
  readonly strategies: readonly string[];
  readonly venues: readonly string[];
  readonly symbols: Readonly<Record<string, number>>;
}

export const PROCESS_FILE = 'PROCESS.json';

/** Writes the process file. Errors: HFT_DATA_FILE. */
export function writeProcessFile(stateDirectory: string, names: ScopeNames): void {
  const content: ProcessFile = {
    pid: process.pid,
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

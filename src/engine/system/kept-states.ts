import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HftError } from '../../domain/errors.js';
import { KeyedState } from '../../domain/strategy-state.js';
import type { StrategyRunner } from '../trading/strategy-runner.js';

/** What strategies keep over restarts: a file of JSON each, written when it has changed. */
export class KeptStates {
  readonly #folder: string;
  readonly #written = new Map<StrategyRunner, number>();

  /** Errors: HFT_DATA_FILE where the folder can't be made. */
  constructor(folder: string) {
    this.#folder = folder;
    guard(folder, () => mkdirSync(folder, { recursive: true }));
  }

  /**
   * Gives a strategy what it kept, before it starts. Errors: HFT_DATA_FILE, and HFT_DATA_FORMAT
   * where the file isn't what was written.
   */
  restore(runner: StrategyRunner): void {
    const path = this.#pathOf(runner);
    if (existsSync(path)) {
      const text = guard(path, () => readFileSync(path, 'utf8'));
      let kept: KeyedState;
      try {
        kept = KeyedState.restore(text);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new HftError('HFT_DATA_FORMAT', `${path}: ${reason}`, { cause: error });
      }
      for (const key of kept.keys()) runner.state.set(key, kept.get(key) ?? null);
    }
    this.#written.set(runner, runner.state.revision);
  }

  /** Writes what has changed since; a file is never seen half written. Errors: HFT_DATA_FILE. */
  save(): void {
    for (const [runner, revision] of this.#written) {
      const { state } = runner;
      if (state.revision === revision) continue;
      const path = this.#pathOf(runner);
      guard(path, () => {
        writeFileSync(`${path}.new`, state.serialise(), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      });
      this.#written.set(runner, state.revision);
    }
  }

  #pathOf({ strategyId }: StrategyRunner): string {
    return join(this.#folder, `${strategyId}.json`);
  }
}

function guard<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError(
      'HFT_DATA_FILE',
      `cannot keep the state of a strategy in ${path}: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

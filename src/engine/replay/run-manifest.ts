import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeTradingOptions } from '../../addon/trading-core.js';
import { HftError } from '../../domain/errors.js';
import type { JsonValue, RunMode, TradedInstrument } from '../../domain/strategy-context.js';
import type { RecordedCall } from '../../orders/run-recorder.js';

/** A strategy of a run. */
export interface ManifestStrategy {
  readonly strategyId: string;
  readonly accountId: string;
  readonly className: string;
  /** Absolute path of its module; a shipped strategy without. */
  readonly module?: string;
  /** Of the module's text, as hex. */
  readonly sha256?: string;
  /** Numbers of its instruments. */
  readonly instruments: readonly number[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly stopsAll: boolean;
  /** What it had kept when the run began. */
  readonly state: Readonly<Record<string, JsonValue>>;
}

/** An instrument as orders name it. */
export interface ManifestSymbol {
  readonly id: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly currency: string;
  readonly venue: string;
}

/** What a run was made of: with the journal and the recording it can be repeated. */
export interface RunManifest {
  readonly format: 1;
  readonly run: number;
  /** Of this package. */
  readonly version: string;
  readonly node: string;
  readonly mode: RunMode;
  /** Whether the journal was recovered before the strategies were made. */
  readonly isStartedFirst: boolean;
  /** Levels a side of market events. */
  readonly depth: number;
  /** How orders were simulated; null: they went to a connector. */
  readonly simulated: 'synthetic' | 'market' | null;
  /** Sizes and models of the native core. */
  readonly native: NativeTradingOptions;
  /** Calls that set the core up, in their order. */
  readonly setup: readonly RecordedCall[];
  readonly instruments: readonly TradedInstrument[];
  /** Instruments as orders name them, with the venue that they go to. */
  readonly symbols: readonly ManifestSymbol[];
  readonly strategies: readonly ManifestStrategy[];
  /** The configuration after expansion, without secrets; null where there was none. */
  readonly config: unknown;
}

/** The file of a run's manifest, beside the journal. */
export function manifestPath(journalPath: string, run: number): string {
  return join(journalPath, `run-${String(run).padStart(6, '0')}.json`);
}

/** Writes a manifest, whole or not at all. Errors: HFT_DATA_FILE. */
export function writeManifest(
  { options }: { readonly options: { readonly journalPath?: string } },
  manifest: RunManifest,
): void {
  if (options.journalPath === undefined) return;
  const path = manifestPath(options.journalPath, manifest.run);
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(manifest, numbersAsText, 1)}\n`, {
      mode: 0o600,
    });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `the manifest ${path} can't be written`, { cause: error });
  }
}

/** Reads a manifest. Errors: HFT_DATA_FILE where there is none of this format. */
export function readManifest(journalPath: string, run: number): RunManifest {
  const path = manifestPath(journalPath, run);
  if (!existsSync(path)) {
    throw new HftError(
      'HFT_DATA_FILE',
      `run ${run} has no manifest ${path}: it was not recorded, or nothing of it ran`,
    );
  }
  let manifest: RunManifest;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'), textAsNumbers) as RunManifest;
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `the manifest ${path} can't be read`, { cause: error });
  }
  if (manifest.format !== 1 || manifest.run !== run) {
    throw new HftError('HFT_DATA_FILE', `${path} is no manifest of run ${run} in format 1`);
  }
  return manifest;
}

/** SHA-256 of a module's text as hex; undefined where it can't be read. */
export function moduleHash(module: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(module)).digest('hex');
  } catch {
    return undefined;
  }
}

const ROWS = 'BigInt64Array:';

/** Rows of numbers in native options, and what JSON has no numbers for. */
function numbersAsText(_key: string, value: unknown): unknown {
  if (value instanceof BigInt64Array) return `${ROWS}${[...value].join(',')}`;
  return typeof value === 'bigint' ? value.toString() : value;
}

function textAsNumbers(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(ROWS)) return value;
  const text = value.slice(ROWS.length);
  return BigInt64Array.from(text === '' ? [] : text.split(',').map(BigInt));
}

import { HftError } from './errors.js';
import type { JsonValue, StrategyState } from './strategy-context.js';

/** Limits of what a strategy keeps, in bytes of JSON in UTF-8. */
export interface StateLimits {
  readonly valueBytesMax: number;
  readonly totalBytesMax: number;
}

export const STATE_LIMITS: StateLimits = { valueBytesMax: 65_536, totalBytesMax: 1_048_576 };

const DEPTH_MAX = 32;
const KEY_LENGTH_MAX = 256;

/**
 * A strategy's state in memory, as JSON text by key; the engine stores and restores it.
 *
 * Values are copied in and out, so that no change goes around `set`.
 */
export class KeyedState implements StrategyState {
  readonly #values = new Map<string, string>();
  readonly #limits: StateLimits;
  #bytes = 0;
  #revision = 0;

  constructor(limits: StateLimits = STATE_LIMITS) {
    this.#limits = limits;
  }

  get(key: string): JsonValue | undefined {
    const text = this.#values.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  }

  set(key: string, value: JsonValue): void {
    if (key === '' || key.length > KEY_LENGTH_MAX) {
      throw new HftError(
        'HFT_STRATEGY',
        `a key of the state has 1 to ${KEY_LENGTH_MAX} characters`,
      );
    }
    checkJson(value, `state.${key}`, 0);
    const text = JSON.stringify(value);
    const size = byteSize(key, text);
    const { valueBytesMax, totalBytesMax } = this.#limits;
    const total = this.#bytes - this.#sizeOf(key) + size;
    if (size > valueBytesMax || total > totalBytesMax) {
      throw new HftError(
        'HFT_CAPACITY',
        `state.${key} takes ${size} bytes (limit ${valueBytesMax}), all state ${total} ` +
          `(limit ${totalBytesMax})`,
      );
    }
    this.#values.set(key, text);
    this.#bytes = total;
    this.#revision += 1;
  }

  delete(key: string): boolean {
    const size = this.#sizeOf(key);
    if (!this.#values.delete(key)) return false;
    this.#bytes -= size;
    this.#revision += 1;
    return true;
  }

  keys(): readonly string[] {
    return [...this.#values.keys()].sort();
  }

  /** Grows with every change: what the engine compares to know whether to store. */
  get revision(): number {
    return this.#revision;
  }

  /** Everything as one JSON text, keys sorted: equal state gives equal text. */
  serialise(): string {
    const members = this.keys().map((key) => `${JSON.stringify(key)}:${this.#values.get(key)}`);
    return `{${members.join(',')}}`;
  }

  /** Takes what `serialise` gave. Errors: HFT_DATA_FORMAT, HFT_STRATEGY, HFT_CAPACITY. */
  static restore(text: string, limits: StateLimits = STATE_LIMITS): KeyedState {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw new HftError('HFT_DATA_FORMAT', 'the kept state of a strategy is no JSON', {
        cause: error,
      });
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      throw new HftError('HFT_DATA_FORMAT', 'the kept state of a strategy is no JSON object');
    }
    const state = new KeyedState(limits);
    for (const [key, value] of Object.entries(parsed)) state.set(key, value as JsonValue);
    return state;
  }

  #sizeOf(key: string): number {
    const text = this.#values.get(key);
    return text === undefined ? 0 : byteSize(key, text);
  }
}

function byteSize(key: string, text: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(text);
}

function checkJson(value: unknown, path: string, depth: number): void {
  if (depth > DEPTH_MAX) {
    throw new HftError('HFT_STRATEGY', `${path} is nested deeper than ${DEPTH_MAX} or in a cycle`);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkJson(item, `${path}[${index}]`, depth + 1);
    return;
  }
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [name, item] of Object.entries(value)) checkJson(item, `${path}.${name}`, depth + 1);
    return;
  }
  const found =
    typeof value === 'object' ? 'an object of a class' : `${typeof value} ${String(value)}`;
  throw new HftError('HFT_STRATEGY', `${path}: expected what JSON can say, found ${found}`);
}

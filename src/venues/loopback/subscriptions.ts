import { EVERY_SYMBOL, type FrameIdentity, type SubscriptionChange } from './venue-protocol.js';

/** What one connection has asked for. */
export class Subscriptions {
  readonly #wanted = new Map<string, Set<string>>();
  readonly #symbols: readonly string[];
  #coversAll = false;

  /** `symbols`: everything that the source has. */
  constructor(symbols: readonly string[]) {
    this.#symbols = symbols;
  }

  /** Whether anything is wanted. */
  get isAny(): boolean {
    return this.#wanted.size > 0;
  }

  /** Whether every frame of the source is wanted, so that none has to be looked at. */
  get coversAll(): boolean {
    return this.#coversAll;
  }

  apply(change: SubscriptionChange): void {
    const have = this.#wanted.get(change.channel) ?? new Set<string>();
    for (const symbol of change.symbols) {
      if (change.action === 'add') have.add(symbol);
      else have.delete(symbol);
    }
    if (have.size > 0) this.#wanted.set(change.channel, have);
    else this.#wanted.delete(change.channel);
    this.#coversAll = (['book', 'trades', 'quotes'] as const).every((channel) =>
      this.#symbols.every((symbol) => this.wants({ channel, symbol })),
    );
  }

  wants(frame: FrameIdentity): boolean {
    if (frame.channel === 'other') return this.isAny;
    const symbols = this.#wanted.get(frame.channel);
    return symbols !== undefined && (symbols.has(EVERY_SYMBOL) || symbols.has(frame.symbol));
  }
}

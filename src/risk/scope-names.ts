import { HftError } from '../domain/errors.js';
import { RiskScope } from '../domain/risk.js';

/** Numbers of names in the order in which they first came: accounts, strategies, venues. */
class NameTable {
  readonly #what: string;
  readonly #max: number;
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #onAdded: () => void;

  constructor(what: string, max: number, onAdded: () => void) {
    this.#what = what;
    this.#max = max;
    this.#onAdded = onAdded;
  }

  id(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    if (this.#names.length === this.#max) {
      throw new HftError('HFT_CAPACITY', `no room for ${this.#what} ${name}: ${this.#max} at most`);
    }
    this.#ids.set(name, this.#names.length);
    this.#names.push(name);
    this.#onAdded();
    return this.#names.length - 1;
  }

  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  name(id: number): string {
    return this.#names[id] ?? String(id);
  }

  get names(): readonly string[] {
    return this.#names;
  }
}

/** An instrument that can be traded. */
export interface TradedSymbol {
  readonly id: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly currency: string;
}

/**
 * The numbers by which the native core knows accounts, strategies, venues, currencies and symbols.
 *
 * The first account and strategy are called `default`; venue 0 too.
 */
export class ScopeNames {
  readonly accounts: NameTable;
  readonly strategies: NameTable;
  readonly venues: NameTable;
  readonly currencies: NameTable;
  readonly #bySymbol = new Map<string, TradedSymbol>();
  readonly #byId: TradedSymbol[] = [];
  #listener: () => void = () => {};

  constructor(sizes: {
    readonly accountsMax: number;
    readonly strategiesMax: number;
    readonly venuesMax: number;
    readonly currenciesMax: number;
  }) {
    const tell = (): void => this.#listener();
    this.accounts = new NameTable('account', sizes.accountsMax, tell);
    this.strategies = new NameTable('strategy', sizes.strategiesMax, tell);
    this.venues = new NameTable('venue', sizes.venuesMax, tell);
    this.currencies = new NameTable('currency', sizes.currenciesMax, tell);
    for (const table of [this.accounts, this.strategies, this.venues]) table.id('default');
  }

  /** Has `listener` called after each name that comes new. One at a time. */
  onNamed(listener: () => void): void {
    this.#listener = listener;
  }

  addSymbol(symbol: TradedSymbol): void {
    this.#bySymbol.set(symbol.symbol, symbol);
    this.#byId[symbol.id] = symbol;
    this.#listener();
  }

  symbol(name: string): TradedSymbol | undefined {
    return this.#bySymbol.get(name);
  }

  symbolOf(id: number): TradedSymbol | undefined {
    return this.#byId[id];
  }

  /** Every symbol with its number. */
  get symbols(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#bySymbol].map(([name, { id }]) => [name, id]));
  }

  /** The symbol of a name. Errors: HFT_ARGUMENT. */
  require(name: string): TradedSymbol {
    const symbol = this.#bySymbol.get(name);
    if (symbol === undefined) {
      throw new HftError('HFT_ARGUMENT', `there is no instrument called ${name}`);
    }
    return symbol;
  }

  /** The number of `name` within a scope; of the global one always 0. Errors: HFT_ARGUMENT. */
  scopeId(scope: RiskScope, name: string): number {
    switch (scope) {
      case RiskScope.Global:
        return 0;
      case RiskScope.Account:
        return this.accounts.id(name);
      case RiskScope.Strategy:
        return this.strategies.id(name);
      case RiskScope.Symbol:
        return this.require(name).id;
      case RiskScope.Venue:
        return this.venues.id(name);
      default:
        throw new HftError('HFT_ARGUMENT', `${String(scope)} is no scope of risk`);
    }
  }
}

import { HftError } from '../domain/errors.js';
import { RiskScope } from '../domain/risk.js';

/** Numbers of names in the order in which they first came: accounts, strategies, venues. */
class NameTable {
  readonly #what: string;
  readonly #max: number;
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #onAdded: (id: number) => void;

  constructor(what: string, max: number, onAdded: (id: number) => void) {
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
    this.#onAdded(this.#names.length - 1);
    return this.#names.length - 1;
  }

  /** Gives `name` a number from before; nothing where it is beyond what there is room for. */
  put(id: number, name: string): void {
    if (id >= this.#max) return;
    while (this.#names.length < id) this.#names.push(`unknown-${this.#names.length}`);
    this.#names[id] = name;
    this.#ids.set(name, id);
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

/** What numbers are given to. */
export type NamedTable = 'account' | 'strategy' | 'venue' | 'currency' | 'symbol';

/** A name with its number, as a journal keeps it. */
export interface JournaledName {
  readonly table: NamedTable;
  readonly id: number;
  readonly name: string;
  /** Of a symbol; 0 otherwise. */
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
}

/** Told of a name that came new. */
export type NameListener = (table: NamedTable, id: number) => void;

/** An instrument that can be traded. */
export interface TradedSymbol {
  readonly id: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly currency: string;
}

/** How many names of each kind there may be. */
export interface ScopeSizes {
  readonly accountsMax: number;
  readonly strategiesMax: number;
  readonly venuesMax: number;
  readonly currenciesMax: number;
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
  readonly #listeners: NameListener[] = [];
  /** What the journal called instruments, by number: see `restore`. */
  readonly #before: TradedSymbol[] = [];

  constructor(sizes: ScopeSizes) {
    const tell =
      (table: NamedTable) =>
      (id: number): void =>
        this.#tell(table, id);
    this.accounts = new NameTable('account', sizes.accountsMax, tell('account'));
    this.strategies = new NameTable('strategy', sizes.strategiesMax, tell('strategy'));
    this.venues = new NameTable('venue', sizes.venuesMax, tell('venue'));
    this.currencies = new NameTable('currency', sizes.currenciesMax, tell('currency'));
    for (const table of [this.accounts, this.strategies, this.venues]) table.id('default');
  }

  /** Has `listener` called after each name that comes new. Returns what ends it. */
  onNamed(listener: NameListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const at = this.#listeners.indexOf(listener);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  /**
   * Gives names the numbers that a journal knows them by. For tables that are still as new. What
   * instruments were called is kept for comparison alone.
   */
  restore(names: readonly JournaledName[]): void {
    for (const { table, id, name, priceDecimals, qtyDecimals } of names) {
      if (table === 'symbol') {
        this.#before[id] = { id, symbol: name, priceDecimals, qtyDecimals, currency: '' };
      } else {
        this.#table(table).put(id, name);
      }
    }
  }

  /** Every name with its number. */
  all(): JournaledName[] {
    const scale = { priceDecimals: 0, qtyDecimals: 0 };
    const tables = (['account', 'strategy', 'venue', 'currency'] as const).flatMap((table) =>
      this.#table(table).names.map((name, id) => ({ table, id, name, ...scale })),
    );
    const symbols = [...this.#bySymbol.values()].map(({ id, symbol, ...rest }) => {
      const { priceDecimals, qtyDecimals } = rest;
      return { table: 'symbol' as const, id, name: symbol, priceDecimals, qtyDecimals };
    });
    return [...tables, ...symbols];
  }

  /** The number that the journal knows an instrument by; undefined where it knows none. */
  numberBefore(symbol: string): number | undefined {
    return this.#before.find((known) => known?.symbol === symbol)?.id;
  }

  /** What the journal called an instrument that is another one, or has another scale. */
  renamed(id: number): TradedSymbol | undefined {
    const before = this.#before[id];
    const now = this.#byId[id];
    if (before === undefined || now === undefined) return undefined;
    const isSame =
      before.symbol === now.symbol &&
      before.priceDecimals === now.priceDecimals &&
      before.qtyDecimals === now.qtyDecimals;
    return isSame ? undefined : before;
  }

  addSymbol(symbol: TradedSymbol): void {
    this.#bySymbol.set(symbol.symbol, symbol);
    this.#byId[symbol.id] = symbol;
    this.#tell('symbol', symbol.id);
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
      throw new HftError('HFT_ARGUMENT', `there is no instrument called ${String(name)}`);
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

  #table(table: Exclude<NamedTable, 'symbol'>): NameTable {
    switch (table) {
      case 'account':
        return this.accounts;
      case 'strategy':
        return this.strategies;
      case 'venue':
        return this.venues;
      default:
        return this.currencies;
    }
  }

  #tell(table: NamedTable, id: number): void {
    for (const listener of this.#listeners) listener(table, id);
  }
}

const MAKER = '852527f5-df18-4bba-8aad-59833161f9e8';
const TAKER = '9387cf85-74e5-48a0-99d3-b1ad930dd0f8';

/** A market of one instrument, written event by event: a cryptofeed capture of Coinbase. */
export class MarketScript {
  static readonly start = Date.UTC(2026, 0, 31, 9, 30);
  readonly #lines: string[] = [];
  #atMs = 0;
  #trades = 0;
  /** How much later the exchange's clock is than ours. */
  aheadMs = 0;

  /** Milliseconds since the start, of what follows. */
  at(ms: number): this {
    this.#atMs = ms;
    return this;
  }

  book(bids: readonly [string, string][], asks: readonly [string, string][]): this {
    return this.#message({ type: 'snapshot', bids, asks });
  }

  level(side: 'buy' | 'sell', price: string, size: string): this {
    return this.#message({ type: 'l2update', changes: [[side, price, size]], ...this.#stamp() });
  }

  /** A trade with a resting order of `makerSide`. */
  trade(makerSide: 'buy' | 'sell', price: string, size: string): this {
    this.#trades += 1;
    const ids = { trade_id: this.#trades, maker_order_id: MAKER, taker_order_id: TAKER };
    const rest = { side: makerSide, size, price, sequence: this.#trades, ...this.#stamp() };
    return this.#message({ type: 'match', ...ids, ...rest });
  }

  line(text: string): this {
    this.#lines.push(text);
    return this;
  }

  text(): string {
    const opened = `wss://ws-feed.exchange.coinbase.com <-> ${MarketScript.start / 1000}`;
    return `${[opened, ...this.#lines].join('\n')}\n`;
  }

  #stamp() {
    return { time: new Date(MarketScript.start + this.#atMs + this.aheadMs).toISOString() };
  }

  #message(message: Readonly<Record<string, unknown>>): this {
    const time = ((MarketScript.start + this.#atMs) / 1000).toFixed(6);
    const { type, ...rest } = message;
    return this.line(`${time}: ${JSON.stringify({ type, product_id: 'BTC-USD', ...rest })}`);
  }
}

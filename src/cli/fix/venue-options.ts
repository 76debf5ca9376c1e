/** An instrument of `--symbol`. */
export interface VenueSymbol {
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
}

/** Options of `hft venue fix`. */
export interface VenueFixOptions {
  readonly config?: string;
  readonly port: number;
  readonly clients: number;
  readonly symbol?: readonly VenueSymbol[];
  readonly dropCopy?: readonly string[];
  readonly cancelOnDisconnect?: boolean;
  readonly json?: boolean;
}

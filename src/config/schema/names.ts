import { is } from './kinds.js';

/** Names that people give: of feeds, brokers, strategies. */
export const NAME = {
  pattern: /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
  hint: 'a name of at most 64 letters, digits, - and _, beginning with a letter',
} as const;

/** Symbols as venues spell them. */
export const SYMBOL = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,31}$/,
  hint: 'a symbol of at most 32 characters, such as BTCUSDT or BTC/USD',
} as const;

/** A path of a file, relative to the configuration's folder. */
export const path = () =>
  is.text({ pattern: /^[^\0]{1,4096}$/, hint: 'the path of a file or folder' });

export const symbol = () => is.text(SYMBOL);

export const hostname = () =>
  is.text({ pattern: /^[A-Za-z0-9_.:[\]-]{1,253}$/, hint: 'a host name or address' });

/** 100 % in the unit of ratios, 10^-8. */
export const WHOLE = 100_000_000;

import { register } from 'node:module';

// `node --import hft-trading-system/typescript`: TypeScript runs as it does in a backtest.
register('./typescript-hooks.js', import.meta.url);

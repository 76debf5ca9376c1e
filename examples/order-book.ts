// An order book in native memory: exact ticks and lots inside, numbers for people outside.
//
//   npm run examples

import { HftError, OrderBook, Side } from 'hft-trading-system';

// One tick is 0.01 and one lot is 0.001.
const book = new OrderBook({ priceDecimals: 2, qtyDecimals: 3, levelsMax: 1000 });

for (let level = 0; level < 5; level += 1) {
  book.setLevel(Side.Buy, 6_180_000 - level, 250 * (level + 1));
  book.setLevel(Side.Sell, 6_180_001 + level, 400 * (level + 1));
}

console.log('best bid', book.bestBid(), 'best ask', book.bestAsk());
console.log('mid', book.mid(), 'microprice', book.microprice().toFixed(4));
console.log('imbalance of 3 levels', book.imbalance(3).toFixed(3));
console.log('buying 1.5 costs on average', book.vwapToSize(Side.Buy, 1500).toFixed(4));

// A quantity of zero removes the level.
book.setLevel(Side.Sell, 6_180_001, 0);
console.log('best ask after its level is gone', book.bestAsk());

// Wrong arguments throw an error with a stable code; they never harm the process.
try {
  book.setLevel(Side.Buy, 0.5, 1);
} catch (error) {
  const code = error instanceof HftError ? error.code : (error as { code?: string }).code;
  console.log('half a tick is refused:', code);
}

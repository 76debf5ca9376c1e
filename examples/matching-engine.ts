// A matching engine by itself: an iceberg, a stop and an auction in a few lines.
import { MatchingEngine, OrderType, Side, TradingPhase } from 'hft-trading-system';

const engine = new MatchingEngine({ ordersMax: 1000 });
const show = (events: ReturnType<MatchingEngine['submit']>) => {
  for (const { kind, order, other, qty, price } of events) {
    console.log(
      kind === 'trade' ? `${order} takes ${qty} of ${other} at ${price}` : `${kind} ${order}`,
    );
  }
};

// 30 lots, of which the book shows 10 at a time.
show(engine.submit({ id: 1, side: Side.Sell, price: 101, qty: 30, displayQty: 10 }));
show(engine.submit({ id: 2, side: Side.Sell, price: 101, qty: 10 }));
console.log('asks', engine.depth(Side.Sell, 5));

// A stop that buys once something trades at 101, and what makes it so.
show(engine.submit({ id: 3, side: Side.Buy, qty: 5, ordType: OrderType.STOP, stopPx: 101 }));
show(engine.submit({ id: 4, side: Side.Buy, price: 101, qty: 15 }));
console.log('asks', engine.depth(Side.Sell, 5));

// The closing auction collects orders and trades them at one price.
show(engine.setPhase(TradingPhase.ClosingAuction));
show(engine.submit({ id: 5, side: Side.Buy, price: 103, qty: 8 }));
show(engine.setPhase(TradingPhase.Closed));

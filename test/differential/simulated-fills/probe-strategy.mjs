// Trades at random, and logs every market event and every request: all that a reference needs.
const BUY = 1;
const SELL = 2;
const IOC = 3;
const FOK = 4;
const GTC = 1;

export class Probe {
  static parameters = {};

  attach(context) {
    this.context = context;
  }

  onStart() {
    this.mine = [];
    for (const { id, symbol, priceDecimals, qtyDecimals } of this.context.instruments.all) {
      this.context.log.info('instrument', { at: id, symbol, priceDecimals, qtyDecimals, time: 0n });
    }
  }

  onBook(book) {
    const at = Number(book.instrument.id);
    const bids = Array.from({ length: book.bidCount }, (_, i) => [
      book.bidTicksAt(i),
      book.bidLotsAt(i),
    ]);
    const asks = Array.from({ length: book.askCount }, (_, i) => [
      book.askTicksAt(i),
      book.askLotsAt(i),
    ]);
    const { log } = this.context;
    // The clock of the context is a double of milliseconds: a quarter of a microsecond.
    this.now = book.receiveTime;
    log.info('book', { at, time: book.receiveTime, state: book.state, bids, asks });
    if (book.isTrusted && bids.length > 5 && asks.length > 5) this.#act(at, bids, asks);
  }

  onTrade(trade) {
    this.context.log.info('trade', {
      at: Number(trade.instrument.id),
      time: trade.receiveTime,
      aggressor: trade.side,
      ticks: trade.priceTicks,
      lots: trade.qtyLots,
    });
  }

  #act(at, bids, asks) {
    const { orders, random } = this.context;
    const mine = (this.mine[at] ?? []).filter((id) => orders.leavesLots(id) > 0);
    this.mine[at] = mine;
    const dice = random.integer(0, 99);
    const side = random.integer(0, 1) === 0 ? BUY : SELL;
    const own = side === BUY ? bids : asks;
    const other = side === BUY ? asks : bids;
    const lots = 1 + random.integer(0, Math.ceil(own[0][1] * 0.5));
    // Most rest at the touch or near it; some improve it, some take.
    const ticks = dice < 70 ? own[random.integer(0, 4)][0] : own[0][0] + (side === BUY ? 1 : -1);
    if (mine.length >= 24) {
      const id = mine[random.integer(0, mine.length - 1)];
      if (orders.isPending(id)) return;
      if (dice < 50) this.#log('cancel', { at, id, done: orders.cancel(id) });
      else {
        const whole = Math.max(1, orders.orderLots(id) + random.integer(-2, 2));
        const price = dice < 75 ? orders.priceTicks(id) : own[random.integer(0, 2)][0];
        this.#log('replace', {
          at,
          id,
          lots: whole,
          ticks: price,
          done: orders.move(id, whole, price),
        });
      }
      return;
    }
    if (dice < 40 || dice >= 70) {
      this.#send({ at, side, lots, ticks, type: 'post' });
    } else if (dice < 55) {
      this.#send({ at, side, lots, ticks, type: 'rest' });
    } else {
      const far = other[random.integer(0, 2)][0];
      this.#send({ at, side, lots: lots * 2, ticks: far, type: dice < 63 ? 'ioc' : 'fok' });
    }
  }

  #send({ at, side, lots, ticks, type }) {
    const { orders } = this.context;
    const force = { rest: GTC, ioc: IOC, fok: FOK }[type];
    const id =
      type === 'post'
        ? orders.postOnly(at, side, lots, ticks)
        : orders.limit(at, side, lots, ticks, force);
    if (id > 0 && (type === 'post' || type === 'rest')) this.mine[at].push(id);
    this.#log('new', { at, id, side, lots, ticks, type, done: id });
  }

  #log(kind, fields) {
    if (!fields.done) return;
    this.context.log.info(kind, { ...fields, time: this.now });
  }

  onQuote() {}
  onBar() {}
  onInstrument() {}
  onOrder() {}
  onFill() {}
  onTimer() {}
  onRisk() {}
  onStop() {}
}

import { ExecutionReports, type ReportSink } from './execution-reports.js';
import { type Refusal, readNumber, readOrder } from './order-request.js';
import type { FixField, MatcherEvent, VenueBook } from './ports.js';
import type { ReceivedMessage } from './received-message.js';
import { type Counterparty, isOpen, type VenueOrder } from './venue-order.js';

/** A cancel or a replace that a matching engine is asked for. */
interface PendingChange {
  readonly order: VenueOrder;
  readonly clOrdID: string;
  readonly origClOrdID: string;
  readonly qty: number;
  readonly price: number;
  readonly stopPx: number;
}

/** What a counterparty is told of an order that the exchange does not have. */
const NO_ORDER_ID = 'NONE';

/**
 * The orders of all counterparties: NewOrderSingle(D), OrderCancelRequest(F),
 * OrderCancelReplaceRequest(G), OrderStatusRequest(H), OrderMassCancelRequest(q) and
 * OrderMassStatusRequest(AF). Price-time priority is the matching engine's.
 */
export class OrderDesk {
  readonly #books: ReadonlyMap<string, VenueBook>;
  readonly #reports: ExecutionReports;
  readonly #sink: ReportSink;
  readonly #byNumber = new Map<number, VenueOrder>();
  readonly #isKnownNumber = (id: number) => this.#byNumber.get(id);
  #numbers = 0;

  constructor(books: ReadonlyMap<string, VenueBook>, sink: ReportSink) {
    this.#books = books;
    this.#sink = sink;
    this.#reports = new ExecutionReports(sink);
  }

  /** How many orders are in the books. */
  get openOrders(): number {
    return this.#byNumber.size;
  }

  /** NewOrderSingle(D). */
  enter(from: Counterparty, message: ReceivedMessage): void {
    const clOrdID = message.get(11) ?? '';
    const known = from.orders.get(clOrdID);
    if (known !== undefined && message.get(97) === 'Y') {
      // A possible resend of what is here: its state is the answer, it is not entered twice.
      this.#reports.status(known, []);
      return;
    }
    const book = this.#books.get(message.get(55) ?? '');
    if (book === undefined) {
      this.#refuse(from, message, undefined, { reason: '1', text: 'Symbol(55) is not traded' });
      return;
    }
    if (known !== undefined) {
      const refusal: Refusal = { reason: '6', text: 'ClOrdID(11) was used before' };
      this.#refuse(from, message, book, refusal);
      return;
    }
    this.#numbers += 1;
    const request = readOrder(message, book, this.#numbers);
    if ('reason' in request) {
      this.#refuse(from, message, book, request);
      return;
    }
    const order: VenueOrder = {
      ...this.#blank(from, message, book),
      id: request.id,
      orderID: `O${request.id}`,
      orderQty: request.qty,
      leavesQty: request.qty,
      price: request.price,
      stopPx: request.stopPx,
      ordStatus: '0',
    };
    from.orders.set(clOrdID, order);
    this.#byNumber.set(order.id, order);
    this.#run(book, book.matcher.submit(request));
  }

  /** OrderCancelRequest(F). */
  cancel(from: Counterparty, message: ReceivedMessage): void {
    const change = this.#changeOf(from, message, '1');
    if (change === undefined) return;
    const { order } = change;
    this.#run(order.book, order.book.matcher.cancel(order.id), change);
  }

  /** OrderCancelReplaceRequest(G). */
  replace(from: Counterparty, message: ReceivedMessage): void {
    const change = this.#changeOf(from, message, '2');
    if (change === undefined) return;
    const { order, qty, price, stopPx } = change;
    if (qty <= order.cumQty) {
      // To what has traded already, or less: what is left is canceled. FIX 4.4 appendix D.
      this.#run(order.book, order.book.matcher.cancel(order.id), change);
      return;
    }
    this.#run(order.book, order.book.matcher.replace(order.id, { qty, price, stopPx }), change);
  }

  /** OrderStatusRequest(H). */
  status(from: Counterparty, message: ReceivedMessage): void {
    const order = this.#find(from, message.get(11), message.get(37));
    const asked = message.get(790);
    const more: FixField[] = asked !== undefined && from.rules.hasLiquidity ? [[790, asked]] : [];
    if (order !== undefined) {
      this.#reports.status(order, more);
      return;
    }
    const absent = this.#blank(from, message, this.#books.get(message.get(55) ?? ''));
    const reason = from.rules.hasCxlRejResponseTo ? '5' : '0';
    this.#reports.reportAbsent(absent, 'I', {
      ordRejReason: reason,
      text: 'there is no such order',
      more,
    });
  }

  /** OrderMassStatusRequest(AF): all orders, or those of a symbol. */
  massStatus(from: Counterparty, message: ReceivedMessage): void {
    const symbol = message.get(585) === '1' ? message.get(55) : undefined;
    const id = message.get(584) ?? '';
    const orders = this.#openOf(from, symbol, undefined);
    const more = (count: number, isLast: boolean): FixField[] => {
      if (!from.rules.hasLiquidity) return [];
      const total: FixField[] = [
        [584, id],
        [911, String(count)],
      ];
      return [...total, [912, isLast ? 'Y' : 'N']];
    };
    for (const [at, order] of orders.entries()) {
      this.#reports.status(order, more(orders.length, at === orders.length - 1));
    }
    if (orders.length > 0) return;
    const absent = this.#blank(from, message, this.#books.get(message.get(55) ?? ''));
    this.#reports.reportAbsent(absent, 'I', {
      ordRejReason: '5',
      text: 'there are no open orders',
      more: more(0, true),
    });
  }

  /** OrderMassCancelRequest(q): all orders, or those of a symbol; of one side where it says so. */
  massCancel(from: Counterparty, message: ReceivedMessage): void {
    const kind = message.get(530) ?? '';
    const symbol = message.get(55) ?? '';
    const isKnown = kind === '7' || (kind === '1' && this.#books.has(symbol));
    const orders = isKnown
      ? this.#openOf(from, kind === '1' ? symbol : undefined, message.get(54))
      : [];
    const id = this.#reports.nextID();
    const fields: FixField[] = [
      [11, message.get(11) ?? NO_ORDER_ID],
      [37, id],
      ...(from.rules.hasMassActionReport ? ([[1369, id]] as const) : []),
      [530, kind],
      [531, isKnown ? kind : '0'],
    ];
    if (!isKnown) fields.push([532, kind === '1' ? '1' : '0']);
    if (isKnown) fields.push([533, String(orders.length)]);
    if (this.#books.has(symbol)) fields.push([55, symbol]);
    this.#sink.deliver(from, 'r', fields);
    for (const order of orders) this.#run(order.book, order.book.matcher.cancel(order.id));
  }

  /** Cancels what a counterparty has in the books: it is gone. */
  cancelAllOf(from: Counterparty): number {
    const orders = this.#openOf(from, undefined, undefined);
    for (const order of orders) this.#run(order.book, order.book.matcher.cancel(order.id));
    return orders.length;
  }

  /** Expires what is good till a time that has come. */
  advance(timeMs: number): void {
    for (const book of this.#books.values()) {
      this.#run(book, book.matcher.advance(BigInt(timeMs) * 1_000_000n));
    }
  }

  #openOf(from: Counterparty, symbol: string | undefined, side: string | undefined): VenueOrder[] {
    return [...this.#byNumber.values()].filter(
      (order) =>
        order.owner === from &&
        isOpen(order) &&
        (symbol === undefined || order.book.symbol === symbol) &&
        (side === undefined || order.side === side),
    );
  }

  #find(
    from: Counterparty,
    clOrdID: string | undefined,
    orderID: string | undefined,
  ): VenueOrder | undefined {
    const byID = clOrdID === undefined ? undefined : from.orders.get(clOrdID);
    if (byID !== undefined || orderID === undefined) return byID;
    const byNumber = this.#isKnownNumber(Number(orderID.slice(1)));
    return byNumber?.owner === from ? byNumber : undefined;
  }

  /** What a cancel or replace is about; undefined where it was refused. */
  #changeOf(
    from: Counterparty,
    message: ReceivedMessage,
    responseTo: '1' | '2',
  ): PendingChange | undefined {
    const clOrdID = message.get(11) ?? '';
    const order = this.#find(from, message.get(41), message.get(37));
    const origClOrdID = message.get(41) ?? order?.clOrdID ?? '';
    const refuse = (reason: '0' | '1' | '2' | '6', text: string): undefined => {
      const refusal = { clOrdID, origClOrdID, responseTo, reason, text };
      this.#reports.refuseCancel(from, order, refusal);
    };
    if (order === undefined) return refuse('1', 'there is no such order');
    if (from.orders.has(clOrdID)) return refuse('6', 'ClOrdID(11) was used before');
    if (!isOpen(order)) return refuse('0', 'the order is closed');
    if (origClOrdID !== order.clOrdID) {
      return refuse('1', 'OrigClOrdID(41) is not the newest of the order');
    }
    if (responseTo === '1') {
      return { order, clOrdID, origClOrdID, qty: 0, price: 0, stopPx: 0 };
    }
    const { priceDecimals, qtyDecimals } = order.book;
    const numberOf = (tag: number, decimals: number, now: number) =>
      message.get(tag) === undefined ? now : readNumber(message.get(tag), decimals);
    const qty = numberOf(38, qtyDecimals, order.orderQty);
    const price = order.price === 0 ? 0 : numberOf(44, priceDecimals, order.price);
    const stopPx = order.stopPx === 0 ? 0 : numberOf(99, priceDecimals, order.stopPx);
    if (qty === undefined || price === undefined || stopPx === undefined) {
      return refuse('2', 'a price is no ticks, or a quantity no lots');
    }
    return { order, clOrdID, origClOrdID, qty, price, stopPx };
  }

  /** An order of a message as it is before anything has become of it. */
  #blank(from: Counterparty, message: ReceivedMessage, book: VenueBook | undefined): VenueOrder {
    const symbol = message.get(55) ?? NO_ORDER_ID;
    return {
      id: 0,
      orderID: NO_ORDER_ID,
      owner: from,
      book: book ?? absentBook(symbol),
      side: message.get(54) ?? '1',
      ordType: message.get(40) ?? '2',
      timeInForce: message.get(59) ?? '0',
      account: message.get(1),
      clOrdID: message.get(11) ?? NO_ORDER_ID,
      origClOrdID: undefined,
      orderQty: 0,
      price: 0,
      stopPx: 0,
      cumQty: 0,
      leavesQty: 0,
      notional: 0n,
      ordStatus: '8',
    };
  }

  #refuse(
    from: Counterparty,
    message: ReceivedMessage,
    book: VenueBook | undefined,
    refusal: Refusal,
  ): void {
    const order = this.#blank(from, message, book);
    const orderQty = readNumber(message.get(38), order.book.qtyDecimals) ?? 0;
    const { hasLateReasons, hasOrigClOrdID } = from.rules;
    // 6 is of FIX 4.1; 11, 13 and 99 are of later versions: before, it is the broker's option.
    const isKnown = refusal.reason === '6' ? hasOrigClOrdID : Number(refusal.reason) < 9;
    const ordRejReason = isKnown || hasLateReasons ? refusal.reason : '0';
    const details = { ordRejReason, text: refusal.text };
    this.#reports.reportAbsent({ ...order, orderQty }, '8', details);
  }

  /** Tells what a matching engine has done; `change` is what it was asked for. */
  #run(book: VenueBook, events: readonly MatcherEvent[], change?: PendingChange): void {
    for (const event of events) {
      book.isChanged = true;
      if (event.kind === 'trade') this.#trade(book, event);
      else this.#follow(event, change);
    }
  }

  #trade(book: VenueBook, event: MatcherEvent): void {
    book.lastTrade = { price: event.price, qty: event.qty };
    book.trades.push(book.lastTrade);
    this.#fill(this.#byNumber.get(event.order), event, event.leaves, '2');
    this.#fill(this.#byNumber.get(event.other), event, event.otherLeaves, '1');
  }

  #fill(
    order: VenueOrder | undefined,
    event: MatcherEvent,
    leaves: number,
    liquidity: string,
  ): void {
    if (order === undefined) return;
    order.cumQty += event.qty;
    order.leavesQty = leaves;
    order.notional += BigInt(event.qty) * BigInt(event.price);
    order.ordStatus = leaves > 0 ? '1' : '2';
    this.#reports.report(order, 'F', { lastQty: event.qty, lastPx: event.price, liquidity });
    this.#forgetClosed(order);
  }

  #follow(event: MatcherEvent, change: PendingChange | undefined): void {
    const order = this.#byNumber.get(event.order) ?? this.#byNumber.get(event.other);
    if (order === undefined) return;
    const asked = change?.order === order ? change : undefined;
    switch (event.kind) {
      case 'accepted':
        this.#reports.report(order, '0');
        break;
      case 'rejected':
        this.#close(order, '8', { ordRejReason: '99', text: event.reason });
        break;
      case 'canceled':
        if (asked !== undefined) this.#rename(order, asked);
        this.#close(order, '4', asked === undefined ? { text: event.reason } : {});
        break;
      case 'expired':
        this.#close(order, 'C', {});
        break;
      case 'replaced':
        if (asked !== undefined) this.#replaced(order, asked);
        break;
      case 'triggered':
        if (order.owner.rules.isFive) this.#reports.report(order, 'L');
        break;
      case 'cancelRejected':
      case 'replaceRejected': {
        if (asked === undefined) break;
        const responseTo = event.kind === 'cancelRejected' ? '1' : '2';
        const refusal = { ...asked, responseTo, reason: '2', text: event.reason } as const;
        this.#reports.refuseCancel(order.owner, order, refusal);
        break;
      }
    }
  }

  #rename(order: VenueOrder, change: PendingChange): void {
    order.owner.orders.set(change.clOrdID, order);
    order.origClOrdID = change.origClOrdID;
    order.clOrdID = change.clOrdID;
  }

  #replaced(order: VenueOrder, change: PendingChange): void {
    this.#rename(order, change);
    order.orderQty = change.qty;
    order.price = change.price;
    order.stopPx = change.stopPx;
    order.leavesQty = change.qty - order.cumQty;
    const state = order.cumQty > 0 ? '1' : '0';
    order.ordStatus = order.owner.rules.hasExecTransType ? '5' : state;
    this.#reports.report(order, '5');
    order.ordStatus = state;
  }

  #close(order: VenueOrder, execType: string, details: { ordRejReason?: string; text?: string }) {
    order.leavesQty = 0;
    order.ordStatus = execType;
    const isOld = !order.owner.rules.hasLateReasons && details.ordRejReason !== undefined;
    this.#reports.report(order, execType, isOld ? { ...details, ordRejReason: '0' } : details);
    this.#forgetClosed(order);
  }

  /** A closed order is known by its ClOrdIDs only. */
  #forgetClosed(order: VenueOrder): void {
    if (!isOpen(order)) this.#byNumber.delete(order.id);
  }
}

function absentBook(symbol: string): VenueBook {
  const nothing = (): never => {
    throw new RangeError('an order that is in no book does not trade');
  };
  return {
    ...{ symbol, priceDecimals: 8, qtyDecimals: 8, trades: [] },
    ...{ isChanged: false, lastTrade: undefined },
    matcher: {
      ...{ submit: nothing, cancel: nothing, replace: nothing, advance: nothing },
      depth: nothing,
    },
  };
}

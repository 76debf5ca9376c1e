import type { ReportSink } from './execution-reports.js';
import { MarketDataDesk } from './market-data-desk.js';
import { OrderDesk } from './order-desk.js';
import type { FixField, Matcher, VenueBook, VenueInstrument, VenueSession } from './ports.js';
import { ReceivedMessage } from './received-message.js';
import { ReferenceDesk } from './reference-desk.js';
import type { Counterparty } from './venue-order.js';
import { rulesOf } from './version.js';

/** Messages kept for a counterparty that is not logged on; beyond, the oldest go. */
const WAITING_MAX = 100_000;

/** What an exchange is made of. */
export interface FixExchangeOptions {
  readonly instruments: readonly VenueInstrument[];
  /** Makes the matching engine of an instrument. */
  readonly createMatcher: (instrument: VenueInstrument) => Matcher;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Cancels the orders of a counterparty that logs out or is cut off; default false. */
  readonly cancelsOnDisconnect?: boolean;
}

/** Counts of an exchange since it was made. */
export interface FixExchangeCounts {
  readonly received: number;
  readonly sent: number;
  readonly openOrders: number;
  /** Messages that a counterparty was to have and that no room was left for. */
  readonly dropped: number;
}

/** One session of an exchange, from the outside: what came from its counterparty goes in here. */
export interface ExchangeSession {
  onLogon(): void;
  onLogout(): void;
  /** An application message as it was on the wire. */
  onMessage(text: string): void;
  /** A message that the session gave back: it is not logged on. */
  onRefused(msgType: string, body: string): void;
}

interface Party extends Counterparty {
  isLoggedOn: boolean;
  readonly waiting: { readonly msgType: string; readonly fields: readonly FixField[] }[];
}

/**
 * An exchange behind FIX sessions of any version: orders of all counterparties meet in one matching
 * engine an instrument; execution reports also go to drop copies. Call `publish` after a batch.
 *
 * Not thread-safe. Orders live as long as the exchange. Reports for a counterparty that is away
 * wait for its logon.
 */
export class FixExchange {
  readonly #books = new Map<string, VenueBook>();
  readonly #orders: OrderDesk;
  readonly #marketData: MarketDataDesk;
  readonly #reference: ReferenceDesk;
  readonly #dropCopies: Party[] = [];
  readonly #now: () => number;
  readonly #cancelsOnDisconnect: boolean;
  #received = 0;
  #sent = 0;
  #dropped = 0;

  constructor(options: FixExchangeOptions) {
    for (const instrument of options.instruments) {
      this.#books.set(instrument.symbol, {
        ...instrument,
        matcher: options.createMatcher(instrument),
        ...{ trades: [], isChanged: false, lastTrade: undefined },
      });
    }
    this.#now = options.now;
    this.#cancelsOnDisconnect = options.cancelsOnDisconnect ?? false;
    const sink: ReportSink = {
      deliver: (to, msgType, fields) => this.#deliver(to as Party, msgType, fields),
      dropCopies: this.#dropCopies,
      now: options.now,
    };
    this.#orders = new OrderDesk(this.#books, sink);
    this.#marketData = new MarketDataDesk(this.#books, sink);
    this.#reference = new ReferenceDesk(this.#books, sink);
  }

  /** Adds a session. */
  attach(session: VenueSession): ExchangeSession {
    const party: Party = {
      session,
      rules: rulesOf(session.beginString, session.defaultApplVerID),
      orders: new Map(),
      isLoggedOn: false,
      waiting: [],
    };
    if (session.isDropCopy) this.#dropCopies.push(party);
    return {
      onLogon: () => this.#logOn(party),
      onLogout: () => this.#logOut(party),
      onMessage: (text) => this.#receive(party, text),
      onRefused: (msgType, body) => {
        // It was logged off in between: the rest waits as well.
        party.isLoggedOn = false;
        this.#deliver(party, msgType, new ReceivedMessage(body).fields);
      },
    };
  }

  /** Sends market data that has changed, and expires orders whose time has come. */
  publish(): void {
    this.#orders.advance(this.#now());
    this.#marketData.publish();
  }

  counts(): FixExchangeCounts {
    return {
      received: this.#received,
      sent: this.#sent,
      openOrders: this.#orders.openOrders,
      dropped: this.#dropped,
    };
  }

  #logOn(party: Party): void {
    party.isLoggedOn = true;
    for (const { msgType, fields } of party.waiting.splice(0)) {
      this.#deliver(party, msgType, fields);
    }
  }

  #logOut(party: Party): void {
    party.isLoggedOn = false;
    this.#marketData.drop(party);
    if (this.#cancelsOnDisconnect) this.#orders.cancelAllOf(party);
  }

  #deliver(to: Party, msgType: string, fields: readonly FixField[]): void {
    if (to.isLoggedOn) {
      to.session.send(msgType, fields);
      this.#sent += 1;
      return;
    }
    // Market data of before a logon is of no use after it.
    if (!['8', '9', 'r'].includes(msgType)) return;
    if (to.waiting.length === WAITING_MAX) {
      to.waiting.shift();
      this.#dropped += 1;
    }
    to.waiting.push({ msgType, fields });
  }

  #receive(party: Party, text: string): void {
    const message = new ReceivedMessage(text);
    this.#received += 1;
    const isOrder = ['D', 'F', 'G', 'q'].includes(message.msgType);
    const isTaken = !(isOrder && party.session.isDropCopy) && this.#dispatch(party, message);
    if (isTaken || !party.rules.hasBusinessReject) return;
    const text58 = isOrder ? 'this is a drop copy session' : 'Unsupported Message Type';
    this.#deliver(party, 'j', [
      [45, message.get(34) ?? '0'],
      [58, text58],
      [372, message.msgType],
      [380, isOrder ? '6' : '3'],
    ]);
  }

  #dispatch(party: Party, message: ReceivedMessage): boolean {
    switch (message.msgType) {
      case 'D':
        this.#orders.enter(party, message);
        return true;
      case 'F':
        this.#orders.cancel(party, message);
        return true;
      case 'G':
        this.#orders.replace(party, message);
        return true;
      case 'H':
        this.#orders.status(party, message);
        return true;
      case 'q':
        this.#orders.massCancel(party, message);
        return true;
      case 'AF':
        this.#orders.massStatus(party, message);
        return true;
      case 'V':
        this.#marketData.request(party, message);
        return true;
      case 'x':
        this.#reference.list(party, message);
        return true;
      case 'e':
        this.#reference.status(party, message);
        return true;
      default:
        return false;
    }
  }
}

import { FixOrderEntry, type RecoveredOrder } from '../../connectors/fix/orders/fix-order-entry.js';
import type { FixInstrument } from '../../connectors/fix/orders/request-writer.js';
import type { OrderListener } from '../../domain/orders.js';
import type { TradedInstrument } from '../../domain/strategy-context.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import { FixLink, type FixLinkState } from './fix-link.js';
import type { FixBrokerPlan } from './fix-plan.js';

/** Hears what connectors say. */
export interface ConnectorListener {
  onState(broker: string, state: FixLinkState): void;
  /** What the session tells of itself, such as why a logon was refused. */
  onNote(broker: string, text: string): void;
  /** A request could not be carried out, or a report not be understood. */
  onProblem(broker: string, what: string): void;
}

/** A broker over FIX. */
export interface FixConnector {
  readonly name: string;
  readonly link: FixLink;
  readonly dropCopy: FixLink | undefined;
  readonly instruments: readonly TradedInstrument[];
  readonly entry: FixOrderEntry;
}

/**
 * The FIX brokers of a live run: the core's requests go to the session of their venue, reports come
 * back. While a broker's session is logged off its instruments are closed: the core refuses what
 * adds risk, and cancels wait for the logon. Not thread-safe.
 */
export class FixConnectors {
  readonly connectors: readonly FixConnector[];
  readonly #manager: RealTimeOrderManager;
  readonly #byVenue = new Map<number, FixConnector>();
  readonly #unsubscribe: () => void;
  #isScheduled = false;
  #isClosed = false;

  /**
   * Opens every session; nothing connects before `start`. The manager has its instruments, and has
   * recovered. Errors: those of FixLink; what was opened is closed then.
   */
  constructor(
    plans: readonly FixBrokerPlan[],
    options: {
      readonly manager: RealTimeOrderManager;
      readonly instruments: readonly TradedInstrument[];
      readonly listener: ConnectorListener;
    },
  ) {
    const { manager, instruments, listener } = options;
    this.#manager = manager;
    const opened: FixConnector[] = [];
    const links: FixLink[] = [];
    try {
      for (const plan of plans) {
        const own = instruments.filter(({ feed }) => plan.feeds.includes(feed));
        const link = new FixLink(plan.session, {
          onState: (state) => this.#onState(plan.name, own, state, listener),
          onNote: (text) => listener.onNote(plan.name, text),
        });
        links.push(link);
        const dropCopy =
          plan.dropCopy === undefined
            ? undefined
            : new FixLink(plan.dropCopy, {
                onNote: (text) => listener.onNote(plan.name, text),
              });
        if (dropCopy !== undefined) links.push(dropCopy);
        const entry = this.#openEntry(plan, { own, link, dropCopy, listener });
        opened.push({ name: plan.name, link, dropCopy, instruments: own, entry });
        this.#openSession(own, false);
      }
    } catch (error) {
      for (const link of links) void link.close().catch(() => {});
      throw error;
    }
    this.connectors = opened;
    for (const connector of opened) {
      this.#byVenue.set(manager.names.venues.id(connector.name), connector);
    }
    const sender: OrderListener = { onOrder: () => this.#schedule() };
    this.#unsubscribe = manager.subscribe(sender);
  }

  /** Whether orders would leave to every broker. */
  get areLoggedOn(): boolean {
    return this.connectors.every(({ link }) => link.isLoggedOn);
  }

  /** Connects every session. */
  start(): void {
    for (const { link, dropCopy } of this.connectors) {
      link.start();
      dropCopy?.start();
    }
  }

  /** Hands the requests that wait to their sessions. */
  pump(): void {
    for (;;) {
      const request = this.#manager.connector.takeRequest();
      if (request === undefined) return;
      // Every instrument has a venue that has a connector.
      this.#byVenue.get(request.venue)?.entry.handle(request);
    }
  }

  /** Sends what waits, logs out in order, and hears what comes until then. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.pump();
    await Promise.all(
      this.connectors.flatMap(({ link, dropCopy }) => [link.close(), dropCopy?.close()]),
    );
    this.#unsubscribe();
    for (const { entry } of this.connectors) entry.close();
  }

  #openEntry(
    plan: FixBrokerPlan,
    {
      own,
      link,
      dropCopy,
      listener,
    }: {
      readonly own: readonly TradedInstrument[];
      readonly link: FixLink;
      readonly dropCopy: FixLink | undefined;
      readonly listener: ConnectorListener;
    },
  ): FixOrderEntry {
    const { connector, names } = this.#manager;
    return new FixOrderEntry({
      session: link.session,
      desk: {
        takeRequest: () => {
          this.pump();
          return undefined;
        },
        report: (report) => connector.report(report),
        ambiguous: (clOrdID) => connector.ambiguous(clOrdID),
        absent: (clOrdID) => connector.absent(clOrdID),
        setEmergencyExit: (venue, exit) => connector.setEmergencyExit(venue, exit),
      },
      instruments: own.map(fixInstrument),
      venue: names.venues.id(plan.name),
      accountOf: () => plan.venueAccount,
      currencyOf: (name) => names.currencies.id(name),
      ...(plan.dialect === undefined ? {} : { dialect: plan.dialect }),
      ...(dropCopy === undefined ? {} : { dropCopy: dropCopy.session }),
      recovered: recoveredOrders(this.#manager, own),
      onProblem: (what) => listener.onProblem(plan.name, what),
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    // The core is still at work when it tells of a request: it goes out when the core is done.
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.pump();
    });
  }

  #onState(
    name: string,
    instruments: readonly TradedInstrument[],
    state: FixLinkState,
    listener: ConnectorListener,
  ): void {
    if (state !== 'closed') this.#openSession(instruments, state === 'logged-on');
    listener.onState(name, state);
  }

  #openSession(instruments: readonly TradedInstrument[], isOpen: boolean): void {
    for (const { id } of instruments) {
      const symbol = this.#manager.names.symbolOf(id)?.symbol;
      if (symbol !== undefined) this.#manager.risk.openSession(symbol, isOpen);
    }
  }
}

function fixInstrument({ id, symbol, priceDecimals, qtyDecimals }: TradedInstrument) {
  return { id, symbol, priceDecimals, qtyDecimals } satisfies FixInstrument;
}

/** Orders of an earlier run that may still work there. */
function recoveredOrders(
  manager: RealTimeOrderManager,
  instruments: readonly TradedInstrument[],
): RecoveredOrder[] {
  return manager.workingOrders().flatMap(({ clOrdID, symbol, side }) => {
    const id = manager.names.require(symbol).id;
    const instrument = instruments.find((known) => known.id === id);
    return instrument === undefined ? [] : [{ clOrdID, symbol: instrument.symbol, side }];
  });
}

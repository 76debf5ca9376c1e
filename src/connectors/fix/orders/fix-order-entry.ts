import type { NativeFixEmergencyExit } from '../../../addon/fix-sessions.js';
import type { ConnectorReport, ConnectorRequest } from '../../../addon/trading-core.js';
import { HftError } from '../../../domain/errors.js';
import { ExecType, type OrderListener } from '../../../domain/orders.js';
import type { FixEvent, FixSession } from '../fix-session.js';
import { FixMessageView } from '../messages/fix-message-view.js';
import { accountText, describeCancels } from './emergency-cancels.js';
import {
  clOrdIDOf,
  FIX_ORDER_DIALECTS,
  type FixOrderDialect,
  type FixOrderDialectName,
} from './order-dialect.js';
import { OrdStatus, Reason } from './order-words.js';
import { isUnknownOrder, type ReportTerms, readCancelReject, readReport } from './report-reader.js';
import { type FixInstrument, RequestKind, writeRequest } from './request-writer.js';

/** Where requests come from and reports go: `RealTimeOrderManager.connector` is one. */
export interface OrderDesk {
  takeRequest(): ConnectorRequest | undefined;
  report(report: ConnectorReport): void;
  ambiguous(clOrdID: number): void;
  absent(clOrdID: number): void;
  /** How the kill switch cancels at a venue while this thread is blocked. */
  setEmergencyExit?(venue: number, exit: NativeFixEmergencyExit | undefined): void;
}

/** An order that a counterparty may have from before. */
export interface RecoveredOrder {
  readonly clOrdID: number;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
}

/** What a FixOrderEntry works with. */
export interface FixOrderEntryOptions {
  readonly session: FixSession;
  readonly desk: OrderDesk;
  readonly instruments: readonly FixInstrument[];
  /** Default: the dialect of the session's BeginString. */
  readonly dialect?: FixOrderDialectName;
  /** The native number of the venue; default 0. */
  readonly venue?: number;
  /** Account(1) of a native number; default none. */
  readonly accountOf?: (account: number) => string | undefined;
  /** The native number of a currency of fees; default 0. */
  readonly currencyOf?: (name: string) => number;
  /** A session with copies of the reports: what the other has not told is taken from here. */
  readonly dropCopy?: FixSession;
  /** Orders that may still work from an earlier run: their state is asked for at the logon. */
  readonly recovered?: readonly RecoveredOrder[];
  /** Hears of what could not be carried out or understood. */
  readonly onProblem?: (what: string) => void;
  /** Gets the requests of other venues; without it they are refused. */
  readonly onOther?: (request: ConnectorRequest) => void;
  /** Milliseconds since the epoch; default the machine's clock. */
  readonly now?: () => number;
}

/** An order as this side of the session knows it. */
interface KnownOrder {
  readonly instrument: FixInstrument;
  readonly side: number;
  orderID: string | undefined;
  /** The newest ClOrdID that the counterparty has confirmed. */
  clOrdID: number;
  readonly ids: number[];
}

/**
 * Order entry over a FIX session: the requests of the trading core as FIX, and what the
 * counterparty says as reports of the core. Not thread-safe; the session's thread is native.
 *
 * A new order or a replace that finds the session logged off is refused at once. A cancel, and a
 * question for the state of an order, wait for the logon. What is unanswered when the session ends
 * becomes Unknown; at the logon the state of every order that may be open is asked for. While the
 * thread of JavaScript is blocked, the kill switch cancels through the session's own thread.
 */
export class FixOrderEntry {
  /** For `RealTimeOrderManager.subscribe`: sends requests in the turn in which they are made. */
  readonly listener: OrderListener = { onOrder: () => this.#schedule() };
  readonly #options: FixOrderEntryOptions;
  readonly #dialect: FixOrderDialect;
  readonly #venue: number;
  readonly #instruments = new Map<number, FixInstrument>();
  readonly #bySymbol = new Map<string, FixInstrument>();
  readonly #known = new Map<number, KnownOrder>();
  readonly #unanswered = new Map<number, ConnectorRequest>();
  /** Unanswered when a session ended: Unknown to the core. */
  readonly #doubtful = new Map<number, ConnectorRequest>();
  readonly #heldCancels = new Map<number, ConnectorRequest>();
  readonly #heldQuestions = new Map<number, ConnectorRequest>();
  readonly #exit: NativeFixEmergencyExit;
  readonly #timeDigits: 0 | 3;
  readonly #accounts = new Set<number>();
  readonly #view = new FixMessageView();
  readonly #closers: (() => void)[] = [];
  #isLoggedOn: boolean;
  #isScheduled = false;

  /** Errors: HFT_ARGUMENT for a dialect that there is not. */
  constructor(options: FixOrderEntryOptions) {
    this.#options = options;
    const { session, dropCopy } = options;
    this.#dialect = dialectOf(options.dialect ?? session.info.beginString);
    this.#venue = options.venue ?? 0;
    for (const instrument of options.instruments) {
      this.#instruments.set(instrument.id, instrument);
      this.#bySymbol.set(instrument.symbol, instrument);
    }
    this.#timeDigits = /4\.[01]$/.test(session.info.beginString) ? 0 : 3;
    this.#exit = session.openEmergencyExit();
    describeCancels(this.#exit, {
      ...{ dialect: this.#dialect, instruments: options.instruments },
      timeDigits: this.#timeDigits,
    });
    options.desk.setEmergencyExit?.(this.#venue, this.#exit);
    for (const order of options.recovered ?? []) this.#adopt(order);
    this.#isLoggedOn = session.isLoggedOn;
    this.#closers.push(session.onBatch((events) => this.#onEvents(events)));
    if (dropCopy !== undefined) {
      this.#closers.push(dropCopy.onBatch((events) => this.#onCopies(events)));
    }
    if (this.#isLoggedOn) this.#onLogon();
  }

  /** Whether a request would leave. */
  get isLoggedOn(): boolean {
    return this.#isLoggedOn;
  }

  /** Takes the requests that wait at the desk and sends them. */
  pump(): void {
    for (;;) {
      const request = this.#options.desk.takeRequest();
      if (request === undefined) return;
      if (request.venue === this.#venue) this.handle(request);
      else if (this.#options.onOther !== undefined) this.#options.onOther(request);
      else this.#refuse(request, `venue ${request.venue} has no connector`);
    }
  }

  /** Sends one request. */
  handle(request: ConnectorRequest): void {
    if (this.#isLoggedOn) this.#send(request);
    else if (request.kind === RequestKind.Cancel) this.#heldCancels.set(request.clOrdID, request);
    else if (request.kind === RequestKind.Status) this.#heldQuestions.set(request.clOrdID, request);
    else this.#refuse(request, 'the session is not logged on');
  }

  /** Hears the session no longer. What is unanswered becomes Unknown. */
  close(): void {
    for (const close of this.#closers.splice(0)) close();
    this.#options.desk.setEmergencyExit?.(this.#venue, undefined);
    this.#onLogout();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // The core is still at work when it tells of a request: it goes out when the core is done.
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.pump();
    });
  }

  #adopt(order: RecoveredOrder): void {
    const instrument = this.#bySymbol.get(order.symbol);
    if (instrument === undefined) return;
    this.#known.set(order.clOrdID, {
      ...{ instrument, side: order.side === 'BUY' ? 1 : 2, orderID: undefined },
      ...{ clOrdID: order.clOrdID, ids: [order.clOrdID] },
    });
  }

  #send(request: ConnectorRequest): void {
    const instrument = this.#instruments.get(request.instrument);
    if (instrument === undefined) {
      this.#refuse(request, `instrument ${request.instrument} is not traded here`);
      return;
    }
    const order = this.#known.get(request.origClOrdID) ?? this.#known.get(request.clOrdID);
    const now = this.#options.now ?? Date.now;
    const account = this.#options.accountOf?.(request.account);
    if (!this.#accounts.has(request.account)) {
      this.#accounts.add(request.account);
      this.#exit.setAccount(request.account, accountText(account));
    }
    const written = writeRequest(request, {
      ...{ dialect: this.#dialect, instrument, timeMs: now(), account },
      orderID: order?.orderID,
      timeDigits: this.#timeDigits,
    });
    if ('refusal' in written) {
      this.#refuse(request, written.refusal);
      return;
    }
    this.#remember(request, instrument, order);
    try {
      this.#options.session.send(written.msgType, written.fields);
    } catch (error) {
      // The queue to the session is full: nothing has left.
      this.#refuse(request, error instanceof Error ? error.message : String(error));
    }
  }

  #remember(
    request: ConnectorRequest,
    instrument: FixInstrument,
    order: KnownOrder | undefined,
  ): void {
    if (request.kind === RequestKind.Status) return;
    this.#unanswered.set(request.clOrdID, request);
    if (order === undefined) {
      const { clOrdID, origClOrdID, side } = request;
      // Of a cancel or replace: an order of an earlier run.
      const first = request.kind === RequestKind.New ? clOrdID : origClOrdID;
      const ids = first === clOrdID ? [clOrdID] : [first, clOrdID];
      const known = { instrument, side, orderID: undefined, clOrdID: first, ids };
      for (const id of ids) this.#known.set(id, known);
    } else {
      order.ids.push(request.clOrdID);
      this.#known.set(request.clOrdID, order);
    }
  }

  /** Tells the core that a request has had no effect and will have none. */
  #refuse(request: ConnectorRequest, why: string, reason: Reason = Reason.BrokerOption): void {
    this.#problem(`request ${request.clOrdID} was not carried out: ${why}`);
    this.#answered(request.clOrdID);
    if (request.kind === RequestKind.New) {
      this.#forget(request.clOrdID);
      this.#options.desk.report({
        ...{ clOrdID: request.clOrdID, instrument: request.instrument, venue: request.venue },
        ...{ execType: ExecType.Rejected, ordStatus: OrdStatus.Rejected, side: request.side },
        reason,
      });
    } else if (request.kind !== RequestKind.Status) {
      this.#options.desk.absent(request.clOrdID);
    }
  }

  #problem(what: string): void {
    this.#options.onProblem?.(what);
  }

  #onEvents(events: readonly FixEvent[]): void {
    for (const event of events) {
      switch (event.kind) {
        case 'logon':
          // The session may have been logged on before this one heard of it.
          if (!this.#isLoggedOn) this.#onLogon();
          break;
        case 'logout':
          this.#onLogout();
          break;
        case 'message':
          this.#onMessage(event.message);
          break;
        case 'rejected':
          this.#onRejected(event.message);
          break;
        case 'refused':
          this.#onRefused(event.msgType, event.body, event.reason);
          break;
        default:
          break;
      }
    }
    this.pump();
  }

  /** Executions that the core has already are applied once: by their ExecID. */
  #onCopies(events: readonly FixEvent[]): void {
    for (const event of events) {
      if (event.kind === 'message') this.#onMessage(event.message);
    }
    this.pump();
  }

  #onLogon(): void {
    this.#isLoggedOn = true;
    for (const request of this.#heldCancels.values()) this.#send(request);
    this.#heldCancels.clear();
    const questions = [...this.#heldQuestions.values()];
    this.#heldQuestions.clear();
    for (const question of questions) this.#send(question);
    const isAsked = new Set(questions.map(({ clOrdID }) => clOrdID));
    if (!this.#dialect.canAskStatus) return;
    for (const order of new Set(this.#known.values())) {
      if (!order.ids.some((id) => isAsked.has(id))) this.#ask(order);
    }
  }

  #ask({ clOrdID, instrument, side }: KnownOrder): void {
    this.#send({
      ...{ kind: RequestKind.Status, clOrdID, origClOrdID: clOrdID, instrument: instrument.id },
      ...{ account: 0, strategy: 0, venue: this.#venue, side, ordType: 0, timeInForce: 0 },
      ...{ flags: 0, orderQty: 0, price: 0, stopPx: 0, displayQty: 0, expireTimeMs: 0 },
    });
  }

  #onLogout(): void {
    this.#isLoggedOn = false;
    const requests = [...this.#unanswered];
    this.#unanswered.clear();
    for (const [id, request] of requests) {
      this.#doubtful.set(id, request);
      this.#options.desk.ambiguous(id);
    }
  }

  #onMessage(text: string): void {
    const view = this.#view;
    try {
      view.wrap(Buffer.from(text, 'latin1'));
      const msgType = view.getString(35);
      if (msgType === '8') this.#onReport(view);
      else if (msgType === '9') this.#onCancelReject(view);
    } catch (error) {
      if (!(error instanceof HftError)) throw error;
      this.#onUnreadable(view, error);
    }
  }

  #onReport(view: FixMessageView): void {
    const clOrdID = clOrdIDOf(view.getString(11), this.#dialect.clOrdID);
    if (isUnknownOrder(view)) {
      this.#problem(`order ${clOrdID} is not known there`);
      this.#options.desk.absent(clOrdID);
      this.#answered(clOrdID);
      this.#forget(clOrdID);
      return;
    }
    const order = this.#known.get(clOrdID) ?? this.#known.get(this.#origOf(view));
    const terms = this.#termsOf(view, order);
    if (terms === undefined) return;
    const report = readReport(view, terms);
    this.#answered(report.clOrdID);
    const orderID = view.getString(37);
    if (order !== undefined && report.clOrdID !== 0) {
      if (orderID !== undefined && orderID !== 'NONE') order.orderID = orderID;
      const isConfirmed =
        report.execType === ExecType.Replaced || report.execType === ExecType.OrderStatus;
      if (isConfirmed && order.ids.includes(report.clOrdID)) order.clOrdID = report.clOrdID;
    }
    this.#options.desk.report(report);
    const closed: readonly number[] = [
      ...[OrdStatus.Filled, OrdStatus.Canceled, OrdStatus.Rejected, OrdStatus.Expired],
    ];
    if (closed.includes(report.ordStatus)) this.#forget(clOrdID);
  }

  #onCancelReject(view: FixMessageView): void {
    // Without Symbol(55), and often about an order that has just ended: the request tells.
    const clOrdID = clOrdIDOf(view.getString(11), this.#dialect.clOrdID);
    const request = this.#unanswered.get(clOrdID) ?? this.#doubtful.get(clOrdID);
    const terms = this.#termsOf(view, {
      instrument:
        this.#known.get(this.#origOf(view))?.instrument ??
        this.#instruments.get(request?.instrument ?? -1),
    });
    if (terms === undefined) return;
    const report = readCancelReject(view, terms);
    this.#answered(report.clOrdID);
    this.#options.desk.report(report);
  }

  #origOf(view: FixMessageView): number {
    return clOrdIDOf(view.getString(41), this.#dialect.clOrdID);
  }

  #termsOf(
    view: FixMessageView,
    order: { readonly instrument: FixInstrument | undefined } | undefined,
  ): ReportTerms | undefined {
    const symbol = view.getString(55);
    const instrument = order?.instrument ?? this.#bySymbol.get(symbol ?? '');
    if (instrument === undefined) {
      this.#problem(`a report about ${symbol ?? 'no symbol'}, which is not traded here`);
      return undefined;
    }
    return {
      ...{ dialect: this.#dialect, instrument, venue: this.#venue },
      currencyOf: this.#options.currencyOf ?? (() => 0),
      onProblem: (what) => this.#problem(what),
    };
  }

  /** A report whose numbers the core cannot hold: what the order is, only the venue knows. */
  #onUnreadable(view: FixMessageView, error: HftError): void {
    const clOrdID = clOrdIDOf(view.getString(11), this.#dialect.clOrdID);
    this.#problem(`report about ${clOrdID}: ${error.message}`);
    if (clOrdID !== 0) this.#options.desk.ambiguous(clOrdID);
  }

  /** A Reject(3) or BusinessMessageReject(j) of the counterparty means this message of ours. */
  #onRejected(text: string): void {
    const view = this.#view.wrap(Buffer.from(text, 'latin1'));
    const request = this.#unanswered.get(clOrdIDOf(view.getString(11), this.#dialect.clOrdID));
    const msgType = view.getString(35) ?? '';
    if (request === undefined) this.#problem(`message ${msgType} was rejected`);
    else this.#refuse(request, 'the counterparty rejected it', Reason.UnsupportedOrder);
  }

  /** The session gave a message back: it has not left. */
  #onRefused(msgType: string, body: string, why: string): void {
    const view = this.#view.wrap(Buffer.from(body, 'latin1'));
    const clOrdID = clOrdIDOf(view.getString(11), this.#dialect.clOrdID);
    const request = this.#unanswered.get(clOrdID) ?? this.#doubtful.get(clOrdID);
    if (request === undefined) {
      // Questions are asked again at the next logon, for all that may be open.
      if (msgType !== 'H') this.#problem(`message ${msgType} was not sent: ${why}`);
      return;
    }
    this.#answered(clOrdID);
    if (request.kind === RequestKind.Cancel) this.handle(request);
    else this.#refuse(request, why);
  }

  #answered(clOrdID: number): void {
    this.#unanswered.delete(clOrdID);
    this.#doubtful.delete(clOrdID);
  }

  #forget(clOrdID: number): void {
    for (const id of this.#known.get(clOrdID)?.ids ?? []) this.#known.delete(id);
  }
}

function dialectOf(name: string): FixOrderDialect {
  const dialects: Readonly<Record<string, FixOrderDialect>> = FIX_ORDER_DIALECTS;
  const dialect = dialects[name];
  if (dialect !== undefined) return dialect;
  const known = Object.keys(dialects).join(', ');
  throw new HftError('HFT_ARGUMENT', `no dialect of orders is named ${name}: ${known}`);
}

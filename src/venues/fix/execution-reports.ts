import type { FixField } from './ports.js';
import {
  type Counterparty,
  isOpen,
  type ReportFacts,
  reportFields,
  type VenueOrder,
} from './venue-order.js';
import { utcText } from './version.js';

/** What may be left out of a report: the writer numbers and stamps it. */
export type ReportDetails = Omit<ReportFacts, 'execID' | 'timeMs' | 'execType'>;

/** Who gets what the writer writes. */
export interface ReportSink {
  deliver(to: Counterparty, msgType: string, fields: readonly FixField[]): void;
  /** Counterparties that get a copy of every report. */
  readonly dropCopies: readonly Counterparty[];
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Words of an OrderCancelReject(9). */
export interface CancelRefusal {
  readonly clOrdID: string;
  readonly origClOrdID: string;
  /** CxlRejResponseTo(434): 1 cancel, 2 replace. */
  readonly responseTo: '1' | '2';
  /** CxlRejReason(102): 0 too late, 1 unknown order, 2 broker option, 6 duplicate ClOrdID. */
  readonly reason: '0' | '1' | '2' | '6';
  readonly text: string;
}

/** Writes execution reports and cancel rejects, to the owner of an order and to drop copies. */
export class ExecutionReports {
  readonly #sink: ReportSink;
  #lastID: number;

  constructor(sink: ReportSink) {
    this.#sink = sink;
    // Unique for ever: another run begins later, and no run makes a thousand a millisecond. They
    // are whole numbers, as ExecID(17) is in FIX 4.0.
    this.#lastID = sink.now() * 1000;
  }

  /** A number of its own for whatever needs one. */
  nextID(): string {
    this.#lastID += 1;
    return String(this.#lastID);
  }

  /** Tells the owner what happened to its order, and drop copies the same. */
  report(order: VenueOrder, execType: string, details: ReportDetails = {}): void {
    const facts = { ...details, execType, execID: this.nextID(), timeMs: this.#sink.now() };
    const { owner } = order;
    this.#sink.deliver(owner, '8', reportFields(order, facts, owner.rules));
    for (const copy of this.#sink.dropCopies) {
      this.#sink.deliver(copy, '8', reportFields(order, facts, copy.rules));
    }
  }

  /** Answers a request for status: nothing happened, so there is no copy. */
  status(order: VenueOrder, more: readonly FixField[]): void {
    const facts = { execType: 'I', execID: this.nextID(), timeMs: this.#sink.now(), more };
    this.#sink.deliver(order.owner, '8', reportFields(order, facts, order.owner.rules));
  }

  /** A report about an order that is not in the book: refused, or unknown. */
  reportAbsent(order: VenueOrder, execType: string, details: ReportDetails): void {
    const facts = { ...details, execType, execID: this.nextID(), timeMs: this.#sink.now() };
    this.#sink.deliver(order.owner, '8', reportFields(order, facts, order.owner.rules));
  }

  /** Refuses a cancel or a replace of `order`, or of one that there is not. */
  refuseCancel(to: Counterparty, order: VenueOrder | undefined, refusal: CancelRefusal): void {
    const { rules } = to;
    const fields: FixField[] = [
      [37, order?.orderID ?? 'NONE'],
      [11, refusal.clOrdID],
    ];
    if (rules.hasOrigClOrdID) fields.push([41, refusal.origClOrdID], [39, statusOf(order)]);
    if (rules.hasCxlRejResponseTo) {
      fields.push([434, refusal.responseTo], [60, utcText(this.#sink.now(), rules.hasMillis)]);
    }
    // Reason 6 is of FIX 4.3.
    const isLate = refusal.reason === '6' && !rules.hasLateReasons;
    fields.push([102, isLate ? '2' : refusal.reason], [58, refusal.text]);
    this.#sink.deliver(to, '9', fields);
  }
}

function statusOf(order: VenueOrder | undefined): string {
  if (order === undefined) return '8';
  return order.ordStatus === '5' && isOpen(order) ? '0' : order.ordStatus;
}

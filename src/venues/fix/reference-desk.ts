import { toText } from '../../domain/scaled-text.js';
import type { ReportSink } from './execution-reports.js';
import type { FixField, VenueBook } from './ports.js';
import type { ReceivedMessage } from './received-message.js';
import type { Counterparty } from './venue-order.js';
import { utcText } from './version.js';

/** SecurityTradingStatus(326): ready to trade, unknown or invalid. */
const READY = '17';
const UNKNOWN = '20';

/** SecurityListRequest(x) to SecurityList(y), SecurityStatusRequest(e) to SecurityStatus(f). */
export class ReferenceDesk {
  readonly #books: ReadonlyMap<string, VenueBook>;
  readonly #sink: ReportSink;

  constructor(books: ReadonlyMap<string, VenueBook>, sink: ReportSink) {
    this.#books = books;
    this.#sink = sink;
  }

  list(from: Counterparty, message: ReceivedMessage): void {
    const requestID = message.get(320) ?? '';
    const kind = message.get(559);
    const symbol = message.get(55) ?? '';
    const isOne = kind === '0';
    const books = [...this.#books.values()].filter((book) => !isOne || book.symbol === symbol);
    // SecurityRequestResult(560): valid, invalid or unsupported, no instruments found.
    const found = books.length > 0 ? '0' : '2';
    const result = isOne || kind === '4' ? found : '1';
    const fields: FixField[] = [
      [320, requestID],
      [322, `L-${requestID}`],
      [560, result],
    ];
    if (result === '0') {
      fields.push([393, String(books.length)], [146, String(books.length)]);
      for (const book of books) fields.push(...termsOf(book, from));
    }
    this.#sink.deliver(from, 'y', fields);
  }

  status(from: Counterparty, message: ReceivedMessage): void {
    const symbol = message.get(55) ?? '';
    this.#sink.deliver(from, 'f', [
      [324, message.get(324) ?? ''],
      [55, symbol],
      [326, this.#books.has(symbol) ? READY : UNKNOWN],
      [60, utcText(this.#sink.now(), from.rules.hasMillis)],
    ]);
  }
}

function termsOf(book: VenueBook, to: Counterparty): FixField[] {
  const fields: FixField[] = [[55, book.symbol]];
  if (to.rules.isFive) fields.push([969, toText(1, book.priceDecimals)]);
  fields.push([561, toText(1, book.qtyDecimals)]);
  return fields;
}

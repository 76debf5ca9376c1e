// A venue behind a socket of loopback, and the connector of a session to it.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ConnectorReport, ConnectorRequest } from '../../../../src/addon/trading-core.js';
import { ExecType } from '../../../../src/domain/orders.js';
import type { ConnectorDesk } from '../../../../src/orders/connector-desk.js';
import type { RealTimeOrderManager } from '../../../../src/orders/real-time-order-manager.js';

/** A request of the connector's own: what became of the last one? */
const STATUS = 4;
const IOC = 3;
const NEW = 2;
const PARTIALLY_FILLED = 3;
const FILLED = 4;
const CANCELED = 8;
const REJECTED = 12;

interface VenueOrder {
  clOrdID: number;
  cumQty: number;
  readonly request: ConnectorRequest;
}

/**
 * Answers each request with lines of JSON and an empty one: it acknowledges, rejects, fills before
 * it acknowledges, tells an execution twice, cancels by itself, speaks of orders that nobody knows,
 * and now and then hangs up instead of answering.
 */
class FaultyVenue {
  readonly #server: Server;
  readonly #orders = new Map<number, VenueOrder>();
  /** What it would have answered when it hung up. */
  readonly #lost: ConnectorReport[] = [];
  #requests = 0;
  #execID = 0;

  constructor() {
    this.#server = createServer((socket) => {
      createInterface({ input: socket }).on('line', (line) => this.#answer(socket, line));
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  close(): void {
    this.#server.close();
  }

  #answer(socket: Socket, line: string): void {
    const request = JSON.parse(line) as ConnectorRequest;
    this.#requests += 1;
    const isEnquiry = request.kind === STATUS;
    const reports = isEnquiry ? this.#lost.splice(0) : this.#change(request);
    if (!isEnquiry && this.#requests % 23 === 0) {
      this.#lost.push(...reports);
      socket.destroy();
      return;
    }
    socket.write(`${reports.map((report) => `${JSON.stringify(report)}\n`).join('')}\n`);
  }

  #enter(request: ConnectorRequest): ConnectorReport[] {
    const count = this.#requests;
    if (count % 7 === 0) return [this.#report(request, ExecType.Rejected, REJECTED)];
    const order = { clOrdID: request.clOrdID, cumQty: 0, request };
    this.#orders.set(request.clOrdID, order);
    const accepted = this.#report(request, ExecType.New, NEW);
    if (request.timeInForce === IOC) return [accepted, this.#fill(order, request.orderQty)];
    if (count % 5 === 0) {
      const fill = this.#fill(order, Math.ceil(request.orderQty / 3));
      return count % 10 === 0 ? [fill, accepted] : [accepted, fill, fill];
    }
    if (count % 11 === 0) {
      this.#orders.delete(request.clOrdID);
      return [
        accepted,
        { ...this.#report(request, ExecType.Canceled, CANCELED), isUnsolicited: 1 },
      ];
    }
    const stranger = { ...accepted, clOrdID: 4_000_000 + count };
    return count % 13 === 0 ? [accepted, stranger] : [accepted];
  }

  /** Cancels and replaces; what is gone can't be changed. */
  #change(request: ConnectorRequest): ConnectorReport[] {
    if (request.kind === 0) return this.#enter(request);
    const order = this.#orders.get(request.origClOrdID);
    const names = { clOrdID: request.clOrdID, origClOrdID: request.origClOrdID };
    if (order === undefined || this.#requests % 9 === 0) {
      const refused = this.#report(request, ExecType.Rejected, REJECTED);
      return [{ ...refused, ...names, isCancelReject: 1 }];
    }
    this.#orders.delete(request.origClOrdID);
    const { cumQty } = order;
    if (request.kind === 1) {
      return [{ ...this.#report(request, ExecType.Canceled, CANCELED), ...names, cumQty }];
    }
    this.#orders.set(request.clOrdID, { clOrdID: request.clOrdID, cumQty, request });
    const status = cumQty > 0 ? PARTIALLY_FILLED : NEW;
    const leavesQty = request.orderQty - cumQty;
    return [{ ...this.#report(request, ExecType.Replaced, status), ...names, cumQty, leavesQty }];
  }

  #fill(order: VenueOrder, lastQty: number): ConnectorReport {
    order.cumQty += lastQty;
    const { request, cumQty } = order;
    const leavesQty = request.orderQty - cumQty;
    const status = leavesQty === 0 ? FILLED : PARTIALLY_FILLED;
    const told = this.#report(request, ExecType.Trade, status);
    return {
      ...told,
      lastQty,
      lastPx: request.price,
      cumQty,
      leavesQty,
      liquidity: 1,
      fee: 12_345,
    };
  }

  #report(request: ConnectorRequest, execType: number, ordStatus: number): ConnectorReport {
    this.#execID += 1;
    const isOpen = ordStatus === NEW;
    const { clOrdID, instrument, side, orderQty } = request;
    const ids = { clOrdID, orderID: clOrdID, execID: this.#execID };
    return { ...ids, instrument, side, execType, ordStatus, leavesQty: isOpen ? orderQty : 0 };
  }
}

/** The connector: requests out and reports in, when it is asked to. */
export class LoopbackDesk {
  readonly #venue = new FaultyVenue();
  #port = 0;
  #socket: Socket | undefined;
  #lines: AsyncIterator<string> | undefined;
  reports = 0;
  hangUps = 0;

  async open(): Promise<void> {
    this.#port = await this.#venue.listen();
  }

  close(): void {
    this.#socket?.destroy();
    this.#venue.close();
  }

  /** Sends what waits and takes the answers; where one is lost it asks again. */
  async exchange({ connector }: RealTimeOrderManager): Promise<void> {
    for (let next = connector.takeRequest(); next !== undefined; next = connector.takeRequest()) {
      if (await this.#ask(next, connector)) continue;
      this.hangUps += 1;
      connector.ambiguous(next.clOrdID);
      await this.#ask({ ...next, kind: STATUS }, connector);
    }
  }

  /** False where the venue hung up instead of answering. */
  async #ask(request: ConnectorRequest, connector: ConnectorDesk): Promise<boolean> {
    const socket = this.#socket ?? (await this.#connect());
    socket.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const line = await this.#lines?.next();
      if (line === undefined || line.done === true) {
        this.#socket = undefined;
        return false;
      }
      if (line.value === '') return true;
      this.reports += 1;
      connector.report(JSON.parse(line.value) as ConnectorReport);
    }
  }

  async #connect(): Promise<Socket> {
    const socket = connect(this.#port, '127.0.0.1');
    await once(socket, 'connect');
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    this.#socket = socket;
    return socket;
  }
}

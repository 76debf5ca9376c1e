import type { FillEventView, OrderEventView, OrderListener } from '../../domain/orders.js';
import type { RiskViolation } from '../../domain/risk.js';
import type { BookView, QuoteView, TradeView } from '../../domain/views.js';
import type { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import type {
  BacktestResult,
  ResultAssumptions,
  ResultData,
  ResultStrategy,
} from '../report/backtest-result.js';
import { buildResult } from './result/build-result.js';
import { FillLog } from './result/fill-log.js';
import { InstrumentRecord, type RecordedInstrument } from './result/instrument-record.js';
import { RiskLog } from './result/risk-log.js';
import { RowRecord } from './result/row-record.js';
import { SampleSeries } from './result/sample-series.js';

/** What a ResultRecorder is made of. */
export interface ResultRecorderOptions {
  readonly manager: RealTimeOrderManager;
  readonly instruments: readonly RecordedInstrument[];
  readonly mode: BacktestResult['mode'];
  readonly currency: string;
  /** In 10^-8 of the currency. */
  readonly capital: bigint;
  /** Of the market's time. */
  readonly sampleIntervalMs: number;
  /** Whether the fill models let orders trade more than was displayed or traded. */
  readonly canExceedDisplayed: boolean;
}

/** What only the owner of the run knows, for the result. */
export interface RunFacts {
  readonly title: string;
  readonly version: string;
  readonly configFile: string;
  readonly seed: number;
  readonly stateHash: string;
  readonly wallSeconds: number;
  readonly data: readonly ResultData[];
  readonly strategies: readonly ResultStrategy[];
  readonly assumptions: ResultAssumptions;
  readonly isInstant: boolean;
  readonly isFree: boolean;
}

/** Samples of the equity that are kept; with more, their distance doubles. */
const SAMPLES_MAX = 16_384;
/** The place of the present event's time. */
const NOW = 5;
/** So many instruments have a chart without being traded. */
const CHARTED_MAX = 16;

/**
 * Keeps what a run comes to, for its BacktestResult: give it the market's events before the
 * strategies get them, and subscribe it to the orders.
 *
 * Memory is flat over any length of a run: series are thinned out, fills and risk events kept up to
 * a limit. Market events allocate nothing. One currency a run.
 */
export class ResultRecorder implements OrderListener {
  readonly #options: ResultRecorderOptions;
  readonly #records: (InstrumentRecord | undefined)[] = [];
  /** By strategy, then instrument. */
  readonly #rows: (RowRecord | undefined)[][] = [];
  /** Orders that are open, with the row that they count in. */
  readonly #open = new Map<number, RowRecord>();
  readonly #equity = new SampleSeries(2, SAMPLES_MAX);
  readonly #fills = new FillLog();
  readonly #risk: RiskLog;
  /**
   * First and newest time, next sample, longest silence and where it began, time of the present
   * event: a fraction that is passed to a function may become an object.
   */
  readonly #times = new Float64Array([Number.NaN, 0, Number.NaN, 0, 0, 0]);
  #backwards = 0;
  #events = 0;

  constructor(options: ResultRecorderOptions) {
    this.#options = options;
    this.#risk = new RiskLog(options.manager.names);
    for (const instrument of options.instruments) this.addInstrument(instrument);
  }

  /** Adds an instrument that came later. */
  addInstrument(instrument: RecordedInstrument): void {
    const record = new InstrumentRecord(instrument);
    if (this.#records.length < CHARTED_MAX) record.chart();
    this.#records[instrument.id] = record;
  }

  /** Market events so far. */
  get events(): number {
    return this.#events;
  }

  /** The market's time of the first event, in milliseconds; NaN before it. */
  get startMs(): number {
    return this.#times[0] ?? Number.NaN;
  }

  onBook(book: BookView): void {
    this.#times[NOW] = book.receiveTimeMs;
    this.#arrive();
    this.#records[book.instrument.id]?.onBook(book);
  }

  onTrade(trade: TradeView): void {
    this.#times[NOW] = trade.receiveTimeMs;
    this.#arrive();
    this.#records[trade.instrument.id]?.onTrade(trade);
  }

  onQuote(quote: QuoteView): void {
    this.#times[NOW] = quote.receiveTimeMs;
    this.#arrive();
  }

  onOrder(order: OrderEventView): void {
    const { clOrdID, ordStatus } = order;
    let row = this.#open.get(clOrdID);
    if (row === undefined) {
      // What closed may be told of again, by a cancel that came too late.
      if (ordStatus !== 'PendingNew' || order.requestID !== clOrdID) return;
      row = this.#rowOf(order.strategy, order.instrumentId, order.timeMs);
      if (row === undefined) return;
      row.submitted += 1;
      this.#open.set(clOrdID, row);
      return;
    }
    if (order.isReplaced) row.replaced += 1;
    if (order.isWorking) return;
    this.#open.delete(clOrdID);
    if (ordStatus === 'Filled') row.filled += 1;
    else if (ordStatus === 'Rejected') row.rejectedByVenue += 1;
    else if (ordStatus === 'Expired') row.expired += 1;
    else row.canceled += 1;
    if (ordStatus !== 'Filled' && order.cumLots > 0) row.partiallyFilled += 1;
  }

  onFill(fill: FillEventView): void {
    const row = this.#rowOf(fill.strategy, fill.instrumentId, fill.timeMs);
    if (row === undefined) return;
    const { record } = row;
    const isBuy = fill.side === 'BUY';
    const { isMaker, lastTicks: ticks, fee } = fill;
    const signedLots = isBuy ? fill.lastLots : -fill.lastLots;
    const timeMs = fill.transactTimeMs > 0 ? fill.transactTimeMs : fill.timeMs;
    const twiceMidTicks = record.twiceMidAt(timeMs, ticks);
    row.onFill({ signedLots, ticks, twiceMidTicks, isMaker, fee });
    record.netLots += signedLots;
    if (this.#options.canExceedDisplayed) {
      record.checkVolume({ isBuy, isMaker, lots: fill.lastLots, ticks, timeMs });
    }
    this.#fills.add({
      timeMs,
      strategy: fill.strategy,
      instrument: fill.instrumentId,
      signedLots,
      ticks,
      fee,
      isMaker,
      clOrdID: fill.clOrdID,
    });
  }

  onRefused(order: OrderEventView, violation: RiskViolation | undefined): void {
    // A refused cancel or replace is of an order that has been counted.
    if (!this.#open.has(order.clOrdID)) {
      const row = this.#rowOf(order.strategy, order.instrumentId, order.timeMs);
      if (row !== undefined) {
        row.submitted += 1;
        row.refusedByRisk += 1;
      }
    }
    this.#risk.add('refused', violation, order.timeMs);
  }

  onViolation(violation: RiskViolation): void {
    this.#risk.add('breach', violation, violation.timeMs);
  }

  /** A threshold was reached: `manager.risk.onWarning` tells. */
  onWarning(violation: RiskViolation): void {
    this.#risk.add('warning', violation, this.#times[1] ?? 0);
  }

  /** The result of the run until here. Call it once, at the end. */
  finish(facts: RunFacts): BacktestResult {
    const nowMs = this.#times[1] ?? 0;
    if (!Number.isNaN(this.startMs)) this.#sample(nowMs, true);
    for (const record of this.#records) record?.finish(nowMs);
    for (const [clOrdID, row] of this.#open) {
      const order = this.#options.manager.order(clOrdID);
      if (order !== undefined && Number(order.cumQty) > 0) row.partiallyFilled += 1;
    }
    return buildResult({
      ...this.#options,
      facts,
      records: this.#records,
      rows: this.#rows,
      equity: this.#equity,
      fills: this.#fills,
      risk: this.#risk,
      events: this.#events,
      startMs: this.startMs,
      endMs: nowMs,
      backwards: this.#backwards,
      silenceMs: this.#times[3] ?? 0,
      silenceFromMs: this.#times[4] ?? 0,
    });
  }

  #arrive(): void {
    this.#events += 1;
    const times = this.#times;
    const timeMs = times[NOW] ?? 0;
    const newest = times[1] ?? 0;
    if (timeMs <= 0) return;
    if (timeMs < newest) {
      this.#backwards += 1;
      return;
    }
    if (timeMs - newest > (times[3] ?? 0) && newest > 0) {
      times[3] = timeMs - newest;
      times[4] = newest;
    }
    times[1] = timeMs;
    if (timeMs < (times[2] ?? 0)) return;
    this.#sampleUntil(timeMs);
  }

  /** Samples on the grid of the interval that the newest event has passed. */
  #sampleUntil(timeMs: number): void {
    const times = this.#times;
    const { sampleIntervalMs } = this.#options;
    if (Number.isNaN(times[0] ?? Number.NaN)) {
      times[0] = timeMs;
      times[2] = timeMs;
    }
    for (let next = times[2] ?? timeMs; next <= timeMs; next += sampleIntervalMs) {
      this.#sample(next, false);
      times[2] = next + sampleIntervalMs;
    }
  }

  #sample(timeMs: number, isLast: boolean): void {
    const series = this.#equity;
    const place = isLast ? series.last() : series.next();
    if (place >= 0) {
      const { manager, currency, capital } = this.#options;
      const { realised, unrealised, fees } = manager.totals(currency);
      series.set(0, place, timeMs);
      const profit = Number(realised) + Number(unrealised) - Number(fees);
      series.set(1, place, Number(capital) / 1e8 + profit);
    }
    for (const record of this.#records) record?.sample(timeMs, isLast);
  }

  #rowOf(strategy: number, instrumentId: number, timeMs: number): RowRecord | undefined {
    const record = this.#records[instrumentId];
    if (record === undefined) return undefined;
    let rows = this.#rows[strategy];
    if (rows === undefined) {
      rows = [];
      this.#rows[strategy] = rows;
    }
    const known = rows[instrumentId];
    if (known !== undefined) return known;
    const name = this.#options.manager.names.strategies.name(strategy);
    const row = new RowRecord(name, record);
    rows[instrumentId] = row;
    record.follow(timeMs);
    return row;
  }
}

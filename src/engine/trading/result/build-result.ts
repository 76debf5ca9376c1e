import {
  type BacktestResult,
  RESULT_SCHEMA,
  type ResultFill,
  type ResultRow,
  type ResultStrategy,
  type ResultSymbolSeries,
} from '../../report/backtest-result.js';
import { fromMoneyText, toMoneyText } from '../../report/money.js';
import type { ResultRecorderOptions, RunFacts } from '../result-recorder.js';
import type { FillLog } from './fill-log.js';
import type { InstrumentRecord } from './instrument-record.js';
import type { RiskLog } from './risk-log.js';
import { type PositionMoney, type RowRecord, sumRows } from './row-record.js';
import type { SampleSeries } from './sample-series.js';
import { warningsOf } from './warnings.js';

/** All that a run has left behind. */
export interface RunRecords extends ResultRecorderOptions {
  readonly facts: RunFacts;
  readonly records: readonly (InstrumentRecord | undefined)[];
  readonly rows: readonly (readonly (RowRecord | undefined)[] | undefined)[];
  readonly equity: SampleSeries;
  readonly fills: FillLog;
  readonly risk: RiskLog;
  readonly events: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Events whose time was before that of the event before. */
  readonly backwards: number;
  readonly silenceMs: number;
  readonly silenceFromMs: number;
}

/** Instruments above this are in the result only where they were traded. */
const LISTED_MAX = 32;

/** Makes the result of a run. */
export function buildResult(run: RunRecords): BacktestResult {
  const { facts, capital } = run;
  const rows = makeRows(run);
  const total = sumRows(rows, { strategyId: '', symbol: '' });
  const profit = fromMoneyText(total.attribution.total) ?? 0n;
  const startTime = timeText(run.startMs);
  return {
    schema: RESULT_SCHEMA,
    title: facts.title,
    mode: run.mode,
    run: {
      version: facts.version,
      configFile: facts.configFile,
      seed: facts.seed,
      stateHash: facts.stateHash,
      startTime,
      endTime: timeText(run.endMs),
      marketEvents: run.events,
      wallSeconds: facts.wallSeconds,
    },
    currency: run.currency,
    capital: toMoneyText(capital),
    finalEquity: toMoneyText(capital + profit),
    data: facts.data,
    strategies: facts.strategies,
    assumptions: facts.assumptions,
    total,
    byStrategy: facts.strategies.map(({ strategyId }) =>
      sumRows(
        rows.filter((row) => row.strategyId === strategyId),
        { strategyId, symbol: '' },
      ),
    ),
    bySymbol: listed(run).map(({ instrument: { symbol } }) =>
      sumRows(
        rows.filter((row) => row.symbol === symbol),
        { strategyId: '', symbol },
      ),
    ),
    rows,
    series: { timeMs: run.equity.values(0), equity: run.equity.values(1) },
    symbolSeries: listed(run).flatMap(seriesOf),
    fills: [...fillsOf(run)],
    fillsTotal: run.fills.total,
    riskEvents: run.risk.events,
    riskEventsTotal: run.risk.total,
    warnings: warningsOf(run, total),
  };
}

function timeText(ms: number): string {
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString();
}

/** The instruments that a report names: all of few, the traded ones of many. */
function listed(run: RunRecords): InstrumentRecord[] {
  const all = run.records.filter((record) => record !== undefined);
  if (all.length <= LISTED_MAX) return all;
  const traded = new Set(run.rows.flatMap((rows) => (rows ?? []).map((row) => row?.record)));
  return all.filter((record) => traded.has(record));
}

function makeRows({ rows, manager, currency }: RunRecords): ResultRow[] {
  const money = new Map<string, PositionMoney>();
  for (const position of manager.positions()) {
    if (position.currency !== currency) continue;
    const key = `${position.strategyId}/${position.instrumentId}`;
    const known = money.get(key) ?? { realised: 0n, unrealised: 0n };
    money.set(key, {
      realised: known.realised + toUnits(position.realisedPnl),
      unrealised: known.unrealised + toUnits(position.unrealisedPnl),
    });
  }
  const made: ResultRow[] = [];
  for (const row of rows.flatMap((of) => of ?? [])) {
    if (row === undefined) continue;
    const key = `${row.strategyId}/${row.record.instrument.id}`;
    made.push(row.row(money.get(key) ?? { realised: 0n, unrealised: 0n }));
  }
  return made;
}

/** Exact decimal text as units of 10^-8; what is finer is cut off. */
function toUnits(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return fromMoneyText(`${whole}.${fraction.slice(0, 8).padEnd(8, '0')}`) ?? 0n;
}

function seriesOf(record: InstrumentRecord): ResultSymbolSeries[] {
  const { samples } = record;
  if (samples === undefined) return [];
  const mid = samples.values(1).map((value) => (Number.isNaN(value) ? null : value));
  const { symbol } = record.instrument;
  return [{ symbol, timeMs: samples.values(0), mid, position: samples.values(2) }];
}

function* fillsOf({ fills, records, manager }: RunRecords): Generator<ResultFill> {
  for (const fill of fills.fills()) {
    const instrument = records[fill.instrument]?.instrument;
    if (instrument === undefined) continue;
    yield {
      // To the microsecond: what is finer, the sum of two numbers has brought.
      timeMs: Math.round(fill.timeMs * 1000) / 1000,
      strategyId: manager.names.strategies.name(fill.strategy),
      symbol: instrument.symbol,
      side: fill.signedLots > 0 ? 'BUY' : 'SELL',
      price: decimalText(fill.ticks, instrument.priceDecimals),
      quantity: decimalText(Math.abs(fill.signedLots), instrument.qtyDecimals),
      isMaker: fill.isMaker,
      fee: toMoneyText(BigInt(fill.fee)),
      clOrdID: fill.clOrdID,
    };
  }
}

/** A whole number of 10^-decimals as decimal text. */
function decimalText(value: number, decimals: number): string {
  if (decimals === 0) return String(value);
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0');
  const sign = value < 0 ? '-' : '';
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Strategies with what stopped them. */
export function withStops(
  strategies: readonly ResultStrategy[],
  stops: ReadonlyMap<string, string>,
): ResultStrategy[] {
  return strategies.map((strategy) => {
    const stopped = stops.get(strategy.strategyId);
    return stopped === undefined ? strategy : { ...strategy, stopped };
  });
}

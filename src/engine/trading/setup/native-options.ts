import { readFile } from 'node:fs/promises';
import type { NativeTradingOptions } from '../../../addon/trading-core.js';
import type { RealTimeConfig } from '../../../config/schema/root.js';
import { HftError } from '../../../domain/errors.js';
import type { ResultAssumptions } from '../../report/backtest-result.js';
import { toMoneyText } from '../../report/money.js';

type Simulation = RealTimeConfig['simulation'];

/** The models of a simulated exchange, for the native core and for people. */
export interface SimulationSetup {
  readonly native: NativeTradingOptions;
  readonly assumptions: ResultAssumptions;
  /** Whether orders and their answers take no time at all. */
  readonly isInstant: boolean;
  readonly isFree: boolean;
}

/** What a fill counts towards a fee tier: 30 days, as venues have it. */
const FEE_WINDOW_NS = 30 * 86_400 * 1_000_000_000;
const LEG_MAX_NS = 86_400_000_000_000n;
/** Of all instruments, alive at once; 120 bytes each. */
const SINGLE_ORDERS_MAX = 1 << 20;
const CSV_HEADER = 'time_ns,order_ns,response_ns';

/**
 * The models that `simulation` asks for, with its latency file read.
 *
 * Errors: HFT_CONFIG for a model that this data can't have; HFT_DATA_FILE, HFT_DATA_FORMAT for a
 * latency file.
 */
export async function simulationSetup(
  simulation: Simulation,
  resolvePath: (path: string) => string,
): Promise<SimulationSetup> {
  const { queue, fills, fees, seed } = simulation;
  const latency = await latencyOf(simulation, resolvePath);
  const tiers =
    fees.tiers.length > 0 ? fees.tiers : [{ volume: 0n, maker: fees.maker, taker: fees.taker }];
  const rows = tiers.flatMap(({ volume, maker, taker }) => [volume, BigInt(maker), BigInt(taker)]);
  return {
    native: {
      simulationSeed: seed,
      ...latency.native,
      queueModel: { risk_averse: 0, power: 1, logarithm: 2, identity: 3, fifo: 4 }[queue.model],
      ...(queue.model === 'fifo' ? { singleOrdersMax: SINGLE_ORDERS_MAX } : {}),
      queuePowerThousandths: Math.round(queue.power * 1000),
      fillModel: fills.resting === 'partial' ? 0 : 1,
      impactModel: fills.taken === 'none' ? 0 : 1,
      feePerUnit: Number(fees.per_unit),
      feeTiers: BigInt64Array.from(rows),
      feeWindowNs: tiers.length > 1 ? FEE_WINDOW_NS : 0,
    },
    assumptions: {
      latency: latency.text,
      queue: queueText(queue),
      fills: fillText(fills),
      fees: feeText(fees, tiers),
    },
    isInstant: latency.isInstant,
    isFree: fees.per_unit === 0n && tiers.every(({ maker, taker }) => maker === 0 && taker === 0),
  };
}

interface Latency {
  readonly native: NativeTradingOptions;
  readonly text: string;
  readonly isInstant: boolean;
}

async function latencyOf(
  { latency }: Simulation,
  resolvePath: (path: string) => string,
): Promise<Latency> {
  const { model, order, response } = latency;
  if (model === 'constant') {
    const isInstant = order === 0 && response === 0;
    return {
      native: { latencyModel: 0, orderLatencyNs: order, responseLatencyNs: response },
      text: isInstant
        ? 'None: orders reach the exchange, and their answers us, in no time.'
        : `Constant: an order takes ${spanText(order)} to the exchange, its answer ` +
          `${spanText(response)} back.`,
      isInstant,
    };
  }
  const rows: bigint[] = [];
  if (latency.file !== undefined) rows.push(...(await readRows(resolvePath(latency.file))));
  if (model === 'distribution') {
    for (const sample of latency.samples) {
      rows.push(BigInt(rows.length), BigInt(sample.order), BigInt(sample.response));
    }
  }
  const count = rows.length / 3;
  const [orders = [], responses = []] = [1, 2].map((leg) =>
    rows
      .filter((_, index) => index % 3 === leg)
      .map(Number)
      .sort((a, b) => a - b),
  );
  const legs = `orders ${spreadText(orders)}, answers ${spreadText(responses)}`;
  return {
    native: {
      latencyModel: model === 'distribution' ? 1 : 2,
      latencyRows: BigInt64Array.from(rows),
    },
    text:
      model === 'distribution'
        ? `Drawn from ${count} samples, each leg by itself: ${legs}.`
        : `As measured at ${count} moments, in between interpolated: ${legs}.`,
    isInstant: rows.every((value, index) => index % 3 === 0 || value === 0n),
  };
}

/** Rows of a latency file. Errors name the line. */
async function readRows(path: string): Promise<bigint[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot read ${path}: ${reason}`, { cause: error });
  }
  const rows: bigint[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const isHeader = index === 0 && line.trim() === CSV_HEADER;
    if (isHeader || line.trim() === '') continue;
    const match = /^\s*(\d{1,19})\s*,\s*(\d{1,14})\s*,\s*(\d{1,14})\s*$/.exec(line);
    const values = match?.slice(1).map(BigInt) ?? [];
    const [time = 0n, order = 0n, response = 0n] = values;
    const isRow = match !== null && order <= LEG_MAX_NS && response <= LEG_MAX_NS;
    if (!isRow || (rows.length > 0 && time <= (rows.at(-3) ?? 0n))) {
      throw new HftError(
        'HFT_DATA_FORMAT',
        `${path}:${index + 1}: expected ${CSV_HEADER} in whole nanoseconds, later than the line ` +
          `before and at most a day, found ${JSON.stringify(line.slice(0, 80))}`,
      );
    }
    rows.push(time, order, response);
  }
  if (rows.length === 0) throw new HftError('HFT_DATA_FORMAT', `${path} has no row`);
  return rows;
}

function queueText({ model, power }: Simulation['queue']): string {
  switch (model) {
    case 'risk_averse':
      return 'Risk-averse: only trades move an order forward; what is canceled was behind it.';
    case 'power':
      return `Power (${power}): a cancel is behind us the likelier, the longer the queue there is.`;
    case 'logarithm':
      return 'Logarithm: a cancel is behind us by the logarithms of the queues before and behind.';
    case 'fifo':
      return 'Exact: first in, first out among the single orders of the data.';
    default:
      return 'Identity: cancels come evenly from the whole queue.';
  }
}

function fillText({ resting, taken }: Simulation['fills']): string {
  const first =
    resting === 'partial'
      ? 'A trade fills a resting order by what it exceeds the queue before it by'
      : 'A trade that reaches a resting order fills all of it';
  const second =
    taken === 'consume'
      ? 'what we take is gone until the data changes that level.'
      : 'what we take is there again for the next order.';
  return `${first}; ${second}`;
}

function feeText(fees: Simulation['fees'], tiers: Simulation['fees']['tiers']): string {
  const [first] = tiers;
  const side = (rate: number) =>
    rate < 0 ? `get ${percentText(-rate)}` : `pay ${percentText(rate)}`;
  const perUnit = fees.per_unit === 0n ? '' : `, and ${toMoneyText(fees.per_unit)} a unit`;
  const isFree = tiers.every(({ maker, taker }) => maker === 0 && taker === 0);
  if (isFree) return perUnit === '' ? 'None.' : `${toMoneyText(fees.per_unit)} a unit.`;
  const rates =
    `Resting orders ${side(first?.maker ?? 0)} of the value, taking orders ` +
    `${side(first?.taker ?? 0)}${perUnit}`;
  return tiers.length === 1
    ? `${rates}.`
    : `${rates}; from there ${tiers.length - 1} more tiers by the value of the last 30 days.`;
}

/** A share in 10^-8 as a percentage, exactly. */
function percentText(rate: number): string {
  return `${toMoneyText(BigInt(rate) * 100n)}%`;
}

/** Nanoseconds for people. */
function spanText(ns: number): string {
  const units = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'us'],
  ] as const;
  for (const [size, unit] of units) {
    if (ns >= size) return `${Number((ns / size).toPrecision(4))} ${unit}`;
  }
  return `${ns} ns`;
}

function spreadText(sorted: readonly number[]): string {
  const at = (share: number) => spanText(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `${at(0)} to ${at(1)}, median ${at(0.5)}`;
}

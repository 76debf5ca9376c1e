import { loadAddon } from '../../addon/addon.js';
import {
  LIMIT_UNITS,
  type LimitUnit,
  limitFactor,
  type RiskScope,
  type ViolationType,
  violationName,
} from '../../domain/risk.js';
import type { Strategy } from '../../domain/strategy.js';
import { recordingPath } from '../../orders/run-files.js';
import type { NamedTable } from '../../risk/scope-names.js';
import type { RecordField } from '../../storage/journal/decode-record.js';
import {
  type DescribedBook,
  type DescribedEvent,
  describeBook,
  describeEvent,
} from './describe-difference.js';
import { JournalWords, timeText } from './journal-words.js';
import { type ChainRequest, findOrder, type OrderChain } from './order-chain.js';
import { repeatRun } from './repeat-run.js';
import { type RunManifest, readManifest } from './run-manifest.js';

/** How an order is looked into. */
export interface WhyOptions {
  /** Strategies in place of those of the manifest, by strategyId. */
  readonly makeStrategies?: (manifest: RunManifest) => ReadonlyMap<string, Strategy>;
}

/** One limit that an order was held against. */
export interface WhyCheck {
  readonly type: string;
  readonly scope: string;
  /** Whose: the name of an account, a strategy or a symbol; '' of all. */
  readonly name: string;
  readonly holds: boolean;
  /** In `unit`; null for what has no figure, as a halt. */
  readonly limit: number | null;
  readonly observed: number | null;
  /** What was left below the limit before the order. */
  readonly headroom: number | null;
  readonly unit: LimitUnit | '';
}

/** A step on the way of an order. */
export interface WhyHop {
  readonly hop: 'received' | 'handled' | 'decided' | 'risk-checked' | 'journaled' | 'acknowledged';
  readonly time: string;
  /** Since the step before that was stamped; null at the first. */
  readonly nanoseconds: number | null;
}

/** What the journal has of an order's later life. */
export interface WhyStep {
  readonly sequence: string;
  readonly time: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, RecordField>>;
}

/** Why an order was what it was. */
export interface WhyOrder {
  readonly journal: string;
  readonly run: number;
  readonly clOrdID: string;
  readonly clientOrderId: string | null;
  /** Every ClOrdID of the order. */
  readonly chain: readonly string[];
  readonly kind: 'new' | 'cancel' | 'replace';
  /** `refused` never left. `unanswered`: it left, and the journal has no answer. */
  readonly outcome: 'answered' | 'refused' | 'unanswered';
  readonly strategy: string;
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: string;
  readonly decidedOn: {
    /** The event that was being handled; null where it is not recorded. */
    readonly event: DescribedEvent | null;
    readonly book: DescribedBook | null;
    readonly bid: string | null;
    readonly ask: string | null;
    readonly signals: Readonly<Record<string, number>>;
    /** Why event and book are not there; ''. */
    readonly reason: string;
  };
  readonly risk: {
    /** The limit that refused it; null where none did. */
    readonly refusedBy: WhyCheck | null;
    /** Every limit that it was held against, from a replay up to it; null where that can't be. */
    readonly checks: readonly WhyCheck[] | null;
    readonly reason: string;
  };
  readonly hops: readonly WhyHop[];
  readonly history: readonly WhyStep[];
}

const KINDS = ['new', 'cancel', 'replace'] as const;
const SCOPES: readonly (readonly [scope: string, table: NamedTable | ''])[] = [
  ['global', ''],
  ['account', 'account'],
  ['strategy', 'strategy'],
  ['symbol', 'symbol'],
  ['venue', 'venue'],
];
const NO_PRICE = -(2n ** 63n);
/** RiskDecision::check of what was refused for another reason than risk. */
const REFUSED_OTHERWISE = 0x100;

/**
 * What an order was decided on, from the journal in `journalPath`: by its ClOrdID or clientOrderId,
 * also of one that was refused, never sent, or sent before a crash.
 *
 * Errors: HFT_DATA_FILE where there is no journal or no such order.
 */
export async function whyOrder(
  journalPath: string,
  order: string,
  options: WhyOptions = {},
): Promise<WhyOrder> {
  const chain = findOrder(journalPath, order);
  const words = new JournalWords(journalPath);
  const { asked } = chain;
  const isRefused = asked.name === 'riskDecision';
  const field = (name: string): bigint =>
    BigInt(asked.fields[isRefused ? `request.${name}` : name] ?? 0);
  const instrument = Number(field('instrument'));
  const { checks, reason } = await explain(journalPath, asked, words, options);
  const isAnswered = chain.records.some(
    ({ name, fields }) => name === 'executionReport' && fields['clOrdID'] === field('clOrdID'),
  );
  return {
    journal: journalPath,
    run: asked.run,
    clOrdID: field('clOrdID').toString(),
    clientOrderId: chain.clientOrderId ?? null,
    chain: chain.ids.map(String),
    kind: KINDS[Number(field('kind'))] ?? 'new',
    outcome: isRefused ? 'refused' : isAnswered ? 'answered' : 'unanswered',
    strategy: words.name('strategy', Number(field('strategy'))),
    account: words.name('account', Number(field('account'))),
    venue: words.name('venue', Number(field('venue'))),
    symbol: words.name('symbol', instrument),
    side: field('side') === 2n ? 'SELL' : 'BUY',
    quantity: words.quantity(instrument, field('orderQty')),
    price: words.price(instrument, field('price')),
    decidedOn: decidedOn(journalPath, asked, instrument, words),
    risk: { refusedBy: refusalOf(asked, words), checks, reason },
    hops: hopsOf(chain),
    history: chain.records.map(({ sequence, realtime, name, fields }) => ({
      sequence: sequence.toString(),
      time: timeText(realtime),
      name,
      fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== NO_PRICE)),
    })),
  };
}

function decidedOn(
  journalPath: string,
  asked: ChainRequest,
  instrument: number,
  words: JournalWords,
): WhyOrder['decidedOn'] {
  const number = Number(asked.fields['trail.event'] ?? 0n);
  const recorded = loadAddon().recordedEvent(
    recordingPath(journalPath),
    asked.run,
    number,
    instrument,
  );
  const touch = (name: string): string | null => {
    const ticks = BigInt(asked.fields[name] ?? NO_PRICE);
    return ticks === NO_PRICE ? null : words.price(instrument, ticks);
  };
  const first = recorded.firstEvent;
  const missing =
    first === undefined
      ? 'the market events of the run are not recorded, or no longer kept'
      : `event ${number} is no longer kept: the first one that is has number ${first}`;
  return {
    event: recorded.event === undefined ? null : describeEvent(recorded.event, words),
    book: recorded.book === undefined ? null : describeBook(recorded.book, words),
    bid: touch('trail.bid'),
    ask: touch('trail.ask'),
    signals: asked.signals,
    reason: recorded.event !== undefined || number === 0 ? '' : missing,
  };
}

/** Every limit, by running the session again up to the order. */
async function explain(
  journalPath: string,
  asked: ChainRequest,
  words: JournalWords,
  { makeStrategies }: WhyOptions,
): Promise<{ readonly checks: readonly WhyCheck[] | null; readonly reason: string }> {
  if (asked.name === 'orderRequest' && asked.fields['kind'] === 1) {
    return { checks: [], reason: 'a cancel is held against no limit' };
  }
  const id = Number(asked.fields['clOrdID'] ?? 0n);
  try {
    const manifest = readManifest(journalPath, asked.run);
    const { checks, ended } = await repeatRun({
      journalPath,
      manifest,
      ...(makeStrategies === undefined ? {} : { strategies: makeStrategies(manifest) }),
      explain: id,
    });
    if (checks.length > 0) return { checks: checks.map((one) => checkOf(one, words)), reason: '' };
    return { checks: null, reason: `a replay of the run did not come to it: ${ended}` };
  } catch (error) {
    return { checks: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

function checkOf(row: readonly number[], words: JournalWords): WhyCheck {
  const [type = 0, scope = 0, scopeId = 0, holds = 0, limit = 0, observed = 0, headroom = 0] = row;
  const [scopeName, table] = SCOPES[scope as RiskScope] ?? ['global', ''];
  const unit = LIMIT_UNITS[type as ViolationType];
  const factor = limitFactor(type as ViolationType);
  const figure = (value: number): number | null => (unit === undefined ? null : value / factor);
  return {
    type: violationName(type),
    scope: scopeName,
    name: table === '' ? '' : words.name(table, scopeId),
    holds: holds === 1,
    limit: figure(limit),
    observed: figure(observed),
    headroom: figure(headroom),
    unit: unit ?? '',
  };
}

function refusalOf({ name, fields }: ChainRequest, words: JournalWords): WhyCheck | null {
  const check = Number(fields['check'] ?? 0);
  if (name !== 'riskDecision' || check >= REFUSED_OTHERWISE) return null;
  const figure = (field: string): number => Number(fields[field] ?? 0);
  return checkOf(
    [
      check,
      figure('scope'),
      figure('scopeId'),
      0,
      figure('limit'),
      figure('observed'),
      figure('headroom'),
    ],
    words,
  );
}

function hopsOf({ asked, records }: OrderChain): WhyHop[] {
  const { fields } = asked;
  const stamp = (name: string): bigint => BigInt(fields[name] ?? 0n);
  const decided = stamp('trail.decidedTime');
  const decidedMonotonic = stamp('trail.decidedMonotonic');
  const answer = records.find(
    (record) => record.name === 'executionReport' && record.fields['clOrdID'] === fields['clOrdID'],
  );
  const since = (monotonic: bigint): bigint =>
    decidedMonotonic === 0n ? 0n : decided + monotonic - decidedMonotonic;
  const stamps: [WhyHop['hop'], bigint][] = [
    ['received', stamp('trail.marketTime')],
    ['handled', stamp('trail.handledTime')],
    ['decided', decided],
    ['risk-checked', stamp('trail.checkedTime')],
    ['journaled', since(asked.monotonic)],
    ['acknowledged', answer === undefined ? 0n : since(answer.monotonic)],
  ];
  let before: bigint | undefined;
  return stamps
    .filter(([, time]) => time > 0n)
    .map(([hop, time]) => {
      const nanoseconds = before === undefined ? null : Number(time - before);
      before = time;
      return { hop, time: timeText(time), nanoseconds };
    });
}

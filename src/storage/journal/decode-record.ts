/** The value of a field: whole numbers as bigint where they may pass 2^53. */
export type RecordField = number | bigint | string;

type Width = 'u8' | 'u16' | 'u32' | 'u64' | 'i64' | 'hash' | 'gap8' | 'gap16';
type Layout = readonly (readonly [name: string, width: Width])[];

interface RecordLayout {
  readonly name: string;
  readonly fields: Layout;
}

/** Fields of consecutive widths, written `name:width`. */
function layout(name: string, text: string): RecordLayout {
  const fields = text.split(/\s+/).map((field) => field.split(':') as [string, Width]);
  return { name, fields };
}

/** The payloads by record kind, as `native/event/journal_records.hpp` lays them out. */
const LAYOUTS: Readonly<Record<number, RecordLayout>> = {
  1: layout('sessionStart', 'run:u64 randomSeed:u64 startTime:i64 configHash:u64'),
  2: layout(
    'orderRequest',
    `clOrdID:u64 origClOrdID:u64 instrument:u32 account:u16 strategy:u16 venue:u16 flags:u16 kind:u8
     side:u8 ordType:u8 timeInForce:u8 selfTrade:u8 priority:u8 -:gap16 owner:u32 orderQty:i64
     price:i64 stopPx:i64 trailOffset:i64 limitOffset:i64 displayQty:i64 minQty:i64 expireTime:i64
     bookSequence:u64`,
  ),
  3: layout(
    'executionReport',
    `clOrdID:u64 origClOrdID:u64 orderID:u64 execID:u64 execRefID:u64 instrument:u32 venue:u16
     feeCurrency:u16 execType:u8 ordStatus:u8 side:u8 liquidity:u8 reason:u8 isCancelReject:u8
     isUnsolicited:u8 -:gap8 lastQty:i64 lastPx:i64 cumQty:i64 leavesQty:i64 fee:i64
     transactTime:i64 receiveTime:i64`,
  ),
  4: layout(
    'riskDecision',
    `clOrdID:u64 check:u16 scope:u8 isAccepted:u8 scopeId:u32 limit:i64 observed:i64 headroom:i64`,
  ),
  5: layout(
    'limitChange',
    'check:u16 scope:u8 action:u8 scopeId:u32 before:i64 after:i64 warningBps:i64 window:i64',
  ),
  6: layout('killSwitch', 'isThrown:u8 scope:u8 source:u16 scopeId:u32'),
  7: layout('timer', 'timer:u64 dueTime:i64'),
  8: layout('marketReference', 'firstSequence:u64 lastSequence:u64 stateHash:u64'),
  9: layout('snapshot', 'sequence:u64 sizeBytes:u64 sha256:hash'),
  11: layout('recovered', 'lastSequence:u64 tornBytes:u64 recordsMissing:u64'),
  12: layout('orderList', 'kind:u8 legCount:u8'),
  13: layout('trailMove', 'clOrdID:u64 anchor:i64'),
  14: layout('latch', 'kind:u8 scope:u8 value:u8 spare:u8 scopeId:u32'),
  16: layout('market', 'firstSequence:u64 baseTime:i64 count:u32 isKey:u32'),
  17: layout(
    'equityMark',
    'scope:u8 -:gap8 -:gap16 scopeId:u32 baselineLow:u64 baselineHigh:i64 peakLow:u64 peakHigh:i64',
  ),
  18: layout('positionMark', 'instrument:u32 -:gap16 -:gap16 price:i64'),
  19: layout('input', 'kind:u8 -:gap8 -:gap16 -:gap16 -:gap16 event:u64 point:u64 time:i64'),
  20: layout('name', 'table:u8 priceDecimals:u8 qtyDecimals:u8 -:gap8 id:u32'),
  21: layout('signals', 'strategy:u16 count:u16'),
  22: layout('signalName', 'strategy:u16 index:u16'),
};
const STRATEGY_NOTE = 10;
const CONFIG_CHANGE = 15;
const ORDER_REQUEST = 2;
const RISK_DECISION = 4;
const ORDER_LIST = 12;
const INPUT = 19;
const NAME = 20;
const SIGNALS = 21;
const SIGNAL_NAME = 22;
/** Where text or values begin behind the fixed part of a record. */
const REST_AT: Readonly<Record<number, number>> = {
  [INPUT]: 32,
  [NAME]: 8,
  [SIGNALS]: 8,
  [SIGNAL_NAME]: 8,
};
/** Of inputs: a request whose bytes follow, a call that follows as JSON. */
const INPUT_REQUEST = 4;
const INPUT_CALL = 5;
/** Where the request of a refusal begins. */
const REFUSED_AT = 64;
/** An order request with its padding: `native/order/order_request.hpp`. */
const REQUEST_BYTES = 128;
/** Where the legs of an order list begin. */
const LEGS_AT = 64;

/** What a request was decided on, behind the request. */
const TRAIL = layout(
  'decisionTrail',
  `marketTime:i64 marketSequence:u64 bid:i64 ask:i64 worstPrice:i64 warnings:u64 decidedTime:i64
   checkedTime:i64`,
);
/** More of it, in newer journals. */
const TRAIL_REST = layout('decisionTrail', 'event:u64 handledTime:i64 decidedMonotonic:i64');
const TRAIL_BYTES = 64;

const SIZES = { u8: 1, u16: 2, u32: 4, u64: 8, i64: 8, hash: 32, gap8: 1, gap16: 2 } as const;

/** A record as people read it. */
export interface DecodedRecord {
  readonly name: string;
  readonly fields: Readonly<Record<string, RecordField>>;
}

function sizeOf(known: RecordLayout): number {
  return known.fields.reduce((sum, [, width]) => sum + SIZES[width], 0);
}

function readFields(
  known: RecordLayout,
  view: DataView,
  start: number,
  prefix: string,
): Record<string, RecordField> {
  const fields: Record<string, RecordField> = {};
  let at = start;
  for (const [name, width] of known.fields) {
    if (name !== '-') fields[`${prefix}${name}`] = readField(view, at, width);
    at += SIZES[width];
  }
  return fields;
}

/** The name and fields of a record; a payload that is too short is given as hex. */
export function decodeRecord(kind: number, payload: Uint8Array): DecodedRecord {
  if (kind === STRATEGY_NOTE || kind === CONFIG_CHANGE) {
    const name = kind === STRATEGY_NOTE ? 'strategyNote' : 'configChange';
    return { name, fields: { text: Buffer.from(payload).toString('utf8') } };
  }
  const known = LAYOUTS[kind];
  if (known === undefined || payload.length < sizeOf(known)) {
    const name = known?.name ?? `kind${kind}`;
    return { name, fields: { payload: Buffer.from(payload).toString('hex') } };
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const fields = readFields(known, view, 0, '');
  if (kind === ORDER_REQUEST) Object.assign(fields, readTrail(view, REQUEST_BYTES));
  if (kind === RISK_DECISION) Object.assign(fields, readRefused(view));
  if (REST_AT[kind] !== undefined) Object.assign(fields, readRest(kind, payload, view));
  if (kind === ORDER_LIST) Object.assign(fields, readLegs(view));
  return { name: known.name, fields };
}

function readTrail(view: DataView, at: number): Record<string, RecordField> {
  if (view.byteLength < at + TRAIL_BYTES) return {};
  const fields = readFields(TRAIL, view, at, 'trail.');
  if (view.byteLength < at + 2 * TRAIL_BYTES) return fields;
  return { ...fields, ...readFields(TRAIL_REST, view, at + TRAIL_BYTES, 'trail.') };
}

/** The request that was refused, and what it was decided on. */
function readRefused(view: DataView): Record<string, RecordField> {
  const request = LAYOUTS[ORDER_REQUEST];
  if (request === undefined || view.byteLength < REFUSED_AT + REQUEST_BYTES) return {};
  return {
    ...readFields(request, view, REFUSED_AT, 'request.'),
    ...readTrail(view, REFUSED_AT + REQUEST_BYTES),
  };
}

/** What follows the fixed part: text, the values of signals, the bytes of a request. */
function readRest(kind: number, payload: Uint8Array, view: DataView): Record<string, RecordField> {
  const at = REST_AT[kind] ?? 0;
  const rest = Buffer.from(payload.subarray(at));
  if (kind === SIGNALS) {
    const values: Record<string, number> = {};
    for (let i = at; i + 8 <= view.byteLength; i += 8) {
      values[`value${(i - at) / 8 + 1}`] = view.getFloat64(i, true);
    }
    return values;
  }
  if (kind !== INPUT) return { text: rest.toString('utf8') };
  if (payload[0] === INPUT_CALL) return { text: rest.toString('utf8') };
  return payload[0] === INPUT_REQUEST ? { request: rest.toString('hex') } : {};
}

/** The legs of an order list as `leg1.` and so on. */
function readLegs(view: DataView): Record<string, RecordField> {
  const leg = LAYOUTS[ORDER_REQUEST];
  const fields: Record<string, RecordField> = {};
  if (leg === undefined) return fields;
  const count = view.getUint8(1);
  for (let i = 0; i < count; i += 1) {
    const start = LEGS_AT + i * REQUEST_BYTES;
    if (view.byteLength < start + REQUEST_BYTES) break;
    Object.assign(fields, readFields(leg, view, start, `leg${i + 1}.`));
  }
  return fields;
}

function readField(view: DataView, at: number, width: Width): RecordField {
  if (width === 'u64') return view.getBigUint64(at, true);
  if (width === 'i64') return view.getBigInt64(at, true);
  if (width === 'u32') return view.getUint32(at, true);
  if (width === 'u16') return view.getUint16(at, true);
  if (width === 'hash') return Buffer.from(view.buffer, view.byteOffset + at, 32).toString('hex');
  return view.getUint8(at);
}

import { loadAddon } from '../../addon/addon.js';
import { HftError } from '../../domain/errors.js';
import { decodeRecord, type RecordField } from '../../storage/journal/decode-record.js';

/** A record of a journal that concerns an order. */
export interface ChainRecord {
  readonly sequence: bigint;
  readonly realtime: bigint;
  readonly monotonic: bigint;
  readonly name: string;
  readonly fields: Readonly<Record<string, RecordField>>;
}

/** A request or refusal with what its strategy's signals were. */
export interface ChainRequest extends ChainRecord {
  readonly run: number;
  /** By name, in their order; empty where none were written. */
  readonly signals: Readonly<Record<string, number>>;
}

/** An order with all that the journal has of it. */
export interface OrderChain {
  /** The request that was asked for. */
  readonly asked: ChainRequest;
  /** Every ClOrdID of the order, the first one first. */
  readonly ids: readonly bigint[];
  readonly clientOrderId: string | undefined;
  /** Requests, refusals and reports of all of them, in order. */
  readonly records: readonly ChainRecord[];
  /** Runs since that of the request: a process ended and another went on. */
  readonly laterRuns: number;
}

const SESSION_START = 1;
const ORDER_REQUEST = 2;
const EXECUTION_REPORT = 3;
const RISK_DECISION = 4;
const NAME = 20;
const SIGNALS = 21;
const SIGNAL_NAME = 22;
/** NameMark::table of a line `ClOrdID=clientOrderId`. */
const CLIENT_ORDER = 5;

type Visit = (
  kind: number,
  payload: Uint8Array,
  stamps: { readonly sequence: bigint; readonly realtime: bigint; readonly monotonic: bigint },
) => void;

function walk(journalPath: string, visit: Visit): void {
  loadAddon().auditJournal(journalPath, (sequence, kind, realtime, monotonic, payload) => {
    visit(kind, payload, { sequence, realtime, monotonic });
  });
}

/**
 * Finds an order by its ClOrdID or clientOrderId. Errors: HFT_DATA_FILE where there is no journal,
 * or no such order in it.
 */
export function findOrder(journalPath: string, order: string): OrderChain {
  const links = readLinks(journalPath);
  const known = [...links.clients].find(([, name]) => name === order)?.[0];
  const asked = known ?? (/^\d{1,16}$/.test(order) ? BigInt(order) : undefined);
  if (asked === undefined || !links.origins.has(asked)) {
    throw new HftError('HFT_DATA_FILE', `the journal in ${journalPath} has no order ${order}`);
  }
  const rootOf = (id: bigint): bigint => {
    let at = id;
    for (;;) {
      const origin = links.origins.get(at) ?? 0n;
      if (origin === 0n || !links.origins.has(origin)) return origin === 0n ? at : origin;
      at = origin;
    }
  };
  const root = rootOf(asked);
  const ids = [...links.origins.keys()].filter((id) => rootOf(id) === root);
  return {
    ...readChain(journalPath, asked, new Set(ids)),
    ids,
    clientOrderId: links.clients.get(root),
  };
}

function readLinks(journalPath: string): {
  readonly origins: ReadonlyMap<bigint, bigint>;
  readonly clients: ReadonlyMap<bigint, string>;
} {
  const origins = new Map<bigint, bigint>();
  const clients = new Map<bigint, string>();
  walk(journalPath, (kind, payload) => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const at = kind === RISK_DECISION ? 64 : 0;
    if ((kind === ORDER_REQUEST || kind === RISK_DECISION) && payload.length >= at + 16) {
      const id = view.getBigUint64(at, true);
      // Held orders come twice: the first time is when they were asked for.
      if (!origins.has(id)) origins.set(id, view.getBigUint64(at + 8, true));
    } else if (kind === NAME && payload[0] === CLIENT_ORDER) {
      const [id = '0', ...name] = Buffer.from(payload.subarray(8)).toString('utf8').split('=');
      clients.set(BigInt(id), name.join('='));
    }
  });
  return { origins, clients };
}

function readChain(
  journalPath: string,
  wanted: bigint,
  ids: ReadonlySet<bigint>,
): Pick<OrderChain, 'asked' | 'records' | 'laterRuns'> {
  const records: ChainRecord[] = [];
  const names = new Map<string, string>();
  const signals = new Map<number, readonly number[]>();
  let asked: ChainRequest | undefined;
  let run = 0;
  walk(journalPath, (kind, payload, stamps) => {
    const { name, fields } = decodeRecord(kind, payload);
    const text = (field: string): string => String(fields[field] ?? '');
    switch (kind) {
      case SESSION_START:
        run = Number(fields['run'] ?? 0n);
        signals.clear();
        return;
      case SIGNAL_NAME:
        names.set(`${text('strategy')} ${text('index')}`, text('text'));
        return;
      case SIGNALS: {
        const count = Number(fields['count'] ?? 0);
        const values = Array.from({ length: count }, (_, i) => Number(fields[`value${i + 1}`]));
        signals.set(Number(fields['strategy']), values);
        return;
      }
      case ORDER_REQUEST:
      case RISK_DECISION:
      case EXECUTION_REPORT: {
        const id = BigInt(fields['clOrdID'] ?? 0n);
        const origin = BigInt(fields['origClOrdID'] ?? 0n);
        if (!ids.has(id) && !ids.has(origin)) return;
        const record = { ...stamps, name, fields };
        records.push(record);
        if (kind === EXECUTION_REPORT || id !== wanted) return;
        // A refusal when a held order fires decides about it anew.
        const strategy = Number(fields['strategy'] ?? fields['request.strategy'] ?? 0);
        const noted = (signals.get(strategy) ?? []).map((value, index): [string, number] => [
          names.get(`${strategy} ${index}`) ?? String(index),
          value,
        ]);
        asked = { ...record, run, signals: Object.fromEntries(noted) };
        return;
      }
      default:
    }
  });
  if (asked === undefined) {
    throw new HftError('HFT_DATA_FILE', `the journal in ${journalPath} has no order ${wanted}`);
  }
  return { asked, records, laterRuns: run - asked.run };
}

/** How a counterparty wants its orders written, beside what its version of FIX says. */
export interface FixOrderDialect {
  /** HandlInst(21): required up to FIX 4.3. */
  readonly handlInst?: string;
  /** TransactTime(60) of every request. */
  readonly hasTransactTime: boolean;
  /** CxlType(125) of a cancel: FIX 4.0. */
  readonly cxlType?: string;
  /** OrderQty(38) of a cancel. */
  readonly hasCancelQty: boolean;
  /** Account(1) of a cancel: from FIX 4.2 on. */
  readonly hasCancelAccount: boolean;
  /** ExecInst(18) of an order that must not take. */
  readonly postOnly: string;
  /** OrderCancelReplaceRequest(G). Without it a replace is refused here. */
  readonly canReplace: boolean;
  /** OrderStatusRequest(H). Without it an order that is in doubt stays Unknown. */
  readonly canAskStatus: boolean;
  /** Stop orders by OrdType(40) and StopPx(99). */
  readonly hasStops: boolean;
  /** ClOrdID(11): the core's number, or that as the last digits of a UUID. */
  readonly clOrdID: 'decimal' | 'uuid';
}

const GENERIC: FixOrderDialect = {
  hasTransactTime: true,
  hasCancelQty: true,
  hasCancelAccount: true,
  postOnly: '6',
  canReplace: true,
  canAskStatus: true,
  hasStops: true,
  clOrdID: 'decimal',
};

/**
 * The dialects. Source: FIX 4.0 to 5.0 SP2; Binance spot-api-docs fix-api.md, 2026-07-21; Coinbase
 * Exchange FIX API, Order entry; Alpaca FIX Rules of Engagement 1.0.4.
 */
export const FIX_ORDER_DIALECTS = {
  'FIX.4.0': {
    ...GENERIC,
    handlInst: '1',
    hasTransactTime: false,
    hasCancelAccount: false,
    cxlType: 'F',
  },
  'FIX.4.1': { ...GENERIC, handlInst: '1', hasTransactTime: false, hasCancelAccount: false },
  'FIX.4.2': { ...GENERIC, handlInst: '1' },
  'FIX.4.3': { ...GENERIC, handlInst: '1' },
  'FIX.4.4': GENERIC,
  'FIXT.1.1': GENERIC,
  binance: {
    ...GENERIC,
    hasTransactTime: false,
    hasCancelQty: false,
    canReplace: false,
    canAskStatus: false,
    hasStops: false,
  },
  coinbase: { ...GENERIC, hasCancelQty: false, postOnly: 'A', clOrdID: 'uuid' },
  alpaca: { ...GENERIC, handlInst: '1', hasCancelQty: false },
} as const satisfies Record<string, FixOrderDialect>;

/** The name of a dialect: a BeginString, or a venue with ways of its own. */
export type FixOrderDialectName = keyof typeof FIX_ORDER_DIALECTS;

/** ClOrdID(11) of the core's number. */
export function clOrdIDText(clOrdID: number, form: FixOrderDialect['clOrdID']): string {
  if (form === 'decimal') return String(clOrdID);
  // A version 4 UUID but for its randomness: the number is unique by itself.
  const hex = clOrdID.toString(16).padStart(16, '0');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `8${hex.slice(15)}00`];
  return [...parts, '0'.repeat(12)].join('-');
}

/** The core's number of a ClOrdID(11); 0 where it is none of ours. */
export function clOrdIDOf(text: string | undefined, form: FixOrderDialect['clOrdID']): number {
  if (text === undefined) return 0;
  let digits = text;
  if (form === 'uuid') {
    const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-8([0-9a-f])00-0{12}$/.exec(text);
    if (parts === null) return 0;
    digits = `0x${parts.slice(1).join('')}`;
  } else if (!/^[1-9]\d*$/.test(text)) {
    return 0;
  }
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : 0;
}

import { ExecType } from '../../../domain/orders.js';

/** Side(54) by the native number. */
export const SIDE_CHARS: Readonly<Record<number, string>> = { 1: '1', 2: '2' };

/** OrdType(40) by the native number. */
export const ORD_TYPE_CHARS: Readonly<Record<number, string>> = {
  1: '1',
  2: '2',
  3: '3',
  4: '4',
  5: 'K',
  6: 'J',
};
/** The native numbers of the types that state a limit price, and of those that wait for one. */
export const LIMIT_TYPES: ReadonlySet<number> = new Set([2, 4]);
export const STOP_TYPES: ReadonlySet<number> = new Set([3, 4, 6]);

/** TimeInForce(59) by the native number. */
export const TIME_IN_FORCE_CHARS: Readonly<Record<number, string>> = {
  0: '0',
  1: '1',
  2: '2',
  3: '3',
  4: '4',
  6: '6',
  7: '7',
};
export const GOOD_TILL_DATE = 6;

/** ExecType(150) of all versions; what says nothing about an order's life is its status. */
export const EXEC_TYPES: Readonly<Record<string, ExecType>> = {
  '0': ExecType.New,
  '1': ExecType.Trade,
  '2': ExecType.Trade,
  '3': ExecType.DoneForDay,
  '4': ExecType.Canceled,
  '5': ExecType.Replaced,
  '6': ExecType.PendingCancel,
  '8': ExecType.Rejected,
  '9': ExecType.Suspended,
  A: ExecType.PendingNew,
  C: ExecType.Expired,
  D: ExecType.Restated,
  E: ExecType.PendingReplace,
  F: ExecType.Trade,
  G: ExecType.TradeCorrect,
  H: ExecType.TradeCancel,
  I: ExecType.OrderStatus,
  L: ExecType.Triggered,
};

/** Native numbers of OrdStatus(39). */
export const OrdStatus = {
  None: 0,
  PendingNew: 1,
  New: 2,
  PartiallyFilled: 3,
  Filled: 4,
  DoneForDay: 5,
  PendingCancel: 6,
  PendingReplace: 7,
  Canceled: 8,
  Replaced: 9,
  Stopped: 10,
  Suspended: 11,
  Rejected: 12,
  Expired: 13,
} as const;
export type OrdStatus = (typeof OrdStatus)[keyof typeof OrdStatus];

export const ORD_STATUSES_OF_CHARS: Readonly<Record<string, OrdStatus>> = {
  '0': OrdStatus.New,
  '1': OrdStatus.PartiallyFilled,
  '2': OrdStatus.Filled,
  '3': OrdStatus.DoneForDay,
  '4': OrdStatus.Canceled,
  '5': OrdStatus.Replaced,
  '6': OrdStatus.PendingCancel,
  '7': OrdStatus.Stopped,
  '8': OrdStatus.Rejected,
  '9': OrdStatus.Suspended,
  A: OrdStatus.PendingNew,
  B: OrdStatus.DoneForDay,
  C: OrdStatus.Expired,
  D: OrdStatus.New,
  E: OrdStatus.PendingReplace,
};

/** Native numbers of the reasons for a refusal, as in native/event/execution_report.hpp. */
export const Reason = {
  None: 0,
  BrokerOption: 1,
  UnknownSymbol: 2,
  ExchangeClosed: 3,
  OrderExceedsLimit: 4,
  TooLateToEnter: 5,
  UnknownOrder: 6,
  DuplicateOrder: 7,
  UnsupportedOrder: 8,
  InvalidPrice: 14,
  InvalidQty: 15,
} as const;
export type Reason = (typeof Reason)[keyof typeof Reason];

/** OrdRejReason(103). Source: FIX 5.0 SP2. */
export const ORD_REJ_REASONS: Readonly<Record<string, Reason>> = {
  '0': Reason.BrokerOption,
  '1': Reason.UnknownSymbol,
  '2': Reason.ExchangeClosed,
  '3': Reason.OrderExceedsLimit,
  '4': Reason.TooLateToEnter,
  '5': Reason.UnknownOrder,
  '6': Reason.DuplicateOrder,
  '11': Reason.UnsupportedOrder,
  '13': Reason.InvalidQty,
  '16': Reason.InvalidPrice,
};

/** CxlRejReason(102). */
export const CXL_REJ_REASONS: Readonly<Record<string, Reason>> = {
  '0': Reason.TooLateToEnter,
  '1': Reason.UnknownOrder,
  '2': Reason.BrokerOption,
  '6': Reason.DuplicateOrder,
};

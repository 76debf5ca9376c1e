/** What a field of a typed message holds in TypeScript. */
export interface FieldKinds {
  readonly string: string;
  /** One character. */
  readonly char: string;
  /** A whole number that a double holds exactly. */
  readonly int: number;
  /** Decimal text exactly as on the wire: prices and quantities never pass through a double. */
  readonly decimal: string;
  readonly boolean: boolean;
  /** UTCTimestamp as nanoseconds since the epoch. */
  readonly time: bigint;
}
export type FieldKind = keyof FieldKinds;

/** A field: its tag and kind; or a repeating group: its count's tag and the shape of an entry. */
export type FieldShape = readonly [tag: number, kind: FieldKind] | GroupShape;
export type GroupShape = readonly [tag: number, kind: 'group', entry: EntryShape];
export interface EntryShape {
  readonly [name: string]: FieldShape;
}

/** A message: its MsgType(35) and its fields in the order in which they are written. */
export interface MessageShape {
  readonly msgType: string;
  readonly fields: EntryShape;
}

const PARTIES = {
  partyID: [448, 'string'],
  partyIDSource: [447, 'char'],
  partyRole: [452, 'int'],
} as const;

const MD_ENTRY = {
  mdEntryID: [278, 'string'],
  mdEntryPx: [270, 'decimal'],
  mdEntrySize: [271, 'decimal'],
  mdEntryDate: [272, 'string'],
  mdEntryTime: [273, 'string'],
  orderID: [37, 'string'],
  mdEntryPositionNo: [290, 'int'],
  numberOfOrders: [346, 'int'],
} as const;

/** The messages with a type of their own. Fields beyond are in `fields` of a message, by tag. */
export const MESSAGE_SHAPES = {
  NewOrderSingle: {
    msgType: 'D',
    fields: {
      account: [1, 'string'],
      clOrdID: [11, 'string'],
      execInst: [18, 'string'],
      handlInst: [21, 'char'],
      orderQty: [38, 'decimal'],
      ordType: [40, 'char'],
      price: [44, 'decimal'],
      side: [54, 'char'],
      symbol: [55, 'string'],
      text: [58, 'string'],
      timeInForce: [59, 'char'],
      transactTime: [60, 'time'],
      stopPx: [99, 'decimal'],
      minQty: [110, 'decimal'],
      maxFloor: [111, 'decimal'],
      expireTime: [126, 'time'],
      cashOrderQty: [152, 'decimal'],
      noPartyIDs: [453, 'group', PARTIES],
    },
  },
  OrderCancelRequest: {
    msgType: 'F',
    fields: {
      account: [1, 'string'],
      clOrdID: [11, 'string'],
      orderID: [37, 'string'],
      orderQty: [38, 'decimal'],
      origClOrdID: [41, 'string'],
      side: [54, 'char'],
      symbol: [55, 'string'],
      text: [58, 'string'],
      transactTime: [60, 'time'],
    },
  },
  OrderCancelReplaceRequest: {
    msgType: 'G',
    fields: {
      account: [1, 'string'],
      clOrdID: [11, 'string'],
      execInst: [18, 'string'],
      handlInst: [21, 'char'],
      orderID: [37, 'string'],
      orderQty: [38, 'decimal'],
      ordType: [40, 'char'],
      origClOrdID: [41, 'string'],
      price: [44, 'decimal'],
      side: [54, 'char'],
      symbol: [55, 'string'],
      timeInForce: [59, 'char'],
      transactTime: [60, 'time'],
      stopPx: [99, 'decimal'],
    },
  },
  OrderMassCancelRequest: {
    msgType: 'q',
    fields: {
      clOrdID: [11, 'string'],
      side: [54, 'char'],
      symbol: [55, 'string'],
      transactTime: [60, 'time'],
      massCancelRequestType: [530, 'char'],
    },
  },
  OrderMassCancelReport: {
    msgType: 'r',
    fields: {
      clOrdID: [11, 'string'],
      orderID: [37, 'string'],
      symbol: [55, 'string'],
      text: [58, 'string'],
      massCancelRequestType: [530, 'char'],
      massCancelResponse: [531, 'char'],
      massCancelRejectReason: [532, 'string'],
      totalAffectedOrders: [533, 'int'],
    },
  },
  OrderStatusRequest: {
    msgType: 'H',
    fields: {
      account: [1, 'string'],
      clOrdID: [11, 'string'],
      orderID: [37, 'string'],
      side: [54, 'char'],
      symbol: [55, 'string'],
    },
  },
  ExecutionReport: {
    msgType: '8',
    fields: {
      account: [1, 'string'],
      avgPx: [6, 'decimal'],
      clOrdID: [11, 'string'],
      cumQty: [14, 'decimal'],
      execID: [17, 'string'],
      execRefID: [19, 'string'],
      execTransType: [20, 'char'],
      lastPx: [31, 'decimal'],
      lastQty: [32, 'decimal'],
      orderID: [37, 'string'],
      orderQty: [38, 'decimal'],
      ordStatus: [39, 'char'],
      ordType: [40, 'char'],
      origClOrdID: [41, 'string'],
      price: [44, 'decimal'],
      side: [54, 'char'],
      symbol: [55, 'string'],
      text: [58, 'string'],
      timeInForce: [59, 'char'],
      transactTime: [60, 'time'],
      stopPx: [99, 'decimal'],
      ordRejReason: [103, 'int'],
      noMiscFees: [
        136,
        'group',
        {
          miscFeeAmt: [137, 'decimal'],
          miscFeeCurr: [138, 'string'],
          miscFeeType: [139, 'string'],
        },
      ],
      execType: [150, 'char'],
      leavesQty: [151, 'decimal'],
      noPartyIDs: [453, 'group', PARTIES],
      lastLiquidityInd: [851, 'int'],
    },
  },
  OrderCancelReject: {
    msgType: '9',
    fields: {
      account: [1, 'string'],
      clOrdID: [11, 'string'],
      orderID: [37, 'string'],
      ordStatus: [39, 'char'],
      origClOrdID: [41, 'string'],
      text: [58, 'string'],
      transactTime: [60, 'time'],
      cxlRejReason: [102, 'int'],
      cxlRejResponseTo: [434, 'char'],
    },
  },
  BusinessMessageReject: {
    msgType: 'j',
    fields: {
      refSeqNum: [45, 'int'],
      text: [58, 'string'],
      refMsgType: [372, 'string'],
      businessRejectRefID: [379, 'string'],
      businessRejectReason: [380, 'int'],
    },
  },
  Reject: {
    msgType: '3',
    fields: {
      refSeqNum: [45, 'int'],
      text: [58, 'string'],
      refTagID: [371, 'int'],
      refMsgType: [372, 'string'],
      sessionRejectReason: [373, 'int'],
    },
  },
  MarketDataRequest: {
    msgType: 'V',
    fields: {
      mdReqID: [262, 'string'],
      subscriptionRequestType: [263, 'char'],
      marketDepth: [264, 'int'],
      mdUpdateType: [265, 'int'],
      aggregatedBook: [266, 'boolean'],
      noMDEntryTypes: [267, 'group', { mdEntryType: [269, 'char'] }],
      noRelatedSym: [146, 'group', { symbol: [55, 'string'] }],
    },
  },
  MarketDataSnapshotFullRefresh: {
    msgType: 'W',
    fields: {
      mdReqID: [262, 'string'],
      symbol: [55, 'string'],
      rptSeq: [83, 'int'],
      lastFragment: [893, 'boolean'],
      noMDEntries: [268, 'group', { mdEntryType: [269, 'char'], ...MD_ENTRY }],
    },
  },
  MarketDataIncrementalRefresh: {
    msgType: 'X',
    fields: {
      mdReqID: [262, 'string'],
      noMDEntries: [
        268,
        'group',
        {
          mdUpdateAction: [279, 'char'],
          mdEntryType: [269, 'char'],
          symbol: [55, 'string'],
          ...MD_ENTRY,
          rptSeq: [83, 'int'],
        },
      ],
    },
  },
  MarketDataRequestReject: {
    msgType: 'Y',
    fields: {
      mdReqID: [262, 'string'],
      mdReqRejReason: [281, 'char'],
      text: [58, 'string'],
    },
  },
  SecurityListRequest: {
    msgType: 'x',
    fields: {
      symbol: [55, 'string'],
      securityReqID: [320, 'string'],
      securityListRequestType: [559, 'int'],
    },
  },
  SecurityList: {
    msgType: 'y',
    fields: {
      securityReqID: [320, 'string'],
      securityResponseID: [322, 'string'],
      securityRequestResult: [560, 'int'],
      noRelatedSym: [
        146,
        'group',
        {
          symbol: [55, 'string'],
          currency: [15, 'string'],
          minTradeVol: [562, 'decimal'],
          minPriceIncrement: [969, 'decimal'],
          maxTradeVol: [1140, 'decimal'],
        },
      ],
    },
  },
  SecurityStatusRequest: {
    msgType: 'e',
    fields: {
      symbol: [55, 'string'],
      subscriptionRequestType: [263, 'char'],
      securityStatusReqID: [324, 'string'],
    },
  },
  SecurityStatus: {
    msgType: 'f',
    fields: {
      symbol: [55, 'string'],
      text: [58, 'string'],
      transactTime: [60, 'time'],
      securityStatusReqID: [324, 'string'],
      securityTradingStatus: [326, 'int'],
    },
  },
} as const satisfies Record<string, MessageShape>;

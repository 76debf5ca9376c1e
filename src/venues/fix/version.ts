/** What differs by version in what the exchange writes. */
export interface VersionRules {
  /** ExecTransType(20), and fills as ExecType 1 and 2: before FIX 4.3. */
  readonly hasExecTransType: boolean;
  /** ExecType(150) and LeavesQty(151): since FIX 4.1. */
  readonly hasExecType: boolean;
  /** OrderQty, LastQty and LastPx are required in every report: before FIX 4.2. */
  readonly requiresLast: boolean;
  readonly hasOrigClOrdID: boolean;
  /** CxlRejResponseTo(434) and TransactTime(60) of an OrderCancelReject: since FIX 4.2. */
  readonly hasCxlRejResponseTo: boolean;
  /** BusinessMessageReject(j): since FIX 4.2. */
  readonly hasBusinessReject: boolean;
  /** OrdRejReason(103) 9 and beyond: since FIX 4.3. */
  readonly hasLateReasons: boolean;
  /** LastLiquidityInd(851), MassStatusReqID(584) of reports, OrdStatusReqID(790): since FIX 4.4. */
  readonly hasLiquidity: boolean;
  /** ExecType Triggered, RptSeq(83) of entries: since FIX 5.0. */
  readonly isFive: boolean;
  /** MassActionReportID(1369): since FIX 5.0 SP1. */
  readonly hasMassActionReport: boolean;
  readonly hasMillis: boolean;
}

/** The rules of a session by its BeginString and its default application version. */
export function rulesOf(beginString: string, defaultApplVerID: string): VersionRules {
  const minor = beginString.startsWith('FIXT') ? 5 : Number(beginString.at(-1) ?? 4);
  const isFive = beginString.startsWith('FIXT');
  return {
    hasExecTransType: minor < 3,
    hasExecType: minor >= 1,
    requiresLast: minor < 2,
    hasOrigClOrdID: minor >= 1,
    hasCxlRejResponseTo: minor >= 2,
    hasBusinessReject: minor >= 2,
    hasLateReasons: minor >= 3,
    hasLiquidity: minor >= 4,
    isFive,
    hasMassActionReport: isFive && defaultApplVerID !== 'FIX.5.0',
    hasMillis: minor >= 2,
  };
}

/** UTCTimestamp of `timeMs`, milliseconds since the epoch. */
export function utcText(timeMs: number, hasMillis: boolean): string {
  const text = new Date(timeMs).toISOString().replaceAll('-', '').replace('T', '-');
  return text.slice(0, hasMillis ? 21 : 17);
}

import { CancelHole, type NativeFixEmergencyExit } from '../../../addon/fix-sessions.js';
import type { FixOrderDialect } from './order-dialect.js';
import type { FixInstrument } from './request-writer.js';

const SOH = '\u0001';

/** What an exit is told about the counterparty. */
export interface EmergencyTerms {
  readonly dialect: FixOrderDialect;
  readonly instruments: Iterable<FixInstrument>;
  /** Digits of a second in TransactTime(60). */
  readonly timeDigits: 0 | 3;
}

/** Tells an exit how the counterparty wants cancels written: as `writeRequest` writes them. */
export function describeCancels(exit: NativeFixEmergencyExit, terms: EmergencyTerms): void {
  for (const instrument of terms.instruments) {
    exit.setInstrument(instrument.id, cancelText(instrument, terms), instrument.qtyDecimals);
  }
}

/** The fields of an account in a cancel; nothing where the counterparty wants none. */
export function accountText(account: string | undefined): string {
  return account === undefined ? '' : `1=${account}${SOH}`;
}

function cancelText({ symbol }: FixInstrument, { dialect, timeDigits }: EmergencyTerms): string {
  const isUuid = dialect.clOrdID === 'uuid';
  const fields = [`11=${isUuid ? CancelHole.ClOrdIDUuid : CancelHole.ClOrdID}`];
  if (dialect.hasCancelQty) fields.push(`38=${CancelHole.OrderQty}`);
  fields.push(`41=${isUuid ? CancelHole.OrigClOrdIDUuid : CancelHole.OrigClOrdID}`);
  fields.push(`54=${CancelHole.Side}`, `55=${symbol}`);
  if (dialect.hasTransactTime) {
    fields.push(`60=${timeDigits === 0 ? CancelHole.TimeSeconds : CancelHole.TimeMillis}`);
  }
  if (dialect.cxlType !== undefined) fields.push(`125=${dialect.cxlType}`);
  const account = dialect.hasCancelAccount ? CancelHole.Account : '';
  return account + fields.map((field) => field + SOH).join('');
}

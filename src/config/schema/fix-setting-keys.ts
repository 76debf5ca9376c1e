/** What a FIX setting holds; a list is one of its words. A `file` is there, a `path` may come. */
export type SettingKind =
  | 'text'
  | 'flag'
  | 'number'
  | 'time'
  | 'day'
  | 'path'
  | 'file'
  | readonly string[];

const BEGIN_STRINGS = ['FIX.4.0', 'FIX.4.1', 'FIX.4.2', 'FIX.4.3', 'FIX.4.4', 'FIXT.1.1'];

/**
 * The settings of a FIX session by the name that QuickFIX gives them; YAML writes them with a small
 * first letter. Those of the second part are this product's.
 */
export const SETTING_KEYS: Readonly<Record<string, SettingKind>> = {
  ConnectionType: ['initiator', 'acceptor'],
  BeginString: BEGIN_STRINGS,
  SenderCompID: 'text',
  TargetCompID: 'text',
  SessionQualifier: 'text',
  DefaultApplVerID: 'text',
  UseDataDictionary: 'flag',
  DataDictionary: 'file',
  TransportDataDictionary: 'file',
  AppDataDictionary: 'file',
  ValidateLengthAndChecksum: 'flag',
  ValidateFieldsOutOfOrder: 'flag',
  ValidateFieldsHaveValues: 'flag',
  ValidateUserDefinedFields: 'flag',
  AllowUnknownMsgFields: 'flag',
  PreserveMessageFieldsOrder: 'flag',
  CheckCompID: 'flag',
  CheckLatency: 'flag',
  MaxLatency: 'number',
  StartTime: 'time',
  EndTime: 'time',
  StartDay: 'day',
  EndDay: 'day',
  LogonTime: 'time',
  LogoutTime: 'time',
  LogonDay: 'day',
  LogoutDay: 'day',
  UseLocalTime: 'flag',
  HeartBtInt: 'number',
  LogonTimeout: 'number',
  LogoutTimeout: 'number',
  ReconnectInterval: 'number',
  ResetOnLogon: 'flag',
  ResetOnLogout: 'flag',
  ResetOnDisconnect: 'flag',
  RefreshOnLogon: 'flag',
  SendResetSeqNumFlag: 'flag',
  SendRedundantResendRequests: 'flag',
  MillisecondsInTimeStamp: 'flag',
  TimestampPrecision: 'number',
  PersistMessages: 'flag',
  SocketAcceptPort: 'number',
  SocketConnectHost: 'text',
  SocketConnectPort: 'number',
  FileStorePath: 'path',
  FileLogPath: 'path',
  ServerCertificateFile: 'file',
  ServerCertificateKeyFile: 'file',
  ClientCertificateFile: 'file',
  ClientCertificateKeyFile: 'file',
  CertificationAuthoritiesFile: 'file',

  NonStopSession: 'flag',
  SocketAcceptHost: 'text',
  SocketUseSSL: 'flag',
  NeedClientAuth: 'flag',
  TlsServerName: 'text',
  MaxMessageBytes: 'number',
  MaxUnsentBytes: 'number',
  LooksBeforeSleep: 'number',
  FlushBytes: 'number',
  StoreBytes: 'number',
  StoreMessages: 'number',
  LogFileBytes: 'number',
  LogFiles: 'number',
  LogonSignature: ['none', 'ed25519', 'hmac-sha256', 'hmac-sha512'],
  LogonSecret: 'text',
  LogonSecretFile: 'file',
  ResendOrders: 'flag',
  ResendMaxAge: 'number',
};

/** The settings without which there is no session. */
export const REQUIRED_KEYS = ['BeginString', 'SenderCompID', 'TargetCompID'] as const;

/** QuickFIX's name of a YAML key. */
export function settingNameOf(key: string): string {
  return key.slice(0, 1).toUpperCase() + key.slice(1);
}

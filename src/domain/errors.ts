/** Every stable error code of the library. */
export const ERROR_CODES = [
  'HFT_ADDON_MISSING',
  'HFT_ARGUMENT',
  'HFT_CLOSED',
  'HFT_DATA_FORMAT',
  'HFT_DATA_FILE',
  'HFT_TRANSPORT',
  'HFT_TIMEOUT',
  'HFT_CAPACITY',
  'HFT_CONFIG',
  'HFT_FIX_CONFIG',
  'HFT_FIX_UNAVAILABLE',
  'HFT_PARAMETER',
  'HFT_STRATEGY',
  'HFT_LIFECYCLE',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The error that this library throws: a stable `code` beside a message for people. */
export class HftError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HftError';
    this.code = code;
  }
}

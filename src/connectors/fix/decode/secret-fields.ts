/** Passwords, signatures and what a counterparty may hide in raw data: never shown. */
const SECRET_TAGS: ReadonlySet<number> = new Set([
  89, // Signature
  91, // SecureData
  96, // RawData: the signature of a logon
  554, // Password
  925, // NewPassword
  1402, // EncryptedPassword
  1404, // EncryptedNewPassword
  5025, // Kraken's nonce, signed
]);
const USERNAME = 553;
const KEY_BYTES_MIN = 20;
const KEY_BYTES_SHOWN = 4;

/** Stands for a secret. */
export const MASK = '***';

/** `value`, or what may be shown of it: an API key in Username(553) keeps its first four bytes. */
export function maskField(tag: number, value: string): string {
  if (SECRET_TAGS.has(tag)) return MASK;
  if (tag === USERNAME && value.length >= KEY_BYTES_MIN) {
    return `${value.slice(0, KEY_BYTES_SHOWN)}${MASK}`;
  }
  return value;
}

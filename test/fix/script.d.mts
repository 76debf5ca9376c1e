/** The bytes to send of a script's message: 9 and 10 are filled in where it lacks them. */
export function completeMessage(text: string, now: number): string;
/** UTCTimestamp in seconds. */
export function utcText(time: number): string;
/** Takes the first message off `bytes`; undefined where none is whole. */
export function takeMessage(
  bytes: string,
): { readonly message: string; readonly rest: string } | undefined;

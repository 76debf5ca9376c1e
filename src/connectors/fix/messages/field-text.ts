const SOH = '\u0001';

/** The first field `tag` of a message as text; undefined where it has none. */
export function fieldText(message: string, tag: number): string | undefined {
  const key = `${SOH}${tag}=`;
  const at = message.indexOf(key);
  if (at < 0) return undefined;
  const from = at + key.length;
  const end = message.indexOf(SOH, from);
  return end < 0 ? undefined : message.slice(from, end);
}

import type { DescribedField, DescribedMessage } from './describe-message.js';

const NAME_COLUMNS = 24;
const TAG_COLUMNS = 5;

/** `message` as lines for people: a field a line, the entries of groups numbered and indented. */
export function renderMessage(message: DescribedMessage): string[] {
  const title = message.name ?? 'unknown message';
  const lines = [`${title} (${message.msgType})  ${message.beginString}  ${message.size} bytes`];
  for (const field of message.fields) renderField(field, '  ', lines);
  for (const { what, offset } of message.faults) lines.push(`  ! ${what} (byte ${offset})`);
  return lines;
}

function renderField(field: DescribedField, indent: string, lines: string[]): void {
  const tag = String(field.tag).padStart(TAG_COLUMNS);
  const name = (field.name ?? '?').padEnd(NAME_COLUMNS);
  const meaning = field.meaning === undefined ? '' : `  ${field.meaning}`;
  lines.push(`${indent}${tag} ${name} ${field.value}${meaning}`);
  for (const [number, entry] of (field.entries ?? []).entries()) {
    lines.push(`${indent}  [${number + 1}]`);
    for (const member of entry) renderField(member, `${indent}    `, lines);
  }
}

import type { FixEvent, FixFieldValue } from '../../connectors/fix/fix-session.js';
import { HftError } from '../../domain/errors.js';
import { type CliContext, printJson, printLine } from '../context.js';

const SOH = '\u0001';
/** Fields whose values are nobody's business, even when a peer sends them. */
const SECRETS = new Set(['89', '96', '553', '554', '925', '1402', '1404']);

/** A message for people: fields apart by `|`, secrets masked. */
export function readableMessage(message: string): string {
  return message.split(SOH).map(readableField).join('|');
}

function readableField(field: string): string {
  const tag = field.slice(0, Math.max(field.indexOf('='), 0));
  return SECRETS.has(tag) ? `${tag}=***` : field;
}

/** MsgType and fields of `35=D|11=id|...`, with or without header and trailer. */
export function parseMessageText(text: string): { msgType: string; fields: FixFieldValue[] } {
  const separator = text.includes(SOH) ? SOH : '|';
  const header = new Set([8, 9, 10, 34, 49, 52, 56]);
  let msgType = '';
  const fields: FixFieldValue[] = [];
  for (const part of text.trim().split(separator)) {
    if (part === '') continue;
    const match = /^(\d{1,9})=([\s\S]+)$/.exec(part);
    if (match === null) throw new HftError('HFT_ARGUMENT', `\`${part}\` is no field, tag=value`);
    const tag = Number(match[1]);
    if (tag === 35) msgType = match[2] ?? '';
    else if (!header.has(tag)) fields.push([tag, match[2] ?? '']);
  }
  if (msgType === '') throw new HftError('HFT_ARGUMENT', `no MsgType(35) in \`${text}\``);
  return { msgType, fields };
}

/** Prints one event of a session. */
export function printEvent(
  context: CliContext,
  session: string,
  event: FixEvent,
  asJson: boolean,
): void {
  if (asJson) {
    const message = 'message' in event ? { message: readableMessage(event.message) } : {};
    const body = 'body' in event ? { body: readableMessage(event.body) } : {};
    printJson(context, { session, ...event, ...message, ...body });
    return;
  }
  printLine(context, `${session} ${describe(event)}`);
}

function describe(event: FixEvent): string {
  switch (event.kind) {
    case 'message':
    case 'admin':
      return readableMessage(event.message);
    case 'refused':
      return `refused: ${event.reason}: 35=${event.msgType}|${readableMessage(event.body)}`;
    case 'note':
      return `note: ${readableMessage(event.text)}`;
    default:
      return event.kind;
  }
}

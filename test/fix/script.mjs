// FIX session scripts: one step a line, as QuickFIX's acceptance tests write them.
//   iCONNECT, eDISCONNECT       open a connection; the other side must close it
//   I<message>, E<message>      sent; expected next. 9 and 10 are filled in where a sent one lacks them
//   i2,CONNECT, I2,..., E2,...  the same on a further connection
//   <TIME>, <TIME+n>, <TIME-n>  now, in seconds

const SOH = '\u0001';
const LENGTH = `${SOH}9=`;
const CHECK_SUM = `${SOH}10=`;
/** What differs from run to run is compared by its form only. */
const PATTERNS = new Map([
  ['10', /^\d{3}$/],
  ['42', /^\d{8}-\d{2}:\d{2}:\d{2}/],
  ['52', /^\d{8}-\d{2}:\d{2}:\d{2}(\.\d{3})?$/],
  ['60', /^\d{8}-\d{2}:\d{2}:\d{2}/],
  ['122', /^\d{8}-\d{2}:\d{2}:\d{2}/],
]);

/** The steps of a script: `{ line, kind, connection, text }`. */
export function parseScript(text) {
  const steps = [];
  for (const [index, line] of text.split('\n').entries()) {
    const match = /^([iIeE])(?:(\d+),)?(.*?)\r?$/s.exec(line);
    if (match === null) continue;
    const [, kind, connection = '1', rest] = match;
    steps.push({ line: index + 1, kind, connection: Number(connection), text: rest });
  }
  return steps;
}

/** UTCTimestamp in seconds. */
export function utcText(time) {
  return new Date(time).toISOString().slice(0, 19).replaceAll('-', '').replace('T', '-');
}

/** The bytes to send of a script's message. */
export function completeMessage(text, now) {
  let message = text.replaceAll(/<TIME([+-]\d+)?>/g, (_all, shift) =>
    utcText(now + Number(shift ?? 0) * 1000),
  );
  if (!message.includes(LENGTH)) {
    const body = message.indexOf(SOH) + 1;
    const end = message.lastIndexOf(CHECK_SUM);
    const length = (end === -1 ? message.length : end + 1) - body;
    message = `${message.slice(0, body)}9=${length}${SOH}${message.slice(body)}`;
  }
  if (!message.includes(CHECK_SUM)) {
    const sum = Buffer.from(message, 'latin1').reduce((total, byte) => total + byte, 0) % 256;
    message += `10=${String(sum).padStart(3, '0')}${SOH}`;
  }
  return message;
}

/** Why `found` is not what a script expects; undefined where it is. Strict: count, order, value. */
export function difference(expected, found) {
  const wanted = fieldsOf(expected);
  const given = fieldsOf(found);
  // Lengths and sums that a script leaves out are whatever is right for the message.
  const [, length] = given;
  if (!expected.includes(LENGTH) && length?.[0] === '9') wanted.splice(1, 0, length);
  if (!expected.includes(CHECK_SUM)) wanted.push(['10', '000']);
  for (let at = 0; at < Math.max(wanted.length, given.length); at += 1) {
    const [tag, value] = wanted[at] ?? [];
    const [foundTag, foundValue] = given[at] ?? [];
    if (tag !== foundTag)
      return `field ${at + 1} is ${foundTag}=${foundValue}, not ${tag}=${value}`;
    const pattern = PATTERNS.get(tag);
    const isSame = pattern === undefined ? value === foundValue : pattern.test(foundValue);
    if (!isSame) return `${tag} is ${foundValue}, not ${value}`;
  }
  return undefined;
}

function fieldsOf(message) {
  return message
    .split(SOH)
    .filter((field) => field !== '')
    .map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at), field.slice(at + 1)];
    });
}

/** Takes the first message off `bytes`: `{ message, rest }`, or undefined. */
export function takeMessage(bytes) {
  const begin = bytes.indexOf('8=');
  const length = bytes.indexOf(LENGTH, begin);
  const body = bytes.indexOf(SOH, length + 1) + 1;
  if (begin === -1 || length === -1 || body === 0) return undefined;
  const end = body + Number(bytes.slice(length + LENGTH.length, body - 1)) + 7;
  if (bytes.length < end) return undefined;
  return { message: bytes.slice(begin, end), rest: bytes.slice(end) };
}

/** A message for people. */
export function readable(message) {
  return message.replaceAll(SOH, '|');
}

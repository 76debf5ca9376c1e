// The scripts of FIX 4.4 as another version of FIX has them, where their meaning carries over: the
// rules of a session are the same in all versions but for the fields of a Reject, milliseconds, how
// a ResendRequest says "all that follow", and what a dictionary says of single fields.
const SOH = '\u0001';

/** Scripts about what each version's dictionary says, and what only newer ones have. */
const ABOUT_FIELDS = /^(14|15|19|20|21|2[defgikmr]|3|7|8|Re|Session)/;
const ABOUT_MESSAGES_OF_42 = /^(14[ghi]|21|2r)/;
const ABOUT_MESSAGES_OF_50 = /^(14c|21|2r)/;

const REJECT_FIELDS_OF_42 = new Set(['371', '372', '373']);

/** Versions that scripts of FIX 4.4 carry over to, and which of them do not. */
export const CARRIED_VERSIONS = [
  { name: '40', beginString: 'FIX.4.0', lacks: ABOUT_FIELDS },
  { name: '41', beginString: 'FIX.4.1', lacks: ABOUT_FIELDS },
  { name: '42', beginString: 'FIX.4.2', lacks: ABOUT_MESSAGES_OF_42 },
  { name: '43', beginString: 'FIX.4.3', lacks: /^$/ },
  { name: '50', beginString: 'FIXT.1.1', applVerID: '7', lacks: ABOUT_MESSAGES_OF_50 },
  { name: '50SP1', beginString: 'FIXT.1.1', applVerID: '8', lacks: ABOUT_MESSAGES_OF_50 },
  { name: '50SP2', beginString: 'FIXT.1.1', applVerID: '9', lacks: ABOUT_MESSAGES_OF_50 },
];

/**
 * The script of FIX 4.4 in `text`, named `file`, for a session of `version` whose TargetCompID is TW
 * and its name; undefined where it says something else there.
 */
export function carryOver(file, text, version) {
  if (version.lacks.test(file)) return undefined;
  return text
    .split('\n')
    .map((line) => (/^[IE]/.test(line) ? carryLine(line, version) : line))
    .join('\n');
}

function carryLine(line, { name, beginString, applVerID }) {
  const carried = line.replace('8=FIX.4.4', `8=${beginString}`).replaceAll('TW44', `TW${name}`);
  const isExpected = carried.startsWith('E');
  const isOld = name === '40' || name === '41';
  const fields = carried.split(SOH).flatMap((field) => {
    const tag = field.slice(0, field.indexOf('='));
    if (!isExpected) return [field];
    // Lengths change with the names; the framing of what comes checks them.
    if (tag === '9' || (isOld && REJECT_FIELDS_OF_42.has(tag))) return [];
    return isOld && field === '16=0' ? ['16=999999'] : [field];
  });
  if (applVerID === undefined || !fields.includes('35=A')) return fields.join(SOH);
  // The highest tag of a Logon; behind it only the checksum and the end of the line.
  const tail = fields.findLastIndex((field) => /^\d+=/.test(field) && !field.startsWith('10='));
  fields.splice(tail + 1, 0, `1137=${applVerID}`);
  return fields.join(SOH);
}
